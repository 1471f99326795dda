"""Plotly figures from evaluations, of one run or of several that an experiment compares."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from ganlib.catalog.metrics import MISSING
from ganlib.plots import palette
from ganlib.plots.base import LEVEL_ROOM, Level, faded, framed, level_label, level_line, line, run_styles
from ganlib.plots.series import Band, Columns

BINS = 40
BAND, FADED = 0.2, 0.25
"""Opacity of bands, of which there are several, and of other areas: grid lines and other curves are seen through."""


def evaluation_figure(
    columns: Columns, title: str, form: str = ".2f", floor: float | None = None, uirevision: str = "run"
) -> go.Figure:
    """Draw a metric of the samples over the steps, with its interval as a band and the floor as a line.

    Args:
        columns: `step`, `value` and the interval's `low` and `high`, one row an evaluation, by rising step; NaN
            for what was not measured.
        title: of the vertical axis.
        form: how to write a value: a format specification such as ".1f", ".0%" or "d".
        floor: the value of real images against real ones.
        uirevision: as long as it stays the same, so does a person's zoom.
    """
    rows = _measured(columns, "value")
    if not len(rows["value"]):
        return framed([], title, uirevision)
    banded = _measured(rows, "low", "high")
    traces = [
        line(banded["step"], banded["low"], line_width=0, hoverinfo="skip", showlegend=False),
        line(
            banded["step"], banded["high"], line_width=0, fill="tonexty", fillcolor=faded(palette.FAKE, FADED),
            name="95 % interval", hoverinfo="skip",
        ),
        line(
            rows["step"], rows["value"], mode="lines+markers", line={"color": palette.FAKE, "width": 2},
            name="Samples", customdata=np.stack([rows["low"], rows["high"]], axis=1),
            hovertemplate=f"%{{y:{form}}} (%{{customdata[0]:{form}}} to %{{customdata[1]:{form}}})",
        ),
    ]  # fmt: skip
    if floor is not None:
        # A trace, because a shape would not count when the axis chooses its range.
        ends = [0, float(rows["step"].max())]
        style = {"color": palette.REAL, "width": 2, "dash": "dash"}
        name = f"Real against real: {format(floor, form if form != 'd' else '.0f')}"
        traces.append(line(ends, [floor, floor], line=style, name=name, hoverinfo="skip"))
    figure = framed(traces, title, uirevision)
    return figure.update_yaxes(tickformat=form if "%" in form else None, rangemode="tozero")


def band_figure(
    bands: Mapping[str, Band], title: str, floor: float | None = None, form: str = ".3f", uirevision: str = "bands"
) -> go.Figure:
    """Draw the mean of each named group of runs as a line, and between its lowest and highest run a band.

    `floor` is the value of real images against real ones, `form` how hovering writes a value, such as ".1f" or ".0%".
    """
    traces = []
    for (name, band), (colour, dash) in zip(bands.items(), run_styles(), strict=False):
        if band.runs > 1:
            edge: dict[str, Any] = {"line_width": 0, "hoverinfo": "skip", "showlegend": False, "legendgroup": name}
            traces.append(line(band.steps, band.low, **edge))
            traces.append(line(band.steps, band.high, fill="tonexty", fillcolor=faded(colour, BAND), **edge))
        ends = f" (%{{customdata[0]:{form}}} to %{{customdata[1]:{form}}})" if band.runs > 1 else ""
        traces.append(
            line(
                band.steps, band.mean, mode="lines" if len(band.steps) > 1 else "markers", name=name, legendgroup=name,
                line={"color": colour, "width": 2, "dash": dash}, marker={"color": colour, "size": 9},
                customdata=np.stack([band.low, band.high], axis=1).astype(np.float32),
                hovertemplate=f"%{{y:{form}}}{ends}",
            )
        )  # fmt: skip
    figure = framed(traces, title, uirevision)
    if traces and floor is not None:
        level = Level(floor, f"real images<br>{floor:{form}}")
        # A shape does not count when the axis chooses its range; an invisible point does.
        figure.add_scatter(x=[None], y=[floor], mode="markers", hoverinfo="skip", showlegend=False)
        figure.update_layout(shapes=[level_line(level)], annotations=[level_label(level)], margin_r=LEVEL_ROOM)
    return figure


def class_histogram_figure(
    samples: Sequence[float], real: Sequence[float], names: Sequence[str], uirevision: str = "run"
) -> go.Figure:
    """Draw the shares of K classes, 0 to 1, among samples and among real images; those next to none are marked."""
    bars = [
        go.Bar(x=list(names), y=list(shares), name=name, marker_color=colour, hovertemplate="%{y:.1%}")
        for name, shares, colour in (("Samples", samples, palette.FAKE), ("Real images", real, palette.REAL))
    ]
    marks = [f"under {MISSING:.0%}" if share < MISSING else "" for share in samples]
    bars[0].update(text=marks, textposition="outside", textangle=-90, textfont_size=11, constraintext="none")
    figure = framed(bars, "share", uirevision)
    figure.update_layout(barmode="group", bargap=0.3, bargroupgap=0.05)
    figure.update_xaxes(title=None, type="category", unifiedhovertitle_text="%{x}", rangemode="normal")
    return figure.update_yaxes(tickformat=".0%", rangemode="tozero")


def score_histogram_figure(
    scores: Mapping[str, Sequence[float]], reference: tuple[float, str] | None = None, uirevision: str = "run"
) -> go.Figure:
    """Draw how D's output is spread over images: `train`, `held_out` and `fake`, as far as they are there.

    `reference` is a value and its label, such as `(0.0, "undecided")` for logits.
    """
    kinds: Mapping[str, tuple[str, dict[str, Any], str]] = {
        "train": ("Real, trained on", {"line_color": palette.REAL, "fill": "tozeroy"}, palette.REAL),
        "held_out": ("Real, never seen", {"line": {"color": palette.REAL, "dash": "dot"}}, palette.REAL),
        "fake": ("Fake", {"line_color": palette.FAKE, "fill": "tozeroy"}, palette.FAKE),
    }
    known = {kind: _finite(scores[kind]) for kind in kinds if len(_finite(scores.get(kind, ())))}
    edges = np.histogram_bin_edges(np.concatenate(list(known.values())), BINS) if known else np.zeros(2)
    centres = (edges[1:] + edges[:-1]) / 2
    traces = []
    for kind, values in known.items():
        name, style, colour = kinds[kind]
        shares = np.histogram(values, edges)[0] / len(values)
        style = {"hovertemplate": "%{y:.1%} of them", "fillcolor": faded(colour, FADED), **style}
        traces.append(line(centres, shares, name=name, line_shape="hvh", **style))
    figure = framed(traces, "share of images", uirevision)
    figure.update_xaxes(title_text="D's output", rangemode="normal", unifiedhovertitle_text="output %{x:.2f}")
    figure.update_yaxes(tickformat=".0%", rangemode="tozero")
    if reference and traces:
        value, label = reference
        figure.add_vline(value, line={"color": palette.NEUTRAL, "width": 1, "dash": "dash"}, layer="below")
        figure.add_annotation(
            text=label, x=value, y=1, yref="paper", yanchor="top", xanchor="left", font_size=11, showarrow=False
        )
    return figure


def _measured(columns: Columns, *names: str) -> dict[str, np.ndarray]:
    """Return the rows in which all these columns hold a number."""
    arrays = {name: np.asarray(values, dtype=float) for name, values in columns.items()}
    rows = np.all([np.isfinite(arrays[name]) for name in names], axis=0)
    return {name: values[rows] for name, values in arrays.items()}


def _finite(values: Sequence[float]) -> np.ndarray:
    array = np.asarray(values, dtype=float)
    return array[np.isfinite(array)]
