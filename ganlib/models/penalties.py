"""Gradient penalties: on the norm of the gradient of D(x) with respect to the image x, in short D's slope at x.

The norm runs over all axes but the batch. Every image has its own, which is why a discriminator under such a penalty
must not mix the images of a batch, as batch normalisation does.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import keras
from keras import ops

from ganlib.backend import engine
from ganlib.backend.hardware import Tensor

if TYPE_CHECKING:
    from ganlib.models.gan import GAN

Discriminator = Callable[[Tensor], Tensor]


def squared_gradient_norm(discriminator: Discriminator, images: Tensor) -> Tensor:
    """Return the squared gradient norm of D at each image, shape (batch,)."""
    gradient = engine.input_gradient(discriminator, images)
    if keras.backend.standardize_dtype(gradient.dtype) in ("float16", "bfloat16"):
        gradient = ops.cast(gradient, "float32")  # 16 bits sum up too badly
    return ops.sum(ops.square(gradient), axis=tuple(range(1, gradient.ndim)))


def gradient_norm(discriminator: Discriminator, images: Tensor) -> Tensor:
    """Return the gradient norm of D at each image, shape (batch,)."""
    # The square root has no finite slope at 0; the tiny constant keeps a flat D from yielding NaN.
    return ops.sqrt(squared_gradient_norm(discriminator, images) + 1e-12)


def wgan_gp(discriminator: Discriminator, real: Tensor, fake: Tensor, seed: Any) -> Tensor:
    """Return E (slope - 1)^2 at random points between real and fake (arXiv 1704.00028, algorithm 1).

    Both have shape (batch, height, width, channels); `seed` is a `keras.random.SeedGenerator` or a whole number. The
    result is a scalar, without the penalty's weight.
    """
    factor = engine.random_uniform((ops.shape(real)[0], *[1] * (real.ndim - 1)), seed)  # one a sample, as in the paper
    between = factor * real + (1 - factor) * fake
    return ops.mean(ops.square(gradient_norm(discriminator, between) - 1))


def dragan(discriminator: Discriminator, real: Tensor, fake: Tensor, seed: Any) -> Tensor:
    """Return E (slope - 1)^2 around real images, at x + 0.5 std(batch) U(0, 1) (arXiv 1705.07215).

    The paper writes x + noise, with normal noise. The authors' code takes the uniform noise above, upwards only, one
    number for each value of an image, and then goes a random part of the way from x to there. Here the slope is taken
    at the noisy image itself, as in the paper's formula. On several GPUs each takes std of its own part of the batch.

    Arguments as for `wgan_gp`; `fake` is not looked at.
    """
    around = real + 0.5 * ops.std(real) * engine.random_uniform(ops.shape(real), seed)
    return ops.mean(ops.square(gradient_norm(discriminator, around) - 1))


def r1(discriminator: Discriminator, real: Tensor) -> Tensor:
    """Return 1/2 E slope^2 at real images (Mescheder et al. 2018, arXiv 1801.04406, equation 9), a scalar."""
    return ops.mean(squared_gradient_norm(discriminator, real)) / 2


# What `ganlib.catalog.losses.Loss.penalty` names.
PENALTIES: Mapping[str, Callable[[Discriminator, Tensor, Tensor, Any], Tensor]] = {"wgan_gp": wgan_gp, "dragan": dragan}


def weighted_sum(gan: "GAN", real: Tensor, fake: Tensor, labels: Tensor | None = None) -> Tensor:
    """Return the penalties that a GAN's settings ask for, each times its weight; D's slope is along the image alone."""
    # What D judges together counts as one sample, with one gradient.
    real, fake = (ops.reshape(each, (-1, gan.config.pack, *each.shape[1:])) for each in (real, fake))

    def discriminator(packs: Tensor) -> Tensor:
        return gan.judge(ops.reshape(packs, (-1, *packs.shape[2:])), labels).logits

    total = gan.config.r1_gamma * r1(discriminator, real) if gan.config.r1_gamma else 0.0
    if gan.facts.penalty:
        penalty = PENALTIES[gan.facts.penalty](discriminator, real, fake, gan.random)
        total = total + gan.config.penalty_weight * penalty
    return total
