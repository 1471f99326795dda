"""What the Compare page keeps in its address, so that a copied link shows the same to somebody else."""

from typing import Any

import streamlit as st

LONGEST = 400
"""Characters of a parameter that are looked at: room for four runs' names."""


def get(name: str) -> str:
    """Return a parameter as anyone may have typed it, or ""."""
    return str(st.query_params.get(name, ""))[:LONGEST]


def put(**values: object) -> None:
    """Set parameters; those that are None or "" are taken out."""
    for name, value in values.items():
        if value in (None, ""):
            st.query_params.pop(name, None)
        else:
            st.query_params[name] = str(value)


def number(name: str, low: int, high: int, default: int) -> int:
    """Return a parameter as a whole number within bounds, or the default."""
    text = get(name)
    return min(high, max(low, int(text))) if text.isascii() and text.isdigit() and len(text) < 12 else default


def one_of(name: str, options: Any, default: str) -> str:
    """Return a parameter if it is one of the options, else the default."""
    return get(name) if get(name) in options else default


def keep(name: str, key: str) -> None:
    """Write what the widget `key` is set to into the address, as its `on_change`."""
    put(**{name: st.session_state[key]})
