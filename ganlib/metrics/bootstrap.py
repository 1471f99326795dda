"""How far to trust a number that was measured on some samples: where that of as many other samples would lie.

An interval of a repeat, not of the mean: it holds what another sample set from the same generator gets, and so has to
be the root of 2 as wide as one for the mean over all sample sets, because both values are left to chance. Two ways lead
to it. The bootstrap (Efron 1979) draws samples anew from the samples, for whatever is a number of each sample, or a
smooth function of such numbers. It fails for how samples lie to each other, since one that is drawn twice is its own
neighbour: there, the jackknife leaves each out in turn, whose spread is on average not too small (Efron and Stein
1981).
"""

from collections.abc import Callable

import numpy as np
from threadpoolctl import threadpool_limits

from ganlib.utils import seeds

REPLICATES = 200
"""How often samples are drawn anew."""

_TAILS = (0.025, 0.975)
_NORMAL = 1.96
"""So many standard deviations to either side of the mean lie 95 % of a normal distribution."""


def resamples(count: int, seed: int) -> np.ndarray:
    """Draw `count` of `count` items with replacement: how often each was drawn, ints, shape (REPLICATES, count)."""
    rng = seeds.rng(seed, "bootstrap of samples")
    drawn = rng.integers(0, count, (REPLICATES, count))
    return np.stack([np.bincount(row, minlength=count) for row in drawn])


def interval(
    statistic: Callable[[np.ndarray], float],
    value: float,
    weights: np.ndarray,
    bounds: tuple[float, float] = (-np.inf, np.inf),
) -> tuple[float, float]:
    """Return the interval in which the values of other sample sets lie, 95 of 100 of them; `value` is never outside.

    Items drawn twice bring no news, so a statistic of the whole sample set, such as a distance, comes out too bad on
    every replicate. So only the differences between replicates are used, which differ as two sample sets do. What then
    remains in the value, the bias that any sample set of this size has, is in the floor as well.

    Args:
        statistic: takes how often each item counts.
        value: the statistic where each counts once.
        weights: from `resamples`.
        bounds: the smallest and the largest value there can be.
    """
    # On small matrices threads cost more than they bring, a hundred times more where others use the processor.
    with threadpool_limits(1, user_api="blas"):
        replicates = np.array([statistic(row) for row in weights])
    differences = (replicates[:, None] - replicates)[~np.eye(len(replicates), dtype=bool)]
    # The nearest difference, because a mean of two is not always a possible one.
    low, high = np.quantile(differences, _TAILS, method="nearest")
    return max(bounds[0], value + low), min(bounds[1], value + high)


def jackknife_interval(
    value: float, without: np.ndarray, bounds: tuple[float, float] = (-np.inf, np.inf)
) -> tuple[float, float]:
    """Return the interval in which the values of other sample sets lie, 95 of 100 of them or more, as `interval` does.

    `value` is the statistic of all N samples, `without` where each is left out in turn, shape (N,).
    """
    reach = _NORMAL * np.sqrt(2 * (len(without) - 1) * float(without.var()))
    return max(bounds[0], value - reach), min(bounds[1], value + reach)
