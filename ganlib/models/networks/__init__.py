"""Build a generator or a discriminator by name, for any image shape it can handle.

One file per family holds the layers; what the names mean to a person stands in `ganlib.catalog.networks`. A
new network is a function in a family's file, an entry here and an entry there.
"""

from collections.abc import Callable
from functools import partial
from itertools import chain
from typing import Any

import keras

from ganlib.catalog.networks import ImageShape, NetworkInfo, get_discriminator, get_generator, problem
from ganlib.models import autoencoders
from ganlib.models.conditioning import HEADS
from ganlib.models.networks import compact, dcgan, infogan, mlp, svhn
from ganlib.models.networks.blocks import LayerFactory, LayerTable
from ganlib.models.packing import Pack
from ganlib.utils.errors import UserError

GENERATORS: dict[str, Callable[..., LayerTable]] = {
    "dcgan": dcgan.generator,
    "dcgan-3x3": partial(dcgan.generator, kernels=(3, 3, 3)),
    "dcgan-2x2": partial(dcgan.generator, kernels=(2, 2, 5), activation="relu"),
    "infogan": infogan.generator,
    "compact": compact.generator,
    "mlp": mlp.generator,
    "points": mlp.points_generator,
}

DISCRIMINATORS: dict[str, Callable[..., LayerTable]] = {
    "dcgan": dcgan.discriminator,
    "dcgan-pool": partial(dcgan.discriminator, pool=True),
    "dcgan-relu": partial(dcgan.discriminator, activation="relu"),
    "svhn-deep": svhn.deep,
    "svhn-deeper": svhn.deeper,
    "infogan": infogan.discriminator,
    "compact": compact.discriminator,
    "mlp": mlp.discriminator,
    "autoencoder": compact.autoencoder,
    "points": mlp.points_discriminator,
}


def build_generator(
    name: str,
    image_shape: ImageShape,
    latent_dim: int,
    *,
    classes: int = 0,
    initializer: str = "glorot_uniform",
    dropout: float = 0.0,
    seed: int = 0,
    **sizes: Any,
) -> keras.Model:
    """Build a generator: latent vectors (batch, latent_dim) to images (batch, height, width, channels).

    The inner layers follow Keras's global dtype policy; the images are always float32, in the network's `output_range`.
    The same seed gives the same weights and the same dropout.

    Args:
        name: a key of `GENERATORS`.
        image_shape: height, width and channels; (2,) for points.
        latent_dim: length of a latent vector.
        classes: length of the label beside it, see `ganlib.models.conditioning`.
        initializer: of every kernel, a key of `INITIALIZERS`.
        dropout: share of each hidden layer's outputs that a training call sets to 0. The ganhacks (tip 17) drop when
            sampling as well; here an image is a function of z alone.
        seed: of all chance in it.
        sizes: what the network leaves to choose: width, depth and activation of `points`.

    Raises:
        UserError: an unknown name, or an image shape this generator cannot make.
    """
    _check(get_generator(name), image_shape)
    make = LayerFactory("generator", initializer=initializer, seed=seed)
    rows = GENERATORS[name](make, image_shape, **sizes)
    if dropout:
        rows = [[*row, make.dropout(dropout)] if _is_hidden(row) else row for row in rows]
    return _stack("generator", (latent_dim + classes,), rows)


def build_discriminator(
    name: str,
    image_shape: ImageShape,
    *,
    initializer: str = "glorot_uniform",
    norm: str = "batch",
    spectral_norm: bool = False,
    pack: int = 1,
    classes: int = 0,
    conditioning: str = "none",
    seed: int = 0,
    error: str = "squared",
    **sizes: Any,
) -> keras.Model:
    """Build a discriminator: images (batch, height, width, channels) to logits (batch / pack, 1).

    The logits are always float32: a critic's scores grow large, and their differences would drown in bfloat16. `norm`
    is what stands where the layer table says BN: `batch`, `layer` (each image on its own, as a gradient penalty needs
    it) or `none`; networks without such layers stay as they are. `spectral_norm` divides every kernel by its largest
    singular value; `pack` is how many images in a row it judges together, see `ganlib.models.packing`; `classes` is how
    many classes it is told of or names, in the way that `conditioning` says (`ganlib.models.conditioning`); `error`
    is how an autoencoder is wrong, see `ganlib.models.autoencoders`. All else is as for `build_generator`.
    """
    _check(get_discriminator(name), image_shape)
    make = LayerFactory("discriminator", initializer=initializer, seed=seed, norm=norm, spectral_norm=spectral_norm)
    packed_shape = (*image_shape[:-1], pack * image_shape[-1])
    rows = DISCRIMINATORS[name](make, packed_shape, **sizes)
    if get_discriminator(name).is_autoencoder:
        return autoencoders.with_error(image_shape, list(chain.from_iterable(rows)), error)
    if conditioning in HEADS:
        return HEADS[conditioning](image_shape, classes, list(chain.from_iterable(rows)), make.dense)
    input_shape = (*image_shape[:-1], image_shape[-1] + classes)
    return _stack("discriminator", input_shape, [[Pack(pack)], *rows] if pack > 1 else rows)


def _is_hidden(row: list[keras.layers.Layer]) -> bool:
    """Whether a row of a generator's table is a hidden layer: all those end in an activation of their own."""
    return bool(row) and isinstance(row[-1], keras.layers.LeakyReLU)


def _check(network: NetworkInfo, image_shape: ImageShape) -> None:
    if sentence := problem(network, image_shape):
        raise UserError(sentence)


def _stack(name: str, input_shape: tuple[int, ...], rows: LayerTable) -> keras.Model:
    return keras.Sequential([keras.Input(input_shape), *chain.from_iterable(rows)], name=name)
