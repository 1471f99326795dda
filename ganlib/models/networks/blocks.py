"""Layers with the choices of one network already made, so that a network reads like its layer table."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import keras

from ganlib.catalog.networks import ImageShape, has_extra_stage
from ganlib.catalog.table import pick
from ganlib.models.initializers import make_initializer
from ganlib.models.normalization import BatchNormalization, GroupNormalization
from ganlib.models.spectral_norm import SpectralConv2D, SpectralDense
from ganlib.utils import seeds

LayerTable = list[list[keras.layers.Layer]]
"""The rows of a layer table, each with its layers from left to right."""

IMAGE: dict[str, Any] = {"name": "image", "dtype": "float32"}
"""Options of the layer that makes the pixels: bfloat16 would round them to two or three digits."""

CODE: dict[str, Any] = {"name": "code", "dtype": "float32"}
"""Options of the layer at the narrow end of an autoencoder, whose codes are compared."""


def small_map(image_shape: ImageShape, depth: int) -> tuple[int, int, int]:
    """Return the feature map that a generator begins with: a quarter of the image (an eighth from 64 pixels on)."""
    shrunk = 8 if has_extra_stage(image_shape) else 4
    return image_shape[0] // shrunk, image_shape[1] // shrunk, depth


# For D, whose slope penalties need second derivatives. G has Keras's own batch normalisation.
NORMS: dict[str, Callable[..., keras.layers.Layer] | None] = {
    "batch": BatchNormalization,
    # One group is layer normalisation over all of an image with a gain per channel, as in WGAN-GP
    # (arXiv 1704.00028); Keras's LayerNormalization would normalise each pixel on its own.
    "layer": GroupNormalization,
    "none": None,
}


class LayerFactory:
    """Makes the layers of one network, names them and seeds them.

    Layers are named by kind and number (`conv_1`, `norm_1`). A layer's seed depends on the network's seed and name and
    on the layer's name, so that no two layers start alike.

    Args:
        network: `generator` or `discriminator`.
        initializer, seed: Name of the weight initialiser of every kernel, and the network's seed.
        norm: What `norm()` makes: `batch`, `layer` or `none`.
        spectral_norm: Divide every kernel by its largest singular value.
    """

    def __init__(
        self, network: str, *, initializer: str, seed: int, norm: str = "batch", spectral_norm: bool = False
    ) -> None:
        self._network = network
        self._initializer = initializer
        self._seed = seed
        self._norm = pick(NORMS, norm, "discriminator normalisation")
        self._spectral_norm = spectral_norm
        self._counts: Counter[str] = Counter()

    def dense(self, units: int, **options: Any) -> keras.layers.Layer:
        layer = SpectralDense if self._spectral_norm else keras.layers.Dense
        return layer(units, **self._kernel_options("dense", options))

    def conv(self, filters: int, kernel: int, stride: int = 1, **options: Any) -> keras.layers.Layer:
        """`Conv filters kernel x kernel /stride`."""
        layer = SpectralConv2D if self._spectral_norm else keras.layers.Conv2D
        options |= {"strides": stride, "padding": "same"}
        return layer(filters, kernel, **self._kernel_options("conv", options))

    def up(self, filters: int, kernel: int, stride: int = 2, **options: Any) -> keras.layers.Layer:
        """`ConvT filters kernel x kernel /stride`, which makes the image `stride` times as large."""
        options |= {"strides": stride, "padding": "same"}
        return keras.layers.Conv2DTranspose(filters, kernel, **self._kernel_options("up", options))

    def logit(self) -> keras.layers.Layer:
        """`Dense 1`, the linear head of a discriminator, in float32 under any precision."""
        return self.dense(1, name="logit", dtype="float32")

    def norm(self) -> list[keras.layers.Layer]:
        """Return the normalisation layer that was chosen, or no layer."""
        return [self._norm(name=self._name("norm"))] if self._norm else []

    def batch_norm(self, momentum: float = 0.99) -> keras.layers.Layer:
        return keras.layers.BatchNormalization(momentum=momentum, name=self._name("norm"))

    def leaky_relu(self, slope: float) -> keras.layers.Layer:
        return keras.layers.LeakyReLU(slope, name=self._name("leaky_relu"))

    def activation(self, name: str) -> keras.layers.Layer:
        return self.leaky_relu(0.2) if name == "leaky_relu" else keras.layers.Activation(name, name=self._name(name))

    def dropout(self, rate: float) -> keras.layers.Layer:
        name = self._name("dropout")
        return keras.layers.Dropout(rate, seed=self._layer_seed(name), name=name)

    def max_pool(self) -> keras.layers.Layer:
        """`MaxPool 2`; of an odd side the last line is dropped."""
        return keras.layers.MaxPooling2D(2, name=self._name("max_pool"))

    def reshape(self, shape: tuple[int, ...], **options: Any) -> keras.layers.Layer:
        return keras.layers.Reshape(shape, name=self._name("reshape"), **options)

    def flatten(self) -> keras.layers.Layer:
        return keras.layers.Flatten(name=self._name("flatten"))

    def _kernel_options(self, kind: str, options: dict[str, Any]) -> dict[str, Any]:
        name = options.get("name") or self._name(kind)
        initializer = make_initializer(self._initializer, self._layer_seed(name), is_transposed=kind == "up")
        options |= {"name": name, "kernel_initializer": initializer}
        if self._spectral_norm:
            options["seed"] = self._layer_seed(f"{name}/u")
        return options

    def _name(self, kind: str) -> str:
        self._counts[kind] += 1
        return f"{kind}_{self._counts[kind]}"

    def _layer_seed(self, name: str) -> int:
        return seeds.derive(self._seed, f"{self._network}/{name}")
