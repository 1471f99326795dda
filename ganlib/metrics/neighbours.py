"""Who is whose neighbour: do samples lie where real images are, and the other way round?

Around every point of a crowd lies a ball that reaches to its k-th nearest fellow. All balls together are taken
for the region where that crowd lives.
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

    Attributes:
        precision: whether each sample lies in some real image's ball, shape (N,).
        density: in how many of them, divided by k, shape (N,).
        recall: whether each real image lies in some sample's ball, shape (M,).
        coverage: whether some sample lies in each real image's ball, shape (M,).
    """

    precision: np.ndarray
    density: np.ndarray
    recall: np.ndarray
    coverage: np.ndarray


def radii(features: np.ndarray, k: int = NEIGHBOURS) -> np.ndarray:
    """Return each point's distance to its k-th nearest fellow, itself not counted.

    Args:
        features: shape (N, F), N > k.
        k: how many neighbours.
    """
    distances, _ = NearestNeighbors(n_neighbors=k, algorithm="brute").fit(features).kneighbors()
    return distances[:, -1]


def compare(features: np.ndarray, real: np.ndarray, real_radii: np.ndarray, k: int = NEIGHBOURS) -> Neighbourhood:
    """Find out how samples and real images lie to each other.

    Args:
        features: of the samples, shape (N, F), N > k.
        real: features of the real images, shape (M, F).
        real_radii: `radii(real, k)`.
        k: how many neighbours a ball holds.
    """
    sample_radii = radii(features, k)
    balls_around = np.zeros(len(features), int)
    recall, coverage = [], []
    start = 0
    for distances in pairwise_distances_chunked(real, features):
        near = distances <= real_radii[start : start + len(distances), None]
        balls_around += near.sum(axis=0)
        coverage.append(near.any(axis=1))
        recall.append((distances <= sample_radii).any(axis=1))
        start += len(distances)
    return Neighbourhood(balls_around > 0, balls_around / k, np.concatenate(recall), np.concatenate(coverage))
