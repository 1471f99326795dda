"""What a set of images looks like in numbers: how many of each class, the average image, how bright its pixels are."""

import numpy as np
import numpy.typing as npt

from ganlib.data.images import Images, ImageSet

LEVELS = 256
SAME = 8.0
"""Root mean square of the difference of two images, in levels, below which they count as the same picture."""

_LOOKED_AT = 500  # images that tell whether all are alike

_BLOCK = 4096  # images at a time, which bounds the memory for intermediate results


def class_counts(data: ImageSet) -> dict[str, int]:
    """Return the number of images in each class, in order of the labels; empty where the images carry none."""
    if data.labels is None:
        return {}
    counts = np.bincount(data.labels, minlength=len(data.classes))
    return {name: int(count) for name, count in zip(data.classes, counts, strict=True)}


def mean_image(images: Images) -> npt.NDArray[np.float64]:
    """Return the average of N images, N > 0, pixel by pixel: H x W x C, 0 to 255."""
    mean: npt.NDArray[np.float64] = images.mean(axis=0, dtype=np.float64)
    return mean


def pixel_histogram(images: Images) -> npt.NDArray[np.int64]:
    """Count how often each level occurs in each channel: C x 256, each row with the sum N x H x W."""
    counts = np.zeros((images.shape[-1], LEVELS), np.int64)
    for start in range(0, len(images), _BLOCK):
        for channel, counted in enumerate(counts):
            counted += np.bincount(images[start : start + _BLOCK, ..., channel].ravel(), minlength=LEVELS)
    return counts


def share_alike(images: Images) -> float:
    """Return which share of N images, N > 0, is nearly the same picture: the median of 500 of them, pixel by pixel.

    Nearly 0 for images that differ, 1 where all are white, or the same photograph with a little noise. Cheap enough
    for every training and import: it looks at 500 images evenly spaced.
    """
    some = images[:: max(1, -(-len(images) // _LOOKED_AT))].reshape(-1, images[0].size)
    off = some.astype(np.float32) - np.median(some, axis=0).astype(np.float32)
    return float(np.mean(np.sqrt(np.mean(off**2, axis=1)) < SAME))
