"""How much arithmetic a training step takes, counted from the layers.

A floating-point operation (FLOP) is one addition or one multiplication, so a product of matrices of m x k and
k x n takes 2 m k n. Only dense and convolutional layers are counted: what the others do is not arithmetic but
moving numbers. The backward pass of a layer is two more products of the same size, one for the gradient of its
kernel and one for that of its input; nobody asks for the latter at a network's first layer.
"""

import math
from typing import NamedTuple

import keras

from ganlib.catalog import losses
from ganlib.config import TrainConfig


class Layer(NamedTuple):
    """A layer that multiplies, and its forward FLOPs for one image."""

    layer: keras.layers.Layer
    flops: int


def layers(model: keras.Model) -> list[Layer]:
    """Return the layers that multiply, from input to output, with their forward FLOPs for one image."""
    found = []
    for layer in model.layers:
        if isinstance(layer, keras.layers.Conv2DTranspose):
            # Each input pixel is spread over a kernel's worth of output, so it is the input's size that counts.
            pixels = math.prod(layer.input.shape[1:3])
        elif isinstance(layer, keras.layers.Conv2D):
            pixels = math.prod(layer.output.shape[1:3])
        elif isinstance(layer, keras.layers.Dense):
            pixels = 1
        else:
            continue
        found.append(Layer(layer, 2 * math.prod(layer.kernel.shape) * pixels))
    return found


def of_step(config: TrainConfig, generator: keras.Model, discriminator: keras.Model) -> float:
    """Return the FLOPs of a training step, for each real image that D sees in it.

    A gradient penalty is counted as six forward passes of D: one, the gradient by its input, and both once more
    for the kernels and for the inputs when that is differentiated.
    """
    (g_forward, g_backward), (d_forward, d_backward) = (_passes(model) for model in (generator, discriminator))
    penalties = (losses.get(config.loss).penalty is not None) + (config.r1_gamma > 0)
    judging = 2 * (d_forward + d_backward) + 6 * penalties * d_forward
    through_d = d_forward  # the gradient of D by its input, on its way to G
    if config.update == "simultaneous":
        return g_forward + g_backward + judging + through_d
    for_g = g_forward + g_backward + d_forward + through_d
    return g_forward + judging + for_g / config.critic_steps


def _passes(model: keras.Model) -> tuple[int, int]:
    """Return the FLOPs of a forward and of a backward pass, for one image."""
    counted = [layer.flops for layer in layers(model)]
    return sum(counted), 2 * sum(counted) - counted[0]
