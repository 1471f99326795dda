"""A GAN on points in the plane, as one figure that plays in the browser: no server is asked between two frames."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from ganlib.catalog.points import EXTENT
from ganlib.plots import palette
from ganlib.plots.base import CLEAR, GRID
from ganlib.runs.frames import CELLS, PUSHED, Frame

LAYERS = ("surface", "contour", "real", "fake", "lattice", "pushes", "lost")
"""What the figure can show, from back to front."""

_FAKE_TO_REAL = [[0.0, palette.FAKE], [0.5, "#e8e8ec"], [1.0, palette.REAL]]
_ARROW = 0.12  # length of the median arrow, in units of the plane
_LONGEST = 3.0  # times that
_HEAD = 0.35  # of an arrow's length


def plane_figure(
    frames: Sequence[Frame],
    real: np.ndarray,
    layers: Sequence[str] = LAYERS,
    is_critic: bool = False,
    shown: int = -1,
    lost: Sequence[tuple[int, np.ndarray]] = (),
) -> go.Figure:
    """Draw frames over each other in time.

    Args:
        frames: at least one, in the order of their steps.
        real: real points to show, shape (N, 2).
        layers: which of `LAYERS` to show; the others are left out, so that the figure is as light as it can be.
        is_critic: D's output is a score without a threshold: the contour is then at its mean over real and fake points.
        shown: which frame is seen first.
        lost: the steps that were evaluated, and where modes without a sample were then, shape (N, 2); a frame shows
            those of the last evaluation before it.

    Returns:
        A figure with `frames`, whose names are their steps.
    """
    figure = go.Figure(_traces(frames[shown], real, layers, is_critic, lost))
    moving = [index for index, layer in enumerate(_shown(layers)) if layer != "real"]
    figure.frames = [
        go.Frame(name=str(frame.step), data=[traces[index] for index in moving], traces=moving)
        for frame in frames
        for traces in [_traces(frame, real, layers, is_critic, lost)]
    ]
    bounds = {"range": [-EXTENT, EXTENT], "showgrid": False, "zeroline": False, "fixedrange": True, "gridcolor": GRID}
    figure.update_layout(
        xaxis={**bounds, "constrain": "domain"}, yaxis={**bounds, "scaleanchor": "x", "constrain": "domain"},
        margin={"l": 8, "r": 8, "t": 8, "b": 8}, paper_bgcolor=CLEAR, plot_bgcolor=CLEAR, showlegend=False, height=560,
        hovermode=False,
    )  # fmt: skip
    return figure


def _shown(layers: Sequence[str]) -> list[str]:
    return [layer for layer in LAYERS if layer in layers]


def _traces(
    frame: Frame, real: np.ndarray, layers: Sequence[str], is_critic: bool, lost: Sequence[tuple[int, np.ndarray]]
) -> list[Any]:
    make = {
        "surface": lambda: surface(_opinion(frame, is_critic)),
        "contour": lambda: _contour(frame, is_critic),
        "real": lambda: _points(real, palette.REAL, 0.45, 4),
        "fake": lambda: _points(frame.points, palette.FAKE, 0.8, 5),
        "lattice": lambda: _lattice(frame.lattice),
        "pushes": lambda: _arrows(frame.points[:PUSHED], frame.pushes),
        "lost": lambda: _rings([places for step, places in lost if step <= frame.step][-1:]),
    }
    return [make[layer]() for layer in _shown(layers)]


def _opinion(frame: Frame, is_critic: bool) -> np.ndarray:
    """Return D's opinion from 0, fake, to 1, real: its probability, or where a critic's score is within its range."""
    logits = frame.logits.astype(np.float32)
    if is_critic:
        low, high = logits.min(), logits.max()
        return (logits - low) / max(high - low, 1e-6)
    return 1 / (1 + np.exp(-np.clip(logits, -30, 30)))


def surface(opinion: np.ndarray) -> go.Heatmap:
    """Draw D's opinion, from 0, fake, to 1, real, shape (CELLS, CELLS), as colour."""
    steps = _steps()
    return go.Heatmap(
        x=steps, y=steps, z=np.round(opinion, 3), zmin=0, zmax=1, zsmooth="best",
        colorscale=_FAKE_TO_REAL, showscale=False, opacity=0.55, hoverinfo="skip",
    )  # fmt: skip


def contour(opinion: np.ndarray, level: float) -> go.Contour:
    """Draw where D's opinion has a value."""
    steps = _steps()
    lines = {"start": level, "end": level, "size": 1, "coloring": "none"}
    return go.Contour(
        x=steps, y=steps, z=np.round(opinion, 3), contours=lines,
        line={"color": palette.DISCRIMINATOR, "width": 2}, showscale=False, showlegend=False, hoverinfo="skip",
    )  # fmt: skip


def _contour(frame: Frame, is_critic: bool) -> go.Contour:
    opinion = _opinion(frame, is_critic)
    return contour(opinion, float(np.median(opinion)) if is_critic else 0.5)


def _points(points: np.ndarray, colour: str, opacity: float, size: int) -> go.Scatter:
    x, y = np.round(points.astype(np.float32), 3).T
    marker = {"color": colour, "size": size, "opacity": opacity}
    return go.Scatter(x=x, y=y, mode="markers", marker=marker, hoverinfo="skip")


def _lattice(lattice: np.ndarray) -> go.Scatter:
    """Draw where G takes the lines of the latent lattice, as one trace with gaps."""
    grid = lattice.astype(np.float32)
    rows = list(grid) + (list(grid.swapaxes(0, 1)) if len(grid) > 1 else [])
    gap = np.full((1, 2), np.nan, np.float32)
    x, y = np.round(np.concatenate([np.concatenate([row, gap]) for row in rows] or [gap]), 3).T
    line = {"color": palette.GENERATOR, "width": 1}
    return go.Scatter(x=x, y=y, mode="lines", line=line, opacity=0.6, hoverinfo="skip")


def _arrows(points: np.ndarray, pushes: np.ndarray) -> go.Scatter:
    """Draw arrows as one trace with gaps: all as long as their pushes, the median of a fixed length."""
    points, pushes = points.astype(np.float32), pushes.astype(np.float32)
    lengths = np.linalg.norm(pushes, axis=1, keepdims=True)
    usual = max(float(np.median(lengths)), 1e-12)
    arrows = pushes / np.maximum(lengths, 1e-12) * _ARROW * np.minimum(lengths / usual, _LONGEST)
    tips = points + arrows
    sideways = arrows[:, ::-1] * (-1, 1) * _HEAD / 2
    back = tips - _HEAD * arrows
    lines = np.stack([points, tips, back + sideways, tips, back - sideways, np.full_like(tips, np.nan)], axis=1)
    x, y = np.round(lines.reshape(-1, 2), 3).T
    return go.Scatter(x=x, y=y, mode="lines", line={"color": palette.GENERATOR, "width": 1.5}, hoverinfo="skip")


def _rings(places: Sequence[np.ndarray]) -> go.Scatter:
    x, y = np.concatenate([*places, np.zeros((0, 2))]).T
    marker = {"symbol": "circle-open", "color": palette.NEUTRAL, "size": 22, "line": {"width": 2.5}}
    return go.Scatter(x=np.round(x, 3), y=np.round(y, 3), mode="markers", marker=marker, hoverinfo="skip")


def _steps() -> np.ndarray:
    return np.round(((np.arange(CELLS) + 0.5) / CELLS * 2 - 1) * EXTENT, 4)
