"""A small DCGAN with a dense layer at the narrow end, for people with two CPU cores and one minute.

Its generator takes about 80 times fewer multiplications than `dcgan`. What makes digits of it soon is not its
convolutions but a dense layer on either side of them, as in InfoGAN's networks: between z and the feature map it
decides which digit to draw before strokes are drawn, and before D's logit it weighs the strokes together.
"""

import math
from typing import Any

import keras

from ganlib.catalog.networks import ImageShape, has_extra_stage
from ganlib.models.networks.blocks import CODE, IMAGE, LayerFactory, LayerTable, small_map

_WIDTH = 128
"""Units of the dense layers."""

_CODE = 64
"""Units of the autoencoder's code, as of z."""

_BEFORE_NORM: dict[str, Any] = {"use_bias": False}
"""Options of a layer whose bias the batch normalisation after it would take away again."""


def generator(make: LayerFactory, image_shape: ImageShape) -> LayerTable:
    """Two dense layers and two transposed convolutions (three from 64 pixels on), to an image in [-1, 1]."""
    base, is_large = small_map(image_shape, 32), has_extra_stage(image_shape)
    return [
        [make.dense(_WIDTH, **_BEFORE_NORM), *norm_and_activation(make)],
        [make.dense(math.prod(base), **_BEFORE_NORM), *norm_and_activation(make)],
        [make.reshape(base)],
        [make.up(32, 4, **_BEFORE_NORM), *norm_and_activation(make)] if is_large else [],
        [make.up(16, 4, **_BEFORE_NORM), *norm_and_activation(make)],
        [make.up(image_shape[-1], 4, activation="tanh", **IMAGE)],
    ]


def norm_and_activation(make: LayerFactory) -> list[keras.layers.Layer]:
    """Batch normalisation whose averages settle in 50 steps, for samples that show what was learnt, and leaky ReLU."""
    return [make.batch_norm(momentum=0.9), make.leaky_relu(0.2)]


def discriminator(make: LayerFactory, image_shape: ImageShape) -> LayerTable:
    """Two convolutions with stride 2 (three from 64 pixels on) and a dense layer, then one logit.

    The dense layer has no normalisation: under WGAN's clipping a second one would scale G's gradient by another
    hundredth, and under DRAGAN's penalty D would learn nothing any more.
    """
    return [
        [make.conv(16, 4, stride=2), make.leaky_relu(0.2)],
        [make.conv(32, 4, stride=2), *make.norm(), make.leaky_relu(0.2)],
        [make.conv(32, 4, stride=2), *make.norm(), make.leaky_relu(0.2)] if has_extra_stage(image_shape) else [],
        [make.flatten()],
        [make.dense(_WIDTH), make.leaky_relu(0.2)],
        [make.logit()],
    ]


def autoencoder(make: LayerFactory, image_shape: ImageShape) -> LayerTable:
    """The discriminator's convolutions, a code, and the generator's way back to an image.

    The code alone may be normalised. Over a batch, that spreads the codes of images that are all alike over the whole
    range, so that their copies differ from them: G gains nothing by drawing ever the same. The copy is linear, so that
    it fits pixels in [-1, 1] and in [0, 1].
    """
    base, is_large = small_map(image_shape, 32), has_extra_stage(image_shape)
    return [
        [make.conv(16, 4, stride=2), make.leaky_relu(0.2)],
        [make.conv(32, 4, stride=2), make.leaky_relu(0.2)],
        [make.conv(32, 4, stride=2), make.leaky_relu(0.2)] if is_large else [],
        [make.flatten()],
        [make.dense(_CODE, **CODE), *make.norm()],
        [make.dense(math.prod(base)), make.leaky_relu(0.2)],
        [make.reshape(base)],
        [make.up(32, 4), make.leaky_relu(0.2)] if is_large else [],
        [make.up(16, 4), make.leaky_relu(0.2)],
        [make.up(image_shape[-1], 4, **IMAGE)],
    ]
