"""Time machine: the same points of latent space at every snapshot of the training."""

from dataclasses import replace
from typing import NamedTuple

import numpy as np
import streamlit as st

from ui.common import code, inference_guard, linked_widgets
from ui.common.code import Tape
from ui.explore import image_widgets, workbench
from ui.explore.view_context import ViewContext

TITLE = "Time machine"
ABOUT = (
    "The anchors at every snapshot of the training: the latent vectors stay the same, the generator learns. See when "
    "a picture finds its shape, and whether it still wanders at the end."
)

_STRIP = 12  # snapshots
_LARGE, _WIDTH = 116, 640  # pixels


class History(NamedTuple):
    """What became of the anchors."""

    steps: list[int]  # the snapshots, in order of training
    pictures: np.ndarray  # uint8, (snapshots, anchors, H, W, C)
    picture: np.ndarray  # one row an anchor, one column a snapshot of a strip, evenly thinned
    kept: list[int]  # which of the snapshots those are


def draw(tape: Tape, context: ViewContext) -> History:
    """Draw the anchors at every snapshot. Use it inside `inference_guard.at_work`."""
    from ganlib.explore import time_machine

    sampler = context.sampler(tape)
    anchors = context.stacked(tape, sampler)
    found = tape.note(
        "history",
        _history(anchors, context.label, _weights(context, "generator"), context),
        time_machine.history,
        context.run,
        anchors,
        **({} if context.label is None else {"label": context.label}),
    )
    steps, pictures = tape.item("steps", found, 0), tape.item("drawn", found, 1)
    kept = np.unique(np.linspace(0, len(steps) - 1, min(_STRIP, len(steps))).round().astype(int)).tolist()
    rows = tape.call("rows", np.swapaxes, tape.item("some", pictures, kept), 0, 1)
    flat = tape.call("flat", np.concatenate, rows)
    return History(steps, pictures, image_widgets.mosaic(tape, flat, len(kept)), kept)


def show(context: ViewContext) -> None:
    st.caption(ABOUT)
    if not context.anchors:
        st.info("This needs an anchor: click a picture in the sample grid.")
        return
    tape = Tape()
    with st.spinner("Looking back at every snapshot"), inference_guard.at_work():
        history = draw(tape, context)
    if len(history.steps) < 2:
        st.info(
            "This run has one checkpoint only. A run that you train keeps snapshots on its way; what this one "
            "drew while it learned is on its own page, with the slider under its pictures."
        )
        return
    _snapshot(context, history)
    st.markdown("**From the first snapshot to the last**")
    _strip(context, history)
    first, last = history.steps[0], history.steps[-1]
    st.caption(f"One row an anchor ({', '.join(context.letters)}), from step {first:,} at the left to step {last:,}.")
    code.show(tape.code())


@st.cache_data(max_entries=8, show_spinner=False)
def _history(
    anchors: np.ndarray, label: int | None, weights: tuple[object, ...], _context: ViewContext
) -> tuple[list[int], np.ndarray]:
    from ganlib.explore import time_machine

    return time_machine.history(_context.run, anchors, label)


def _strip(context: ViewContext, history: History) -> None:
    """Show the anchors at some snapshots, each scored by the D of then where scores are asked for."""
    columns = len(history.kept)
    alt = f"The anchors {', '.join(context.letters)}, one a row, at {columns} snapshots from left to right"
    if not context.with_scores:
        st.image(image_widgets.png(history.picture), width="stretch", output_format="PNG", alt=alt)
        return
    with st.spinner("Asking every snapshot"), inference_guard.at_work():
        pictures = history.pictures[history.kept]
        checkpoints = [_then(context, history, index) for index in history.kept]
        scores = _scores(pictures, context.label, _weights(context, "discriminator"), checkpoints)
    flat = np.concatenate(np.swapaxes(pictures, 0, 1))
    image_widgets.scored(flat, scores.T.ravel(), columns, _WIDTH, alt, "explore_history")


@st.cache_data(max_entries=8, show_spinner=False)
def _scores(
    pictures: np.ndarray, label: int | None, weights: tuple[object, ...], _checkpoints: list[ViewContext]
) -> np.ndarray:
    """Return what D put out at each checkpoint, (checkpoints, anchors)."""
    return np.stack([then.scores(some) for then, some in zip(_checkpoints, pictures, strict=True)])


def _then(context: ViewContext, history: History, index: int) -> ViewContext:
    return replace(context, step=None if index == len(history.steps) - 1 else history.steps[index])


def _weights(context: ViewContext, network: str) -> tuple[object, ...]:
    """Return what changes when any of the run's weights do."""
    return *inference_guard.stamps(context.run, None, network), *context.run.snapshots()


def _snapshot(context: ViewContext, history: History) -> None:
    stops = {str(step): f"step {step:,}" for step in history.steps}
    bench = workbench.begin()
    with bench.controls:
        step = linked_widgets.stops("t", "Snapshot", stops, str(history.steps[-1]), "Move it through the training.")
    index = history.steps.index(int(step))
    then = _then(context, history, index)
    with bench.picture, st.container(horizontal=True, gap="small"):
        for letter, picture in zip(context.letters, history.pictures[index], strict=True):
            with st.container(width=_LARGE, gap="xxsmall"):
                alt = f"Anchor {letter} at step {history.steps[index]:,}"
                image_widgets.one(then, picture, _LARGE, alt, letter)
