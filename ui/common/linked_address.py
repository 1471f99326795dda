"""The address of the page holds all that it shows, so that a copied link shows the same to somebody else.

The address is the one truth: widgets are set from it, and a change of a widget is written into it. Whoever opens a
link may have typed anything into it: what cannot be is left out, and told.
"""

from collections.abc import Callable
from typing import Any, TypeVar

import streamlit as st

T = TypeVar("T")

_BAD = "explore_bad"
_LONGEST = 20  # characters of a bad value that are repeated on the page


def begin() -> None:
    """Forget what was wrong with the address, before the page is drawn anew."""
    st.session_state[_BAD] = {}


def read(name: str, default: T, parse: Callable[[str], T]) -> T:
    """Return a parameter of the address, or the default if it is not there or cannot be."""
    text = st.query_params.get(name)
    if text is None:
        return default
    try:
        return parse(text)
    except (ValueError, OverflowError):
        complain(name, text)
        return default


def complain(name: str, text: str) -> None:
    """Keep in mind that a parameter, or a part of it, cannot be."""
    st.session_state.setdefault(_BAD, {})[name] = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def put(name: str, value: Any) -> None:
    """Write a parameter into the address; None takes it out. What was bad goes too, for it was told."""
    for bad in st.session_state.pop(_BAD, {}):
        st.query_params.pop(bad, None)
    if value is None:
        st.query_params.pop(name, None)
    else:
        st.query_params[name] = text_of(value)


def hold(key: str, value: Any) -> None:
    """Set a widget to a value, unless it has it: a slider that is being dragged would else jump back."""
    if key not in st.session_state or text_of(st.session_state[key]) != text_of(value):
        st.session_state[key] = value


def trouble() -> str:
    """Return one sentence on what in the address cannot be, or ""."""
    bad = st.session_state.get(_BAD)
    if not bad:
        return ""
    listed = ", ".join(f"{name}={text}" for name, text in bad.items())
    return f"Part of this link cannot be shown ({listed}), so the usual values stand in for it."


def text_of(value: Any) -> str:
    if isinstance(value, bool):
        return str(int(value))
    return f"{value:g}" if isinstance(value, float) else str(value)
