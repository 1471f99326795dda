"""Noise priors: the distributions that z, the input of a generator, is drawn from; all about one is in one class.

A generator has only ever seen draws of its prior; what it makes of other vectors says little about it, so whatever is
computed from latent vectors can be kept there (`Prior.within`).
"""

import math
from abc import ABC, abstractmethod
from typing import Any

import numpy as np
from scipy import special

from ganlib.catalog.table import pick
from ganlib.utils import seeds

_RARE = 1e-4


class Prior(ABC):
    """A distribution of latent vectors whose entries are independent and alike; subclasses say which."""

    deviation: float  # standard deviation along any unit vector
    entropy: float  # differential entropy of an entry, in nats
    path: str  # the kind of path between two draws that stays among usual draws, a key of `interpolation.PATHS`
    _sample: Any  # (rng, shape) to draws; _quantile and _within are those below, in any precision
    _quantile: Any
    _within: Any

    def sample(self, count: int, latent_dim: int, seed: int) -> np.ndarray:
        """Draw latent vectors with NumPy, so that a seed means the same z on every machine and backend.

        Returns float32, shape (count, latent_dim); the first vectors do not depend on `count`.
        """
        return self._sample(seeds.rng(seed, "latents"), (count, latent_dim)).astype(np.float32)

    def quantile(self, shares: np.ndarray) -> np.ndarray:
        """Return the entries of z below which the given shares of all draws lie; float32, the shape of `shares`."""
        return self._quantile(shares).astype(np.float32)

    def from_normal(self, values: np.ndarray) -> np.ndarray:
        """Turn standard normal numbers, one by one, into draws; float32, the shape of `values`."""
        return self.quantile(special.ndtr(values))

    def within(self, latents: np.ndarray) -> np.ndarray:
        """Return the nearest vectors that could well have been drawn, float32; those that are such already stay."""
        return self._within(latents).astype(np.float32)

    @abstractmethod
    def draw(self, shape: tuple[int, int], seed: Any) -> Any:
        """Draw a batch in a training step, a float32 tensor, from a `keras.random.SeedGenerator`."""

    @abstractmethod
    def constraint(self, latent_dim: int) -> Any:
        """Return `within` as a Keras constraint, for a variable of shape (vectors, latent_dim)."""


class Normal(Prior):
    """N(0, 1) in each entry: nearly all vectors have a norm near sqrt(latent_dim)."""

    deviation, path = 1.0, "spherical"
    entropy = math.log(2 * math.pi * math.e) / 2
    _sample = staticmethod(lambda rng, shape: rng.standard_normal(shape))
    _quantile = staticmethod(special.ndtri)

    @staticmethod
    def longest(latent_dim: int) -> float:
        """Return the norm that one in ten thousand vectors exceeds: 12.7 for 100 entries, where 10 is typical."""
        return math.sqrt(special.chdtri(latent_dim, _RARE))

    def draw(self, shape: tuple[int, int], seed: Any) -> Any:
        from ganlib.backend import engine

        return engine.random_normal(shape, seed)

    def constraint(self, latent_dim: int) -> Any:
        import keras

        return keras.constraints.MaxNorm(self.longest(latent_dim), axis=1)

    def _within(self, latents: np.ndarray) -> np.ndarray:
        norms = np.linalg.norm(latents, axis=-1, keepdims=True)
        limit = self.longest(latents.shape[-1])
        return latents * (limit / np.maximum(norms, limit))


class Uniform(Prior):
    """U(-1, 1) in each entry: vectors fill a cube, beyond which `within` cuts."""

    deviation, path = 1 / math.sqrt(3), "linear"
    entropy = math.log(2)
    _sample = staticmethod(lambda rng, shape: rng.uniform(-1.0, 1.0, shape))
    _quantile = staticmethod(lambda shares: 2 * shares - 1)
    _within = staticmethod(lambda latents: np.clip(latents, -1, 1))

    def draw(self, shape: tuple[int, int], seed: Any) -> Any:
        from ganlib.backend import engine

        return engine.random_uniform(shape, seed, -1.0, 1.0)

    def constraint(self, latent_dim: int) -> Any:
        from keras import ops

        return lambda z: ops.clip(z, -1.0, 1.0)


PRIORS: dict[str, Prior] = {"normal": Normal(), "uniform": Uniform()}


def get(name: str) -> Prior:
    """Return a noise prior; a UserError lists all names if there is none of that name."""
    return pick(PRIORS, name, "noise prior")
