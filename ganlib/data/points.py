"""Distributions of points in the plane whose density is known: what the Lab's GANs learn.

Everything is a mixture of round Gaussians: of a few where modes are to be found, of a dense row of them along a curve.
"""

import math
from dataclasses import dataclass

import numpy as np

from ganlib.catalog.points import POINTS, TEST, TRAIN
from ganlib.catalog.table import pick
from ganlib.utils import seeds

_ALONG = 1000  # Gaussians along a curve: far closer to each other than they are wide


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


_SHARES = (np.arange(_ALONG) + 0.5) / _ALONG

DISTRIBUTIONS = {
    "ring": Mixture(_ring(8), 0.01),
    "grid": Mixture(_grid(5), 0.05 / 4),
    "two-gaussians": Mixture(np.array([[-0.6, 0.0], [0.6, 0.0]]), 0.15),
    "line": Mixture(np.linspace((-0.9, -0.6), (0.9, 0.6), _ALONG), 0.02, is_curve=True),
    "circle": Mixture(_ring(_ALONG, 0.9), 0.02, is_curve=True),
    "spiral": Mixture(_spiral(_SHARES), 0.02, is_curve=True),
    "moons": Mixture(_moons(_SHARES), 0.05, is_curve=True),
}


def get(name: str) -> Mixture:
    """Return a distribution; a UserError lists all names if there is none of that name."""
    pick(POINTS, name, "data set of points")
    return DISTRIBUTIONS[name]


def draw(name: str, split: str) -> np.ndarray:
    """Draw a published split: the same points on every machine.

    Args:
        name: a key of `POINTS`.
        split: train or test.

    Returns:
        float32, shape (N, 2).
    """
    count = {"train": TRAIN, "test": TEST}[split]
    return get(name).sample(count, seeds.rng(0, f"{name} {split}"))
