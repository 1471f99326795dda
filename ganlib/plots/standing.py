"""Where values stand between those of noise and of real images, as bars."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import plotly.graph_objects as go

from ganlib.plots import palette
from ganlib.plots.base import CLEAR, GRID, as_is

_ROW = 62  # pixels, with the line of text above the bar and the one below
_TEXT = {"showarrow": False, "xref": "x", "yref": "y"}


class Standing(NamedTuple):
    """One value, and what is written at its bar."""

    title: str
    value: str
    noise: str  # at the left end
    real: str  # at the right end
    share: float  # of the way from noise, 0, to real images, 1


def share(value: float, noise: float, real: float, is_log: bool = False) -> float:
    """Return how far a value is on its way from noise (0) to real images (1), within these; NaN where they are equal.

    With `is_log` by ratios and not by differences, where all three are above 0.
    """
    if is_log and min(value, noise, real) > 0:
        value, noise, real = math.log(value), math.log(noise), math.log(real)
    if real == noise:
        return math.nan
    return min(1.0, max(0.0, (value - noise) / (real - noise)))


def standing_figure(rows: Sequence[Standing], uirevision: str) -> go.Figure:
    """Draw a bar a row, the first on top: its track from noise at the left to real images at the right."""
    places = [-float(number) for number in range(len(rows))]
    styles = {"orientation": "h", "width": 0.26, "y": places, "hoverinfo": "skip"}
    figure = go.Figure(
        [
            go.Bar(x=[1.0] * len(rows), marker={"color": GRID}, **styles),
            go.Bar(x=[row.share for row in rows], marker={"color": palette.FAKE}, **styles),
        ]
    )
    for place, row in zip(places, rows, strict=True):
        end = {**_TEXT, "y": place, "yshift": -18, "font": {"size": 11}}
        figure.add_annotation(
            text=f"{as_is(row.title)} <b>{as_is(row.value)}</b>", x=0, xanchor="left", y=place, yshift=18, **_TEXT
        )
        figure.add_annotation(text=f"noise {as_is(row.noise)}", x=0, xanchor="left", **end)
        figure.add_annotation(text=f"real images {as_is(row.real)}", x=1, xanchor="right", **end)
        figure.add_shape(
            type="line", x0=1, x1=1, y0=place - 0.2, y1=place + 0.2, line={"color": palette.REAL, "width": 3}
        )
    figure.update_layout(
        height=_ROW * len(rows) + 8, margin={"l": 2, "r": 4, "t": 4, "b": 4}, paper_bgcolor=CLEAR, plot_bgcolor=CLEAR,
        barmode="overlay", showlegend=False, uirevision=uirevision,
    )  # fmt: skip
    figure.update_xaxes(visible=False, range=[0, 1.005], fixedrange=True)
    return figure.update_yaxes(visible=False, range=[-len(rows) + 0.45, 0.55], fixedrange=True)
