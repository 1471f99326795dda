"""Two small multilayer perceptrons for points in the plane, as large as a person likes: what the Lab shows."""

import math

from ganlib.catalog.networks import ImageShape
from ganlib.models.networks.blocks import LayerFactory, LayerTable


def generator(make: LayerFactory, shape: ImageShape, width: int, depth: int, activation: str) -> LayerTable:
    """`depth` dense layers of `width` units, then a linear layer: a point may lie anywhere."""
    return [*_hidden(make, width, depth, activation), [make.dense(math.prod(shape), name="points", dtype="float32")]]


def discriminator(make: LayerFactory, shape: ImageShape, width: int, depth: int, activation: str) -> LayerTable:
    """The same layers from a point to a logit."""
    return [*_hidden(make, width, depth, activation), [make.logit()]]


def _hidden(make: LayerFactory, width: int, depth: int, activation: str) -> LayerTable:
    return [[make.dense(width), make.activation(activation)] for _ in range(depth)]
