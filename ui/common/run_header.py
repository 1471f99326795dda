"""What every view of a run begins with: what it is, where it stands, and the buttons that steer it."""

from collections.abc import Callable
from contextlib import suppress
from typing import NamedTuple

import streamlit as st

from ganlib.runs import access, queue
from ganlib.runs.folder import Run
from ganlib.runs.status import ACTIVE, FAILED, INTERRUPTED, LIVE, PAUSED, QUEUED, RUNNING, STOPPED, Status
from ganlib.utils.errors import UserError
from ui.common import (
    address,
    cached,
    charts,
    dialogs,
    forking,
    formatting,
    inference_guard,
    links,
    live_settings,
    navigation,
    page_layout,
    user,
)

WIDTH = 1200  # pixels: on a wider screen, larger pictures would only push the curves out of sight


def _nothing() -> None:
    pass


class Parts(NamedTuple):
    """What a page adds to the row: what it begins with, and what can be done with the run."""

    lead: Callable[[], None] = _nothing
    actions: Callable[[], None] = _nothing


NO_PARTS = Parts()

LONGEST_TITLE = 40

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


def show(run: Run, status: Status, parts: Parts = NO_PARTS) -> None:
    """Show in one row what a run is, where it stands, and the buttons that make sense now."""
    if address.get(charts.PROJECTOR):
        st.html('<i class="projector"></i>')
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="run_header"):
        with st.container(horizontal=True, width="content", vertical_alignment="center", key="run_lead"):
            parts.lead()
        st.header(formatting.title(run, LONGEST_TITLE), anchor=False, width="content")
        formatting.badge(status)
        with st.container(width="stretch", key="run_origin"):
            kind = formatting.plain(formatting.kind(run))
            st.caption("" if formatting.title(run) == kind else kind)
        if not run.is_shipped:
            controls(run, status)
            if status.state in LIVE and not user.why_not(access.CHANGE, run):
                live_settings.show(run)
        if status.state not in ACTIVE:
            _go_on(run)
            if inference_guard.has_weights(run):
                navigation.to_explore(run)
        if run.is_shipped:
            with suppress(UserError):  # what is wrong with its settings is said below
                navigation.to_train_like(run)
        with st.popover("More", key="run_more", type="tertiary"):
            _more(run, status, parts)
        is_on = bool(address.get(charts.PROJECTOR))
        st.button(
            ":material/fullscreen_exit:" if is_on else ":material/slideshow:", key="live_projector", type="tertiary",
            on_click=address.put, kwargs={charts.PROJECTOR: None if is_on else 1},
            help="Leave the projector view." if is_on else "Projector: larger, with what the audience needs.",
        )  # fmt: skip
    tell_refused(run)


def tell_refused(run: Run) -> None:
    """Say why the button that was pressed last in `controls` did nothing; once, and at this run only."""
    whose, trouble = st.session_state.pop("live_trouble", ("", ""))
    if whose == run.id:
        st.error(page_layout.in_words(trouble))


def _go_on(run: Run) -> None:
    if forking.is_possible(run):
        st.button(
            "Continue with other settings", key="live_fork", icon=":material/call_split:", on_click=dialogs.ask,
            args=("fork", run), help="A new run begins with what this one has learned; this one stays as it is.",
        )  # fmt: skip


def _more(run: Run, status: Status, parts: Parts) -> None:
    """Show what is seldom asked for: what the run is called, where it comes from, and what else can be done with it."""
    about = run.about()
    kind = formatting.plain(formatting.kind(run))
    st.caption(f"{formatting.plain(run.id)} · {kind}" if about.title else kind)
    _parent(run)
    if about.tags:
        st.markdown(formatting.tags(about.tags))
    if about.note:
        st.text(about.note)
    if not run.is_shipped and (why_not := user.why_not(access.CHANGE, run)):
        st.caption(formatting.plain(why_not))
    if status.state in ACTIVE:
        _go_on(run)
    with st.container(horizontal=True, gap="small"):
        parts.actions()


def _parent(run: Run) -> None:
    """Name the run that this one continues, and lead to it."""
    try:
        parent = run.record.get("parent")
    except UserError:
        return
    if not isinstance(parent, dict):
        return
    name, step = str(parent.get("run")), parent.get("step")
    at = f" from step {step:,}" if type(step) is int else ""
    sentence = f"Continues {formatting.plain(formatting.cut(name, 61))}{at}"
    try:
        links.run(name)
    except UserError:
        st.caption(f"{sentence}, which is no longer here.")
    else:
        navigation.link(navigation.RUNS, sentence, ":material/call_split:", run=name)


def controls(run: Run, status: Status) -> None:
    """Show the buttons that make sense now; a pressed one waits until the trainer has answered.

    Call `tell_refused` after the row that they stand in.
    """
    moment = (run.id, status.state, len(run.events()))
    for label, asking, command, icon in ACTIONS.get(status.state, ()):
        if user.why_not(command, run):
            continue
        asked = st.session_state.get("live_asked") == (*moment, command)
        why_not = queue.why_not_resume(run, status) if command == "resume" else ""
        # No callback: after a restart of the server, the first click would not find it.
        if st.button(
            asking if asked else label, key=f"live_{command}", icon=icon, disabled=asked or bool(why_not),
            help=why_not or None,
        ):  # fmt: skip
            _act(run, command, moment)
            st.rerun()


def _act(run: Run, command: str, moment: tuple[str, str, int]) -> None:
    try:
        with user.allowed(command, run):
            getattr(queue, command)(run)
    except (UserError, OSError) as error:
        st.session_state["live_trouble"] = run.id, formatting.reason(error)
    else:
        st.session_state["live_asked"] = (*moment, command)
        cached.look_again()
