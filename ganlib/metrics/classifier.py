"""The eye of the metrics: a small convolutional classifier for each data set.

Its last hidden layer is the space in which samples and real images are compared, and its opinions say which
classes a generator draws. It was trained on real images alone and must choose one of their classes: of noise
or of a drawing that is no digit it may be as sure as of a good one. So a high probability means "if it is
anything, then this", never "this is real".
"""

from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple

import keras
import numpy as np

from ganlib.catalog import classifiers, datasets
from ganlib.data import shipped
from ganlib.models.networks.blocks import LayerFactory
from ganlib.utils.errors import UserError

FEATURES = 64
"""Width of the last hidden layer: few enough that 1,000 samples give a covariance of full rank."""

BATCH = 512
"""How many images at once, which bounds the memory and changes nothing else."""


class Prediction(NamedTuple):
    """What a classifier sees in N images."""

    features: np.ndarray  # its last hidden layer, float32, N x 64
    probabilities: np.ndarray  # how likely it finds each of K classes, float32, N x K; rows add up to 1


@dataclass(frozen=True)
class Classifier:
    """A network that tells a data set's classes apart, in inference mode."""

    network: keras.Model  # as `build` makes it: maps images, 0 to 255, to features and logits

    def predict(self, images: np.ndarray) -> Prediction:
        """Look at each image on its own: uint8, N x H x W x C, N > 0, of the shape the network was built for."""
        parts = []
        for start in range(0, len(images), BATCH):
            features, logits = self.network(images[start : start + BATCH].astype(np.float32), training=False)
            parts.append([keras.ops.convert_to_numpy(part) for part in (features, keras.ops.softmax(logits))])
        return Prediction(*(np.concatenate(part) for part in zip(*parts, strict=True)))


def load(dataset: str, grayscale: bool = False) -> Classifier:
    """Return the shipped classifier; `grayscale` counts for colour images alone. Raises UserError: none, or damaged."""
    recipe = classifiers.find(dataset, grayscale)
    if recipe is None:
        names = ", ".join(classifiers.CLASSIFIERS)
        raise UserError(f"There is no classifier for {datasets.get(dataset).title}; there are: {names}.")
    path = shipped.verified(shipped.CLASSIFIERS, recipe.name)
    network = build(*shapes(recipe))
    network.load_weights(path)
    return Classifier(network)


def shapes(recipe: classifiers.ClassifierInfo) -> tuple[tuple[int, ...], int]:
    """Return the shape of the images that a classifier looks at, and its number of classes."""
    facts = datasets.get(recipe.dataset)
    return facts.image_shape(recipe.grayscale), len(facts.classes)


def build(image_shape: tuple[int, ...], classes: int, seed: int = 0) -> keras.Model:
    """Build a network with fresh weights: four convolutions, one hidden layer, one logit a class.

    The same seed gives the same weights and the same dropout.

    Returns:
        A model from images (batch, height, width, channels), 0 to 255, to a list of features (batch, 64) and
        logits (batch, classes).
    """
    make = LayerFactory("classifier", initializer="he_normal", seed=seed)

    def conv(filters: int, stride: int = 1) -> list[keras.layers.Layer]:
        return [make.conv(filters, 3, stride, use_bias=False), make.batch_norm(0.9), make.leaky_relu(0.1)]

    rows = [
        [keras.layers.Rescaling(1 / 255)],
        conv(16),
        conv(32, stride=2),
        conv(64),
        conv(64, stride=2),
        [make.flatten(), make.dropout(0.3)],
        [make.dense(FEATURES, use_bias=False), make.batch_norm(0.9), make.leaky_relu(0.1)],
        [make.dropout(0.3), make.dense(classes)],
    ]
    stack = keras.Sequential([keras.Input(image_shape), *chain.from_iterable(rows)])
    return keras.Model(stack.inputs[0], [stack.layers[-3].output, stack.layers[-1].output])
