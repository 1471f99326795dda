"""The curves of a run, each with a sentence on how to read it for the loss at play.

To build a figure takes longer than all the rest of a page, so figures are kept: all who look at a run share them.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from ganlib import plots
from ganlib.catalog import labels, losses
from ganlib.catalog.losses import Loss
from ganlib.config import FIELDS
from ganlib.plots import Event
from ganlib.runs.folder import Run
from ui.common import cached

MARKED = ("paused", "resumed", "changed")
"""Events that interrupt a curve and are therefore drawn into it."""


_AXES = {"step", "epoch"}
_NORMS = (
    "how strongly each network is pulled at a step. A norm near 0 means that this network no longer learns; "
    "one that shoots up by powers of ten comes before a breakdown."
)


def draw(figure: go.Figure, key: str, alt: str) -> None:
    st.plotly_chart(figure, key=key, config={"displayModeBar": False}, alt=alt)


def are_there(run: Run) -> bool:
    return cached.metrics(*cached.metrics_stamp(run)).keys() >= _AXES


def show(run: Run, loss: Loss | None) -> None:
    """Draw the losses and D's output of a run, and its gradient norms for those who ask."""
    stamp = cached.metrics_stamp(run)
    columns = cached.metrics(*stamp)
    if not columns.keys() >= _AXES:  # a run that someone handed on may lack them for good
        st.caption("No curves yet: they begin after ten steps.")
        return
    adversary = _adversary(loss)
    events = tuple((float(event["step"]), label(event)) for event in run.events() if event["event"] in MARKED)

    def draw_one(name: str, alt: str) -> None:
        draw(_figure(name, stamp, events, loss.name if loss else None), f"live_{name}_{run.id}", alt)

    left, right = st.columns(2, gap="medium")
    with left:
        st.subheader("Losses", anchor=False)
        draw_one("losses", f"Losses of generator and {adversary.lower()} over the steps")
        if loss:
            st.caption(f"How to read it: {loss.how_to_read}")
    with right:
        st.subheader(f"{adversary}'s mean output", anchor=False)
        draw_one("scores", f"Mean output of the {adversary.lower()} for real and for fake images")
        if loss:
            st.caption(f"How to read it: {loss.scores_reading}")

    st.caption("In all curves: thick is smoothed, thin is as measured.")
    if "g_grad_norm" not in columns:
        return
    folded = st.expander("Gradient norms", key=f"live_gradients_{run.id}", on_change="rerun")
    if folded.open:
        with folded:
            draw_one("norms", "Gradient norms of both networks over the steps")
            st.caption(f"How to read it: {_NORMS}")


def label(event: Mapping[str, Any]) -> str:
    """Say in a few words what an event changed, such as "G learning rate 0.0001", or else what it was."""
    changes = [f"{FIELDS[name].label} {labels.number(value)}" for name, value in event.get("settings", {}).items()]
    return ", ".join(changes) or str(event["event"])


@st.cache_resource(max_entries=96, show_spinner=False)
def _figure(name: str, stamp: cached.Stamp, events: tuple[Event, ...], loss: str | None) -> go.Figure:
    """Build a figure of `_FIGURES`; everything it depends on is in the arguments."""
    common = {"events": events, "uirevision": Path(stamp[0]).parent.name}  # the run's id
    return _FIGURES[name](cached.metrics(*stamp), losses.get(loss) if loss else None, common)


def _losses(columns: Any, loss: Loss | None, common: Mapping[str, Any]) -> go.Figure:
    g_balance, d_balance = (loss.g_balance, loss.d_balance) if loss else (None, None)
    return plots.loss_figure(columns, adversary=_adversary(loss), g_balance=g_balance, d_balance=d_balance, **common)


def _scores(columns: Any, loss: Loss | None, common: Mapping[str, Any]) -> go.Figure:
    reference = (loss.decision_threshold, "undecided") if loss and loss.decision_threshold is not None else None
    return plots.scores_figure(columns, score_title="mean output", reference=reference, **common)


_FIGURES: Mapping[str, Callable[..., go.Figure]] = {
    "losses": _losses,
    "scores": _scores,
    "norms": lambda columns, loss, common: plots.grad_norm_figure(columns, _adversary(loss), **common),
}


def _adversary(loss: Loss | None) -> str:
    return loss.adversary if loss else "Discriminator"
