"""Which run, and at which checkpoint."""

import streamlit as st

from ganlib.runs.folder import Run
from ganlib.runs.status import FAILED, INTERRUPTED, LIVE, Status
from ui.common import (
    cached,
    evaluation_table,
    formatting,
    handout,
    inference_guard,
    linked_address,
    links,
    user,
    way_back,
)

END = "end"
"""Stands in the address for the weights at the end of a training."""

_LONGEST = 60
_FIT = 0.5  # of noise's distance from real images: what is worth opening first
_LASTING = ("seed", "a", "view", "d")  # parameters that mean something for any run


def choose(found: dict[str, tuple[Run, Status]]) -> Run:
    """Let one of the runs be chosen; at first, the first whose samples are far from noise, if any is."""
    wanted = asked()
    if wanted not in found:
        drawn = [name for name, (run, _) in found.items() if inference_guard.has_weights(run)]
        wanted = next((name for name in drawn if evaluation_table.from_real(found[name][0]) < _FIT), "")
        wanted = wanted or next(iter(drawn), next(iter(found)))
        st.query_params["run"] = wanted
    linked_address.hold("explore_run", wanted)
    if not handout.offer("run", "Run", wanted):
        return found[wanted][0]
    st.selectbox(
        "Run", list(found), format_func=lambda name: _label(*found[name]), key="explore_run", on_change=_changed,
        disabled=handout.is_locked("run"),
        help="Your own runs, newest first, then those that came with the app, nearest to real images first: by the "
        "Fréchet distance, as a share of noise's.",
    )  # fmt: skip
    return found[wanted][0]


def asked() -> str:
    """Return the id of the run that the address names, or "" if there is no such run."""
    return linked_address.read("run", "", lambda name: links.run(name).id)


def checkpoint(run: Run, status: Status) -> int | None:
    """Let a snapshot be chosen, at first the end or else the newest; return its step, or None for the end."""
    steps = [str(step) for step in inference_guard.snapshots(run)]
    if not goes_on(run, status):
        steps = [*(step for step in steps if int(step) < status.step), END]
    default = steps[-1]
    wanted = linked_address.read("at", default, lambda text: steps[steps.index(text)])
    if wanted != END:  # else another snapshot would be shown to whoever opens the link later
        st.query_params["at"] = wanted
    linked_address.hold("explore_at", wanted)
    if not handout.offer("at", "Checkpoint", wanted):
        return None if wanted == END else int(wanted)
    if len(steps) > 1:
        st.select_slider(
            "Checkpoint", steps, format_func=lambda step: _called(step, status), key="explore_at",
            disabled=handout.is_locked("at"),
            on_change=lambda: linked_address.put("at", st.session_state["explore_at"]),
            help="Snapshots of the networks that were kept along the way.",
        )  # fmt: skip
    else:
        st.caption(f"It has one checkpoint only: {_called(wanted, status)}.")
    return None if wanted == END else int(wanted)


def goes_on(run: Run, status: Status) -> bool:
    """Whether the newest snapshot counts rather than the weights of an end, as in `Sampler`."""
    has_end = (run.path / "generator.weights.h5").is_file()
    is_under_way = status.state in (*LIVE, INTERRUPTED, FAILED)
    return not has_end or (is_under_way and bool(inference_guard.snapshots(run)))


def _label(run: Run, status: Status) -> str:
    state = "came with the app" if run.is_shipped else formatting.STATES[status.state].label.lower()
    lacks = "" if inference_guard.has_weights(run) else ", no weights yet"
    return f"{formatting.cut(cached.title(run), _LONGEST)} · {state}{lacks}"


def _called(step: str, status: Status) -> str:
    return f"the end, step {status.step:,}" if step == END else f"step {int(step):,}"


def _changed() -> None:
    for name in st.query_params.to_dict():
        if name not in (*_LASTING, user.PARAMETER, handout.HIDE, handout.LOCK, way_back.PARAMETER):
            linked_address.put(name, None)
    linked_address.put("run", st.session_state["explore_run"])
