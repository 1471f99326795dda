"""Widgets whose values the address holds, see `ui.common.linked_address`."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from ui.common import handout, linked_address
from ui.common.address import real, whole


def choice(name: str, label: str, options: Mapping[str, str], default: str, help: str, **widget: Any) -> str:
    """Let one of several be chosen; `options` holds what each is called."""
    bound = _bound(name, label, default, _one_of(list(options)))
    chosen: str = _show(
        st.segmented_control, bound, options=list(options), format_func=options.__getitem__, required=True, help=help,
        wrap=True, **widget,
    )  # fmt: skip
    return chosen


def menu(name: str, label: str, options: Mapping[str, str], default: str, help: str, **widget: Any) -> str:
    bound = _bound(name, label, default, _one_of(list(options)))
    chosen: str = _show(
        st.selectbox, bound, options=list(options), format_func=options.__getitem__, filter_mode=None, help=help,
        **widget,
    )  # fmt: skip
    return chosen


def stops(name: str, label: str, options: Mapping[str, str], default: str, help: str, **widget: Any) -> str:
    """Let one of several in a row be slid to; nothing to slide where there is only one."""
    if len(options) == 1:
        if not handout.is_hidden(name):
            st.caption(f"{label}: {options[default]}")
        return default
    bound = _bound(name, label, default, _one_of(list(options)))
    chosen: str = _show(
        st.select_slider, bound, options=list(options), format_func=options.__getitem__, help=help, **widget
    )
    return chosen


def slider(
    name: str, label: str, low: Any, high: Any, default: Any, step: Any, help: str, clamps: bool = False, **widget: Any
) -> Any:
    """Let a number be set; whole if `step` is.

    With `clamps`, a number beyond `high` stands for `high`: where that follows from another widget, nobody is to blame.
    """
    if clamps:
        unbounded = between(low, type(low)(10**15))
        bound = _bound(name, label, default, lambda text: min(unbounded(text), high))
    else:
        bound = _bound(name, label, default, between(low, high))
    return _show(st.slider, bound, min_value=low, max_value=high, step=step, help=help, **widget)


def number(name: str, label: str, low: int, high: int, default: int, help: str, **widget: Any) -> int:
    bound = _bound(name, label, default, between(low, high))
    found = _show(st.number_input, bound, min_value=low, max_value=high, step=1, help=help, **widget)
    return default if found is None else int(found)


def toggle(name: str, label: str, help: str, default: bool = False, **widget: Any) -> bool:
    bound = _bound(name, label, default, lambda text: _one_of(["0", "1"])(text) == "1")
    return bool(_show(st.toggle, bound, help=help, **widget))


def between(low: Any, high: Any) -> Callable[[str], Any]:
    """Return what reads a number of the kind that `low` is, and raises ValueError where it is out of bounds."""
    parse = whole if type(low) is int else real
    return lambda text: parse(text, low, high)


def _bound(name: str, label: str, default: Any, parse: Callable[[str], Any]) -> dict[str, Any]:
    """Set a widget's value from the address, and return what ties the widget to it."""
    key = f"explore_{name}"
    linked_address.hold(key, linked_address.read(name, default, parse))
    disabled = handout.is_locked(name)
    return {"label": label, "key": key, "on_change": _changed, "args": (name, key, default), "disabled": disabled}


def _show(widget: Callable[..., Any], bound: dict[str, Any], **options: Any) -> Any:
    """Show a widget, unless the address hides it; return its value."""
    name, key, _ = bound["args"]
    value = st.session_state[key]
    if handout.offer(name, bound["label"], linked_address.text_of(value)):
        return widget(**bound, **options)
    return value


def _changed(name: str, key: str, default: Any) -> None:
    value = st.session_state[key]
    linked_address.put(name, None if value == default or value is None else value)


def _one_of(names: Sequence[str]) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if text not in names:
            raise ValueError(text)
        return text

    return parse
