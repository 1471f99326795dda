"""Images as bytes: the set that training holds in memory, grey levels, and scaling to floats and back."""

from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from ganlib.utils import seeds
from ganlib.utils.errors import UserError

Images: TypeAlias = npt.NDArray[np.uint8]
"""N x H x W x C, 0 to 255; C is 1 (grey) or 3 (red, green, blue)."""

Labels: TypeAlias = npt.NDArray[np.int64]
"""N class numbers, from 0."""

LUMA = (299, 587, 114)
"""How bright red, green and blue look, in thousandths (ITU-R BT.601)."""


@dataclass(frozen=True, eq=False)
class ImageSet:
    """Images of one data set, in memory."""

    images: Images  # bytes, N x H x W x C; float32, N x 2, where the data set has points in the plane, see `points`
    labels: Labels | None  # N class numbers from 0, or None where the images carry none
    classes: tuple[str, ...]  # class names; label i means `classes[i]`
    name: str  # the data set's name
    split: str  # train, test or all
    origin: Path | str  # the folder the images were read from, or the package they come with

    def __len__(self) -> int:
        return len(self.images)

    @property
    def shape(self) -> tuple[int, ...]:
        """Height, width and channels of one image; (2,) of a point."""
        return self.images.shape[1:]

    @property
    def points(self) -> npt.NDArray[np.float32]:
        """The points of a data set in the plane, float32, shape (N, 2). Raises UserError: the data set has images."""
        if self.images.ndim != 2:
            raise UserError(f"The data set {self.name} has images, no points; take its `images`.")
        return self.images.astype(np.float32, copy=False)


def some(found: ImageSet, count: int, seed: int, label: int | None = None) -> Images:
    """Draw at most `count` images at random, each at most once, of one class if a label is given; N x H x W x C."""
    return found.images[places_of_some(found, count, seed, label)]


def places_of_some(found: ImageSet, count: int, seed: int, label: int | None = None) -> npt.NDArray[np.int64]:
    """Return where the images that `some` draws are, shape (N,)."""
    is_any = label is None or found.labels is None
    places = np.arange(len(found)) if is_any else np.flatnonzero(found.labels == label)
    rng = seeds.rng(seed, "some images", *(() if label is None else (label,)))
    return rng.permutation(places)[:count]


def to_grey(images: Images, block: int = 4096) -> Images:
    """Convert colour images to greyscale, N x H x W x 1: 0.299 R + 0.587 G + 0.114 B, rounded; grey ones stay.

    `block` images are converted at a time, which bounds the memory for intermediate results.
    """
    if images.shape[-1] == 1:
        return images
    grey = np.empty((*images.shape[:-1], 1), np.uint8)
    for start in range(0, len(images), block):
        red, green, blue = np.moveaxis(images[start : start + block].astype(np.uint32), -1, 0)
        thousandths = LUMA[0] * red + LUMA[1] * green + LUMA[2] * blue
        grey[start : start + block, ..., 0] = (thousandths + 500) // 1000
    return grey


def scale(images: Images, value_range: tuple[float, float]) -> npt.NDArray[np.float32]:
    """Map bytes 0 to 255 linearly onto `value_range`, such as (-1, 1) for a generator that ends in tanh."""
    low, high = value_range
    # Dividing first makes 255 exactly 1, so that white is exactly `high`.
    return images.astype(np.float32) / np.float32(255) * np.float32(high - low) + np.float32(low)


def unscale(values: npt.ArrayLike, value_range: tuple[float, float]) -> Images:
    """Map floats back to bytes: the inverse of `scale`, rounded.

    Values beyond `value_range` are clipped. NaN, as a generator that diverged gives, becomes black.
    """
    low, high = value_range
    levels = (np.asarray(values, np.float32) - np.float32(low)) * np.float32(255 / (high - low))
    bounded: npt.NDArray[np.float32] = np.clip(np.nan_to_num(levels, nan=0), 0, 255)
    return np.rint(bounded).astype(np.uint8)
