"""Random numbers of which every image has its own, the same ones however many devices share a batch."""

from collections.abc import Callable, Sequence
from typing import Any

from ganlib.models import backend

Tensor = Any


def per_image(draw: Callable[..., Tensor], shape: Sequence[int], seed: Any) -> Tensor:
    """Draw numbers for the images of this device.

    All devices draw alike, for the whole batch, and each takes its share: what one device would have drawn.

    Args:
        draw: such as `keras.random.normal`.
        shape: what is wanted; the first axis counts images.
        seed: a `keras.random.SeedGenerator`, the same on all devices, or a whole number.
    """
    images, *rest = shape
    return backend.share(draw((images * backend.sharers(), *rest), seed=seed))
