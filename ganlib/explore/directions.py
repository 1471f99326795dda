"""Directions in latent space along which images change most, and moving along them.

What the ways to find them mean to a person stands in `ganlib.catalog.directions`, under the same names.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
from sklearn.decomposition import PCA
from threadpoolctl import threadpool_limits

from ganlib.catalog.table import pick
from ganlib.explore.sampler import Sampler
from ganlib.models import priors
from ganlib.utils.errors import UserError

Found = tuple[np.ndarray, np.ndarray | float, np.ndarray]
"""Vectors, scales (one, if it is the same for all) and shares, as in `Directions`."""


@dataclass(frozen=True, eq=False)
class Directions:
    """Directions in the latent space of one run, the most important first."""

    vectors: np.ndarray  # of unit length and orthogonal to each other, float32, shape (count, latent_dim)
    scales: np.ndarray  # how far one sigma reaches along each, in units of z, shape (count,)
    shares: np.ndarray  # how much of the first layer's variation each explains, 0 to 1, shape (count,)
    prior: str  # "normal" or "uniform"

    def move(self, start: np.ndarray, amounts: np.ndarray) -> np.ndarray:
        """Go from a latent vector, shape (latent_dim,), along all directions at once, by sigmas, shape (..., count).

        Returns float32, shape (..., latent_dim), kept where the prior draws, see `Prior.within`.
        """
        return priors.get(self.prior).within(start + (amounts * self.scales) @ self.vectors)

    def part(self, first: int, count: int) -> "Directions":
        """Return only some of them, `count` from the one numbered `first`, counted from 0."""
        some = slice(first, first + count)
        return Directions(self.vectors[some], self.scales[some], self.shares[some], self.prior)

    def strip(self, start: np.ndarray, index: int, frames: int = 7, reach: float = 3.0) -> np.ndarray:
        """Go from a latent vector along one direction, evenly from -reach to +reach sigmas.

        Returns float32, shape (frames, latent_dim); for an odd number of frames, `start` is in the middle.
        """
        amounts = np.zeros((frames, len(self.vectors)), np.float32)
        amounts[:, index] = np.linspace(-reach, reach, frames)
        return self.move(start, amounts)


def find(sampler: Sampler, method: str = "weights", count: int = 8, seed: int = 0) -> Directions:
    """Find the directions along which a generator's images change most, at most as many as there are latent dimensions.

    `method` is a key of `METHODS`; `seed` is of the random z that "activations" looks at. Raises UserError: there is no
    such method, or the weights are not finite.
    """
    compute = pick(METHODS, method, "kind of direction")
    # Several threads of linear algebra hold each other up thirtyfold where a training takes the processors.
    with threadpool_limits(1, "blas"):
        vectors, scales, shares = compute(sampler, min(count, sampler.config.latent_dim), seed)
    scales = np.broadcast_to(scales, len(vectors)).astype(np.float32)
    return Directions(vectors.astype(np.float32), scales, shares, sampler.config.prior)


def from_weights(sampler: Sampler, count: int, seed: int) -> Found:
    """Factorise the first layer in closed form (SeFa, Shen and Zhou 2021, arXiv 2007.06600).

    Of all unit vectors n, the left singular vectors of the kernel W, shape (latent_dim, units), are those that make
    the layer's answer n W longest. One sigma is the prior's.
    """
    kernel = _first_kernel(sampler)
    # These eigenvectors are W's left singular vectors, found a hundred times faster than by factorising W itself.
    squares, vectors = np.linalg.eigh(kernel @ kernel.T)
    shares = squares[::-1] / np.sum(squares)
    return _upright(vectors.T[::-1][:count]), priors.get(sampler.config.prior).deviation, shares[:count]


def from_activations(sampler: Sampler, count: int, seed: int) -> Found:
    """Find the principal components of what the first layer passes on, and the z behind them.

    GANSpace (Härkönen et al. 2020, arXiv 2004.02546). The activations are those that reach the second layer with
    weights, of random z. Each component is regressed linearly on z; one sigma is the shift of z that goes, on
    average, with one standard deviation of the component. Regressed vectors are only nearly orthogonal, so each is
    freed of its part along those before it.
    """
    config = sampler.config
    z = priors.get(config.prior).sample(max(1024, 4 * config.latent_dim), config.latent_dim, seed)
    pca = PCA(count, whiten=True, random_state=0)
    second = _layers_with_kernel(sampler.generator)[1]
    activations = _finite(keras.Model(sampler.generator.inputs[0], second.input)(sampler.inputs(z), training=False))
    components = pca.fit_transform(activations.reshape(len(z), -1).astype(np.float32))
    slopes = np.linalg.lstsq(z - z.mean(axis=0), components, rcond=None)[0]
    shifts = priors.get(config.prior).deviation ** 2 * slopes
    vectors, _ = np.linalg.qr(shifts)
    return _upright(vectors.T), np.linalg.norm(shifts, axis=0), pca.explained_variance_ratio_


def from_axes(sampler: Sampler, count: int, seed: int) -> Found:
    """Return the coordinates of z themselves, in their order; one sigma is the prior's."""
    kernel = _first_kernel(sampler)
    shares = np.sum(kernel**2, axis=1)[:count] / np.sum(kernel**2)
    return np.eye(len(kernel))[:count], priors.get(sampler.config.prior).deviation, shares


METHODS: dict[str, Callable[[Sampler, int, int], Found]] = {
    "weights": from_weights,
    "activations": from_activations,
    "axes": from_axes,
}


def _layers_with_kernel(model: keras.Model) -> list[keras.layers.Layer]:
    return [layer for layer in model.layers if hasattr(layer, "kernel")]


def _first_kernel(sampler: Sampler) -> np.ndarray:
    """Return the weights that z meets first, float64, shape (latent_dim, units); those for labels are left out."""
    kernel = _finite(_layers_with_kernel(sampler.generator)[0].kernel)
    return kernel[: sampler.config.latent_dim].astype(np.float64)


def _finite(tensor: Any) -> np.ndarray:
    """Return a tensor as an array. Raises UserError: not all of it is finite."""
    array = keras.ops.convert_to_numpy(tensor)
    if not np.isfinite(array).all():
        raise UserError("The generator's weights are not finite, its training diverged; choose an earlier snapshot.")
    return array


def _upright(vectors: np.ndarray) -> np.ndarray:
    """Make each vector's largest entry positive: its sign is arbitrary, and should not depend on the machine."""
    largest = np.take_along_axis(vectors, np.abs(vectors).argmax(axis=1, keepdims=True), axis=1)
    return vectors * np.where(largest < 0, -1, 1)
