"""A chart as a few lines of HTML: what Plotly would draw of a figure, for pages that show it anew every second.

Plotly takes a tenth of a second to draw a chart, and a page that follows a training would draw it again and again, on
the processors that train. A sketch takes a thousandth. It has no zoom and tells nothing under the pointer. Classes
such as `sketch-x` let a page set where labels stand and how large they are.
"""

import base64
import html
from collections.abc import Iterator
from typing import Any

import numpy as np
import plotly.graph_objects as go

from ganlib.catalog import labels
from ganlib.plots.base import GRID

_UNITS = 1000  # of the drawing's own height and width, which a page stretches
_ROOM = 0.05  # of the range, above and below the curves


class _Axes:
    """Where a step and a value are in the drawing, as shares of its width and height from its upper left corner."""

    def __init__(self, figure: go.Figure) -> None:
        self.is_log = figure.layout.yaxis.type == "log"
        steps = np.concatenate([trace.x for trace in figure.data])
        self.last = max(float(steps.max()), 1.0)
        self.low: float
        self.high: float
        self.low, self.high = figure.layout.yaxis.range or self._range(figure)

    def _range(self, figure: go.Figure) -> tuple[float, float]:
        levels = [shape.y0 for shape in figure.layout.shapes if shape.yref != "paper"]
        values = self.scaled(np.concatenate([*(trace.y for trace in figure.data), np.array(levels, dtype=float)]))
        values = values[np.isfinite(values)]
        low, high = (float(values.min()), float(values.max())) if len(values) else (0.0, 1.0)
        room = _ROOM * (high - low) or 0.5
        return low - room, high + room

    def scaled(self, values: Any) -> Any:
        if not self.is_log:
            return np.asarray(values, dtype=float)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.log10(np.asarray(values, dtype=float))

    def x(self, step: Any) -> Any:
        return np.asarray(step, dtype=float) / self.last

    def y(self, value: Any) -> Any:
        return (self.high - self.scaled(value)) / (self.high - self.low)

    def x_ticks(self) -> list[float]:
        return _ticks(0.0, self.last)

    def y_ticks(self) -> list[float]:
        ticks = _ticks(self.low, self.high)
        return [10**tick for tick in ticks if tick == int(tick)] if self.is_log else ticks


def sketch(figure: go.Figure, alt: str) -> str:
    """Return a figure of curves over the steps as HTML.

    Args:
        figure: one of `loss_figure`, `scores_figure` or `grad_norm_figure`.
        alt: what it shows, for those who do not see it.
    """
    if not figure.data:
        return f'<div class="sketch" role="img" aria-label="{html.escape(alt)}"></div>'
    axes = _Axes(figure)
    return (
        f'<div class="sketch" role="img" aria-label="{html.escape(alt)}">{"".join(_legend(figure))}'
        f'<div class="sketch-plot"><img alt="" decoding="sync" src="{_image(figure, axes)}">'
        f"{''.join(_texts(figure, axes))}</div></div>"
    )


def _image(figure: go.Figure, axes: _Axes) -> str:
    """Return the lines as the address of a picture, because pages let no drawing through that is part of the text."""
    drawing = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_UNITS} {_UNITS}" preserveAspectRatio="none">'
        f"<style>polyline{{fill:none;vector-effect:non-scaling-stroke}}</style>{''.join(_lines(figure, axes))}</svg>"
    )
    return f"data:image/svg+xml;base64,{base64.b64encode(drawing.encode()).decode()}"


def _legend(figure: go.Figure) -> Iterator[str]:
    yield '<div class="sketch-legend">'
    for trace in figure.data:
        if trace.showlegend is not False:
            yield f'<span><i style="background:{trace.line.color}"></i>{html.escape(trace.name)}</span>'
    yield "</div>"


def _lines(figure: go.Figure, axes: _Axes) -> Iterator[str]:
    for tick in axes.y_ticks():
        yield _line(np.array([0, 1]), axes.y([tick, tick]), f'stroke="{GRID}"')
    for shape in figure.layout.shapes:
        is_event = shape.yref == "paper"
        x = axes.x([shape.x0, shape.x1]) if is_event else np.array([0, 1])
        y = np.array([0, 1]) if is_event else axes.y([shape.y0, shape.y1])
        dash = "1 4" if is_event else "8 6"
        yield _line(x, y, f'stroke="{shape.line.color}" stroke-width="1" stroke-dasharray="{dash}"')
    for trace in figure.data:
        style = f'stroke="{trace.line.color}" stroke-width="{trace.line.width}" opacity="{trace.opacity or 1}"'
        yield _line(axes.x(trace.x), np.clip(axes.y(trace.y), -1, 2), style)


def _line(x: Any, y: Any, style: str) -> str:
    seen = np.isfinite(y)
    points = " ".join(f"{a:.0f},{b:.0f}" for a, b in zip(x[seen] * _UNITS, y[seen] * _UNITS, strict=True))
    return f'<polyline points="{points}" {style}/>'


def _texts(figure: go.Figure, axes: _Axes) -> Iterator[str]:
    for tick in axes.x_ticks():
        yield _text("x", labels.number(tick), left=axes.x(tick))
    for tick in axes.y_ticks():
        yield _text("y", f"{tick:.3g}", top=axes.y(tick))
    for note in figure.layout.annotations:
        text = "<br>".join(map(html.escape, note.text.split("<br>")))
        if note.textangle:
            yield _text("event", text, left=axes.x(note.x))
        elif note.yref == "paper":
            yield _text("mark" if note.y else "floor", text, top=1 - note.y)
        else:
            kind = "below" if note.yanchor == "top" else "above"
            yield _text(kind, text, note.yshift or 0, top=axes.y(note.y))


def _text(kind: str, text: str, up: float = 0, **place: float) -> str:
    """Return a text of a kind at shares of the drawing's width and height, so many pixels further up."""
    style = ";".join(
        [*(f"{side}:{share:.1%}" for side, share in place.items()), *([f"margin-top:-{up:g}px"] if up else [])]
    )
    return f'<span class="sketch-{kind}" style="{style}">{text}</span>'


def _ticks(low: float, high: float) -> list[float]:
    """Return about five round numbers within a range."""
    rough = max(high - low, 1e-12) / 5
    power = 10.0 ** np.floor(np.log10(rough))
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough)
    return [round(float(n * step), 12) for n in range(int(np.ceil(low / step)), int(np.floor(high / step)) + 1)]
