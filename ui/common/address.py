"""What a page keeps in its address, so that a copied link shows the same to somebody else.

Anyone may have typed anything into it, such as a number of a thousand digits, so values are read here alone.
"""

from typing import Any

import streamlit as st

_LARGEST, _LONGEST_NUMBER = 10**15, 20  # and the characters of a number

LARGEST_SEED = 2**31 - 1

LONGEST = 400
"""Characters of a parameter that are looked at: room for four runs' names."""


def get(name: str, longest: int = LONGEST) -> str:
    """Return a parameter as anyone may have typed it, cut to so many characters, or ""."""
    return str(st.query_params.get(name, ""))[:longest]


def put(**values: object) -> None:
    """Set parameters; those that are None or "" are taken out."""
    for name, value in values.items():
        if value in (None, ""):
            st.query_params.pop(name, None)
        else:
            st.query_params[name] = str(value)


def number(name: str, low: int, high: int, default: int) -> int:
    """Return a parameter as a whole number, the nearest within bounds, or the default if it is none."""
    try:
        return min(high, max(low, whole(get(name), 0, _LARGEST)))
    except ValueError:
        return default


def whole(text: str, low: int, high: int) -> int:
    """Return the whole number that a text is. Raises ValueError: it is none, or out of bounds."""
    if not text.isascii() or len(text) > _LONGEST_NUMBER:
        raise ValueError("no number")
    return int(_between(int(text), low, high))


def real(text: str, low: float, high: float) -> float:
    """Return the number that a text is; raises ValueError as `whole`."""
    return _between(float(text), low, high)


def _between(value: float, low: float, high: float) -> float:
    if not low <= value <= high:  # nor is NaN
        raise ValueError("out of bounds")
    return value


def one_of(name: str, options: Any, default: str) -> str:
    """Return a parameter if it is one of the options, else the default."""
    return get(name) if get(name) in options else default


def keep(name: str, key: str) -> None:
    """Write what the widget `key` is set to into the address, as its `on_change`."""
    put(**{name: st.session_state[key]})
