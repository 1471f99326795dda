"""How far to trust a number that was measured on some samples: the bootstrap (Efron 1979)."""

from collections.abc import Callable

import numpy as np
from threadpoolctl import threadpool_limits

from ganlib import seeds

REPLICATES = 200
"""How often samples are drawn anew; the ends of a 95 % interval then rest on five replicates each."""

_TAILS = (0.025, 0.5, 0.975)


def resamples(count: int, seed: int, purpose: str) -> np.ndarray:
    """Draw `count` of `count` items with replacement, again and again.

    Returns:
        How often each item was drawn, whole numbers, shape (REPLICATES, count).
    """
    rng = seeds.generator(seed, f"bootstrap of {purpose}")
    drawn = rng.integers(0, count, (REPLICATES, count))
    return np.stack([np.bincount(row, minlength=count) for row in drawn])


def interval(
    statistic: Callable[[np.ndarray], float],
    value: float,
    times: np.ndarray,
    bounds: tuple[float, float] = (-np.inf, np.inf),
) -> tuple[float, float]:
    """Return the interval in which 95 % of such values would lie, had other items been drawn.

    Items drawn twice bring no news, so a statistic of the whole crowd, such as a distance, comes out too bad on
    every replicate. So only the spread is taken from the replicates: their median is moved to the value. What
    then remains in the value, the bias that any crowd of this size has, is in the floor as well.

    Args:
        statistic: takes how often each item counts.
        value: the statistic where each counts once.
        times: from `resamples`.
        bounds: the smallest and the largest value there can be.

    Returns:
        Lower and upper end; `value` is never outside.
    """
    # On small matrices threads cost more than they bring, a hundred times more where others use the processor.
    with threadpool_limits(1, user_api="blas"):
        replicates = [statistic(row) for row in times]
    # The nearest replicate, because a mean of two is not always a possible value.
    low, middle, high = np.quantile(replicates, _TAILS, method="nearest")
    return max(bounds[0], value + low - middle), min(bounds[1], value + high - middle)
