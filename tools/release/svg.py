"""Small line charts as SVG text: a page of documentation shows them without a browser's help, and they diff well."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import numpy as np

from ganlib.plots.series import Floats

WIDTH, HEIGHT = 460, 270  # pixels
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 12, 48, 36  # pixels around the curves
_INK, _LINE, _PAPER = "#31333f", "#d9dce1", "#ffffff"
_TICKS = 5
_POINTS = 160
"""Points a curve: more than two a pixel would only make the file longer."""


@dataclass(frozen=True, eq=False)
class Line:
    """A curve, and where several runs spread, how far.

    Attributes:
        title: what the legend says.
        color: as CSS has it.
        x: rising, shape (N,).
        y: shape (N,), NaN for what was not measured.
        band: the lower and the upper edge of where several runs are, or None.
    """

    title: str
    color: str
    x: Floats
    y: Floats
    band: tuple[Floats, Floats] | None = None


def line_chart(title: str, lines: Sequence[Line], x_title: str, y_title: str = "") -> str:
    """Draw curves into one SVG picture on white, so that it reads on a dark page as well.

    Args:
        title: stands above, and is what a screen reader says.
        lines: at least one, each with a finite value.
        x_title: what stands below.
        y_title: what stands beside the title.

    Returns:
        The text of an SVG file; the same curves give the same text.
    """
    thin = [_thinned(line) for line in lines]
    frame = _Frame(
        _ticks_around([line.x for line in thin]),
        _ticks_around([edge for line in thin for edge in (line.y, *(line.band or ()))]),
    )
    body = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'role="img" font-family="sans-serif" font-size="11" fill="{_INK}">',
        f"<title>{escape(title)}</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" rx="6" fill="{_PAPER}"/>',
        f'<text x="12" y="18" font-size="13" font-weight="bold">{escape(title)}</text>',
        *_legend(thin),
        *frame.grid(),
        f'<text x="{WIDTH - _RIGHT}" y="{HEIGHT - 8}" text-anchor="end">{escape(x_title)}</text>',
        f'<text x="{WIDTH - _RIGHT}" y="18" text-anchor="end">{escape(y_title)}</text>',
        *(frame.band(line.color, line.x, *line.band) for line in thin if line.band),
        *(frame.curve(line) for line in thin),
        "</svg>",
    ]
    return "\n".join(body) + "\n"


def ticks(low: float, high: float) -> list[float]:
    """Return round numbers, evenly spaced, that reach from `low` or below to `high` or above."""
    span = (high - low) or abs(high) or 1.0
    rough = span / _TICKS
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= rough * 0.999)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [round(place * step, 12) for place in range(first, max(last, first + 1) + 1)]


@dataclass(frozen=True)
class _Frame:
    """Where numbers are in the picture."""

    x_ticks: Sequence[float]
    y_ticks: Sequence[float]

    def x(self, value: float) -> float:
        low, high = self.x_ticks[0], self.x_ticks[-1]
        return _LEFT + (value - low) / (high - low) * (WIDTH - _LEFT - _RIGHT)

    def y(self, value: float) -> float:
        low, high = self.y_ticks[0], self.y_ticks[-1]
        return HEIGHT - _BOTTOM - (value - low) / (high - low) * (HEIGHT - _TOP - _BOTTOM)

    def grid(self) -> list[str]:
        found = []
        for tick in self.y_ticks:
            y = self.y(tick)
            found.append(f'<path d="M{_LEFT} {y:.1f}H{WIDTH - _RIGHT}" stroke="{_LINE}"/>')
            found.append(f'<text x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{tick:g}</text>')
        for tick in self.x_ticks[:-1]:
            found.append(f'<text x="{self.x(tick):.1f}" y="{HEIGHT - 20}" text-anchor="middle">{tick:,g}</text>')
        return found

    def curve(self, line: Line) -> str:
        points = self._points(line.x, line.y)
        return f'<polyline points="{points}" fill="none" stroke="{line.color}" stroke-width="1.6"/>'

    def band(self, color: str, x: Floats, low: Floats, high: Floats) -> str:
        points = f"{self._points(x, high)} {self._points(x[::-1], low[::-1])}"
        return f'<polygon points="{points}" fill="{color}" fill-opacity="0.18"/>'

    def _points(self, xs: Floats, ys: Floats) -> str:
        pairs = ((float(x), float(y)) for x, y in zip(xs, ys, strict=True))
        return " ".join(f"{self.x(x):.1f},{self.y(y):.1f}" for x, y in pairs if math.isfinite(y))


def _legend(lines: Sequence[Line]) -> list[str]:
    found, x = [], 12.0
    for line in lines:
        found.append(f'<path d="M{x:.0f} 33h16" stroke="{line.color}" stroke-width="3"/>')
        found.append(f'<text x="{x + 21:.0f}" y="37">{escape(line.title)}</text>')
        x += 36 + 6.2 * len(line.title)
    return found


def _thinned(line: Line) -> Line:
    """Return the line with at most `_POINTS` points, each the mean of its neighbours."""
    size = -(-len(line.x) // _POINTS)
    starts = range(0, len(line.x), size)

    def mean(values: Floats) -> Floats:
        return np.array([np.mean(values[start : start + size]) for start in starts])

    band = (mean(line.band[0]), mean(line.band[1])) if line.band else None
    return Line(line.title, line.color, mean(line.x), mean(line.y), band)


def _ticks_around(curves: Sequence[Floats]) -> list[float]:
    values = np.concatenate(curves)
    return ticks(float(np.nanmin(values)), float(np.nanmax(values)))
