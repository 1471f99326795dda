"""What a teacher hands out: `hide=` in the address removes controls or groups of them, `lock=` fixes their values.

Both name controls as the address and `--set` do, separated by commas; a group stands for all that is in it. Whatever
makes a control asks here. A locked control is shown and cannot be changed; a hidden one keeps its value, too.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

import streamlit as st

from ganlib.config import FIELDS, GROUPS
from ui.common import address, way_back

HIDE, LOCK = "hide", "lock"
"""Parameters of the address."""

KNOWN: Mapping[str, frozenset[str]] = {
    "train": frozenset([*FIELDS, *GROUPS, "method", "broken", "more", "originals"]),
    "lab": frozenset({
        "settings", "preset", "dataset", "loss", "g_learning_rate", "d_learning_rate", "latent_dim", "critic_steps",
        "depth", "width", "activation", "instance_noise", "r1_gamma", "pack", "seed", "layers", "opinion", "point",
        "apart", "at", "station", "batch", "same", "fake",
    }),
    "explore": frozenset({
        "run", "at", "class", "d", "view", "seed", "anchors", "station", "batch", "same", "fake", "plane", "side",
        "dir", "across", "up", "reach", "from", "frame", "kind", "frames", "loop", "play", "plus", "minus", "to",
        "starts", "steps", "rs", "first", "n", "strips", "t", "scale", "walk", "see", "of", "net", "grad", "map",
        "glayer", "dlayer", "first_class", "last_class", "c1", "c2",
    }),
    "compare": frozenset({"view", "runs", "by", "at", "seed", "classes", "curves", "settings", "metrics"}),
}  # fmt: skip
"""Names of controls and groups, by page; some are on the screen in one view only."""

LONGEST = 1500
"""Characters of a list of names: room for all of a page."""

_OFFERED, _OPEN, _LONGEST, _MOST = "handout_offered", "handout_groups", 20, 4


class Control(NamedTuple):
    """A control that the page has shown, or would have but for the address."""

    label: str
    value: str | None  # as the address writes it; None for a group, and for what has no value of its own
    can_lock: bool  # else there is nothing in it to fix, and it can only be hidden


def begin() -> None:
    """Forget the controls of the last page."""
    st.session_state[_OFFERED] = {}
    st.session_state[_OPEN] = []


def offered() -> dict[str, Control]:
    """Return the controls of the page by name, in the order in which they stand there."""
    found: dict[str, Control] = st.session_state.setdefault(_OFFERED, {})
    return found


def offer(name: str, label: str, value: str | None = None, can_lock: bool = True) -> bool:
    """Note that the page has a control; return whether to show it."""
    offered()[name] = Control(label, value, can_lock)
    return not is_hidden(name)


@contextmanager
def group(name: str, label: str) -> Iterator[bool]:
    """Take all controls that are made within as a group; give whether to show it."""
    open_groups = st.session_state.setdefault(_OPEN, [])
    is_shown = offer(name, label)
    open_groups.append(name)
    try:
        yield is_shown
    finally:
        open_groups.remove(name)


def is_hidden(*names: str) -> bool:
    """Return whether the address hides one of these names, or a group around what is being made."""
    return _is_among(_named(HIDE), names)


def is_locked(*names: str) -> bool:
    """Return whether the address fixes one of these names, or a group around what is being made."""
    return _is_among(_named(LOCK), names)


def is_fixed(*names: str) -> bool:
    """Return whether the address hides or fixes one of these names, or a group around what is being made."""
    return is_hidden(*names) or is_locked(*names)


def is_on() -> bool:
    """Return whether the address was handed out: it hides or fixes something."""
    return bool(parameters())


def parameters() -> dict[str, str]:
    """Return what an address of the same page must carry on."""
    return {name: found for name in (HIDE, LOCK) if (found := address.get(name, LONGEST))}


def without(params: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parameters of an address but for those of this module."""
    return {name: value for name, value in params.items() if name not in (HIDE, LOCK)}


def tell_unknown(page: str) -> None:
    """Say in one sentence which names in the address no control of this page has."""
    unknown = [name for name in dict.fromkeys([*_named(HIDE), *_named(LOCK)]) if name not in KNOWN[page]]
    if unknown:
        cut = [name if len(name) <= _LONGEST else f"{name[:_LONGEST]}…" for name in unknown[:_MOST]]
        st.warning(f"The link hides or locks what this page does not have: `{', '.join(cut).replace('`', ' ')}`.")


def link(hidden: Iterable[str], locked: Iterable[str]) -> dict[str, str]:
    """Return the parameters of a link to what is shown now, with these controls hidden and locked."""
    kept = way_back.without(without({name: str(value) for name, value in st.query_params.to_dict().items()}))
    locked = list(locked)
    # A value that is the usual one stands in no address: whoever opens the link shall have this one for good.
    fixed = {name: value for name in locked if (value := offered()[name].value) is not None}
    named = {HIDE: ",".join(hidden), LOCK: ",".join(locked)}
    return {**kept, **fixed, **{name: names for name, names in named.items() if names}}


def _named(parameter: str) -> list[str]:
    return [name.strip() for name in address.get(parameter, LONGEST).split(",") if name.strip()]


def _is_among(named: list[str], names: Iterable[str]) -> bool:
    return any(name in named for name in (*names, *st.session_state.get(_OPEN, [])))
