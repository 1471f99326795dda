"""How well points in the plane cover a distribution that is known: its modes, and two distances.

The three metrics of modes are those of PacGAN (Lin et al. 2018, arXiv 1712.04086, section 4.1), which took them from
VEEGAN (Srivastava et al. 2017, arXiv 1705.07761).
"""

import numpy as np
from scipy.optimize import linear_sum_assignment
from scipy.spatial.distance import cdist
from scipy.special import rel_entr

from ganlib.catalog.points import EXTENT
from ganlib.data.points import Mixture

GOOD = 3.0
"""Standard deviations from its mode within which a sample is good."""

_MATCHED = 500  # points of either side whose best pairing gives the Wasserstein distance: exact, and a cubic effort

_CELLS = 24  # along each side of the square in which points are counted


def nearest(points: np.ndarray, mixture: Mixture) -> tuple[np.ndarray, np.ndarray]:
    """Return the nearest mode of each point, and whether it is good; both of shape (N,)."""
    distances = cdist(points, mixture.centres)
    mode = distances.argmin(axis=1)
    return mode, distances[np.arange(len(points)), mode] <= GOOD * mixture.deviation


def good_shares(mode: np.ndarray, good: np.ndarray, weights: np.ndarray, modes: int) -> np.ndarray:
    """Return the share of samples that are good and of each mode, shape (modes,); a mode of share 0 is lost.

    See `nearest`, and `weights` for how often each sample counts.
    """
    return np.bincount(mode, good * weights, minlength=modes) / weights.sum()


def modes_covered(shares: np.ndarray) -> float:
    """Return how many modes have a good sample, see `good_shares`."""
    return float(np.count_nonzero(shares))


def reverse_kl(mode: np.ndarray, weights: np.ndarray, modes: int) -> float:
    """Return the KL divergence of the samples' mix of modes from an even one, in nats: 0 to log(modes)."""
    shares = np.bincount(mode, weights, minlength=modes) / weights.sum()
    return float(np.sum(rel_entr(shares, 1 / modes)))


def jensen_shannon(points: np.ndarray, real: np.ndarray, weights: np.ndarray | None = None) -> float:
    """Return the Jensen-Shannon divergence of two sets of points, in nats, from counts in 24 x 24 squares.

    Args:
        points: shape (N, 2).
        real: shape (M, 2).
        weights: how often each of `points` counts, by default once.

    Returns:
        0 to log 2. Two draws of M points from one distribution are not at 0: compare with that, not with nothing.
    """
    p, q = _histogram(real), _histogram(points, weights)
    middle = (p + q) / 2
    return float(np.mean([rel_entr(one, middle).sum() for one in (p, q)]))


def wasserstein_1(points: np.ndarray, real: np.ndarray) -> float:
    """Return the Wasserstein-1 distance of the first 500 points of either set: the mean of their best pairing."""
    count = min(len(points), len(real), _MATCHED)
    costs = cdist(points[:count], real[:count])
    return float(costs[linear_sum_assignment(costs)].mean())


def _histogram(points: np.ndarray, weights: np.ndarray | None = None) -> np.ndarray:
    """Return shares of points in squares; what lies beyond the plane counts for the square at its rim."""
    inside = np.clip(points, -EXTENT, np.nextafter(EXTENT, 0))
    edges = np.linspace(-EXTENT, EXTENT, _CELLS + 1)
    counts, _, _ = np.histogram2d(inside[:, 0], inside[:, 1], bins=(edges, edges), weights=weights)
    return counts / counts.sum()
