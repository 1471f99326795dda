"""Where a run stands, and what to do if it is not well."""

import streamlit as st

from ganlib.runs.folder import Run
from ganlib.runs.records import CHANGED
from ganlib.runs.status import FAILED, FINISHED, GETTING_READY, INTERRUPTED, PAUSED, QUEUED, RUNNING, STOPPED, Status
from ui.common import formatting, page_layout, run_details

_ENDED = {
    "epochs": "Training complete: all epochs done.",
    "max_steps": "Training complete: step limit reached.",
    "max_seconds": "Training complete: time limit reached.",
}
_LONGER = "To go on, fork it: a new run that begins where this one ended."
_SHIPPED = "It came with the app. Train it yourself begins a new run with its settings."
_UNREPEATED = " It does not repeat what was changed on the way; What happened, below, tells that."

_KEPT = (
    "Nothing written until then is lost. Resume goes on from the last checkpoint; to try other settings, "
    "start a new run on the Train page."
)


def show(run: Run, status: Status) -> None:
    """Say where the run stands and, if it is not well, what to do."""
    if status.state == FAILED:
        st.error(page_layout.in_words(status.message or "The training failed and left no message."))
        st.caption(_KEPT)
        run_details.show_log(run)
    elif status.state == INTERRUPTED:
        st.warning("The training process is gone; resume to go on from the last checkpoint.")
    elif status.state == QUEUED:
        st.info(run_details.place_in_queue(run, status))
    elif status.state == PAUSED:
        st.info("Paused, with everything in memory; resume to go on from here.")
    if status.state == FINISHED:
        st.caption(f"{formatting.progress(status)} · {formatting.duration(status.seconds)} of training")
        ended = f"{_ENDED.get(status.ended_by, 'Training complete.')} {_LONGER}"
        was_changed = any(event.get("event") == CHANGED for event in run.events())
        st.caption(_SHIPPED + _UNREPEATED * was_changed if run.is_shipped else ended)
    elif status.state == RUNNING and (status.message == GETTING_READY or not status.step):
        st.progress(status.progress, text="Getting ready: reading the images and building the networks.")
    elif status.step:
        st.progress(status.progress, text=formatting.progress(status))
    elif status.state == STOPPED:
        st.caption(formatting.plain(status.message or "Stopped before the first step."))
