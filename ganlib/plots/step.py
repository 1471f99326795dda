"""One training step, taken apart: logits, losses, gradients and pushes of a batch."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from ganlib.plots import palette
from ganlib.plots.base import CLEAR, GRID, faded, framed
from ganlib.plots.loss_terms import Term

Floats = npt.NDArray[np.floating[Any]]

UP, DOWN = "#cc7a1a", "#2a9191"
"""A pixel that is to become brighter, and one that is to become darker."""


def signed_pictures(values: Floats, largest: float | None = None) -> npt.NDArray[np.uint8]:
    """Turn signed numbers per pixel into pictures: white is 0, `UP` more, `DOWN` less; colour channels are averaged.

    Args:
        values: float, shape (N, H, W, C).
        largest: the size that gets the full colour, by default one that 1 % of all pixels exceed.

    Returns:
        uint8, shape (N, H, W, 3).
    """
    flat = values.mean(axis=-1)
    top = max(float(np.percentile(np.abs(flat), 99)) if largest is None else largest, 1e-12)
    share = np.clip(np.abs(flat) / top, 0, 1)[..., None]
    ends = np.where(flat[..., None] > 0, _rgb(UP), _rgb(DOWN))
    return np.asarray(np.rint(255 + (ends - 255) * share), np.uint8)


def latents_figure(latents: Floats, labels: int = 0) -> go.Figure:
    """Draw z: a row is a sample, a column one of its numbers. Read it as noise: no row is like another.

    Behind a line stand so many numbers of its label, of which one is 1.
    """
    figure = go.Figure(
        go.Heatmap(
            z=np.round(latents, 2), zmid=0, colorscale=[[0, DOWN], [0.5, "#f4f4f6"], [1, UP]], showscale=False,
            hovertemplate="sample %{y}, number %{x}: %{z}<extra></extra>", xgap=1, ygap=1,
            x=np.arange(1, latents.shape[1] + 1), y=np.arange(1, len(latents) + 1),
        )
    )  # fmt: skip
    figure.update_layout(margin={"l": 8, "r": 8, "t": 8, "b": 8}, paper_bgcolor=CLEAR, plot_bgcolor=CLEAR)
    figure.update_xaxes(
        title_text=f"number of z; behind the line the label, {labels} numbers" if labels else "number of z",
        tick0=1,
        dtick=max(1, latents.shape[1] // 10),
        fixedrange=True,
        showgrid=False,
        zeroline=False,
    )
    figure.update_yaxes(title_text="sample", fixedrange=True, autorange="reversed", showgrid=False, zeroline=False)
    if labels:
        figure.add_vline(x=latents.shape[1] - labels + 0.5, line={"color": palette.FAKE, "width": 2})
    return figure


def opinion_figure(real: Floats, fake: Floats) -> go.Figure:
    """Draw D's logits sorted by score. Read it from left, surely fake, to right: where the colours mix, D errs."""
    order = np.argsort(np.concatenate([real, fake]))
    rank = np.empty(len(order))
    rank[order] = np.arange(1, len(order) + 1)
    parts = (("real", real, rank[: len(real)], palette.REAL), ("fake", fake, rank[len(real) :], palette.FAKE))
    figure = framed(
        [
            go.Scatter(x=np.round(s, 3), y=r, mode="markers", name=name, marker={"color": colour, "size": 7})
            for name, s, r, colour in parts
        ],
        "rank", "step",
    )  # fmt: skip
    return _over_logits(figure)


def sample_losses_figure(terms: Sequence[Term], real: Floats, fake: Floats, reach: float = 2.0) -> go.Figure:
    """Draw D's loss of each sample on the curve of its formula. Read it: the higher a mark, the more D learns of it.

    `terms` are those of real and of fake samples, and the curves reach at least from minus `reach` to `reach`.
    """
    span = np.concatenate([real, fake])
    low, high = min(-reach, float(span.min())), max(reach, float(span.max()))
    across = np.linspace(low - reach / 4, high + reach / 4, 121)
    traces = []
    for name, logits, term, colour in (("real", real, terms[0], palette.REAL), ("fake", fake, terms[1], palette.FAKE)):
        line = {"color": faded(colour, 0.5), "width": 2}
        traces.append(go.Scatter(x=across, y=np.round(term.value(across), 3), mode="lines", line=line, name=term.text,
                                 hoverinfo="skip"))  # fmt: skip
        traces.append(
            go.Scatter(
                x=np.round(logits, 3), y=np.round(term.value(logits), 3), mode="markers", name=name,
                marker={"color": colour, "size": 8}, customdata=[term.with_number(float(s)) for s in logits],
                hovertemplate="%{customdata}<extra></extra>",
            )
        )  # fmt: skip
    return _over_logits(framed(traces, "loss", "step")).update_layout(hovermode="closest")


def layers_figure(gradients: Mapping[str, float], colour: str) -> go.Figure:
    """Draw the norm of the gradient by layer, input on top. Read it: a layer without a bar does not learn."""
    figure = go.Figure(
        go.Bar(
            x=list(gradients.values()), y=list(gradients), orientation="h", marker_color=colour,
            text=[f"{value:.2g}" for value in gradients.values()], textposition="outside", cliponaxis=False,
            hovertemplate="%{y}: %{x:.4g}<extra></extra>",
        )
    )  # fmt: skip
    figure.update_layout(margin={"l": 8, "r": 48, "t": 8, "b": 8}, paper_bgcolor=CLEAR, plot_bgcolor=CLEAR)
    figure.update_xaxes(title_text="norm of the gradient", gridcolor=GRID, fixedrange=True, rangemode="tozero")
    figure.update_yaxes(autorange="reversed", automargin=True, fixedrange=True)
    return figure


def changed_logits_figure(before: Mapping[str, Floats], after: Mapping[str, Floats]) -> go.Figure:
    """Draw each sample's logit before (ring) and after (dot) D learned. Read it: real should go right, fake left."""
    traces, start = [], 0
    for name, colour in (("real", palette.REAL), ("fake", palette.FAKE)):
        order = np.argsort(before[name])
        old, new = before[name][order], after[name][order]
        rows = np.arange(start, start + len(old))
        start += len(old) + 2
        gaps = np.full(len(old), np.nan)
        x = np.round(np.stack([old, new, gaps], axis=1).ravel(), 3)
        lines = np.stack([rows, rows, gaps], axis=1).ravel()
        traces += [
            go.Scatter(x=x, y=lines, mode="lines", line={"color": faded(colour, 0.6), "width": 2}, hoverinfo="skip",
                       showlegend=False),
            go.Scatter(x=np.round(old, 3), y=rows, mode="markers", name=f"{name} before",
                       marker={"color": colour, "size": 7, "symbol": "circle-open"}),
            go.Scatter(x=np.round(new, 3), y=rows, mode="markers", name=f"{name} after",
                       marker={"color": colour, "size": 8}),
        ]  # fmt: skip
    figure = _over_logits(framed(traces, "sample", "step"))
    return figure.update_yaxes(showticklabels=False)


def _over_logits(figure: go.Figure) -> go.Figure:
    figure.update_layout(hovermode=False)
    return figure.update_xaxes(
        title_text="D's output: more real to the right", rangemode="normal", zeroline=True, zerolinecolor=GRID
    )


def _rgb(colour: str) -> npt.NDArray[np.float64]:
    return np.array([int(colour[place : place + 2], 16) for place in (1, 3, 5)], float)
