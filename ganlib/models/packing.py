"""Packing (Lin et al. 2018, PacGAN, arXiv 1712.04086): D judges several samples at once.

All of a pack are real or all are generated. One sample cannot show that a generator has lost modes; a few side by side
can, because they are more alike than real ones are.
"""

from typing import Any

import keras
from keras import ops

from ganlib.backend.hardware import Tensor


class Pack(keras.layers.Layer):  # type: ignore[misc]
    """Lays samples that follow each other side by side: (batch, ..., C) to (batch / size, ..., size * C)."""

    def __init__(self, size: int, name: str = "pack", **options: Any) -> None:
        super().__init__(name=name, **options)
        self.size = size

    def call(self, samples: Tensor) -> Tensor:
        packs = ops.reshape(samples, (-1, self.size, *samples.shape[1:]))
        last = len(packs.shape) - 1
        packs = ops.transpose(packs, (0, *range(2, last), 1, last))
        return ops.reshape(packs, (-1, *samples.shape[1:-1], self.size * samples.shape[-1]))

    def compute_output_shape(self, input_shape: tuple[Any, ...]) -> tuple[Any, ...]:
        batch, *between, channels = input_shape  # given, as Keras would try `call` on a batch that is not whole packs
        return (batch and batch // self.size, *between, self.size * channels)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "size": self.size}


def pack_size(discriminator: keras.Model) -> int:
    """Return how many samples a discriminator judges together."""
    return next((layer.size for layer in discriminator.layers if isinstance(layer, Pack)), 1)


def with_companions(samples: Tensor, companions: Tensor) -> Tensor:
    """Return samples, shape (count, ...), each followed by the others of its pack, so that D has one output for each.

    `companions` are the others, shape (count, pack - 1, ...), or (1, pack - 1, ...) where all have the same.
    """
    others = ops.broadcast_to(companions, (samples.shape[0], *companions.shape[1:]))
    return ops.reshape(ops.concatenate([ops.expand_dims(samples, 1), others], axis=1), (-1, *samples.shape[1:]))
