"""The curves of a run, each with a sentence on how to read it for the loss at play.

To build a figure takes longer than all the rest of a page, so figures are kept: all who look at a run share them.
"""

from collections.abc import Callable, Mapping
from math import log
from pathlib import Path
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from ganlib import plots
from ganlib.catalog import labels, losses
from ganlib.catalog.losses import Loss
from ganlib.catalog.training import CATEGORIES, EQUILIBRIUM, INFORMATION
from ganlib.config import FIELDS
from ganlib.plots import Event
from ganlib.runs.folder import Run
from ui.common import address, cached

MARKED = ("paused", "resumed", "changed")
"""Events that interrupt a curve and are therefore drawn into it."""


PROJECTOR = "projector"
"""Parameter of the address: what an audience looks at is enlarged, and the rest hidden (`style.css`)."""

_UNTIL_MEASURED = 220  # pixels, until the browser has measured its slot, whose height the chart then takes
_SHARP = 2  # pixels of a saved PNG for each on the screen
_LARGE = 1.4  # times the usual size of type, for a projector
_AXES = {"step", "epoch"}
_NORMS = (
    "how strongly each network is pulled at a step. A norm near 0 means that this network no longer learns; "
    "one that shoots up by powers of ten comes before a breakdown."
)

_EQUILIBRIUM = dict(zip(EQUILIBRIUM, ("k", "M, convergence"), strict=True))
_BALANCED = (
    "k says how much D cares about fakes, 0 to 1: it rises while they are copied better than gamma allows, and falls "
    "while they are worse. Kept at 0 or 1, the game is out of balance. M is the error of real images and how far fakes "
    "are off the ratio gamma: the lower, the better the training has converged; it is what to compare runs by."
)

_INFORMATION = {name: name.removeprefix("information_").replace("_", " ").capitalize() for name in INFORMATION}
_INFORMED = (
    "what D reads off G's images of what G was told, in nats. The category can reach log 10 = 2.30, where each "
    "image gives it away; a code has no end, at .35 half of its variance is known, and near 0 it is ignored."
)


def draw(figure: go.Figure, key: str, alt: str, **options: Any) -> None:
    """Draw a figure with one button, seen under the pointer, that saves it as PNG, SVG or CSV (`save_chart.js`)."""
    saved = {"filename": key.replace("_", "-"), "format": "png", "scale": _SHARP}
    config = {
        "displayModeBar": "hover", "displaylogo": False, "modeBarButtons": [["toImage"]], "toImageButtonOptions": saved
    }  # fmt: skip
    st.plotly_chart(figure, key=key, config=config, alt=alt, **options)


def are_there(run: Run) -> bool:
    return cached.metrics(*cached.metrics_stamp(run)).keys() >= _AXES


def show(run: Run, loss: Loss | None, is_live: bool = False) -> None:
    """Draw the losses and D's output of a run, one above the other; as sketches while it trains.

    How to read them is asked for at the titles.
    """
    columns = cached.metrics(*cached.metrics_stamp(run))
    if not columns.keys() >= _AXES:  # a run that someone handed on may lack them for good
        st.caption("No curves yet: they begin after ten steps.")
        return
    adversary = _adversary(loss)
    _draw_one(
        run, loss, is_live, "losses", "Losses", loss.how_to_read if loss else "",
        f"Losses of generator and {adversary.lower()} over the steps",
    )  # fmt: skip
    if loss and loss.has_autoencoder:
        _draw_one(
            run, loss, is_live, "errors", "Reconstruction error", loss.scores_reading,
            "Mean error of D's copies of real and of fake images",
        )  # fmt: skip
        return
    _draw_one(
        run, loss, is_live, "scores", f"{adversary}'s mean output", loss.scores_reading if loss else "",
        f"Mean output of the {adversary.lower()} for real and for fake images",
    )  # fmt: skip


def show_norms(run: Run, loss: Loss | None, is_live: bool = False) -> None:
    """Draw the norms of both networks' gradients."""
    if "g_grad_norm" not in cached.metrics(*cached.metrics_stamp(run)):
        st.caption("No gradient norms were measured.")
        return
    _draw_one(run, loss, is_live, "norms", "Gradient norms", _NORMS, "Gradient norms of both networks over the steps")


def has_information(run: Run) -> bool:
    return INFORMATION[0] in cached.metrics(*cached.metrics_stamp(run))


def show_information(run: Run, loss: Loss | None, is_live: bool = False) -> None:
    """Draw what an InfoGAN's D reads off images."""
    _draw_one(
        run, loss, is_live, "information", "Information", _INFORMED, "What D reads of category and codes, in nats"
    )


def has_equilibrium(run: Run) -> bool:
    return EQUILIBRIUM[0] in cached.metrics(*cached.metrics_stamp(run))


def show_equilibrium(run: Run, loss: Loss | None, is_live: bool = False) -> None:
    """Draw a BEGAN's k and its measure of convergence."""
    _draw_one(run, loss, is_live, "equilibrium", "Equilibrium", _BALANCED, "k and the measure of convergence M")


def _draw_one(run: Run, loss: Loss | None, is_live: bool, name: str, title: str, reading: str, alt: str) -> None:
    events = tuple((float(event["step"]), label(event)) for event in run.events() if event["event"] in MARKED)
    reading = f"How to read it: {reading}  \nThick is smoothed, thin is as measured." if reading else ""
    with st.container(key=f"live_chart_{name}", gap=None):
        st.subheader(title, anchor=False, help=reading or None)
        is_large = bool(address.get(PROJECTOR))
        margin = run.config.margin if loss and loss.has_margin else None
        figure = _figure(name, cached.metrics_stamp(run), events, loss.name if loss else None, is_large, margin)
        if is_live:
            st.html(plots.sketch(figure, alt))
        else:
            draw(figure, f"live_{name}_{run.id}", alt, height="stretch")


def show_one(run: Run, loss: Loss, name: str, key: str) -> None:
    """Draw the losses or scores of a run that has curves, and say how to read them."""
    adversary = _adversary(loss).lower()
    alts = {
        "losses": f"Losses of generator and {adversary} over the steps",
        "scores": f"Mean output of the {adversary} for real and for fake images",
    }
    events = tuple((float(event["step"]), label(event)) for event in run.events() if event["event"] in MARKED)
    draw(_figure(name, cached.metrics_stamp(run), events, loss.name, False), key, alts[name])
    st.caption(f"How to read it: {loss.how_to_read if name == 'losses' else loss.scores_reading}")


def label(event: Mapping[str, Any]) -> str:
    """Say in a few words what an event changed, such as "G rate 0.0001", a line each, or else what it was."""
    changes = [f"{_short(name)} {labels.number(value)}" for name, value in event.get("settings", {}).items()]
    return "<br>".join(changes) or str(event["event"])


def _short(name: str) -> str:
    return FIELDS[name].label.replace("learning rate", "rate").replace(" per step", "")


@st.cache_resource(max_entries=96, show_spinner=False)
def _figure(
    name: str,
    stamp: cached.Stamp,
    events: tuple[Event, ...],
    loss: str | None,
    is_large: bool = False,
    margin: float | None = None,
) -> go.Figure:
    """Build a figure of `_FIGURES`; everything it depends on is in the arguments."""
    common: dict[str, Any] = {"events": events, "uirevision": Path(stamp[0]).parent.name}  # the run's id
    common |= {"margin": margin} if name == "errors" else {}
    figure = _FIGURES[name](cached.metrics(*stamp), losses.get(loss) if loss else None, common)
    _compact(figure, _LARGE if is_large else 1.0)
    return figure


def _compact(figure: go.Figure, scale: float) -> None:
    """Let the curves have all the room there is: the title stands above, and margins that Plotly need not measure."""
    margin = {"l": 44 * scale, "r": figure.layout.margin.r * scale, "t": 24 * scale, "b": 42 * scale}
    figure.update_layout(height=_UNTIL_MEASURED, margin=margin, font_size=12 * scale)
    figure.update_layout(legend={"x": 1, "xanchor": "right", "y": 1, "yanchor": "bottom"})
    figure.update_annotations(font_size=11 * scale)
    figure.update_xaxes(automargin=False, title={"standoff": 2}, tickfont_size=12 * scale)
    figure.update_yaxes(automargin=False, title=None, tickfont_size=12 * scale)


def _losses(columns: Any, loss: Loss | None, common: Mapping[str, Any]) -> go.Figure:
    g_balance, d_balance = (loss.g_balance, loss.d_balance) if loss else (None, None)
    return plots.loss_figure(columns, adversary=_adversary(loss), g_balance=g_balance, d_balance=d_balance, **common)


def _scores(columns: Any, loss: Loss | None, common: Mapping[str, Any]) -> go.Figure:
    reference = (loss.decision_threshold, "undecided") if loss and loss.decision_threshold is not None else None
    return plots.scores_figure(columns, score_title="mean output", reference=reference, **common)


_FIGURES: Mapping[str, Callable[..., go.Figure]] = {
    "losses": _losses,
    "scores": _scores,
    "errors": lambda columns, loss, common: plots.errors_figure(columns, **common),
    "equilibrium": lambda columns, loss, common: plots.columns_figure(columns, _EQUILIBRIUM, "k and M", **common),
    "information": lambda columns, loss, common: plots.columns_figure(
        columns, _INFORMATION, "nats", (log(len(CATEGORIES)), "all of it"), **common
    ),
    "norms": lambda columns, loss, common: plots.grad_norm_figure(columns, _adversary(loss), **common),
}


def _adversary(loss: Loss | None) -> str:
    return loss.adversary if loss else "Discriminator"
