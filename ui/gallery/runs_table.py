"""All runs, narrowed down by a word, in an order, and some of them ticked to be compared."""

from collections.abc import Callable, Container, Mapping, Sequence
from typing import Any, NamedTuple

import streamlit as st

from ganlib.runs.folder import Run
from ganlib.runs.status import Status
from ui.common import evaluation_table, formatting, navigation, run_details

MOST = 4
"""Runs that the page Compare shows side by side."""

_TICK = "runs_tick_"
_NEWEST, _NAME, _QUALITY, _LONGEST = "newest", "name", "quality", "longest"
_ORDERS: Mapping[str, str] = {
    _NEWEST: "Newest first",
    _NAME: "Name",
    _QUALITY: "Nearest to real images",
    _LONGEST: "Most steps",
}
_KEYS: Mapping[str, Callable[[Run], Any]] = {
    _NAME: lambda run: formatting.title(run).casefold(),
    _QUALITY: evaluation_table.from_real,
    _LONGEST: lambda run: -run.status().step,
}

Found = Sequence[tuple[Run, Status]]


class Asked(NamedTuple):
    """What a person looks for."""

    words: list[str]
    tags: list[str]
    order: str


def ask(own: Found, shipped: Sequence[Run]) -> Asked:
    """Ask what to look for and in which order, and offer to compare what is ticked."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="runs_tools"):
        text = st.text_input(
            "Search", key="runs_search", persist_state="page", icon=":material/search:", width=260,
            placeholder="Name, note, tag, data set, owner",
            help="All words must occur in the title, note, tags, data set, objective or owner.",
        )  # fmt: skip
        tags: list[str] = []
        if known := run_details.tags(own):
            tags = st.multiselect(
                "Tags", known, key="runs_tags", persist_state="page", width=260, placeholder="Any",
                help="Only runs with all of these; Rename gives a run tags.",
            )  # fmt: skip
        order = st.selectbox(
            "Order", _ORDERS, format_func=_ORDERS.__getitem__, key="runs_order", persist_state="page", width=210,
            filter_mode=None,
        )  # fmt: skip
        _offer_comparison({run.id for run in (*(run for run, _ in own), *shipped)})
    return Asked(str(text or "").casefold().split(), tags, order)


def matching(found: Found, asked: Asked) -> Found:
    """Return the runs that hold all words and tags, in the order asked for; they come newest or best first."""
    if asked.words:
        found = [(run, status) for run, status in found if _holds(run, asked.words)]
    if asked.tags:
        found = [(run, status) for run, status in found if {*asked.tags} <= {*run.about().tags}]
    if order := _KEYS.get(asked.order):
        found = sorted(found, key=lambda each: order(each[0]))
    return found


def tick(run: Run) -> None:
    """Let a run be ticked to be compared."""
    st.checkbox("Compare", key=_TICK + run.id, persist_state="page")


def _offer_comparison(known: Container[str]) -> None:
    """Offer to compare what is ticked, but for runs that were deleted since."""
    found = [key.removeprefix(_TICK) for key, value in _state().items() if key.startswith(_TICK) and value is True]
    ticked = [name for name in found if name in known]
    told = f"Compare {len(ticked)} runs" if len(ticked) > 1 else "Compare"
    is_fit = 1 < len(ticked) <= MOST
    why = None if is_fit else f"Tick two to {MOST} runs."
    if st.button(told, key="runs_compare", icon=":material/compare:", disabled=not is_fit, help=why):
        navigation.go(navigation.COMPARE, runs=",".join(ticked))


def _state() -> dict[str, Any]:
    return {str(key): value for key, value in st.session_state.items()}


def _holds(run: Run, words: Sequence[str]) -> bool:
    about = run.about()
    text = " ".join((run.id, about.title, about.note, about.owner, *about.tags, formatting.kind(run))).casefold()
    return all(word in text for word in words)
