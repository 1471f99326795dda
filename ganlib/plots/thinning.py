"""Long curves made short and noisy ones calm, for charts that are redrawn while a training goes on."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating[Any]]
Columns = Mapping[str, Sequence[float] | Floats]

MOST_POINTS = 500
"""Points a curve: more than a screen can show apart, and a live chart is sent every second or two."""


SMOOTHED_SHARE = 1 / 40
"""The moving average looks back over this share of the rows: calm, and still late by little."""


def thin(columns: Columns, most: int = MOST_POINTS, extremes_of: str | None = None) -> dict[str, Floats]:
    """Keep at most `most` rows, the last always among them.

    Rows are cut into groups of one size, a power of two: while a training adds rows, nearly all groups and so
    the points drawn stay what they were, and a live curve does not shimmer. A group is represented by its
    first row or, for a column whose spikes must stay visible, by the rows of its lowest and highest value.

    Args:
        columns: columns of one length, NaN for what was not measured.
        most: 4 or more.
        extremes_of: the column whose lowest and highest values are kept.

    Returns:
        The same columns with the chosen rows only, in order.
    """
    arrays = {name: np.asarray(values, dtype=float) for name, values in columns.items()}
    count = min(map(len, arrays.values()), default=0)
    if count <= most:
        return arrays
    groups = most - 1 if extremes_of is None else (most - 1) // 2
    size = 2 ** int(np.ceil(np.log2(count / groups)))
    starts = np.arange(0, count, size)
    if extremes_of is None:
        chosen = [starts]
    else:
        padded = np.full(len(starts) * size, np.nan)
        padded[:count] = arrays[extremes_of]
        cells = padded.reshape(-1, size)
        lowest = np.where(np.isnan(cells), np.inf, cells).argmin(axis=1)
        highest = np.where(np.isnan(cells), -np.inf, cells).argmax(axis=1)
        chosen = [starts + lowest, starts + highest]
    rows = np.unique(np.concatenate([*chosen, [count - 1]]))
    return {name: values[rows] for name, values in arrays.items()}


def smooth(values: Sequence[float] | Floats, span: float) -> Floats:
    """Exponential moving average, without the usual pull of the first value.

    Args:
        values: (N,), NaN for what was not measured.
        span: how many values it looks back over, 1 or more: the newest one weighs 2 / (span + 1).

    Returns:
        (N,): at each place the average of all values so far, each older one weighing a constant factor less;
        NaN where the value is NaN.
    """
    decay = 1 - 2 / (span + 1)
    total = weight = 0.0
    averages = []
    for value in np.asarray(values, dtype=float).tolist():
        if np.isfinite(value):
            total = decay * total + value
            weight = decay * weight + 1
            averages.append(total / weight)
        else:
            averages.append(np.nan)
    return np.array(averages)


def calm(values: Sequence[float] | Floats) -> Floats:
    """Smooth a whole curve, as all charts do: `smooth` over `SMOOTHED_SHARE` of it."""
    return smooth(values, max(1.0, len(values) * SMOOTHED_SHARE))
