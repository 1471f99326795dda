"""How images are changed before D sees them: DiffAugment, and instance noise that fades.

DiffAugment (Zhao et al. 2020, arXiv 2006.10738): D never sees the same image twice, so it learns none by heart.

Real and generated images are changed alike, by chance, before D sees them: if real ones alone were, G would learn to
draw the changes. All changes are differentiable, so that G learns through them. Ranges and order are those of the
authors' code, for the policy "color,translation,cutout". Where nothing is left of an image, it is middle grey.
"""

from collections.abc import Callable, Mapping
from typing import Any

from keras import ops

from ganlib.backend import engine
from ganlib.backend.hardware import Tensor
from ganlib.catalog.table import pick
from ganlib.config import TrainConfig

CHANCES = ("brightness", "saturation", "contrast", "down", "right", "cut_down", "cut_right")
"""What is drawn for each image, in this order: numbers from U(0, 1)."""

_SHIFT, _CUT = 0.125, 0.5  # of the image's side: the most that it moves, and what is cut out


def diffaugment(images: Tensor, value_range: tuple[float, float], seed: Any) -> Tensor:
    """Return images as D is to see them, each changed by numbers of its own.

    Args:
        images: float32, shape (batch, height, width, channels).
        value_range: smallest and largest pixel value, which changed images may leave.
        seed: a `keras.random.SeedGenerator`.
    """
    return changed(images, value_range, engine.random_uniform((ops.shape(images)[0], len(CHANCES)), seed))


def changed(images: Tensor, value_range: tuple[float, float], chances: Tensor) -> Tensor:
    """Return `diffaugment` of images by given numbers, shape (batch, len(CHANCES)).

    Of greyscale images colour is brightness and contrast alone: there is no saturation to change.
    """
    low, high = value_range
    brightness, saturation, contrast, *places = (
        ops.reshape(chance, (-1, 1, 1, 1)) for chance in ops.unstack(chances, len(CHANCES), axis=1)
    )
    images = images - (low + high) / 2  # so that 0 is middle grey
    images = images + (brightness - 0.5) * ((high - low) / 2)
    images = _away_from_mean(images, 2 * saturation, axis=-1)
    images = _away_from_mean(images, 0.5 + contrast, axis=(1, 2, 3))
    down, right, cut_down, cut_right = places
    images = ops.einsum("bij,bjkc->bikc", _shift(down, images.shape[1]), images)
    images = ops.einsum("bij,bkjc->bkic", _shift(right, images.shape[2]), images)
    rows, columns = _cut(cut_down, images.shape[1]), _cut(cut_right, images.shape[2])
    images = images * (1 - rows[:, :, None, None] * columns[:, None, :, None])
    return images + (low + high) / 2


def with_fading_noise(images: Tensor, config: TrainConfig, step: Tensor, seed: Any) -> Tensor:
    """Return images with instance noise that has faded so far at a step (Sonderby et al. 2017, arXiv 1610.04490)."""
    if not config.instance_noise:
        return images
    left = 1 - ops.cast(step, "float32") / config.instance_noise_steps
    return images + config.instance_noise * ops.maximum(left, 0.0) * engine.random_normal(ops.shape(images), seed)


def _away_from_mean(images: Tensor, factor: Tensor, axis: Any) -> Tensor:
    mean = ops.mean(images, axis=axis, keepdims=True)
    return mean + factor * (images - mean)


def _shift(chance: Tensor, side: int) -> Tensor:
    """Return matrices that move the lines of each image by whole pixels, shape (batch, side, side)."""
    most = int(_SHIFT * side + 0.5)
    by = ops.floor(chance[:, :, :, 0] * (2 * most + 1)) - most
    place = ops.arange(side, dtype="float32")
    return ops.cast(ops.equal(place[:, None] - place, by), "float32")


def _cut(chance: Tensor, side: int) -> Tensor:
    """Return 1 for the lines of each image that are cut out and 0 for the others, shape (batch, side)."""
    size = int(_CUT * side + 0.5)
    # The middle of the cut may be any line, so that at the border less is cut.
    first = ops.floor(chance[:, :, 0, 0] * (side + 1 - size % 2)) - size // 2
    place = ops.arange(side, dtype="float32")
    return ops.cast(ops.logical_and(place >= first, place < first + size), "float32")


AUGMENTATIONS: Mapping[str, Callable[[Tensor, tuple[float, float], Any], Tensor]] = {
    "none": lambda images, value_range, seed: images,
    "diffaugment": diffaugment,
}


def get(name: str) -> Callable[[Tensor, tuple[float, float], Any], Tensor]:
    """Return the augmentation of that name. Raises UserError: there is none; the message lists all names."""
    return pick(AUGMENTATIONS, name, "augmentation")
