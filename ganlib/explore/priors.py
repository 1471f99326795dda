"""Where the vectors of each noise prior lie, so that what is computed from them can be kept there.

A generator has only ever seen draws of its prior; what it makes of other vectors says little about it.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import special

from ganlib.catalog.initializers import get_prior

_RARE = 1e-4


@dataclass(frozen=True)
class _Shape:
    """What must be known of a prior.

    Attributes:
        deviation: standard deviation along any unit vector.
        quantile: from the share of draws below to an entry of z.
        nearest: from any vectors to the nearest ones that could have been drawn.
    """

    deviation: float
    quantile: Callable[[np.ndarray], np.ndarray]
    nearest: Callable[[np.ndarray], np.ndarray]


def longest(latent_dim: int) -> float:
    """Return the norm that one in ten thousand vectors of a normal prior exceeds (the chi distribution's quantile).

    For 100 entries that is 12.7, where the typical norm is 10.
    """
    return math.sqrt(special.chdtri(latent_dim, _RARE))


def _shortened(latents: np.ndarray) -> np.ndarray:
    norms = np.linalg.norm(latents, axis=-1, keepdims=True)
    limit = longest(latents.shape[-1])
    return latents * (limit / np.maximum(norms, limit))


SHAPES = {
    "normal": _Shape(1.0, special.ndtri, _shortened),
    "uniform": _Shape(1 / math.sqrt(3), lambda shares: 2 * shares - 1, lambda latents: np.clip(latents, -1, 1)),
}


def deviation(prior: str) -> float:
    """Return the prior's standard deviation along any unit vector: 1 for the normal one, 0.577 for the uniform one."""
    return SHAPES[get_prior(prior).name].deviation


def quantile(prior: str, shares: np.ndarray) -> np.ndarray:
    """Return the entries of z below which the given shares of all draws lie; float32, the shape of `shares`."""
    return SHAPES[get_prior(prior).name].quantile(shares).astype(np.float32)


def from_normal(prior: str, values: np.ndarray) -> np.ndarray:
    """Turn standard normal numbers, one by one, into draws of the prior; float32, the shape of `values`."""
    return quantile(prior, special.ndtr(values))


def within(prior: str, latents: np.ndarray) -> np.ndarray:
    """Return the nearest vectors that the prior could well have drawn; those that are such already stay.

    Under the uniform prior, entries beyond -1 or 1 are set to -1 or 1. Under the normal prior, a vector longer than
    `longest` is shortened to that length.

    Args:
        prior: "normal" or "uniform".
        latents: shape (..., latent_dim).

    Returns:
        float32, the same shape.

    Raises:
        UserError: there is no such prior.
    """
    return SHAPES[get_prior(prior).name].nearest(latents).astype(np.float32)
