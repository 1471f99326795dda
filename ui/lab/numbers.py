"""Beside the picture of the Lab: how well the modes are covered, and the losses."""

import numpy as np
import streamlit as st

from ganlib import plots
from ganlib.catalog.losses import Loss
from ganlib.config import TrainConfig
from ganlib.data import points
from ganlib.metrics import mixture
from ganlib.metrics.doctor import checks
from ganlib.runs import frames
from ganlib.runs.folder import Run
from ganlib.runs.frames import POINTS
from ganlib.runs.status import ACTIVE, QUEUED, Status
from ui.common import cached, charts, doctor_report, evaluation_table, formatting, page_layout

_HEIGHT = 280  # pixels of a chart
_FINDINGS = 210  # pixels for what the doctor finds
_RECENT = 0.9  # of the steps so far


def show(run: Run, config: TrainConfig, status: Status, loss: Loss, key: str) -> None:
    """Show how well a run covers its modes, and its losses so far; `key` ends the key of the chart."""
    done = f"{formatting.steps_of(status)}, {status.seconds:.0f} s of training"
    if status.state in ACTIVE:
        done += " (the picture is ahead)"
    st.caption(loss.title if status.state == QUEUED else f"{loss.title}. {done}")
    _show_coverage(run, config)
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


def _show_coverage(run: Run, config: TrainConfig) -> None:
    """Show how many modes have samples: as evaluated, once there is an evaluation of the newest frame."""
    frame = frames.read(run.path, frames.steps(run.path)[-1:])
    distribution = points.modes(config.dataset)
    if not frame or distribution is None:
        return
    evaluated = [each for each in evaluation_table.of(run) if each.step >= frame[0].step and each.modes]
    if evaluated:
        newest = max(evaluated, key=lambda each: (each.step, each.count))
        count, found = newest.count, int(np.count_nonzero(newest.modes))
        good_share = newest.values.get("good_share", float("nan"))
    else:
        mode, good = mixture.nearest(frame[0].points.astype(float), distribution)
        count, found, good_share = len(good), len(np.unique(mode[good])), float(good.mean())
    left, right = st.columns(2)
    left.metric(
        "Modes found", f"{found} of {len(distribution.centres)}",
        help=f"Modes with at least one good sample among {count:,}: while it trains, the {POINTS} points of the newest "
        "frame; at the end, all that were evaluated. More samples find more modes.",
    )  # fmt: skip
    right.metric(
        "Good samples", f"{good_share:.0%}",
        help=f"Share of {count:,} samples within three standard deviations of a mode; real points get 99 %.",
    )  # fmt: skip
    st.caption(f"Counted among {count:,} samples.")


def show_findings(run: Run, status: Status) -> None:
    """Show in a word each what the doctor finds, and the evidence, in a place whose size stays.

    While a run trains, what was found of its samples a while ago is left out: the numbers above are newer.
    """
    oldest = _RECENT * status.step if status.state in ACTIVE else 0
    with st.container(height=_FINDINGS, border=False, gap="xsmall"):
        for finding in doctor_report.of(run, status):
            if finding.about == checks.QUALITY and finding.steps[1] < oldest:
                continue
            doctor_report.badge_of(finding)
            st.caption(page_layout.in_words(finding.evidence), help=page_layout.in_words(finding.meaning))
