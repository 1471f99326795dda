"""Normalisation layers whose gradient can be differentiated again, as a penalty on D's slope needs it.

Keras's own call `tf.nn.moments` on TensorFlow, which holds the mean constant inside the variance. That is right for
first derivatives, where the gradient through that mean is zero, and wrong for second ones: the gradient of that zero is
not zero. Here the moments are plain operations. The classes keep Keras's names and weights, and with them the layout of
weights files.
"""

from typing import Any

import keras
from keras import ops

from ganlib.backend.hardware import Tensor


class BatchNormalization(keras.layers.BatchNormalization):  # type: ignore[misc]
    """Batch normalisation over all axes but the last, the channels (Ioffe and Szegedy 2015, arXiv 1502.03167).

    Attributes:
        is_learning: treat every call as one in training, though the rest of the network is in inference mode.
    """

    is_learning = False

    def call(self, inputs: Tensor, training: bool = False) -> Tensor:
        """Normalise by the batch's statistics and update the moving ones; in inference mode, by the moving ones."""
        if not ((training or self.is_learning) and self.trainable):
            return super().call(inputs, training=False)
        centred, mean, variance = _moments(inputs, tuple(range(len(inputs.shape) - 1)))
        for moving, value in ((self.moving_mean, mean), (self.moving_variance, variance)):
            moving.assign(moving * self.momentum + ops.reshape(value, moving.shape) * (1.0 - self.momentum))
        return ops.cast(_scaled(self, centred, variance), self.compute_dtype)


class GroupNormalization(keras.layers.GroupNormalization):  # type: ignore[misc]
    """Group normalisation with one group: each image over all its axes, with a gain and a bias per channel."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{**options, "groups": 1})

    def call(self, inputs: Tensor) -> Tensor:
        """Normalise each image by its own mean and variance."""
        centred, _, variance = _moments(inputs, tuple(range(1, len(inputs.shape))))
        return ops.cast(_scaled(self, centred, variance), self.compute_dtype)


def _moments(inputs: Tensor, axes: tuple[int, ...]) -> tuple[Tensor, Tensor, Tensor]:
    """Return inputs minus mean, mean and variance, in float32 at least: 16 bits would lose the differences."""
    inputs = ops.cast(inputs, keras.backend.result_type(inputs.dtype, "float32"))
    mean = ops.mean(inputs, axis=axes, keepdims=True)
    centred = inputs - mean
    return centred, mean, ops.mean(ops.square(centred), axis=axes, keepdims=True)


def _scaled(layer: keras.layers.Layer, centred: Tensor, variance: Tensor) -> Tensor:
    gain, bias = (ops.cast(weight, centred.dtype) for weight in (layer.gamma, layer.beta))
    return centred * (ops.rsqrt(variance + layer.epsilon) * gain) + bias
