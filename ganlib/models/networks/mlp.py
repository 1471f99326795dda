"""Multilayer perceptrons: as in the first GAN (arXiv 1406.2661), though without maxout, and for points in the plane."""

import math
from typing import Any

from ganlib.catalog.networks import ImageShape
from ganlib.models.networks.blocks import IMAGE, LayerFactory, LayerTable


def generator(make: LayerFactory, image_shape: ImageShape) -> LayerTable:
    """Three dense layers, each twice as wide as the last, to an image in [-1, 1]."""
    return [
        [make.dense(256), make.leaky_relu(0.2)],
        [make.dense(512), make.leaky_relu(0.2)],
        [make.dense(1024), make.leaky_relu(0.2)],
        [make.dense(math.prod(image_shape), activation="tanh", **IMAGE)],
        [make.reshape(image_shape, dtype="float32")],
    ]


def discriminator(make: LayerFactory, image_shape: ImageShape) -> LayerTable:
    """Two dense layers with dropout, then one logit."""
    return [
        [make.flatten()],
        [make.dense(512), make.leaky_relu(0.2), make.dropout(0.3)],
        [make.dense(256), make.leaky_relu(0.2), make.dropout(0.3)],
        [make.logit()],
    ]


def points_generator(make: LayerFactory, shape: ImageShape, **sizes: Any) -> LayerTable:
    """Hidden layers, then a linear one: a point may lie anywhere."""
    return [*_hidden(make, **sizes), [make.dense(*shape, name="points", dtype="float32")]]


def points_discriminator(make: LayerFactory, shape: ImageShape, **sizes: Any) -> LayerTable:
    """The same hidden layers, then one logit."""
    return [*_hidden(make, **sizes), [make.logit()]]


def _hidden(make: LayerFactory, width: int, depth: int, activation: str) -> LayerTable:
    return [[make.dense(width), make.activation(activation)] for _ in range(depth)]
