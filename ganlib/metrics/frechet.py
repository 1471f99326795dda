"""The Fréchet distance between two sets of feature vectors, each taken for a Gaussian."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np


@dataclass(frozen=True, eq=False)
class Gaussian:
    """A normal distribution in F dimensions.

    Attributes:
        mean: shape (F,).
        covariance: shape (F, F), symmetric, without negative eigenvalues; it need not be invertible.
    """

    mean: np.ndarray
    covariance: np.ndarray

    @cached_property
    def root(self) -> np.ndarray:
        """A matrix R with R R^T = covariance, shape (F, F)."""
        values, vectors = np.linalg.eigh(self.covariance)
        # Rounding turns eigenvalues of 0 slightly negative.
        return vectors * np.sqrt(np.maximum(values, 0))


def fit(features: np.ndarray, weights: np.ndarray | None = None) -> Gaussian:
    """Return the Gaussian with the mean and the unbiased covariance of N >= 2 vectors.

    Args:
        features: shape (N, F).
        weights: how often each vector counts, whole numbers, shape (N,); by default once.
    """
    features = np.asarray(features, np.float64)
    return Gaussian(np.average(features, axis=0, weights=weights), np.cov(features, rowvar=False, fweights=weights))


def distance(a: Gaussian, b: Gaussian) -> float:
    """Return |m_a - m_b|^2 + tr(S_a + S_b - 2 (S_a S_b)^(1/2)) (Heusel et al. 2017, arXiv 1706.08500).

    The product S_a S_b is not symmetric, so its root is ill-conditioned where a covariance is nearly singular.
    Only the trace of the root is needed, and with S_b = R R^T the product has the eigenvalues of the symmetric
    R^T S_a R: real, and not negative but for rounding.
    """
    shift = a.mean - b.mean
    eigenvalues = np.linalg.eigvalsh(b.root.T @ a.covariance @ b.root)
    overlap = np.sqrt(np.maximum(eigenvalues, 0)).sum()
    return max(0.0, float(shift @ shift + np.trace(a.covariance) + np.trace(b.covariance) - 2 * overlap))
