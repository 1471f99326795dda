"""What a conditional generator makes of the same z for each class: if style and class are apart, a style for each."""

import numpy as np

from ganlib.explore.sampler import Sampler


def every_class(sampler: Sampler, latents: np.ndarray) -> np.ndarray:
    """Draw latent vectors as every class.

    Args:
        sampler: that of a conditional run.
        latents: shape (count, latent_dim).

    Returns:
        uint8, shape (classes * count, height, width, channels): all of one class, then all of the next.
    """
    classes = sampler.config.classes
    labels = np.arange(classes).repeat(len(latents))
    return sampler.images(np.tile(latents, (classes, 1)), labels)
