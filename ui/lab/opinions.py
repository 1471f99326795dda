"""Whose opinion colours the plane of the Lab: D's own, the best possible one, or what D misses."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from ganlib.config import TrainConfig
from ganlib.data import points
from ganlib.runs.folder import Run
from ganlib.runs.frames import CELLS
from ui.common import cached, handout, inference_guard, linked_widgets
from ui.lab import plane

OWN, IDEAL, MISSED = "own", "ideal", "missed"
TITLES = {OWN: "As trained", IDEAL: "Ideal D", MISSED: "What D misses"}
READINGS = {
    IDEAL: "The best D there could be against this G: p / (p + q) in each square, where p is the density of the data "
    "and q that of the samples. White: neither comes here, or both alike.",
    MISSED: "Green: the ideal D trusts this place more than D does. Purple: less. White: D is right.",
}


def choose(why_not: str) -> tuple[str, DeltaGenerator]:
    """Let the opinion be chosen; return its name, and the place beside the choice for what is to be told.

    `why_not` says why there is only D's own, or is "".
    """
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        chosen = OWN if why_not else _ask()
        if why_not and not handout.is_hidden("opinion"):
            st.segmented_control(
                "Whose opinion", list(TITLES), default=OWN, format_func=TITLES.__getitem__, disabled=True,
                key="lab_opinion_waits", label_visibility="collapsed",
            )  # fmt: skip
        with st.container(width="stretch"):
            beside = st.empty()
    if why_not:
        beside.caption(why_not)
    return chosen, beside


def _ask() -> str:
    return linked_widgets.choice(
        "opinion", "Whose opinion", TITLES, OWN, "Whose opinion colours the plane.", label_visibility="collapsed"
    )


def show(run: Run, config: TrainConfig, layers: Sequence[str], name: str, beside: DeltaGenerator) -> None:
    """Show the ideal opinion, or what D misses of it, behind the points that training ended with.

    Until it is computed, the place `beside` the choice says so, where it hides nothing.
    """
    with (
        beside,
        st.spinner("Computing the ideal discriminator: a few seconds, half a minute on a busy machine."),
        inference_guard.at_work(),
    ):
        ideal, trained, divergence = _opinions(str(run.path), *inference_guard.stamps(run, None, "generator"))
    opinion = ideal if name == IDEAL else 0.5 + (ideal - trained) / 2
    plane.show_opinion(run, config, layers, opinion, name)
    told = f"Jensen-Shannon divergence in these squares: {divergence:.3f} (0: alike; 0.693: no overlap)."
    st.caption(f"{READINGS[name]} {told}")


@st.cache_data(max_entries=16, show_spinner=False)
def _opinions(path: str, *stamps: cached.Stamp) -> tuple[np.ndarray, np.ndarray, float]:
    """Return D* and D's probability in each square, and the divergence of samples and data."""
    from scipy.special import expit

    from ganlib.explore import ideal_discriminator
    from ganlib.runs import frames

    run = Run(Path(path))
    generator = inference_guard.sampler(run).generator
    found = ideal_discriminator.masses(generator, run.config, points.get(run.config.dataset), CELLS)
    logits = inference_guard.discriminator(run).scores(frames.places(CELLS))
    return found.discriminator, expit(logits).reshape(CELLS, CELLS), found.jensen_shannon
