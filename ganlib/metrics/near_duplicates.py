"""Images that are all but the same: duplicates among samples, and copies of training images.

Images are compared pixel by pixel, without their brightness and contrast: each loses its mean and is brought to
length 1. Their distance is then sqrt(2 - 2 r), r being their correlation; a uniform image is at distance 1 from
all that are not.
"""

import numpy as np
from sklearn.decomposition import PCA
from sklearn.neighbors import NearestNeighbors

RARE = 0.01
"""The share of real images that thresholds let pass: whatever is rarer among real images is conspicuous."""

NEIGHBOURS = 10
"""How many training images besides the nearest tell how far apart things are in its region."""

_COMPONENTS = 48
_CANDIDATES = 30
_BLOCK = 256
_ROUNDING = 1e-5  # the most that float32 leaves of the squared distance between equal images


def outlines(images: np.ndarray) -> np.ndarray:
    """Return images, uint8 (N, H, W, C), as float32 (N, H W C): rows of mean 0 and length 1, or all 0 if uniform."""
    flat = images.reshape(len(images), -1).astype(np.float32)
    flat -= flat.mean(axis=1, keepdims=True)
    length = np.linalg.norm(flat, axis=1, keepdims=True)
    # The mean of a uniform image is not exact, so what is left of it is noise.
    return np.divide(flat, length, out=np.zeros_like(flat), where=length > 1e-3 * flat.shape[1] ** 0.5)


def nearest_neighbour(images: np.ndarray) -> np.ndarray:
    """Return each image's distance to the nearest of the others, shape (N,), N > 1."""
    return _two_nearest(images)[0][:, 0]


def duplicates(images: np.ndarray, within: float) -> tuple[np.ndarray, np.ndarray]:
    """Say which of N > 1 images have another one within a distance, shape (N,).

    Returns also the share of those that have one where each is left out in turn, shape (N,): then its twins, too, may
    have none any more.
    """
    distances, neighbours = _two_nearest(images)
    close, has_more = (distances <= within).T
    single = neighbours[close & ~has_more]
    return close, (close.sum() - close - np.bincount(single, minlength=len(images))) / (len(images) - 1)


def _two_nearest(images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return each image's distances to the two nearest others, shape (N, 2), and which the nearest is, shape (N,)."""
    flat = outlines(images)
    squares = (flat**2).sum(axis=1)
    nearest, which = np.full((len(flat), 2), np.inf, np.float32), np.empty(len(flat), int)
    for start in range(0, len(flat), _BLOCK):
        block = slice(start, start + _BLOCK)
        distances = squares[block, None] + squares - 2 * flat[block] @ flat.T
        rows = np.arange(len(distances))
        distances[rows, rows + start] = np.inf
        which[block] = distances.argmin(axis=1)
        nearest[block, 0] = distances[rows, which[block]]
        distances[rows, which[block]] = np.inf
        nearest[block, 1] = distances.min(axis=1)
    return np.sqrt(np.where(nearest < _ROUNDING, 0, nearest)), which


class TrainingImages:
    """The images a run learned from, as `images`, uint8, shape (N, H, W, C), ready to be searched."""

    def __init__(self, images: np.ndarray, seed: int) -> None:
        """Prepare a search among three images or more; `seed` is for the chance in it that brings speed."""
        self.images = images
        height, width, channels = images.shape[1:]
        count = min(_COMPONENTS, height * width * channels, len(images))
        some = images[:: max(1, len(images) // 2000)]
        self._components = PCA(min(count, len(some)), svd_solver="randomized", iterated_power=2, random_state=seed).fit(
            outlines(some)
        )
        self._found = NearestNeighbors(algorithm="brute").fit(
            np.concatenate([self._summary(images[i : i + 4096]) for i in range(0, len(images), 4096)])
        )

    def closeness(self, images: np.ndarray, own: np.ndarray | None = None) -> np.ndarray:
        """Return how much closer each image is to its nearest training image than to the ten that follow.

        A plain distance does not do: a blurred digit lies closer to real ones than these to each other, without
        being a copy. But it lies about equally close to many, while a copy is close to one (the idea is that of
        Carlini et al. 2023, arXiv 2301.13188).

        Args:
            images: uint8, shape (M, H, W, C).
            own: the place of each among the training images, which is then passed over, or -1; shape (M,).

        Returns:
            The distance to the nearest, divided by the mean distance to the next `NEIGHBOURS`: 0 for an exact
            copy, nearly 1 for an image that is no closer to one than to others; shape (M,).
        """
        own = np.full(len(images), -1) if own is None else own
        blocks = range(0, len(images), _BLOCK)
        return np.concatenate([self._closeness(images[i : i + _BLOCK], own[i : i + _BLOCK]) for i in blocks])

    def _closeness(self, images: np.ndarray, own: np.ndarray) -> np.ndarray:
        count = min(_CANDIDATES, len(self.images))
        candidates = self._found.kneighbors(self._summary(images), count, return_distance=False)
        theirs = outlines(self.images[candidates.ravel()]).reshape(len(images), count, -1)
        distances = np.linalg.norm(theirs - outlines(images)[:, None], axis=2)
        distances[candidates == own[:, None]] = np.inf
        distances.sort(axis=1)
        # Whether or not an own image was passed over, the same number of neighbours is left.
        nearest, neighbours = distances[:, 0], distances[:, 1 : min(NEIGHBOURS + 1, count - 1)].mean(axis=1)
        return np.divide(nearest, neighbours, out=np.zeros_like(nearest), where=neighbours > 0)

    def _summary(self, images: np.ndarray) -> np.ndarray:
        return np.ascontiguousarray(self._components.transform(outlines(images)), np.float32)
