"""What several curves that differ in chance alone have in common: their mean, and how far they spread."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ganlib.plots.thinning import Columns, Floats, smooth, thin


class Band(NamedTuple):
    """The same quantity of several runs, at steps that all of them reached.

    Attributes:
        steps: rising, shape (N,).
        mean: over the runs, shape (N,).
        low: the lowest of the runs, shape (N,).
        high: the highest.
        runs: how many; the three curves of one run are the same.
    """

    steps: Floats
    mean: Floats
    low: Floats
    high: Floats
    runs: int


def band(runs: Sequence[Columns], key: str, smoothed_share: float = 0.0) -> Band | None:
    """Lay one column of several runs over each other.

    The grid are the steps of the run that came least far, thinned for a chart; between their own steps the
    other runs are read off a straight line.

    Args:
        runs: columns of each run, `step` and `key` among them; a run where nothing was measured is left out.
        key: the column.
        smoothed_share: smooth each run first, over this share of its rows; 0 takes the values as they are.

    Returns:
        The band, or None where no run has a value.
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
