"""A number of several runs."""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np


class Spread(NamedTuple):
    """A number of several runs: their mean, the lowest and the highest of them, and how many runs they are of."""

    mean: float
    low: float
    high: float
    runs: int

    def text(self, form: str) -> str:
        """Write the mean and, where runs differ as far as is written, lowest and highest."""
        mean, low, high = (format(number, form) for number in self[:3])
        return f"{mean} ({low} to {high})" if low != high else mean


def spread(numbers: Iterable[float]) -> Spread | None:
    """Sum up numbers; those that are not finite are left out, and of none there is nothing to say."""
    finite = [number for number in numbers if np.isfinite(number)]
    return Spread(float(np.mean(finite)), min(finite), max(finite), len(finite)) if finite else None
