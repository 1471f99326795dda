"""Stacked MNIST: three digits, each drawn by chance, as the red, green and blue of one image.

That makes 1,000 combinations, about equally often, so that it can be counted how many of them a generator finds
(Unrolled GAN: Metz et al. 2016, arXiv 1611.02163).
"""

import numpy as np

from ganlib.data.images import Images
from ganlib.utils import seeds

CHANNELS = 3


def stack(digits: Images, count: int, split: str) -> Images:
    """Return stacked images, always the same of a split: bytes, shape (count, H, W, 3), from digits (N, H, W, 1)."""
    drawn = seeds.rng(0, f"stacked {split}").integers(0, len(digits), (CHANNELS, count))
    return np.stack([digits[numbers, :, :, 0] for numbers in drawn], axis=-1)
