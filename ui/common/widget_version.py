"""Widgets that the app moves, as a link or a button asks for.

A browser may send the value of a widget that it had before it heard of the move, with a page that looks again by itself
for instance. To Streamlit that is a person's choice like any other. So a widget that was moved is a new one, and what
is still said of the old one counts for nothing.
"""

from typing import Any

import streamlit as st


def key(name: str, value: Any) -> str:
    """Return the key of a widget that is to show `value`: another one whenever the app moved it."""
    state = st.session_state
    moves = state.get(f"{name}_moves", 0)
    if state.get(_key(name, moves), value) != value:
        moves = state[f"{name}_moves"] = moves + 1
    state.setdefault(_key(name, moves), value)
    return _key(name, moves)


def is_late(name: str, key: str) -> bool:
    """Return whether an `on_change` is about a widget that was moved since."""
    return key != _key(name, st.session_state.get(f"{name}_moves", 0))


def _key(name: str, moves: int) -> str:
    return f"{name}_{moves}" if moves else name
