"""Curves as numbers, for charts: long ones made short, noisy ones calm, and several put together to a band."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating[Any]]
Columns = Mapping[str, Sequence[float] | Floats]

MOST_POINTS = 500
"""Points a curve: more than a screen can show apart, and a live chart is sent every second or two."""


SMOOTHED_SHARE = 1 / 40
"""The moving average looks back over this share of the rows: calm, and still late by little."""

_FEW_VALUES = 20  # of which nobody can tell what is a spike
_EDGE = 0.15  # of the range, between the curve and the end of the axis


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

    At each place it is the average of all values so far, each older one weighing a constant factor less: the newest
    weighs 2 / (span + 1), with a span of 1 or more. It is NaN where the value is.
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


class Band(NamedTuple):
    """The same quantity of several runs at N steps that all reached: mean, lowest and highest, one curve if one run."""

    steps: Floats
    mean: Floats
    low: Floats
    high: Floats
    runs: int


def band(runs: Sequence[Columns], key: str, smoothed_share: float = 0.0) -> Band | None:
    """Lay one column of several runs over each other; None where no run has a value.

    The grid are the steps of the run that came least far, thinned for a chart; between their own steps the
    other runs are read off a straight line. Each run is smoothed first, over `smoothed_share` of its rows.
    """
    curves = [curve for columns in runs if len((curve := _measured(columns, key, smoothed_share))["step"])]
    if not curves:
        return None
    shortest = min(curves, key=lambda curve: float(curve["step"][-1]))
    grid = thin(shortest)["step"]
    # Where all were measured; single late measurements may have no such step, then the last one must do.
    common = grid[grid >= max(float(curve["step"][0]) for curve in curves)]
    steps = common if len(common) else grid[-1:]
    values = np.stack([np.interp(steps, curve["step"], curve["value"]) for curve in curves])
    return Band(steps, values.mean(axis=0), values.min(axis=0), values.max(axis=0), len(curves))


def _measured(columns: Columns, key: str, smoothed_share: float) -> dict[str, Floats]:
    """Return steps and values where there are any, by rising step."""
    steps, values = (np.asarray(columns.get(name, ()), dtype=float) for name in ("step", key))
    if len(steps) != len(values):
        return {"step": np.array([]), "value": np.array([])}
    measured = np.isfinite(steps) & np.isfinite(values)
    steps, first = np.unique(steps[measured], return_index=True)
    values = values[measured][first]
    return {"step": steps, "value": smooth(values, span=max(1.0, len(values) * smoothed_share))}


def robust_range(values: Floats, keep: Sequence[float] = (), share: float = 0.9) -> tuple[float | None, float | None]:
    """Return where an axis should begin and end so that a few spikes do not flatten the rest of a curve.

    Each end is None unless spikes would take more room than the middle `share` of the values (with `keep`, which is
    always inside) twice over.
    """
    finite = np.asarray(values, dtype=float)
    finite = finite[np.isfinite(finite)]
    if len(finite) < _FEW_VALUES:
        return None, None
    low, high = np.quantile(finite, [(1 - share) / 2, (1 + share) / 2])
    low, high = min([low, *keep]), max([high, *keep])
    room = max(float(high - low), 1e-9)
    below = float(low - room * _EDGE) if finite.min() < low - 2 * room else None
    above = float(high + room * _EDGE) if finite.max() > high + 2 * room else None
    return below, above
