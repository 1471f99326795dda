"""What an InfoGAN's category and codes change in a picture: the same z, with one of them swept and the rest kept."""

import numpy as np

from ganlib.catalog.training import CODES
from ganlib.explore.sampler import Sampler
from ganlib.models import priors
from ganlib.utils.errors import UserError

REACH = 2.0
"""How far a code is swept, in standard deviations of its prior; of a uniform one, that is a little beyond its ends."""


def with_codes(sampler: Sampler, latents: np.ndarray, amounts: np.ndarray) -> np.ndarray:
    """Return latent vectors, (count, latent_dim), with their codes set, in standard deviations, shape (count, CODES).

    Raises:
        UserError: the run is no InfoGAN.
    """
    config = sampler.config
    if config.conditioning != "infogan":
        raise UserError(f"The {config.loss} run was trained without codes; only an InfoGAN has some.")
    found = np.array(latents, np.float32)
    found[:, :CODES] = np.asarray(amounts) * priors.get(config.prior).deviation
    return found


def sweeps(sampler: Sampler, z: np.ndarray, count: int = 10) -> np.ndarray:
    """Draw one latent vector with its category and then each of its codes swept.

    Args:
        sampler: that of an InfoGAN; `label`, if set, is the category that codes are swept in, else it is the first.
        z: shape (latent_dim,); its own codes stay while others are swept.
        count: pictures for each code, from -REACH to REACH; for the category at most, one for each.

    Returns:
        uint8, shape (1 + CODES, count, height, width, channels). Rows are the category, then the codes.

    Raises:
        UserError: the run is no InfoGAN.
    """
    deviation = priors.get(sampler.config.prior).deviation
    own = np.asarray(z, np.float32)[:CODES] / deviation
    rows, labels = [np.tile(own, (count, 1))], [np.arange(count) % max(1, sampler.config.classes)]
    for code in range(CODES):
        amounts = np.tile(own, (count, 1))
        amounts[:, code] = np.linspace(-REACH, REACH, count)
        rows.append(amounts)
        labels.append(np.full(count, sampler.label or 0))
    latents = with_codes(sampler, np.tile(z, (len(rows) * count, 1)), np.concatenate(rows))
    pictures = sampler.images(latents, np.concatenate(labels))
    return pictures.reshape(len(rows), count, *pictures.shape[1:])
