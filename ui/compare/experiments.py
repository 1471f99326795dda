"""The Experiments view: those there are, those that only wait to be started, and one built by hand."""

from collections.abc import Sequence

import streamlit as st

from ganlib.experiments import ready_made, results
from ganlib.experiments.ready_made import READY, Ready
from ganlib.experiments.results import Experiment
from ganlib.runs.status import FAILED
from ganlib.training import estimate
from ganlib.utils.errors import UserError
from ui.common import address, formatting, user
from ui.compare import builder, experiment_view, starting

SHORT, FULL = "short", "full"
LENGTHS = {SHORT: "Short, for a lesson", FULL: "In full, as its source did it"}

_LISTED = 6
_FRESH = 120.0  # seconds for which a forecast holds
_EMPTY = (
    "**No experiment yet.** An experiment trains several runs that share all but one setting: the images and their "
    "order, the latent vectors of the sample grids and, where shapes allow, the first weights. What differs in the end "
    "comes from that setting, or from chance, which a second random seed shows. Take one below, or build your own."
)


def show() -> None:
    """Show what the address asks for: an experiment, one of the ready ones before it starts, or all of them."""
    if name := address.get("exp"):
        _back()
        experiment_view.show(name)
    elif name := address.get("ready"):
        _back()
        _prepare(name)
    else:
        _show_found(results.find())
        _show_ready()
        builder.show()


def _back() -> None:
    st.button(
        "All experiments", icon=":material/arrow_back:", type="tertiary", key="compare_back", on_click=address.put,
        kwargs=dict.fromkeys(("exp", "ready", "length", "seeds", "metric", "settings")) | {"view": "experiments"},
    )  # fmt: skip


def _show_found(found: Sequence[Experiment]) -> None:
    if not found:
        with st.container(border=True):
            st.markdown(_EMPTY)
        return
    st.subheader("Experiments so far", anchor=False)
    shows_all = len(found) <= _LISTED or st.session_state.get("compare_all_experiments", False)
    grid = st.grid(3, min_column_width=290, border=True)
    for experiment in found if shows_all else found[:_LISTED]:
        with grid.cell(), st.container(gap="xsmall"):
            st.markdown(f"**{formatting.plain(experiment.title)}**")
            st.caption(_summary(experiment))
            st.button(
                "Open", key=f"compare_open_{experiment.id}", icon=":material/folder_open:", on_click=address.put,
                kwargs={"exp": experiment.id, "view": "experiments"},
            )  # fmt: skip
    if len(found) > _LISTED:
        st.toggle(f"Show all {len(found)}", key="compare_all_experiments", persist_state="page")


def _summary(experiment: Experiment) -> str:
    """Say in a line what an experiment is of and how far it is."""
    states = experiment.states()
    told = ", ".join(f"{count} {formatting.STATES[state].label.lower()}" for state, count in sorted(states.items()))
    seeds = len(experiment.seeds)
    size = f"{len(experiment.values)} values, {seeds} seed{'s' if seeds > 1 else ''}"
    failed = " :material/error:" if states[FAILED] else ""
    owners = {run.about().owner for run in experiment.runs} - {""}
    whose = f" · {formatting.plain(formatting.cut(', '.join(sorted(owners)), user.LONGEST))}" if owners else ""
    return f"{size} · {told}{failed}{whose}"


def _show_ready() -> None:
    st.subheader("Ready to start", anchor=False)
    st.markdown(
        "From the projects that this app grew out of, and some that teach. The short version takes minutes; nothing "
        "starts before you have seen what it does."
    )
    grid = st.grid(3, min_column_width=290, border=True)
    for one in READY.values():
        with grid.cell(), st.container(gap="small"):
            st.markdown(f"**{one.title}**")
            st.caption(one.question)
            with st.container(horizontal=True, gap="small"):
                for length, label in ((SHORT, "Short"), (FULL, "In full"))[: 1 + one.has_source]:
                    took = formatting.duration(estimate.rounded(_seconds(one.name, length == SHORT)))
                    st.button(
                        f"{label}: about {took}", key=f"compare_{length}_{one.name}", on_click=address.put,
                        kwargs={"ready": one.name, "length": length, "view": "experiments"},
                    )  # fmt: skip


@st.cache_data(max_entries=64, ttl=_FRESH, show_spinner=False)
def _seconds(name: str, is_short: bool) -> float:
    """Foretell a ready experiment; kept, since fourteen forecasts would take longer than the rest of the page."""
    return starting.forecast(ready_made.get(name).plan(is_short)).seconds


def _prepare(name: str) -> None:
    try:
        chosen = ready_made.get(name)
    except UserError:
        st.warning(formatting.plain(f"There is no ready experiment {formatting.cut(name, 40)!r}; see all experiments."))
        return
    st.header(chosen.title, anchor=False)
    st.markdown(chosen.question)
    length, seeds = _ask_length(chosen), _ask_seeds()
    try:
        plan = chosen.plan(length == SHORT, seeds)
    except UserError as error:
        st.error(formatting.plain(str(error)))
        return
    starting.show(plan, "ready")


def _ask_length(chosen: Ready) -> str:
    key = "compare_length"
    length = SHORT
    if chosen.has_source:
        st.session_state[key] = address.one_of("length", LENGTHS, SHORT)
        length = st.segmented_control(
            "Length", LENGTHS, format_func=LENGTHS.__getitem__, key=key, required=True, on_change=address.keep,
            args=("length", key),
        )  # fmt: skip
    if length == SHORT:
        about = f" {chosen.about_lesson}" if chosen.about_lesson else ""
        st.caption(formatting.plain(f"Short: {chosen.lesson.steps:,} steps a run with the compact networks.{about}"))
    else:
        st.caption("In full: as long as the source had it, which may take a night without a GPU.")
    return length


def _ask_seeds() -> int:
    key = "compare_seeds"
    st.session_state[key] = address.number("seeds", 1, starting.MOST_SEEDS, 1)
    return starting.ask_seeds(key, on_change=address.keep, args=("seeds", key))
