"""Where a run stands, and what to do if it is not well."""

import streamlit as st

from ganlib.runs.folder import Run
from ganlib.runs.records import CHANGED
from ganlib.runs.status import FAILED, FINISHED, GETTING_READY, INTERRUPTED, QUEUED, RUNNING, Status
from ui.common import formatting, page_layout, run_details

_ENDED = {
    "epochs": "Training complete: all epochs done",
    "max_steps": "Training complete: step limit reached",
    "max_seconds": "Training complete: time limit reached",
}
_SHIPPED = "It came with the app. **Train it yourself** begins a new run with its settings."
_UNREPEATED = " What was changed during the training is not repeated; see Events."

_KEPT = (
    "Nothing written until then is lost. Resume goes on from the last checkpoint; to try other settings, "
    "start a new run on the Train page."
)


def show(run: Run, status: Status) -> None:
    """Say on one line where the run stands and, if it is not well, what to do: one element, whatever the state."""
    if status.state == FAILED:
        _line("red", "error", status.message or "The training failed and left no message.", _KEPT)
    elif status.state == INTERRUPTED:
        _line("orange", "warning", "The training process is gone; resume to go on from the last checkpoint.")
    elif status.state == QUEUED:
        _line("gray", "hourglass_empty", run_details.place_in_queue(run, status))
    elif status.state == FINISHED:
        st.markdown(_finished(run, status))
    elif status.state == RUNNING and (status.message == GETTING_READY or not status.step):
        st.progress(status.progress, text="Getting ready: reading the images and building the networks.")
    elif status.step:
        told = "" if status.state == RUNNING else f"{formatting.STATES[status.state].label} · "
        st.progress(status.progress, text=told + formatting.progress(status))
    else:
        _line("gray", "stop", status.message or "Stopped before the first step.")


def warn(sentence: str) -> None:
    """Say what is wrong with a run on one line."""
    _line("orange", "warning", sentence)


def _line(colour: str, icon: str, sentence: str, more: str | None = None) -> None:
    st.markdown(f":{colour}[:material/{icon}:] {page_layout.in_words(sentence)}", help=more)


def _finished(run: Run, status: Status) -> str:
    parts = [_ENDED.get(status.ended_by, "Training complete"), formatting.progress(status)]
    parts.append(f"{formatting.duration(status.seconds)} of training")
    if run.is_shipped:
        was_changed = any(event.get("event") == CHANGED for event in run.events())
        parts = [f"{_SHIPPED}{_UNREPEATED * was_changed} {parts[1]}", *parts[2:]]  # a sentence needs no dot after it
    return " · ".join(parts)
