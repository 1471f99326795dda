"""How much arithmetic a training step takes, counted from the layers.

A floating-point operation (FLOP) is one addition or one multiplication, so a product of matrices of m x k and
k x n takes 2 m k n. Only dense and convolutional layers are counted: what the others do is not arithmetic but
moving numbers. The backward pass of a layer is two more products of the same size, one for the gradient of its
kernel and one for that of its input; nobody asks for the latter at a network's first layer.
"""

import math
from collections.abc import Callable, Mapping
from typing import NamedTuple

import keras

from ganlib.catalog import losses
from ganlib.config import TrainConfig


class Layer(NamedTuple):
    """A layer that multiplies, and its forward FLOPs for one image."""

    layer: keras.layers.Layer
    flops: int


def _dense(layer: keras.layers.Dense) -> int:
    return 2 * math.prod(layer.kernel.shape)


def _convolution(layer: keras.layers.Conv2D) -> int:
    return 2 * math.prod(layer.kernel.shape) * math.prod(layer.output.shape[1:3])


def _transposed(layer: keras.layers.Conv2DTranspose) -> int:
    # Each input pixel is spread over a kernel's worth of output, so it is the input's size that counts.
    return 2 * math.prod(layer.kernel.shape) * math.prod(layer.input.shape[1:3])


_COUNTS: Mapping[type, Callable[..., int]] = {
    keras.layers.Conv2DTranspose: _transposed,
    keras.layers.Conv2D: _convolution,
    keras.layers.Dense: _dense,
}


def layers(model: keras.Model) -> list[Layer]:
    """Return the layers that multiply, from input to output, with their forward FLOPs for one image."""
    found = []
    for layer in model.layers:
        count = next((count for kind, count in _COUNTS.items() if isinstance(layer, kind)), None)
        if count:
            found.append(Layer(layer, count(layer)))
    return found


def of_step(config: TrainConfig, generator: keras.Model, discriminator: keras.Model) -> float:
    """Return the FLOPs of a training step, for each real image that D sees in it.

    A gradient penalty is counted as six forward passes of D: one, the gradient by its input, and both once more
    for the kernels and for the inputs when that is differentiated.
    """
    g, d = (_Passes(layers(model)) for model in (generator, discriminator))
    penalties = (losses.get(config.loss).penalty is not None) + (config.r1_gamma > 0)
    judging = 2 * (d.forward + d.backward) + 6 * penalties * d.forward
    through_d = d.forward  # the gradient of D by its input, on its way to G
    if config.update == "simultaneous":
        return g.forward + g.backward + judging + through_d
    for_g = g.forward + g.backward + d.forward + through_d
    return g.forward + judging + for_g / config.critic_steps


class _Passes:
    """FLOPs of a network's passes, for one image."""

    def __init__(self, counted: list[Layer]) -> None:
        self.forward = sum(layer.flops for layer in counted)
        self.backward = 2 * self.forward - counted[0].flops
