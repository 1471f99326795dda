"""What a conditional generator makes of the same z for each class: if style and class are apart, a style for each."""

import numpy as np

from ganlib.explore.sampler import Sampler
from ganlib.models.inference import generate


def every_class(sampler: Sampler, latents: np.ndarray, most: int | None = None) -> np.ndarray:
    """Draw latent vectors as every class.

    Args:
        sampler: that of a conditional run.
        latents: shape (count, latent_dim).
        most: of so many classes, the first, at most; by default of all.

    Returns:
        uint8, shape (classes * count, height, width, channels): all of one class, then all of the next.
    """
    classes = sampler.config.classes if most is None else min(most, sampler.config.classes)
    labels = np.arange(classes).repeat(len(latents))
    return sampler.images(np.tile(latents, (classes, 1)), labels)


def between(sampler: Sampler, latents: np.ndarray, first: int, second: int, frames: int) -> np.ndarray:
    """Draw latent vectors on the way from one class to another: G is told a share of both, which it never learned from.

    Args:
        sampler: that of a conditional run.
        latents: shape (count, latent_dim).
        first: number of the class to begin with.
        second: that of the class to end with.
        frames: how many pictures each vector gives, at even steps of the shares, both ends among them.

    Returns:
        uint8, shape (count * frames, height, width, channels): all of one vector, then all of the next.
    """
    share = np.linspace(0, 1, frames)[:, None]
    ends = np.eye(sampler.config.classes, dtype=np.float32)[[first, second]]
    told = ((1 - share) * ends[0] + share * ends[1]).astype(np.float32)
    inputs = np.hstack([latents.astype(np.float32).repeat(frames, axis=0), np.tile(told, (len(latents), 1))])
    return generate(sampler.generator, inputs, sampler.value_range)
