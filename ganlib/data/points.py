"""Distributions of points in the plane whose density is known: what the Lab's GANs learn.

Most are a mixture of round Gaussians: of a few where modes are to be found, of a dense row of them along a curve. What
a person draws is dense by cells.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from ganlib.catalog import drawing
from ganlib.catalog.points import EXTENT, POINTS, TEST, TRAIN
from ganlib.catalog.table import pick
from ganlib.utils import seeds

_ALONG = 1000  # Gaussians along a curve: far closer to each other than they are wide


class Distribution(Protocol):
    """What can be drawn from, and is known exactly."""

    def sample(self, count: int, rng: np.random.Generator) -> np.ndarray:
        """Draw points, float32, shape (count, 2)."""

    def density(self, points: np.ndarray) -> np.ndarray:
        """Return the probability density at points of shape (N, 2), float64, shape (N,)."""

    def masses(self, edges: np.ndarray) -> np.ndarray:
        """Return the probability of each square between edges, shape (cells, cells), rows from the bottom."""


@dataclass(frozen=True, eq=False)
class Mixture:
    """Round Gaussians of the same weight and width.

    Attributes:
        centres: float64, shape (modes, 2).
        deviation: standard deviation of each Gaussian, in each of the two directions.
        is_curve: the Gaussians make one curve, so that single ones mean nothing.
    """

    centres: np.ndarray
    deviation: float
    is_curve: bool = False

    def sample(self, count: int, rng: np.random.Generator) -> np.ndarray:
        """Draw points, float32, shape (count, 2)."""
        centres = self.centres[rng.integers(len(self.centres), size=count)]
        return (centres + self.deviation * rng.standard_normal((count, 2))).astype(np.float32)

    def density(self, points: np.ndarray, block: int = 4096) -> np.ndarray:
        """Return the probability density, float64, shape (N,).

        Args:
            points: shape (N, 2).
            block: points at a time, which bounds the memory.
        """
        variance = self.deviation**2
        parts = []
        for start in range(0, len(points), block):
            offsets = points[start : start + block, None].astype(np.float64) - self.centres
            parts.append(np.exp(-np.square(offsets).sum(axis=2) / (2 * variance)).mean(axis=1))
        return np.concatenate(parts) / (2 * math.pi * variance)

    def masses(self, edges: np.ndarray) -> np.ndarray:
        """Return the probability of each square between edges, shape (cells, cells), rows from the bottom."""
        from scipy.special import ndtr

        across, up = (
            np.diff(ndtr((edges[None] - self.centres[:, axis, None]) / self.deviation), axis=1) for axis in (0, 1)
        )
        return up.T @ across / len(self.centres)


@dataclass(frozen=True, eq=False)
class Cells:
    """Square cells that fill the plane, in each of which all places are alike.

    Attributes:
        shares: the probability of each cell, float64, shape (side, side), rows from the bottom.
    """

    shares: np.ndarray

    @classmethod
    def of_drawing(cls, levels: tuple[int, ...]) -> "Cells":
        """Return what the levels of `catalog.drawing` make, as many points in a cell as its level says."""
        rows = np.array(levels, float).reshape(drawing.SIDE, drawing.SIDE)[::-1]
        return cls(rows / rows.sum())

    def sample(self, count: int, rng: np.random.Generator) -> np.ndarray:
        """Draw points, float32, shape (count, 2)."""
        side = len(self.shares)
        row, column = np.divmod(rng.choice(self.shares.size, size=count, p=self.shares.ravel()), side)
        inside = np.stack([column, row], axis=1) + rng.random((count, 2))
        return ((inside / side * 2 - 1) * EXTENT).astype(np.float32)

    def density(self, points: np.ndarray) -> np.ndarray:
        """Return the probability density, float64, shape (N,); nothing is outside of the plane."""
        side = len(self.shares)
        places = np.floor((points / EXTENT + 1) / 2 * side).astype(int)
        is_inside = ((places >= 0) & (places < side)).all(axis=1)
        column, row = np.clip(places, 0, side - 1).T
        return np.where(is_inside, self.shares[row, column], 0.0) / (2 * EXTENT / side) ** 2

    def masses(self, edges: np.ndarray) -> np.ndarray:
        """Return the probability of each square between edges, shape (cells, cells), rows from the bottom."""
        own = np.linspace(-EXTENT, EXTENT, len(self.shares) + 1)
        lows, highs = np.maximum(own[:-1, None], edges[:-1]), np.minimum(own[1:, None], edges[1:])
        overlap = np.clip(highs - lows, 0, None) / (own[1] - own[0])  # of each cell, the share that is in each square
        return overlap.T @ self.shares @ overlap


def _ring(modes: int, radius: float = 1.0) -> np.ndarray:
    angles = 2 * np.pi * np.arange(modes) / modes
    return radius * np.stack([np.cos(angles), np.sin(angles)], axis=1)


def _grid(side: int) -> np.ndarray:
    steps = np.linspace(-1, 1, side)
    return np.stack(np.meshgrid(steps, steps), axis=-1).reshape(-1, 2)


def _spiral(shares: np.ndarray) -> np.ndarray:
    # Of the same density along the curve: its length grows nearly with the square of the angle.
    angles = 4 * np.pi * np.sqrt(0.02 + 0.98 * shares)
    return (angles / (4 * np.pi))[:, None] * np.stack([np.cos(angles), np.sin(angles)], axis=1)


def _moons(shares: np.ndarray) -> np.ndarray:
    angles = np.pi * np.modf(2 * shares)[0]
    upper = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    lower = np.stack([1 - np.cos(angles), 0.5 - np.sin(angles)], axis=1)
    return 0.7 * (np.where(shares[:, None] < 0.5, upper, lower) - (0.5, 0.25))


def _heart() -> tuple[int, ...]:
    steps = (np.arange(drawing.SIDE) + 0.5) / drawing.SIDE * 3 - 1.5
    x, y = np.meshgrid(steps, -steps)
    is_inside = (x**2 + (y + 0.1) ** 2 - 1) ** 3 - x**2 * (y + 0.1) ** 3 < 0
    return tuple((is_inside.ravel() * (drawing.LEVELS - 1)).tolist())


_SHARES = (np.arange(_ALONG) + 0.5) / _ALONG

HEART = _heart()
"""Levels of the drawing to begin with, as `catalog.drawing` has them."""

DISTRIBUTIONS: Mapping[str, Distribution] = {
    "ring": Mixture(_ring(8), 0.01),
    "grid": Mixture(_grid(5), 0.05 / 4),
    "two-gaussians": Mixture(np.array([[-0.6, 0.0], [0.6, 0.0]]), 0.15),
    "line": Mixture(np.linspace((-0.9, -0.6), (0.9, 0.6), _ALONG), 0.02, is_curve=True),
    "circle": Mixture(_ring(_ALONG, 0.9), 0.02, is_curve=True),
    "spiral": Mixture(_spiral(_SHARES), 0.02, is_curve=True),
    "moons": Mixture(_moons(_SHARES), 0.05, is_curve=True),
    "drawn": Cells.of_drawing(HEART),
}


def get(name: str) -> Distribution:
    """Return a distribution: one of `POINTS`, or a drawing by its name.

    Raises:
        UserError: there is none of that name; the message lists all names.
    """
    levels = drawing.read_name(name)
    if levels and any(levels):
        return Cells.of_drawing(levels)
    pick(POINTS, name, "data set of points")
    return DISTRIBUTIONS[name]


def modes(name: str) -> Mixture | None:
    """Return the mixture whose Gaussians are the modes of a data set; None where it has no modes, such as a curve."""
    found = get(name)
    return found if isinstance(found, Mixture) and not found.is_curve else None


def mode_names(name: str) -> list[str]:
    """Return what to call each mode of a data set, in their order: by angle, or by row and column; [] without modes."""
    mixture = modes(name)
    if mixture is None:
        return []
    if name == "grid":
        side = math.isqrt(len(mixture.centres))  # rows are told from the top, and centres begin at the bottom
        return [f"row {side - place // side}, column {place % side + 1}" for place in range(side**2)]
    angles = np.degrees(np.arctan2(mixture.centres[:, 1], mixture.centres[:, 0])) % 360
    return [f"{angle:.0f}\N{DEGREE SIGN}" for angle in angles]


def draw(name: str, split: str) -> np.ndarray:
    """Draw a published split: the same points on every machine.

    Args:
        name: as for `get`.
        split: train or test.

    Returns:
        float32, shape (N, 2).
    """
    count = {"train": TRAIN, "test": TEST}[split]
    return get(name).sample(count, seeds.rng(0, f"{name} {split}"))
