"""Widgets whose values the address holds, see `ui.common.linked_address`."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from ui.common import linked_address
from ui.common.address import real, whole


def choice(name: str, label: str, options: Mapping[str, str], default: str, help: str, **widget: Any) -> str:
    """Let one of several be chosen; `options` holds what each is called."""
    bound = _bound(name, default, _one_of(list(options)))
    return st.segmented_control(
        label, list(options), format_func=options.__getitem__, required=True, help=help, **bound, **widget
    )


def menu(name: str, label: str, options: Mapping[str, str], default: str, help: str, **widget: Any) -> str:
    bound = _bound(name, default, _one_of(list(options)))
    return st.selectbox(
        label, list(options), format_func=options.__getitem__, filter_mode=None, help=help, **bound, **widget
    )


def stops(name: str, label: str, options: Mapping[str, str], default: str, help: str, **widget: Any) -> str:
    """Let one of several in a row be slid to; nothing to slide where there is only one."""
    if len(options) == 1:
        st.caption(f"{label}: {options[default]}")
        return default
    bound = _bound(name, default, _one_of(list(options)))
    return st.select_slider(label, list(options), format_func=options.__getitem__, help=help, **bound, **widget)


def slider(
    name: str, label: str, low: Any, high: Any, default: Any, step: Any, help: str, clamps: bool = False, **widget: Any
) -> Any:
    """Let a number be set; whole if `step` is.

    With `clamps`, a number beyond `high` stands for `high`: where that follows from another widget, nobody is to blame.
    """
    if clamps:
        unbounded = between(low, type(low)(10**15))
        bound = _bound(name, default, lambda text: min(unbounded(text), high))
    else:
        bound = _bound(name, default, between(low, high))
    return st.slider(label, low, high, step=step, help=help, **bound, **widget)


def number(name: str, label: str, low: int, high: int, default: int, help: str, **widget: Any) -> int:
    bound = _bound(name, default, between(low, high))
    found = st.number_input(label, low, high, step=1, help=help, **bound, **widget)
    return default if found is None else int(found)


def toggle(name: str, label: str, help: str, default: bool = False, **widget: Any) -> bool:
    bound = _bound(name, default, lambda text: _one_of(["0", "1"])(text) == "1")
    return st.toggle(label, help=help, **bound, **widget)


def between(low: Any, high: Any) -> Callable[[str], Any]:
    """Return what reads a number of the kind that `low` is, and raises ValueError where it is out of bounds."""
    parse = whole if type(low) is int else real
    return lambda text: parse(text, low, high)


def _bound(name: str, default: Any, parse: Callable[[str], Any]) -> dict[str, Any]:
    """Set a widget's value from the address, and return what ties the widget to it."""
    key = f"explore_{name}"
    linked_address.hold(key, linked_address.read(name, default, parse))
    return {"key": key, "on_change": _changed, "args": (name, key, default)}


def _changed(name: str, key: str, default: Any) -> None:
    value = st.session_state[key]
    linked_address.put(name, None if value == default or value is None else value)


def _one_of(names: Sequence[str]) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if text not in names:
            raise ValueError(text)
        return text

    return parse
