"""Plotly figures from the numbers a training writes; for the app and for notebooks.

Every function takes columns as `metrics.jsonl` holds them: `step`, `epoch`, `g_loss`, ... each one value per
logged row, NaN where nothing was measured. A column that is not there is not drawn.
"""

from collections.abc import Iterable, Mapping, Sequence
from textwrap import shorten
from typing import Any, NamedTuple

import numpy as np
import plotly.graph_objects as go

from ganlib.plots import palette
from ganlib.plots.base import LABEL, LEVEL_ROOM, Level, framed, level_labels, level_line, line, run_styles
from ganlib.plots.series import Columns, Floats, calm, robust_range, thin

Event = tuple[float, str]
"""A step and what happened then."""

EVENT_ROOM = 1 / 20
"""The share of the horizontal axis that an event's label needs for itself on a narrow screen."""

LONGEST_LABEL = 24
"""Characters of a line of an event's label that fit the height of a chart; hovering over it shows the rest."""

MOST_LINES = 3
"""Lines of an event's label."""


class Curve(NamedTuple):
    """One column to draw: where it is, what people call it, its colour."""

    key: str
    name: str
    colour: str


def loss_figure(
    columns: Columns,
    loss_title: str = "Loss",
    adversary: str = "Discriminator",
    g_balance: float | None = None,
    d_balance: float | None = None,
    events: Iterable[Event] = (),
    uirevision: str = "run",
) -> go.Figure:
    """Draw the losses of both networks over the steps: measured values faint, their moving average strong.

    Args:
        columns: `step`, `epoch`, `g_loss`, `d_loss`.
        loss_title: title of the vertical axis.
        adversary: what D is called, "Discriminator" or "Critic".
        g_balance: G's loss when D cannot tell real from fake: a dashed line in G's colour.
        d_balance: D's loss then.
        events: (step, label) pairs, drawn as vertical lines.
        uirevision: as long as it stays the same, so does a person's zoom.
    """
    # G's balance is the lower one under every objective: with its label below the line, the two never meet.
    balances = (("G", g_balance, palette.GENERATOR, True), ("D", d_balance, palette.DISCRIMINATOR, False))
    levels = [
        Level(value, f"{network} balance<br>{value:.2f}", colour, label_below)
        for network, value, colour, label_below in balances
        if value is not None
    ]
    return _chart(columns, _networks("loss", adversary), loss_title, levels, events, uirevision)


def scores_figure(
    columns: Columns,
    score_title: str = "D's mean output",
    reference: tuple[float, str] | None = None,
    events: Iterable[Event] = (),
    uirevision: str = "run",
) -> go.Figure:
    """Draw what D puts out for real and for generated images, on average over a batch; else as `loss_figure`.

    `reference` is a value and its label, such as `(0.0, "undecided")` for logits.
    """
    curves = [Curve("d_real", "Real", palette.REAL), Curve("d_fake", "Fake", palette.FAKE)]
    levels = [] if reference is None else [Level(*reference)]
    return _chart(columns, curves, score_title, levels, events, uirevision)


def errors_figure(
    columns: Columns, margin: float | None = None, events: Iterable[Event] = (), uirevision: str = "run"
) -> go.Figure:
    """Draw the mean error of an autoencoder's copies of real and of fake images; else as `scores_figure`.

    The error is minus D's output. `margin` is the error beyond which fakes teach D nothing, a dashed line.
    """
    turned = {name: -np.asarray(columns[name], float) for name in ("d_real", "d_fake") if name in columns}
    reference = None if margin is None else (margin, "margin")
    return scores_figure({**columns, **turned}, "mean error of a pixel", reference, events, uirevision)


def grad_norm_figure(
    columns: Columns, adversary: str = "Discriminator", events: Iterable[Event] = (), uirevision: str = "run"
) -> go.Figure:
    """Draw the norms of both networks' gradients on a logarithmic axis; arguments as for `loss_figure`."""
    figure = _chart(columns, _networks("grad_norm", adversary), "Gradient norm", (), events, uirevision, is_log=True)
    return figure.update_yaxes(type="log")


def columns_figure(
    columns: Columns,
    names: Mapping[str, str],
    title: str,
    reference: tuple[float, str] | None = None,
    events: Iterable[Event] = (),
    uirevision: str = "run",
) -> go.Figure:
    """Draw columns that belong to no network, each by the name that people call it; else as `scores_figure`."""
    curves = [Curve(key, name, colour) for (key, name), colour in zip(names.items(), palette.RUNS, strict=False)]
    levels = [] if reference is None else [Level(*reference)]
    return _chart(columns, curves, title, levels, events, uirevision)


def overlay_figure(
    runs: Mapping[str, Columns], key: str = "g_loss", title: str = "Generator loss", uirevision: str = "overlay"
) -> go.Figure:
    """Lay one column of several runs, by name, over each other; smoothed only, as raw values of many would be a fog.

    When `palette.RUNS` is used up, dashes tell runs apart.
    """
    traces = []
    for (name, columns), (colour, dash) in zip(runs.items(), run_styles(), strict=False):
        curve = Curve(key, name, colour)
        if rows := _rows(columns, curve):
            traces.append(_strong(rows, curve).update(line_dash=dash))
    return framed(traces, title, uirevision)


def _networks(measure: str, adversary: str) -> list[Curve]:
    return [
        Curve(f"g_{measure}", "Generator", palette.GENERATOR),
        Curve(f"d_{measure}", adversary, palette.DISCRIMINATOR),
    ]


def _chart(
    columns: Columns,
    curves: Iterable[Curve],
    title: str,
    levels: Sequence[Level],
    events: Iterable[Event],
    uirevision: str,
    is_log: bool = False,
) -> go.Figure:
    found = [(curve, rows) for curve in curves if (rows := _rows(columns, curve))]
    traces = [trace for curve, rows in found for trace in (_faint(rows, curve), _strong(rows, curve))]
    figure = framed(traces, title, uirevision)
    if traces:
        values = np.concatenate([rows["value"] for _, rows in found])
        newest = [float(rows["average"][-1]) for _, rows in found]
        marks = [] if is_log else _clip(figure, values, [*(level.value for level in levels), *newest])
        lines, labels = _event_marks(events, room=EVENT_ROOM * float(np.max(columns["step"])))
        figure.update_layout(
            shapes=[*map(level_line, levels), *lines],
            annotations=[*level_labels(levels, *_range(figure, values, levels)), *labels, *marks],
            margin_r=LEVEL_ROOM if levels else figure.layout.margin.r,
        )
    return figure


def _clip(figure: go.Figure, values: Floats, levels: Sequence[float]) -> list[dict[str, Any]]:
    """Cut spikes off that would flatten the rest, and return a mark for each end that says how far they reach."""
    low, high = robust_range(values, keep=levels)
    if low is None and high is None:
        return []
    figure.update_yaxes(
        range=[low if low is not None else float(np.min(values)), high if high is not None else float(np.max(values))]
    )
    style = {"xref": "paper", "x": 0, "xanchor": "left", "yref": "paper", **LABEL}
    marks = []
    if high is not None:
        text = f"▲ up to {_rounded(float(np.max(values)))}"
        marks.append({**style, "y": 1, "yanchor": "top", "text": text, "hovertext": "Spikes beyond the axis"})
    if low is not None:
        text = f"▼ down to {_rounded(float(np.min(values)))}"
        marks.append({**style, "y": 0, "yanchor": "bottom", "text": text, "hovertext": "Spikes beyond the axis"})
    return marks


def _rounded(value: float) -> str:
    return f"{value:,.0f}" if 1000 <= abs(value) < 1e6 else f"{value:.3g}"


def _range(figure: go.Figure, values: Floats, levels: Sequence[Level]) -> tuple[float, float]:
    """Return the ends of the vertical axis, about as Plotly will choose them where they are left to it."""
    if figure.layout.yaxis.range:
        return figure.layout.yaxis.range[0], figure.layout.yaxis.range[1]
    shown = [*values, *(level.value for level in levels)]
    return float(np.min(shown)), float(np.max(shown))


def _rows(columns: Columns, curve: Curve) -> dict[str, Floats]:
    """Return step, epoch, value and moving average where the value was measured; nothing if it never was."""
    values = np.asarray(columns.get(curve.key, ()), dtype=float)
    measured = np.isfinite(values)
    if not measured.any():
        return {}
    rows = {name: np.asarray(columns[name], dtype=float)[measured] for name in ("step", "epoch")}
    values = values[measured]
    return {**rows, "value": values, "average": calm(values)}


def _faint(rows: Columns, curve: Curve) -> go.Scatter:
    kept = thin(rows, extremes_of="value")
    return line(
        kept["step"], kept["value"], line={"color": curve.colour, "width": 1}, opacity=0.3, hoverinfo="skip",
        showlegend=False, legendgroup=curve.name,
    )  # fmt: skip


def _strong(rows: Columns, curve: Curve) -> go.Scatter:
    kept = thin(rows)
    return line(
        kept["step"], kept["average"], mode="lines" if len(kept["step"]) > 1 else "markers", name=curve.name,
        line={"color": curve.colour, "width": 2}, customdata=kept["epoch"].astype(np.float32),
        hovertemplate="%{y:.3f} (epoch %{customdata:.1f})", legendgroup=curve.name,
    )  # fmt: skip


def _event_marks(events: Iterable[Event], room: float) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return a line for each event as Plotly's shapes, and what happened as annotations, downwards from the top.

    Events that follow one another in less than `room` steps share a label, so that labels never overlap.
    """
    groups: list[list[Event]] = []
    for event in sorted(events):
        if groups and event[0] - groups[-1][-1][0] < room:
            groups[-1].append(event)
        else:
            groups.append([event])
    style = {"type": "line", "yref": "paper", "y0": 0, "y1": 1, "layer": "below"}
    dots = {"color": palette.NEUTRAL, "width": 1, "dash": "dot"}
    lines = [{**style, "x0": step, "x1": step, "line": dots} for group in groups for step, _ in group]
    labels = []
    for group in groups:
        said = [line for _, label in group for line in label.split("<br>")]
        shown = [shorten(line, LONGEST_LABEL, placeholder=" ...") for line in said]
        text = "<br>".join(shown if len(shown) <= MOST_LINES else [*shown[: MOST_LINES - 1], "..."])
        place = {"yref": "paper", "y": 1, "yanchor": "top", "x": group[-1][0], "xanchor": "left", "textangle": -90}
        labels.append({**place, **LABEL, "text": text, "hovertext": ", ".join(said)})
    return lines, labels
