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
from ganlib.runs.frames import Frame
from ganlib.runs.status import Status
from ui.common import cached, charts

_HEIGHT = 280  # pixels of a chart


def show(run: Run, config: TrainConfig, status: Status, loss: Loss) -> None:
    """Show the numbers of a run's newest frame, and its losses so far."""
    st.caption(f"Step {status.step:,} of {status.total_steps:,}, {status.seconds:.0f} s of training")
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
    charts.draw(figure, f"lab_losses_{run.id}", "Losses of G and D")
    st.caption(f"How to read it: {loss.how_to_read}")


def show_push(frame: Frame, loss: str) -> None:
    """Show how hard each loss would push the points of a frame."""
    st.subheader("The same points under every loss", anchor=False)
    figure = plots.push_figure(frame.scores.astype(float), loss)
    charts.draw(figure, "lab_push", "Push of each loss by D's logit")
    st.caption(
        "How to read it: every loss pushes a generated point along D's own slope, towards what D takes for real; they "
        "differ in how hard. A mark at the bottom is a point. Far to the left D is sure that it is generated: there "
        "minimax pushes no more, and the non-saturating loss most; least squares pushes back what D rates above 1."
    )
