"""What every view of a run begins with: what it is, where it stands, and the buttons that steer it."""

from contextlib import suppress

import streamlit as st

from ganlib.runs import queue
from ganlib.runs.folder import Run
from ganlib.runs.status import ACTIVE, FAILED, INTERRUPTED, PAUSED, QUEUED, RUNNING, STOPPED, Status
from ganlib.utils.errors import UserError
from ui.common import cached, dialogs, forking, formatting, inference_guard, links, navigation, page_layout, user

WIDTH = 1200  # pixels: on a wider screen, larger pictures would only push the curves out of sight

GONE = "This run is no longer there: it was deleted."

# A button: its text, its text while the trainer has not answered yet, which function of `queue` it calls, its icon.
_PAUSE = ("Pause", "Pausing…", "pause", ":material/pause:")
_RESUME = ("Resume", "Resuming…", "resume", ":material/play_arrow:")
_STOP = ("Stop", "Stopping…", "stop", ":material/stop:")
_CANCEL = ("Cancel", "Cancelling…", "stop", ":material/close:")

ACTIONS = {
    QUEUED: (_CANCEL,),
    RUNNING: (_PAUSE, _STOP),
    PAUSED: (_RESUME, _STOP),
    STOPPED: (_RESUME,),
    FAILED: (_RESUME,),
    INTERRUPTED: (_RESUME,),
}


def show(run: Run, status: Status) -> None:
    """Show what a run is, where it stands, and the buttons that make sense now."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.header(formatting.title(run), anchor=False, width="content")
        formatting.badge(status)
        if not run.is_shipped:
            controls(run, status)
        if forking.is_possible(run):
            st.button(
                "Fork", key="live_fork", icon=":material/call_split:", on_click=dialogs.ask, args=("fork", run),
                help="Start a new run from what this one has learned, with other settings.",
            )  # fmt: skip
        if status.state not in ACTIVE and inference_guard.has_weights(run):
            navigation.to_explore(run)
        if run.is_shipped:
            with suppress(UserError):  # what is wrong with its settings is said below
                navigation.to_train_like(run)
    if not run.is_shipped and (why_not := user.why_not(run)):
        st.caption(formatting.plain(why_not))
    if trouble := st.session_state.pop("live_trouble", ""):
        st.error(page_layout.in_words(trouble))
    about = run.about()
    kind = formatting.plain(formatting.kind(run))
    st.caption(f"{formatting.plain(run.id)} · {kind}" if about.title else kind)
    _parent(run)
    if about.note:
        st.text(about.note)


def _parent(run: Run) -> None:
    """Name the run that this one was forked from, and lead to it."""
    try:
        parent = run.record.get("parent")
    except UserError:
        return
    if not isinstance(parent, dict):
        return
    name, step = str(parent.get("run")), parent.get("step")
    at = f" at step {step:,}" if type(step) is int else ""
    sentence = f"Forked from {formatting.plain(formatting.cut(name, 61))}{at}"
    try:
        links.run(name)
    except UserError:
        st.caption(f"{sentence}, which is no longer here.")
    else:
        navigation.link(navigation.RUNS, sentence, ":material/call_split:", run=name)


def controls(run: Run, status: Status) -> None:
    """Show the buttons that make sense now; a pressed one waits until the trainer has answered."""
    if user.why_not(run):
        return
    moment = (run.id, status.state, len(run.events()))
    for label, asking, command, icon in ACTIONS.get(status.state, ()):
        asked = st.session_state.get("live_asked") == (*moment, command)
        # No callback: after a restart of the server, the first click would not find it.
        if st.button(asking if asked else label, key=f"live_{command}", icon=icon, disabled=asked):
            _act(run, command, moment)
            st.rerun()


def _act(run: Run, command: str, moment: tuple[str, str, int]) -> None:
    try:
        user.demand_own(run)
        getattr(queue, command)(run)
    except (UserError, OSError) as error:
        st.session_state["live_trouble"] = formatting.reason(error)
    else:
        st.session_state["live_asked"] = (*moment, command)
        cached.look_again()
