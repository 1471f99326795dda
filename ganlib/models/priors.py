"""Latent vectors z, drawn by NumPy so that a seed means the same z on every machine and backend."""

import numpy as np

from ganlib.catalog.initializers import get_prior
from ganlib.utils import seeds

_DRAW = {
    "normal": lambda rng, shape: rng.standard_normal(shape),
    "uniform": lambda rng, shape: rng.uniform(-1.0, 1.0, shape),
}


def sample_latents(prior: str, count: int, latent_dim: int, seed: int) -> np.ndarray:
    """Draw latent vectors.

    Args:
        prior: "normal" for N(0, 1), "uniform" for U(-1, 1), in each coordinate.
        count: how many.
        latent_dim: how long.
        seed: the same seed gives the same vectors, and the first ones do not depend on `count`.

    Returns:
        float32 array of shape (count, latent_dim).

    Raises:
        UserError: there is no such prior.
    """
    rng = seeds.generator(seed, "latents")
    return _DRAW[get_prior(prior).name](rng, (count, latent_dim)).astype(np.float32)
