"""Inside the networks: what each layer makes of one input, and how D's output hangs on each number on the way."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
from keras import ops

from ganlib.backend import engine
from ganlib.catalog import losses
from ganlib.explore.sampler import Discriminator, Sampler
from ganlib.models import autoencoders
from ganlib.models.inference import asked_among


@dataclass(frozen=True, eq=False)
class Activations:
    """What one layer gives for one input.

    Attributes:
        name: the layer's; `z` or `picture` for what goes into the first one.
        kind: its class in Keras, such as `Conv2D`; `Input` for what goes into the first one.
        values: float32, maps of shape (height, width, maps), or numbers of shape (units,).
        gradient: that of D's output by `values`, of the same shape: how much higher the output would be for a little
            more of each. None in a generator.
    """

    name: str
    kind: str
    values: np.ndarray
    gradient: np.ndarray | None = None

    @property
    def are_maps(self) -> bool:
        return self.values.ndim == 3

    @property
    def count(self) -> int:
        """How many maps or units there are."""
        return int(self.values.shape[-1])

    def maps(self, first: int = 0, count: int | None = None) -> np.ndarray:
        """Return some maps, float32, (maps, height, width, 1); units are one map, row by row, filled up with 0."""
        return _maps(self.values, first, count)

    def gradient_maps(self, first: int = 0, count: int | None = None) -> np.ndarray:
        """Return the gradient as `maps` returns the values. Raises ValueError: there is none."""
        if self.gradient is None:
            raise ValueError(f"The layer {self.name} is one of a generator: no gradient of D's output was taken.")
        return _maps(self.gradient, first, count)


def of_generator(sampler: Sampler, latent: np.ndarray) -> list[Activations]:
    """Return z and what each layer of G makes of it, in inference mode; `latent` has the shape (latent_dim,).

    Of a conditional GAN, the class that the sampler draws stands behind z, one-hot.
    """
    generator = sampler.generator
    outputs = _outputs(generator.layers, sampler.inputs(latent[None].astype(np.float32)))
    return [
        Activations(*layer, _first(output))
        for layer, output in zip(_named("z", generator.layers), outputs, strict=True)
    ]


def of_discriminator(
    discriminator: Discriminator, image: np.ndarray, neighbours: np.ndarray | None = None
) -> list[Activations]:
    """Return an image and what each layer of D makes of it, with the gradient of D's output by each.

    D is asked as by `Discriminator.scores`, so the last layer's number is that score, and batch normalisation takes off
    what is usual among the neighbours, which does not hang on this image. The gradient goes back a layer at
    a time, as in training: what the output gains by a number is what it gains by all numbers of the next layer that
    this one adds to (Rumelhart et al. 1986). The first of the list is the image as D sees it, without its label; its
    gradient says which pixels would have to become brighter or darker for D to find it more real. Heads that name
    classes or read codes are left out: they are beside the way to the output. That of an autoencoder is minus the error
    of its copy, which the last layer draws.

    Args:
        discriminator: D; that of a conditional GAN is to judge images of one class, see `Discriminator.of_class`.
        image: uint8, shape (height, width, channels).
        neighbours: as for `Discriminator.scores`; by default the image alone.
    """
    network, batch = discriminator.discriminator, discriminator.config.batch_size
    layers = [layer for layer in network.layers if not _is_beside(layer)]
    among = discriminator.inputs(image[None] if neighbours is None else neighbours)
    with asked_among(network, among, discriminator.value_range, batch) as prepare:
        given = ops.convert_to_tensor(prepare(discriminator.inputs(image[None])))
        planes = discriminator.config.planes if discriminator.config.conditioning == "projection" else 0
        outputs = _outputs(layers, given[..., : given.shape[-1] - planes])
        answer = _answer(discriminator, given)
        gradients = [engine.input_gradient(answer, ops.stop_gradient(outputs[-1]))]
        for layer, before in zip(reversed(layers), reversed(outputs[:-1]), strict=True):
            gradients.append(_back(layer, before, gradients[-1]))
        if _copies(discriminator):  # an image is also what its copy is compared with
            copy = ops.stop_gradient(outputs[-1])
            gradients[-1] += engine.input_gradient(lambda pixels: _minus_error(discriminator, pixels, copy), given)
        outputs.append(answer(outputs[-1]))
    gradients = [*reversed(gradients), ops.ones_like(outputs[-1])]
    last = ("error", "Mean") if _copies(discriminator) else ("logit", type(network.get_layer("logit")).__name__)
    names = [*_named("picture", layers), last]
    seen = [[_first(each) for each in pair] for pair in zip(outputs, gradients, strict=True)]
    channels = image.shape[-1]
    seen[0] = [pixels[..., :channels] for pixels in seen[0]]
    return [Activations(*name, *pair) for name, pair in zip(names, seen, strict=True)]


def _is_beside(layer: keras.layers.Layer) -> bool:
    """Whether a layer of D is none of the row from the image to the features that its output is made of."""
    return layer.name in _LAST or isinstance(layer, keras.layers.InputLayer)


_LAST = ("logit", "embedding", "projection", "sum", "classes", "both", "q_hidden", "q_activation", "codes")


def _answer(discriminator: Discriminator, given: Any) -> Callable[[Any], Any]:
    """Return the function from D's features to its output, shape (1, 1), for an image with the planes of its label."""
    config, layer = discriminator.config, discriminator.discriminator.get_layer
    if _copies(discriminator):
        return lambda copies: _minus_error(discriminator, given, copies)

    def with_projection(features: Any) -> Any:
        label = given[:, 0, 0, -config.classes :]
        fit = layer("projection")([layer("embedding")(label), features])
        return layer("sum")([layer("logit")(features), fit])

    return with_projection if config.conditioning == "projection" else layer("logit")


def _copies(discriminator: Discriminator) -> bool:
    """Whether D is an autoencoder."""
    return losses.get(discriminator.config.loss).has_autoencoder


def _minus_error(discriminator: Discriminator, images: Any, copies: Any) -> Any:
    error = autoencoders.ERRORS[losses.get(discriminator.config.loss).error]
    return -ops.mean(error(copies - images), axis=(1, 2, 3))[:, None]


def _outputs(layers: Sequence[keras.layers.Layer], inputs: Any) -> list[Any]:
    """Return the input and what comes out of each layer, one after the other."""
    found = [ops.convert_to_tensor(inputs)]
    for layer in layers:
        found.append(layer(found[-1], training=False))
    return found


def _back(layer: keras.layers.Layer, given: Any, gradient: Any) -> Any:
    """Turn the gradient by what a layer gives into that by what it was given."""
    known = ops.stop_gradient(gradient)  # a number here, though it was computed from what the layers gave
    return engine.input_gradient(
        lambda inputs: ops.sum(layer(inputs, training=False) * known), ops.stop_gradient(given)
    )


def _named(first: str, layers: Sequence[keras.layers.Layer]) -> list[tuple[str, str]]:
    return [(first, "Input"), *((layer.name, type(layer).__name__) for layer in layers)]


def _first(tensor: Any) -> np.ndarray:
    """Return what belongs to the image itself, not to the others of its pack."""
    return np.asarray(ops.convert_to_numpy(ops.cast(tensor, "float32"))[0])


def _maps(values: np.ndarray, first: int, count: int | None) -> np.ndarray:
    if values.ndim == 3:
        some = values[..., first:] if count is None else values[..., first : first + count]
        return np.moveaxis(some, -1, 0)[..., None]
    columns = int(np.ceil(np.sqrt(len(values))))
    filled = np.zeros(-(-len(values) // columns) * columns, values.dtype)
    filled[: len(values)] = values
    return filled.reshape(1, -1, columns, 1)
