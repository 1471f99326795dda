"""Who is whose neighbour: do samples lie where real images are, and the other way round?

Around every point of a sample set lies a ball that reaches to its k-th nearest neighbour. All balls together are taken
for the region where that sample set lives.
"""

from typing import NamedTuple

import numpy as np
from sklearn.metrics import pairwise_distances_chunked
from sklearn.neighbors import NearestNeighbors

NEIGHBOURS = 5


class Neighbourhood(NamedTuple):
    """How N samples and M real images lie to each other; each metric is the mean of its array.

    Precision and recall are by Kynkäänniemi et al. 2019 (arXiv 1904.06991), density and coverage by Naeem et
    al. 2020 (arXiv 2002.09797).
    """

    precision: np.ndarray  # whether each sample lies in some real image's ball, shape (N,)
    density: np.ndarray  # in how many of them, divided by k, shape (N,)
    recall: np.ndarray  # whether each real image lies in some sample's ball, shape (M,)
    coverage: np.ndarray  # whether some sample lies in each real image's ball, shape (M,)
    # The share of recall where each sample is left out in turn, shape (N,); its neighbours' balls then reach farther.
    # The same for coverage is `coverage_without`.
    recall_without: np.ndarray
    coverage_without: np.ndarray


def radii(features: np.ndarray, k: int = NEIGHBOURS) -> np.ndarray:
    """Return the distance of each of N > k points, shape (N, F), to its k-th nearest neighbour, itself not counted."""
    distances, _ = NearestNeighbors(n_neighbors=k, algorithm="brute").fit(features).kneighbors()
    return distances[:, -1]


def compare(features: np.ndarray, real: np.ndarray, real_radii: np.ndarray, k: int = NEIGHBOURS) -> Neighbourhood:
    """Find out how N > k samples and M real images lie to each other, by their features, shapes (N, F) and (M, F).

    `real_radii` is `radii(real, k)`.
    """
    balls = _Balls(features, k)
    count = len(features)
    balls_around, gained, lost = np.zeros(count, int), np.zeros(count, int), np.zeros(count, int)
    recall, coverage = [], []
    start = 0
    for distances in pairwise_distances_chunked(real, features):
        near = distances <= real_radii[start : start + len(distances), None]
        balls_around += near.sum(axis=0)
        coverage.append(near.any(axis=1))
        lost += np.bincount(_only(near)[1], minlength=count)
        within = distances <= balls.radii
        recall.append(within.any(axis=1))
        gained += balls.gained(distances, within)
        start += len(distances)
    recalled, covered = np.concatenate(recall), np.concatenate(coverage)
    return Neighbourhood(
        balls_around > 0,
        balls_around / k,
        recalled,
        covered,
        (recalled.sum() + gained) / len(real),
        (covered.sum() - lost) / len(real),
    )


class _Balls:
    """The balls of N samples, their `radii` of shape (N,), and those that they would have without one of them."""

    def __init__(self, features: np.ndarray, k: int) -> None:
        search = NearestNeighbors(n_neighbors=min(k + 1, len(features) - 1), algorithm="brute").fit(features)
        distances, neighbours = search.kneighbors()
        self.radii, self._neighbours = distances[:, k - 1], neighbours[:, :k]
        self._larger = distances[:, -1]
        """The radius of each ball without one of the k neighbours that are in it."""

    def gained(self, distances: np.ndarray, within: np.ndarray) -> np.ndarray:
        """Return how many more of R real images lie in some ball where each sample is left out, shape (N,).

        `distances` are from real images to samples, `within` says which are in the sample's ball; shape (R, N).
        """
        count = len(self.radii)
        # Whatever lies in several balls stays in one of them.
        few = np.flatnonzero(within.sum(axis=1) < 2)
        rows, samples = np.nonzero((distances[few] <= self._larger) & ~within[few])
        pairs = np.unique(np.repeat(few[rows], self._neighbours.shape[1]) * count + self._neighbours[samples].ravel())
        grown = np.divmod(pairs, count)  # a real image, and a sample without which another's ball reaches it
        outside = ~within[grown[0]].any(axis=1)
        alone, holder = _only(within)
        is_lost = ~np.isin(alone * count + holder, pairs)
        return np.bincount(grown[1][outside], minlength=count) - np.bincount(holder[is_lost], minlength=count)


def _only(inside: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the rows in which one single column is true, and those columns."""
    rows = np.flatnonzero(inside.sum(axis=1) == 1)
    return rows, inside[rows].argmax(axis=1)
