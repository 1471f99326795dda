"""What all figures share: an empty frame, colours and dashes, levels to compare a curve with.

The figures set no background and no text colour, so that they take on the theme around them, and keep their
layout and `uirevision` from one call to the next, so that a live chart keeps the zoom a person chose.
"""

import html
from collections.abc import Iterator, Sequence
from itertools import cycle
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from ganlib.plots import palette

CLEAR = "rgba(0, 0, 0, 0)"
GRID = "rgba(127, 135, 144, 0.25)"
LEVEL_ROOM = 76
"""Pixels at the right of a chart for the labels of its levels: beside the curves, which would cross them."""

_HEIGHT, _LABEL_HEIGHT = 120.0, 30.0  # pixels: of the room between the axes, at least, and of a label of two lines

LABEL = {"font": {"size": 11}, "showarrow": False}


class Level(NamedTuple):
    """A horizontal line to compare a curve with."""

    value: float
    label: str
    colour: str = palette.NEUTRAL
    label_below: bool = False


def framed(traces: Sequence[Any], title: str, uirevision: str) -> go.Figure:
    """Put traces over the steps into the layout that all charts share; without any, it says that there is nothing."""
    figure = go.Figure(traces)
    figure.update_layout(
        height=320,
        margin={"l": 8, "r": 8, "t": 32, "b": 8},
        paper_bgcolor=CLEAR,
        plot_bgcolor=CLEAR,
        hovermode="x unified",
        legend={"orientation": "h", "x": 0, "y": 1, "yanchor": "bottom", "bgcolor": CLEAR},
        showlegend=True,
        uirevision=uirevision,
    )
    figure.update_xaxes(title={"text": "step", "standoff": 4}, rangemode="tozero", automargin=True)
    figure.update_xaxes(showgrid=False, zeroline=False, unifiedhovertitle_text="step %{x:,}")
    # Plotly edges the line under the pointer with white, glaring on dark; -2 makes that edge 0 wide.
    figure.update_xaxes(spikecolor=palette.NEUTRAL, spikethickness=-2, spikedash="solid")
    figure.update_yaxes(title={"text": title, "standoff": 8}, automargin=True)
    figure.update_yaxes(gridcolor=GRID, zerolinecolor=GRID)
    if not traces:
        figure.update_xaxes(visible=False).update_yaxes(visible=False)
        figure.add_annotation(text="Nothing measured yet", xref="paper", yref="paper", x=0.5, y=0.5, showarrow=False)
    return figure


def line(x: npt.ArrayLike, y: npt.ArrayLike, mode: str = "lines", **style: Any) -> go.Scatter:
    """Return a curve; float32, which is all that a screen shows, halves what a browser is sent."""
    return go.Scatter(x=np.asarray(x, dtype=np.float32), y=np.asarray(y, dtype=np.float32), mode=mode, **style)


def level_line(level: Level) -> dict[str, Any]:
    """Return a level as a shape of Plotly's, across the whole chart."""
    # Without a type it is a flat rectangle, whose way back fills the gaps between the dashes at some widths.
    ends = {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": level.value, "y1": level.value}
    return {**ends, "layer": "below", "line": {"color": level.colour, "width": 1, "dash": "dash"}}


def level_label(level: Level) -> dict[str, Any]:
    """Return a level's text as an annotation of Plotly's, in the margin at the right end of its line."""
    place = {"xref": "paper", "x": 1, "xshift": 14, "y": level.value, "xanchor": "left", "align": "left"}
    return {**place, **LABEL, "yanchor": "top" if level.label_below else "bottom", "text": level.label}


def level_labels(levels: Sequence[Level], low: float, high: float) -> list[dict[str, Any]]:
    """Return the texts of several levels, see `level_label`.

    Near the lower end of the axis, from `low` to `high`, a label below its line would lie over the numbers of the other
    axis: there labels stand above each other instead.
    """
    found, taken = [], 0.0
    for level in sorted(levels, key=lambda level: level.value):
        at = _HEIGHT * (level.value - low) / ((high - low) or 1.0)
        is_below = level.label_below and at >= _LABEL_HEIGHT
        shift = 0.0 if is_below else max(0.0, taken - at)
        taken = at if is_below else at + shift + _LABEL_HEIGHT
        found.append({**level_label(level._replace(label_below=is_below)), "yshift": round(shift)})
    return found


def as_is(text: str) -> str:
    """Return text that Plotly, which reads a little HTML, shows as it is."""
    return html.escape(text, quote=False)


def run_styles() -> Iterator[tuple[str, str]]:
    """Yield colours and dashes that tell one run from another, without end."""
    return cycle([(colour, dash) for dash in ("solid", "dash", "dot") for colour in palette.RUNS])


def faded(colour: str, opacity: float) -> str:
    """Return a colour such as "#2166dd" as one through which grid lines and other curves are seen."""
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return f"rgba({red}, {green}, {blue}, {opacity:g})"
