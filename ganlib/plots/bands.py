"""Plotly figures of what experiments compare: a mean line and a band over random seeds, for the app and notebooks."""

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go

from ganlib.plots.base import LEVEL_ROOM, Level, faded, framed, level_label, level_line, run_styles
from ganlib.plots.seed_bands import Band

FADED = 0.2
"""Opacity of a band, through which other bands and lines are seen."""


def band_figure(
    bands: Mapping[str, Band], title: str, floor: float | None = None, form: str = ".3f", uirevision: str = "bands"
) -> go.Figure:
    """Draw the mean of each group of runs as a line, and between its lowest and highest run a band.

    Args:
        bands: the name of each group and its band; a band of one run is its line alone.
        title: title of the vertical axis.
        floor: a level to compare with: the value of real images against real ones.
        form: how hovering writes a value: a format specification such as ".1f" or ".0%".
        uirevision: as for `loss_figure`.
    """
    traces = []
    for (name, band), (colour, dash) in zip(bands.items(), run_styles(), strict=False):
        if band.runs > 1:
            traces += [_edge(band.steps, band.low, name), _edge(band.steps, band.high, name, faded(colour, FADED))]
        traces.append(_line(band, name, colour, dash, form))
    figure = framed(traces, title, uirevision)
    if traces and floor is not None:
        level = Level(floor, f"real images<br>{floor:{form}}")
        # A shape does not count when the axis chooses its range; an invisible point does.
        figure.add_scatter(x=[None], y=[floor], mode="markers", hoverinfo="skip", showlegend=False)
        figure.update_layout(shapes=[level_line(level)], annotations=[level_label(level)], margin_r=LEVEL_ROOM)
    return figure


def _line(band: Band, name: str, colour: str, dash: str, form: str) -> go.Scatter:
    return go.Scatter(
        x=band.steps.astype(np.float32),
        y=band.mean.astype(np.float32),
        customdata=np.stack([band.low, band.high], axis=1).astype(np.float32),
        name=name,
        mode="lines" if len(band.steps) > 1 else "markers",
        line={"color": colour, "width": 2, "dash": dash},
        marker={"color": colour, "size": 9},
        hovertemplate=f"%{{y:{form}}} (%{{customdata[0]:{form}}} to %{{customdata[1]:{form}}})"
        if band.runs > 1
        else f"%{{y:{form}}}",
        legendgroup=name,
    )


def _edge(steps: np.ndarray, values: np.ndarray, name: str, fill: str | None = None) -> go.Scatter:
    """Return one edge of a band as an unseen line; with a colour, the area between it and the edge before."""
    return go.Scatter(
        x=steps.astype(np.float32),
        y=values.astype(np.float32),
        mode="lines",
        line={"width": 0},
        fill="tonexty" if fill else None,
        fillcolor=fill,
        hoverinfo="skip",
        showlegend=False,
        legendgroup=name,
    )
