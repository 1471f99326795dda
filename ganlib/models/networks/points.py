"""Two small multilayer perceptrons for points in the plane, as wide and deep as a person likes."""

from typing import Any

from ganlib.catalog.networks import ImageShape
from ganlib.models.networks.blocks import LayerFactory, LayerTable


def generator(make: LayerFactory, shape: ImageShape, **sizes: Any) -> LayerTable:
    """Hidden layers, then a linear one: a point may lie anywhere."""
    return [*_hidden(make, **sizes), [make.dense(*shape, name="points", dtype="float32")]]


def discriminator(make: LayerFactory, shape: ImageShape, **sizes: Any) -> LayerTable:
    """The same hidden layers, then one logit."""
    return [*_hidden(make, **sizes), [make.logit()]]


def _hidden(make: LayerFactory, width: int, depth: int, activation: str) -> LayerTable:
    return [[make.dense(width), make.activation(activation)] for _ in range(depth)]
