"""Class labels for both networks, so that G draws the class it is asked for (Mirza and Osindero 2014, arXiv 1411.1784).

A label y is a one-hot vector. G is given [z, y]. D judges an image as one of its class: it is given a plane for each
class beside the image's channels, all 1 for the image's own class and all 0 for the others, and either reads them as
more channels ("concat") or, in their place, adds to its logit how well the image's features fit those it keeps for
the class ("projection", Miyato and Koyama 2018, arXiv 1802.05637). Real and generated images of a batch have the same
labels. So a network stays a function of one tensor; without conditioning it is what it is without labels.

In an auxiliary classifier GAN ("acgan", Odena et al. 2017, arXiv 1610.09585) D is given the image alone and has a logit
for each class beside the one for real: it learns to name the class of real and generated images, and G to have its
images named by the label that it was given. An InfoGAN ("infogan") has categories in place of labels, which nobody
but G is told, see `ganlib.models.codes`.
"""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

import keras
import numpy as np
from keras import ops

from ganlib.backend.hardware import Tensor
from ganlib.catalog import losses
from ganlib.config import TrainConfig
from ganlib.models import codes
from ganlib.utils import seeds, values


def beside(inputs: Tensor, labels: Tensor | None) -> Tensor:
    """Return what a network is given: inputs with their labels beside them, or as they are if there are none.

    Args:
        inputs: latent vectors, shape (batch, latent_dim), or images, shape (batch, height, width, channels).
        labels: one-hot, shape (batch, classes).
    """
    if labels is None:
        return inputs
    if len(inputs.shape) == 4:
        labels = ops.tile(labels[:, None, None, :], (1, *inputs.shape[1:3], 1))
    return ops.concatenate([inputs, ops.cast(labels, inputs.dtype)], axis=-1)


def draw_beside(config: TrainConfig, z: Tensor, labels: Tensor | None, seed: keras.random.SeedGenerator) -> Tensor:
    """Return what G is given in training: z, with a batch's labels beside it, or in an InfoGAN categories by chance."""
    if config.conditioning == "infogan":
        labels = codes.draw_categories(z.shape[0], seed)
    return beside(z, labels if config.classes else None)


def told(config: TrainConfig, inputs: Tensor) -> Tensor | None:
    """Return what images are drawn by, out of what G is given: one-hot labels, or `codes.told`; None if nothing."""
    if config.conditioning == "infogan":
        return codes.told(inputs, config.latent_dim)
    return inputs[:, config.latent_dim :] if config.classes else None


def projection(
    image_shape: tuple[int, ...],
    classes: int,
    layers: Sequence[keras.layers.Layer],
    make_dense: Callable[..., keras.layers.Layer],
) -> keras.Model:
    """Build a D whose logit is w . f(x) + b + v_y . f(x), with the features f(x) that a plain D's logit is made of.

    Args:
        image_shape: height, width and channels.
        classes: how many planes stand beside the channels, see `beside`.
        layers: those of the plain D; the last one makes the logit of flat features.
        make_dense: makes the layer that turns a label into v_y, which has an entry for each feature.
    """
    inputs = keras.Input((*image_shape[:-1], image_shape[-1] + classes))
    features, labels = inputs[..., :-classes], inputs[:, 0, 0, -classes:]
    for layer in layers[:-1]:
        features = layer(features)
    embedding = make_dense(features.shape[1], name="embedding", use_bias=False, dtype="float32")
    fit = keras.layers.Dot(1, name="projection", dtype="float32")([embedding(labels), features])
    logit = keras.layers.Add(name="sum", dtype="float32")([layers[-1](features), fit])
    return keras.Model(inputs, logit, name="discriminator")


def auxiliary_classifier(
    image_shape: tuple[int, ...],
    classes: int,
    layers: Sequence[keras.layers.Layer],
    make_dense: Callable[..., keras.layers.Layer],
) -> keras.Model:
    """Build a D that gives, beside its logit, one for each class, shape (batch, 1 + classes); see `projection`."""
    inputs = features = keras.Input(image_shape)
    for layer in layers[:-1]:
        features = layer(features)
    named = make_dense(classes, name="classes", dtype="float32")(features)
    outputs = keras.layers.Concatenate(name="both", dtype="float32")([layers[-1](features), named])
    return keras.Model(inputs, outputs, name="discriminator")


HEADS = {"projection": projection, "acgan": auxiliary_classifier, "infogan": codes.head}
"""Ways to build D that end in other layers than a plain one."""


class Opinion(NamedTuple):
    """What D says of a batch: logits, shape (batch, 1), and how wrong it is on classes or codes, if it names them."""

    logits: Tensor
    loss: Tensor | None = None  # both networks minimise it, beside their game
    information: Mapping[str, Tensor] = MappingProxyType({})  # of an InfoGAN, see `codes.information`
    code: Tensor | None = None  # of an autoencoder, shape (batch, units)


def opinion(config: TrainConfig, outputs: Tensor, labels: Tensor | None, are_real: bool) -> Opinion:
    """Return what D says of a batch, from its outputs, and how well it names what `told` says the images show.

    It is a mean cross-entropy on classes; on codes it is `codes.loss`, and nobody drew real images by codes.
    """
    if outputs.shape[-1] == 1:  # a plain D: as it is, so that its graph, and with it each rounding, stays what it was
        return Opinion(outputs)
    logits, rest = outputs[:, :1], outputs[:, 1:]
    if losses.get(config.loss).has_autoencoder:
        return Opinion(logits, code=rest)
    if config.conditioning == "infogan" and labels is not None and not are_real:
        bounds = codes.information(rest, labels, config.prior)
        return Opinion(logits, codes.loss(bounds, config.prior), bounds)
    if config.conditioning == "acgan" and labels is not None:
        return Opinion(logits, ops.mean(ops.categorical_crossentropy(labels, rest, from_logits=True)))
    return Opinion(logits)


def one_hot(labels: np.ndarray, classes: int) -> np.ndarray:
    """Return class numbers, shape (N,), as one-hot labels, float32, shape (N, classes)."""
    return np.eye(classes, dtype=np.float32)[labels]


def with_labels(inputs: np.ndarray, labels: np.ndarray | None, classes: int) -> np.ndarray:
    """Return what a network is given, as `beside` does, from class numbers, shape (batch,); inputs without them."""
    if labels is None:
        return inputs
    one_hot_labels = ops.convert_to_tensor(one_hot(labels, classes))
    return np.asarray(ops.convert_to_numpy(beside(ops.convert_to_tensor(inputs), one_hot_labels)))


def draw(shares: np.ndarray, count: int, seed: int) -> np.ndarray:
    """Draw class numbers as often as their shares say, int64, shape (count,); the first do not depend on `count`."""
    chances = seeds.rng(seed, "labels").random(count)
    return np.searchsorted(np.cumsum(shares)[:-1], chances, side="right")


def shares(labels: np.ndarray, classes: int) -> np.ndarray:
    """Return how often each class comes up, shape (classes,)."""
    return np.bincount(labels, minlength=classes) / len(labels)


def read_shares(noted: Any, classes: int) -> np.ndarray:
    """Return the shares that a run's record holds; equal ones if it holds none that make sense."""
    found = np.array(values.row(noted))
    if len(found) != classes or (found < 0).any() or not found.sum() > 0:
        return np.full(classes, 1 / max(1, classes))
    return found / found.sum()
