"""Deep discriminators for 32 x 32 house numbers: convolutions at full size, pooled in between."""

from ganlib.catalog.networks import ImageShape, has_extra_stage
from ganlib.models.networks.blocks import LayerFactory, LayerTable


def deep(make: LayerFactory, image_shape: ImageShape) -> LayerTable:
    """Three convolutions (four from 64 pixels on), then dense layers of 1024 and 512, then one logit."""
    return [
        *_convolutions(make, image_shape),
        [make.flatten()],
        [make.dense(1024), make.leaky_relu(0.3)],
        [make.dense(512), make.leaky_relu(0.3)],
        [make.logit()],
    ]


def deeper(make: LayerFactory, image_shape: ImageShape) -> LayerTable:
    """Four convolutions (five from 64 pixels on), then dense layers of 1024, 512 and 216, then one logit."""
    return [
        *_convolutions(make, image_shape),
        [*make.norm(), make.conv(64, 2), make.leaky_relu(0.3), make.max_pool()],
        [make.flatten()],
        [make.dense(1024), make.leaky_relu(0.3)],
        [make.dense(512), make.leaky_relu(0.3)],
        [make.dense(216), make.leaky_relu(0.3)],
        [make.logit()],
    ]


def _convolutions(make: LayerFactory, image_shape: ImageShape) -> LayerTable:
    return [
        [make.conv(32, 7), make.leaky_relu(0.3), make.max_pool()],
        [*make.norm(), make.conv(64, 5), make.leaky_relu(0.3), make.max_pool()],
        *(
            [*make.norm(), make.conv(128, 3), make.leaky_relu(0.3), make.max_pool()]
            for _ in range(2 if has_extra_stage(image_shape) else 1)
        ),
    ]
