"""One training step on points in the plane: what D says of them, and where they are to go."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from ganlib.catalog.points import EXTENT
from ganlib.plots import palette, plane
from ganlib.plots.base import CLEAR

Floats = npt.NDArray[np.floating[Any]]

ARROW = 0.3  # length of the longest arrow, in units of the plane
_HEAD = 0.3  # of an arrow's length


class Surface(NamedTuple):
    """D's opinion all over the plane, and where it has no opinion."""

    opinion: Floats  # from 0, fake, to 1, real, shape (CELLS, CELLS), rows from the bottom
    undecided: float  # the opinion that is drawn as a line


def points_figure(
    real: Floats,
    fake: Floats,
    colours: Floats | None = None,
    pushes: Floats | None = None,
    longest: float | None = None,
    seen_as: Surface | None = None,
) -> go.Figure:
    """Draw points in the plane, and what happens to the fakes. Read arrows by direction; the longest are all as long.

    Args:
        real: shape (N, 2), green.
        fake: shape (M, 2), purple, or by `colours`.
        colours: how real D takes each fake for, from 0 to 1, shape (M,).
        pushes: an arrow for each fake.
        longest: the length that is drawn `ARROW` long, by default that of the longest.
        seen_as: D's opinion all over the plane, drawn behind all else.
    """
    traces: list[Any] = _behind(seen_as)
    traces += [_dots(real, palette.REAL, 0.35, "real")] if len(real) else []
    marks: Any = palette.FAKE
    traces.append(_dots(fake, marks, 0.9, "fake"))
    if colours is not None:
        scale = [[0, palette.FAKE], [0.5, "#c9c9d0"], [1, palette.REAL]]
        traces[-1].marker.update(
            color=np.round(colours, 3), colorscale=scale, cmin=0, cmax=1, size=9, line={"width": 1, "color": "#7f8790"}
        )
    if pushes is not None:
        traces.append(_arrows(fake, pushes, longest))
    figure = go.Figure(traces)
    return _square(figure).update_layout(
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        legend={"orientation": "h", "x": 0.5, "xanchor": "center", "y": 1, "yanchor": "bottom", "bgcolor": CLEAR},
    )  # fmt: skip


def surfaces_figure(real: Floats, fake: Floats, surfaces: Mapping[str, Surface]) -> go.Figure:
    """Draw D's opinion all over the plane at several times, side by side. Read it: green is real to D, purple fake.

    Args:
        real: shape (N, 2).
        fake: shape (M, 2).
        surfaces: what each time is called, and the opinion then.
    """
    figure = make_subplots(cols=len(surfaces), subplot_titles=list(surfaces), horizontal_spacing=0.03)
    for column, seen_as in enumerate(surfaces.values(), 1):
        dots = [_dots(real, palette.REAL, 0.6, "real"), _dots(fake, palette.FAKE, 0.9, "fake")]
        for trace in [*_behind(seen_as), *dots]:
            figure.add_trace(trace.update(showlegend=False), row=1, col=column)
    _square(figure)
    for column in range(1, len(surfaces) + 1):
        anchor = "x" if column == 1 else f"x{column}"
        figure.update_yaxes(scaleanchor=anchor, showticklabels=column == 1, col=column)
    return figure.update_layout(margin={"l": 8, "r": 8, "t": 28, "b": 8})


def _behind(seen_as: Surface | None) -> list[Any]:
    return [] if seen_as is None else [plane.surface(seen_as.opinion), plane.contour(*seen_as)]


def _square(figure: go.Figure) -> go.Figure:
    """Show all of the plane, and nothing but the plane."""
    bounds = {"range": [-EXTENT, EXTENT], "showgrid": False, "zeroline": False, "fixedrange": True}
    figure.update_xaxes(**bounds, constrain="domain").update_yaxes(**bounds, scaleanchor="x", constrain="domain")
    return figure.update_layout(paper_bgcolor=CLEAR, plot_bgcolor=CLEAR, hovermode=False)


def _dots(points: Floats, colour: Any, opacity: float, name: str) -> go.Scatter:
    x, y = np.round(points, 3).T
    return go.Scatter(x=x, y=y, mode="markers", name=name, marker={"color": colour, "size": 7, "opacity": opacity})


def _arrows(points: Floats, arrows: Floats, longest: float | None) -> go.Scatter:
    top = float(np.linalg.norm(arrows, axis=1).max()) if longest is None else longest
    scaled = arrows / max(top, 1e-12) * ARROW
    tips = points + scaled
    sideways = scaled[:, ::-1] * (-1, 1) * _HEAD / 2
    back = tips - _HEAD * scaled
    lines = np.stack([points, tips, back + sideways, tips, back - sideways, np.full_like(tips, np.nan)], axis=1)
    x, y = np.round(lines.reshape(-1, 2), 4).T
    line = {"color": palette.GENERATOR, "width": 2}
    return go.Scatter(x=x, y=y, mode="lines", line=line, showlegend=False, hoverinfo="skip")
