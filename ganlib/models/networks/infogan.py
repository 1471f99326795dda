"""The network of InfoGAN (Chen et al. 2016, arXiv 1606.03657), the usual one for comparing losses on MNIST.

The discriminator ends in a plain logit: some copies put a leaky ReLU on it, which flattens negative scores.
"""

import math

from ganlib.catalog.networks import ImageShape, has_extra_stage
from ganlib.models.networks.blocks import IMAGE, LayerFactory, LayerTable, small_map


def generator(make: LayerFactory, image_shape: ImageShape) -> LayerTable:
    """Two dense layers and two transposed convolutions (three from 64 pixels on), to an image in [0, 1]."""
    base, is_large = small_map(image_shape, 128), has_extra_stage(image_shape)
    return [
        [make.dense(1024), make.leaky_relu(0.2), make.batch_norm(), make.leaky_relu(0.2)],
        [make.dense(math.prod(base)), make.leaky_relu(0.2), make.batch_norm(), make.leaky_relu(0.2)],
        [make.reshape(base)],
        [make.up(128, 4), make.batch_norm(), make.leaky_relu(0.2)] if is_large else [],
        [make.up(64, 4), make.batch_norm(), make.leaky_relu(0.2)],
        [make.up(image_shape[-1], 4, activation="sigmoid", **IMAGE)],
    ]


def discriminator(make: LayerFactory, image_shape: ImageShape) -> LayerTable:
    """Two convolutions with stride 2 (three from 64 pixels on) and a dense layer, then one logit."""
    return [
        [make.conv(64, 4, stride=2), make.leaky_relu(0.2)],
        [make.conv(128, 4, stride=2), *make.norm(), make.leaky_relu(0.2)],
        [make.conv(128, 4, stride=2), *make.norm(), make.leaky_relu(0.2)] if has_extra_stage(image_shape) else [],
        [make.flatten()],
        [make.dense(1024), make.leaky_relu(0.2), *make.norm(), make.leaky_relu(0.2)],
        [make.logit()],
    ]
