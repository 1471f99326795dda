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
    if not are_there(run):  # a run that someone handed on may lack them for good
        st.caption("No curves yet: they begin after ten steps.")
        return
    left, right = st.columns(2, gap="medium")
    with left:
        st.subheader("Losses", anchor=False)
        show_one(run, loss, "losses", f"live_losses_{run.id}")
    with right:
        st.subheader(f"{_adversary(loss)}'s mean output", anchor=False)
        show_one(run, loss, "scores", f"live_scores_{run.id}")
    st.caption("In all curves: thick is smoothed, thin is as measured.")
    if "g_grad_norm" not in cached.metrics(*cached.metrics_stamp(run)):
        return
    folded = st.expander("Gradient norms", key=f"live_gradients_{run.id}", on_change="rerun")
    if folded.open:
        with folded:
            show_one(run, loss, "norms", f"live_norms_{run.id}")


def show_one(run: Run, loss: Loss | None, name: str, key: str) -> None:
    """Draw one chart of a run that has curves, and say how to read it.

    Args:
        run: whose.
        loss: the game that it plays, as far as it is known.
        name: losses, scores or norms.
        key: of the chart.
    """
    events = tuple((float(event["step"]), label(event)) for event in run.events() if event["event"] in MARKED)
    alts = {
        "losses": f"Losses of generator and {_adversary(loss).lower()} over the steps",
        "scores": f"Mean output of the {_adversary(loss).lower()} for real and for fake images",
        "norms": "Gradient norms of both networks over the steps",
    }
    draw(_figure(name, cached.metrics_stamp(run), events, loss.name if loss else None), key, alts[name])
    readings = {"losses": loss.how_to_read, "scores": loss.scores_reading} if loss else {}
    if reading := {**readings, "norms": _NORMS}.get(name):
        st.caption(f"How to read it: {reading}")


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
