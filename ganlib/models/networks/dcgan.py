"""DCGAN (Radford et al. 2015, arXiv 1511.06434) as in TensorFlow's tutorial, and two variations on it."""

import math
from typing import Any

from ganlib.catalog.networks import ImageShape, has_extra_stage
from ganlib.models.networks.blocks import IMAGE, LayerFactory, LayerTable, small_map


def generator(
    make: LayerFactory,
    image_shape: ImageShape,
    kernels: tuple[int, int, int] = (5, 5, 5),
    activation: str | None = None,
) -> LayerTable:
    """Grow a map of a quarter of the image's size (an eighth from 64 pixels on), 256 channels deep, into an image.

    Its pixels are in [-1, 1]. `kernels` are the sides of the kernels of the three transposed convolutions; `activation`
    is that of the first two, ahead of the batch normalisation.
    """
    base, is_large = small_map(image_shape, 256), has_extra_stage(image_shape)
    first, second, last = kernels
    inner: dict[str, Any] = {"activation": activation, "use_bias": False}
    return [
        [make.dense(math.prod(base), use_bias=False), make.batch_norm(), make.leaky_relu(0.3)],
        [make.reshape(base)],
        [make.up(128, first, stride=1, **inner), make.batch_norm(), make.leaky_relu(0.3)],
        [make.up(128, second, **inner), make.batch_norm(), make.leaky_relu(0.3)] if is_large else [],
        [make.up(64, second, **inner), make.batch_norm(), make.leaky_relu(0.3)],
        [make.up(image_shape[-1], last, activation="tanh", use_bias=False, **IMAGE)],
    ]


def discriminator(
    make: LayerFactory, image_shape: ImageShape, pool: bool = False, activation: str | None = None
) -> LayerTable:
    """Two convolutions with stride 2 (three from 64 pixels on, without pooling), then one logit.

    With `pool` each convolution is followed by max pooling; `activation` is that of the second one, ahead of its leaky
    ReLU.
    """

    def later() -> list[Any]:
        return [make.conv(128, 5, stride=2, activation=activation), make.leaky_relu(0.3), make.dropout(0.3)]

    return [
        [make.conv(64, 5, stride=2), make.leaky_relu(0.3), make.dropout(0.3)],
        [make.max_pool()] if pool else [],
        later(),
        [make.max_pool()] if pool else [],
        later() if has_extra_stage(image_shape) and not pool else [],
        [make.flatten()],
        [make.logit()],
    ]
