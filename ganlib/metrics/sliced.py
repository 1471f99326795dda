"""The sliced Wasserstein distance: a comparison of pixels, for which nobody has to know what pictures show.

In one dimension the Wasserstein distance is easy: sort both sample sets and pair them off. So all images are
projected onto directions, and the distances are averaged (Deshpande et al. 2018, arXiv 1803.11188).
"""

import numpy as np

from ganlib.utils import seeds

DIRECTIONS = 64


def directions(size: int, seed: int, count: int = DIRECTIONS) -> np.ndarray:
    """Draw directions of unit length, evenly in all directions of space: float32, shape (size, count)."""
    drawn = seeds.rng(seed, "directions to look along").standard_normal((size, count))
    return (drawn / np.linalg.norm(drawn, axis=0)).astype(np.float32)


class Slices:
    """N images along D directions, sorted along each."""

    def __init__(self, images: np.ndarray, along: np.ndarray) -> None:
        """Project images.

        Args:
            images: uint8, shape (N, H, W, C); black is taken as 0 and white as 1.
            along: from `directions`, shape (H W C, D).
        """
        projected = (images.reshape(len(images), -1).astype(np.float32) @ along).T / np.float32(255)
        self._order = projected.argsort(axis=1)
        self._sorted = np.take_along_axis(projected, self._order, axis=1)

    def distance(self, other: "Slices", weights: np.ndarray | None = None) -> float:
        """Return the mean over directions of the Wasserstein distance (of order 1) to as many other images.

        Args:
            other: N images along the same directions.
            weights: how often each image of this sample set counts, whole numbers that add up to N, shape (N,).
        """
        places = self._sorted
        if weights is not None:
            places = np.repeat(places.ravel(), weights[self._order].ravel()).reshape(places.shape)
        return float(np.abs(places - other._sorted).mean())
