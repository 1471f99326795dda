"""The buttons that steer a run: pause, resume, stop, cancel."""

from typing import NamedTuple

import streamlit as st

from ganlib.runs import queue, store
from ganlib.runs.store import Run, Status
from ganlib.utils.errors import UserError
from ui.common import cached, formatting, user


class Action(NamedTuple):
    """A button: its text, its text while the trainer has not answered yet, and which function of `queue` it calls."""

    label: str
    asking: str
    command: str
    icon: str


_PAUSE = Action("Pause", "Pausing…", "pause", ":material/pause:")
_RESUME = Action("Resume", "Resuming…", "resume", ":material/play_arrow:")
_STOP = Action("Stop", "Stopping…", "stop", ":material/stop:")
_CANCEL = Action("Cancel", "Cancelling…", "stop", ":material/close:")

ACTIONS = {
    store.QUEUED: (_CANCEL,),
    store.RUNNING: (_PAUSE, _STOP),
    store.PAUSED: (_RESUME, _STOP),
    store.STOPPED: (_RESUME,),
    store.FAILED: (_RESUME,),
    store.INTERRUPTED: (_RESUME,),
}


def show(run: Run, status: Status) -> None:
    """Show the buttons that make sense now; a pressed one waits until the trainer has answered."""
    if user.why_not(run):
        return
    moment = (run.id, status.state, len(run.events()))
    for action in ACTIONS.get(status.state, ()):
        asked = st.session_state.get("live_asked") == (*moment, action.command)
        label = action.asking if asked else action.label
        # No callback: after a restart of the server, the first click would not find it.
        if st.button(label, key=f"live_{action.command}", icon=action.icon, disabled=asked):
            _act(run, action.command, moment)
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
