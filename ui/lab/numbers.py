"""Beside the picture of the Lab: how well the modes are covered, and the losses."""

import numpy as np
import streamlit as st

from ganlib import plots
from ganlib.catalog.losses import Loss
from ganlib.config import TrainConfig
from ganlib.data import points
from ganlib.metrics import mixture
from ganlib.runs import frames
from ganlib.runs.folder import Run
from ganlib.runs.status import ACTIVE, Status
from ui.common import cached, charts, doctor_report, page_layout

_HEIGHT = 280  # pixels of a chart
_FINDINGS = 210  # pixels for what the doctor finds


def show(run: Run, config: TrainConfig, status: Status, loss: Loss, key: str) -> None:
    """Show the numbers of a run's newest frame, and its losses so far; `key` ends the key of the chart."""
    st.caption(f"{loss.title}. Step {status.step:,} of {status.total_steps:,}, {status.seconds:.0f} s of training")
    found = frames.read(run.path, frames.steps(run.path)[-1:])
    distribution = points.modes(config.dataset)
    if found and distribution:
        mode, good = mixture.nearest(found[0].points.astype(float), distribution)
        modes = len(distribution.centres)
        left, right = st.columns(2)
        left.metric(
            "Modes found", f"{len(np.unique(mode[good]))} of {modes}",
            help="Modes with at least one good sample among the 400 points of the newest frame.",
        )  # fmt: skip
        right.metric(
            "Good samples", f"{good.mean():.0%}",
            help="Share within three standard deviations of a mode; real points get 99 %.",
        )  # fmt: skip
    columns = cached.metrics(*cached.metrics_stamp(run))
    if not columns.keys() >= {"step", "g_loss", "d_loss"}:
        st.caption("The losses appear after 50 steps.")
        return
    figure = plots.loss_figure(columns, adversary=loss.adversary, g_balance=loss.g_balance, d_balance=loss.d_balance)
    figure.update_layout(height=_HEIGHT)
    alt = "Losses of G and D"
    if status.state in ACTIVE:
        with st.container(key=f"lab_sketch_{key}"):
            st.html(plots.sketch(figure, alt))
    else:
        charts.draw(figure, f"lab_losses_{key}", alt)
    st.caption(f"How to read it: {loss.how_to_read}")


def show_findings(run: Run, status: Status) -> None:
    """Show in a word each what the doctor finds, and the evidence, in a place whose size stays."""
    with st.container(height=_FINDINGS, border=False, gap="xsmall"):
        for finding in doctor_report.of(run, status):
            doctor_report.badge_of(finding)
            st.caption(page_layout.in_words(finding.evidence), help=page_layout.in_words(finding.meaning))
