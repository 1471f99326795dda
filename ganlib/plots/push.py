"""How hard each loss pushes a generated sample, by what D says of it."""

from collections.abc import Callable, Mapping

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go
from scipy.special import expit

from ganlib.catalog import losses
from ganlib.plots import palette
from ganlib.plots.base import framed

Floats = npt.NDArray[np.floating]

PUSH: Mapping[str, Callable[[Floats], Floats]] = {
    "minimax": expit,
    "non_saturating": lambda logits: expit(-logits),
    "dragan": lambda logits: expit(-logits),
    "lsgan": lambda logits: 1 - logits,
    "wgan": np.ones_like,
    "wgan_gp": np.ones_like,
    "hinge": np.ones_like,
}
"""Minus the slope of G's loss by the logit. A sample is pushed along D's own slope, this many times as hard under each
loss: the direction is the same for all of them. Below 0 it is pushed the other way."""

_ALIKE = {"non_saturating": "Non-saturating, DRAGAN", "wgan": "Wasserstein, hinge"}
_DRAWN = ("minimax", "non_saturating", "lsgan", "wgan")
_RANGE = (-8.0, 8.0)


def distinct_losses() -> dict[str, str]:
    """Return losses under which G is pushed differently, and what each of them, with those alike, is called."""
    return {name: _ALIKE.get(name, losses.get(name).title) for name in _DRAWN}


def pushes_under(logits: Floats, slopes: Floats) -> dict[str, Floats]:
    """Return the push of samples under each loss of `distinct_losses`.

    Args:
        logits: D's logits, shape (N,).
        slopes: the gradient of D's output by each sample, shape (N, ...).

    Returns:
        By the loss: minus the gradient of G's loss of each sample alone, float64, of the shape of `slopes`.
    """
    logits, slopes = logits.astype(float), slopes.astype(float)
    along = logits.reshape(-1, *(1,) * (slopes.ndim - 1))
    return {name: PUSH[name](along) * slopes for name in _DRAWN}


def push_figure(logits: Floats, loss: str, chosen: float | None = None) -> go.Figure:
    """Draw how hard losses push over the logit, `loss` thick, and where the samples' logits, shape (N,), are.

    `chosen` is the logit of one sample, where the curves are marked.
    """
    low, high = min(_RANGE[0], float(np.min(logits))), max(_RANGE[1], float(np.max(logits)))
    across = np.linspace(low, high, 161)
    played = next(name for name in _DRAWN if PUSH[name](across).tolist() == PUSH[loss](across).tolist())
    traces: list[go.Scatter] = [
        go.Scatter(
            x=across, y=np.round(PUSH[name](across), 4), mode="lines",
            name=title,
            line={"color": palette.RUNS[place], "width": 3 if name == played else 1.5},
        )
        for place, (name, title) in enumerate(distinct_losses().items())
    ]  # fmt: skip
    marker = {"symbol": "line-ns-open", "color": palette.FAKE, "size": 10, "opacity": 0.5}
    traces.append(
        go.Scatter(x=np.round(logits, 3), y=np.zeros(len(logits)), mode="markers", name="samples", marker=marker)
    )
    figure = framed(traces, "push", "push")
    if chosen is not None:
        figure.add_vline(x=round(chosen, 3), line={"color": palette.FAKE, "width": 2, "dash": "dot"})
    figure.update_xaxes(title_text="D's logit of the sample", range=[low, high], rangemode="normal")
    figure.update_xaxes(unifiedhovertitle_text="logit %{x:.1f}")
    figure.update_yaxes(range=[-0.2, 2.2])
    return figure
