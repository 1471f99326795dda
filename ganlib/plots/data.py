"""Plotly figures of a data set: how many images of each class there are, and which values their pixels have.

As in `ganlib.plots`, figures set no background and no text colour, so that they take on the theme around them.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from ganlib.plots import palette
from ganlib.plots.base import CLEAR, GRID, LABEL

_TICKS = (0, 64, 128, 191, 255)  # pixel values


def class_counts_figure(counts: Sequence[int] | npt.NDArray[np.integer[Any]], classes: Sequence[str]) -> go.Figure:
    """Draw how many images of each class there are, against the same number of each."""
    mean = float(np.mean(counts))
    bars = go.Bar(
        x=list(classes),
        y=np.asarray(counts).tolist(),
        marker={"color": palette.REAL},
        hovertemplate="%{x}: %{y:,} images<extra></extra>",
    )
    figure = _figure(bars, "images")
    dashes = {"color": palette.NEUTRAL, "width": 1, "dash": "dash"}
    figure.add_shape(type="line", xref="paper", x0=0, x1=1, y0=mean, y1=mean, line=dashes)
    figure.add_annotation(
        xref="paper", x=1, y=mean, xanchor="right", yanchor="bottom", text=f"equal shares {mean:,.0f}", **LABEL
    )
    # Names of digits are no numbers, and the label of the line needs room above the bars.
    figure.update_xaxes(type="category", automargin=True)
    return figure.update_yaxes(range=[0, 1.12 * float(np.max(counts))], tickformat=",d")


def pixel_histogram_figure(counts: npt.NDArray[np.integer[Any]]) -> go.Figure:
    """Draw the share that each pixel value has, on a logarithmic axis, by how often each occurs, shape (256,).

    Below each value stands what a generator that ends in tanh must put out for it.
    """
    shares = np.asarray(counts, dtype=float) / np.sum(counts)
    bars = go.Bar(
        x=list(range(len(shares))),
        y=np.where(shares > 0, shares, np.nan).astype(np.float32),
        marker={"color": palette.REAL, "line": {"width": 0}},
        hovertemplate="value %{x}: %{y:.2%} of all pixels<extra></extra>",
    )
    figure = _figure(bars, "share of all pixels").update_layout(bargap=0)
    texts = [f"{value}<br>{2 * value / 255 - 1:.1f}" for value in _TICKS]
    figure.update_xaxes(
        title={"text": "pixel value, and below it what tanh puts out", "standoff": 4},
        tickvals=_TICKS, ticktext=texts, range=[-2, 257], automargin=True,
    )  # fmt: skip
    # Up to 100 % for all data sets, so that they can be compared.
    lowest = np.floor(np.log10(shares[shares > 0].min()))
    return figure.update_yaxes(type="log", range=[lowest, 0], dtick=1, tickformat="~%")


def _figure(bars: go.Bar, title: str) -> go.Figure:
    figure = go.Figure(bars)
    figure.update_layout(
        height=300,
        margin={"l": 8, "r": 8, "t": 16, "b": 8},
        paper_bgcolor=CLEAR,
        plot_bgcolor=CLEAR,
        showlegend=False,
        bargap=0.25,
    )
    figure.update_xaxes(showgrid=False, zeroline=False)
    figure.update_yaxes(title={"text": title, "standoff": 8}, automargin=True, gridcolor=GRID, zerolinecolor=GRID)
    return figure
