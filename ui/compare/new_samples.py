"""Fresh samples of a run at a checkpoint of its training, kept for all who look at the same."""

from pathlib import Path
from typing import NamedTuple

import streamlit as st

from ganlib.runs.store import Run
from ganlib.utils import images
from ui.common import cached, inference_guard

COUNT = 64
_SHARP = 900  # pixels: nearest neighbour here, so that the browser has little left to smooth


class Fresh(NamedTuple):
    """A sheet as a PNG, and the step of the weights that drew it."""

    png: bytes
    step: int


def sheet(run: Run, until: int | None, seed: int) -> Fresh:
    """Draw 64 samples.

    Args:
        run: whose.
        until: the weights are the last that were kept at or before this step; None takes the newest.
        seed: what the latent vectors are drawn with.

    Raises:
        UserError: there are no weights, or the backend cannot be used.
    """
    step = kept_step(run, until)
    return _sheet(str(run.path), step, seed, *inference_guard.stamps(run, step, "generator"))


def kept_step(run: Run, until: int | None) -> int | None:
    """Return the snapshot to draw with: the last at or before a step, else the first; None for the newest weights."""
    steps = [step for step, _ in run.snapshots()]
    if until is None or not steps:
        return None
    return max((step for step in steps if step <= until), default=steps[0])


@st.cache_data(max_entries=64, show_spinner="Drawing samples")
def _sheet(path: str, step: int | None, seed: int, *stamps: cached.Stamp) -> Fresh:
    with inference_guard.at_work():
        sampler = inference_guard.sampler(Run(Path(path)), step)
        drawn = images.sheet(sampler.images(sampler.latents(COUNT, seed)))
    return Fresh(images.png_bytes(images.enlarge(drawn, _SHARP)), sampler.step)
