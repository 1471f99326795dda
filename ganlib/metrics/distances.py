"""How far samples are from real images: by a classifier's features (Fréchet) or by pixels (sliced Wasserstein)."""

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ganlib.catalog.metrics import FEWEST_SAMPLES
from ganlib.utils import seeds

DIRECTIONS = 64


@dataclass(frozen=True, eq=False)
class Gaussian:
    """A normal distribution in F dimensions."""

    mean: np.ndarray  # shape (F,)
    covariance: np.ndarray  # shape (F, F), symmetric, without negative eigenvalues; it need not be invertible

    @cached_property
    def root(self) -> np.ndarray:
        """A matrix R with R R^T = covariance, shape (F, F)."""
        values, vectors = np.linalg.eigh(self.covariance)
        # Rounding turns eigenvalues of 0 slightly negative.
        return vectors * np.sqrt(np.maximum(values, 0))


def fit(features: np.ndarray, weights: np.ndarray | None = None) -> Gaussian:
    """Return the Gaussian with the mean and the unbiased covariance of N >= 2 vectors, shape (N, F).

    `weights` says how often each vector counts, whole numbers, shape (N,); by default once.
    """
    features = np.asarray(features, np.float64)
    return Gaussian(np.average(features, axis=0, weights=weights), np.cov(features, rowvar=False, fweights=weights))


def fit_each(
    features: np.ndarray, labels: np.ndarray, weights: np.ndarray | None = None, least: int = FEWEST_SAMPLES
) -> dict[int, Gaussian]:
    """Return what `fit` does of each class that has `least` vectors or more, by its number.

    `labels` are the vectors' classes, whole numbers, shape (N,); `weights` as for `fit`.
    """
    weights = np.ones(len(labels), int) if weights is None else weights
    kinds = [int(kind) for kind in np.unique(labels) if weights[labels == kind].sum() >= least]
    return {kind: fit(features[labels == kind], weights[labels == kind]) for kind in kinds}


def frechet_within(a: dict[int, Gaussian], b: dict[int, Gaussian]) -> float:
    """Return the mean `frechet` of the classes that both have, NaN if there is none."""
    shared = sorted(a.keys() & b.keys())
    return float(np.mean([frechet(a[kind], b[kind]) for kind in shared])) if shared else math.nan


def frechet(a: Gaussian, b: Gaussian) -> float:
    """Return |m_a - m_b|^2 + tr(S_a + S_b - 2 (S_a S_b)^(1/2)) (Heusel et al. 2017, arXiv 1706.08500).

    The product S_a S_b is not symmetric, so its root is ill-conditioned where a covariance is nearly singular.
    Only the trace of the root is needed, and with S_b = R R^T the product has the eigenvalues of the symmetric
    R^T S_a R: real, and not negative but for rounding.
    """
    shift = a.mean - b.mean
    eigenvalues = np.linalg.eigvalsh(b.root.T @ a.covariance @ b.root)
    overlap = np.sqrt(np.maximum(eigenvalues, 0)).sum()
    return max(0.0, float(shift @ shift + np.trace(a.covariance) + np.trace(b.covariance) - 2 * overlap))


def directions(size: int, seed: int, count: int = DIRECTIONS) -> np.ndarray:
    """Draw directions of unit length, evenly in all directions of space: float32, shape (size, count)."""
    drawn = seeds.rng(seed, "directions to look along").standard_normal((size, count))
    return (drawn / np.linalg.norm(drawn, axis=0)).astype(np.float32)


class Slices:
    """N images along D directions, sorted along each.

    In one dimension the Wasserstein distance is easy: sort both sample sets and pair them off. So all images are
    projected onto directions, and the distances are averaged (Deshpande et al. 2018, arXiv 1803.11188).
    """

    def __init__(self, images: np.ndarray, along: np.ndarray) -> None:
        """Project images, uint8 (N, H, W, C), black as 0 and white as 1, along `directions`, shape (H W C, D)."""
        projected = (images.reshape(len(images), -1).astype(np.float32) @ along).T / np.float32(255)
        self._order = projected.argsort(axis=1)
        self._sorted = np.take_along_axis(projected, self._order, axis=1)

    def distance(self, other: "Slices", weights: np.ndarray | None = None) -> float:
        """Return the mean Wasserstein distance (of order 1) to as many other images along the same directions.

        `weights` says how often each image of this sample set counts, whole numbers that add up to N, shape (N,).
        """
        places = self._sorted
        if weights is not None:
            places = np.repeat(places.ravel(), weights[self._order].ravel()).reshape(places.shape)
        return float(np.abs(places - other._sorted).mean())
