"""Discriminators that are autoencoders: an image is the more real, the better D copies it through a narrow code.

D's output is minus the mean error of the copy, so that, as everywhere, higher means more real; the numbers of the code
stand after it. EBGAN (Zhao et al. 2016, arXiv 1609.03126) calls the error an energy and takes its square, BEGAN
(Berthelot et al. 2017, arXiv 1703.10717) takes its size. Errors are means over pixels and channels, in the GAN's value
range. EBGAN's paper takes the root of the sum instead: its margin of 10 for MNIST's 784 pixels is 10^2 / 784 = 0.13
here.
"""

from collections.abc import Callable, Mapping, Sequence

import keras
import numpy as np
from keras import ops

from ganlib.backend.hardware import Tensor

ERRORS: Mapping[str, Callable[[Tensor], Tensor]] = {"squared": ops.square, "absolute": ops.abs}
"""What a difference of one pixel counts, by the name in `ganlib.catalog.losses.Loss.error`."""

_COPY, _CODE = "image", "code"


def with_error(image_shape: tuple[int, ...], layers: Sequence[keras.layers.Layer], error: str) -> keras.Model:
    """Build a D that gives minus its error, and its code, shape (batch, 1 + units of the code).

    Args:
        image_shape: height, width and channels.
        layers: from an image to its copy; one of them is called "code", the last one "image".
        error: a key of `ERRORS`.
    """
    inputs = copies = keras.Input(image_shape)
    for layer in layers:
        copies = layer(copies)
        if layer.name == _CODE:
            code = copies
    errors = ops.mean(ERRORS[error](copies - inputs), axis=tuple(range(1, len(inputs.shape))))
    outputs = keras.layers.Concatenate(name="both", dtype="float32")([-errors[:, None], code])
    return keras.Model(inputs, outputs, name="discriminator")


def reconstruct(discriminator: keras.Model, images: np.ndarray) -> np.ndarray:
    """Return D's copies of images in the GAN's value range, float32, shape (count, height, width, channels)."""
    copier = keras.Model(discriminator.input, discriminator.get_layer(_COPY).output)
    return np.asarray(ops.convert_to_numpy(copier(images, training=False)))


def pull_away(codes: Tensor) -> Tensor:
    """Return how alike codes are, 0 to 1: the mean squared cosine between two of them, shape (batch, units).

    EBGAN's G minimises it, so that it does not draw the same image over and over (equation 4 of the paper).
    """
    directions = codes / ops.sqrt(ops.sum(ops.square(codes), axis=1, keepdims=True) + 1e-12)
    cosines = ops.matmul(directions, ops.transpose(directions))
    count = codes.shape[0]
    return ops.sum(ops.square(cosines) * (1 - ops.eye(count))) / (count * (count - 1))


class Balance:
    """BEGAN's k: how much D cares about fakes, moved so that L(fake) stays at gamma times L(real).

    Attributes:
        k: a variable from 0 to 1; 0 at first.
    """

    def __init__(self, gamma: float, rate: float) -> None:
        self._gamma, self._rate = gamma, rate
        self.k = keras.Variable(0.0, dtype="float32", trainable=False, name="k")

    def update(self, real: Tensor, fake: Tensor) -> dict[str, Tensor]:
        """Move k, given the mean errors of both batches; report k and M = L(real) + |gamma L(real) - L(fake)|."""
        missing = self._gamma * real - fake
        self.k.assign(ops.clip(self.k + self._rate * missing, 0.0, 1.0))
        return {"k": self.k.value, "convergence": real + ops.abs(missing)}
