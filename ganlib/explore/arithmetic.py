"""Adding, subtracting and scaling latent vectors, and what scaling does to the variety of the images."""

import numpy as np
from scipy.spatial.distance import pdist

from ganlib.models import priors


def analogy(a: np.ndarray, b: np.ndarray, c: np.ndarray, prior: str) -> np.ndarray:
    """Return a - b + c: what a has and b lacks, given to c (Radford et al. 2015, arXiv 1511.06434).

    All have shape (..., latent_dim); means over several anchors give clearer results than single ones. Three
    independent vectors add up to one that is sqrt(3) times too long, so the result is brought back to where the prior
    draws, see `Prior.within`.
    """
    return priors.get(prior).within(a - b + c)


def scale(latents: np.ndarray, factor: float, prior: str) -> np.ndarray:
    """Multiply latent vectors, shape (..., latent_dim): below 1 for more usual and more similar images ("truncation").

    That is the truncation of StyleGAN (Karras et al. 2019, arXiv 1812.04948), taken in z, whose mean is 0. Above 1
    the result is brought back to where the prior draws, see `Prior.within`.
    """
    return priors.get(prior).within(factor * latents)


def variety(images: np.ndarray) -> float:
    """Return how much images, uint8 (count, height, width, channels), differ: the mean distance over all pairs.

    It is the root mean square difference of their pixels, 0 (all the same) to 1 (black and white).
    """
    pixels = images.reshape(len(images), -1) / 255
    return float(pdist(pixels).mean() / np.sqrt(pixels.shape[1]))
