"""A Plotly figure of a sweep: a line a combination of settings, through an axis a setting, to what came of it."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go

from ganlib.plots import palette

_WIDE = 10  # times the smallest value, from which on an axis is logarithmic
_SCALE = [[0.0, palette.GENERATOR], [1.0, palette.DISCRIMINATOR]]


def parallel_figure(settings: Mapping[str, Sequence[Any]], title: str, results: Sequence[float]) -> go.Figure:
    """Draw parallel coordinates, in the colour of their result.

    Args:
        settings: for each setting's title its value in each combination: numbers, names or switches.
        title: of the metric.
        results: the metric's value of each combination.
    """
    axes = [_axis(name, values) for name, values in settings.items()]
    axes.append({"label": title, "values": list(results)})
    lines = {"color": list(results), "colorscale": _SCALE}
    figure = go.Figure(go.Parcoords(dimensions=axes, line=lines, labelfont_size=13, tickfont_size=12))
    return figure.update_layout(margin={"l": 70, "r": 50, "t": 60, "b": 30}, height=380, uirevision="sweep")


def _axis(title: str, values: Sequence[Any]) -> dict[str, Any]:
    """Return an axis: names one above the other, numbers by size, or by their logarithm where they are far apart."""
    if any(isinstance(value, str | bool) for value in values):
        names = list(dict.fromkeys(values))
        places = list(range(len(names)))
        ticks = {"tickvals": places, "ticktext": [str(name) for name in names], "range": [-0.2, len(names) - 0.8]}
        return {"label": title, "values": [names.index(value) for value in values], **ticks}
    low, high = min(values), max(values)
    if low > 0 and high >= _WIDE * low:
        marks = sorted(set(values)) if len(set(values)) <= 6 else [low, math.sqrt(low * high), high]
        ticks = {"tickvals": [math.log10(mark) for mark in marks], "ticktext": [f"{mark:.2g}" for mark in marks]}
        return {"label": title, "values": [math.log10(value) for value in values], **ticks}
    return {"label": title, "values": list(values)}
