"""Train a classifier of `ganlib.metrics.classifier`: real images, moved and re-lit a little, for a few epochs."""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import keras
import numpy as np

from ganlib import data
from ganlib.catalog.classifiers import ClassifierInfo
from ganlib.data import ImageSet, shipped
from ganlib.metrics.classifier import Classifier, build, shapes
from ganlib.runs.status import RUNNING, Status
from ganlib.utils import seeds
from ganlib.utils.errors import UserError

BATCH = 128
RATE = 2e-3
"""The learning rate at the start; it falls to 0 along half a cosine (arXiv 1608.03983)."""

HELD_OUT = 0.15
"""Share of the images at hand to test on where the split to train on is not at hand."""

Watch = Callable[[Status], None]


class Examples(NamedTuple):
    """Real images to learn from and others to be tested on, and where both are from, in words."""

    train_images: np.ndarray
    train_labels: np.ndarray
    test_images: np.ndarray
    test_labels: np.ndarray
    trained_on: str
    tested_on: str


def train(recipe: ClassifierInfo, examples: Examples, seed: int = 0, watch: Watch | None = None) -> Classifier:
    """Train a classifier; the seed decides all chance. `watch` is told the status after every step but the first."""
    network = build(*shapes(recipe), seed)
    learner = keras.Model(network.inputs[0], network.outputs[1])
    steps_per_epoch = max(1, len(examples.train_images) // BATCH)
    total = steps_per_epoch * recipe.epochs
    learner.compile(
        keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(RATE, total)),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        jit_compile=False,
    )
    for step in range(total):
        epoch, position = divmod(step, steps_per_epoch)
        if position == 0:
            rng = seeds.rng(seed, "classifier training", epoch)
            order = rng.permutation(len(examples.train_images))
        chosen = order[position * BATCH : (position + 1) * BATCH]
        learner.train_on_batch(vary(examples.train_images[chosen], recipe, rng), examples.train_labels[chosen])
        if step == 0:  # which compiles, and says nothing about the speed of the others
            started = time.monotonic()
        elif watch:
            pace = (time.monotonic() - started) / step
            epochs, left = (step + 1) / steps_per_epoch, (total - step - 1) * pace
            watch(Status(RUNNING, step + 1, total, epoch=epochs, eta_s=left, images_per_s=BATCH / pace))
    return Classifier(network)


def vary(images: np.ndarray, recipe: ClassifierInfo, rng: np.random.Generator) -> np.ndarray:
    """Return images as they might also have been taken: moved, and with another contrast and brightness.

    They are uint8, N x H x W x C, and come back as float32 of the same shape, 0 to 255; what a shift uncovers repeats
    the edge. The recipe says by how much.
    """
    count, height, width, _ = images.shape
    reach = recipe.shift
    padded = np.pad(images, ((0, 0), (reach, reach), (reach, reach), (0, 0)), mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, (height, width), axis=(1, 2))
    down, right = rng.integers(0, 2 * reach + 1, (2, count))
    moved = np.moveaxis(windows[np.arange(count), down, right], 1, -1).astype(np.float32)
    contrast, brightness = rng.uniform(-1, 1, (2, count, 1, 1, 1)).astype(np.float32)
    mean = moved.mean(axis=(1, 2, 3), keepdims=True)
    lit = mean + (moved - mean) * (1 + recipe.contrast * contrast) + 255 * recipe.brightness * brightness
    return np.clip(lit, 0, 255)


def accuracy(classifier: Classifier, examples: Examples) -> float:
    """Return the share of the test images that the classifier takes for what they are."""
    answers = classifier.predict(examples.test_images).probabilities.argmax(axis=1)
    return float(np.mean(answers == examples.test_labels))


def examples_for(recipe: ClassifierInfo) -> Examples:
    """Return the train and the test split of a data set; a UserError where no images are at hand, or a file is damaged.

    Where the train split is neither at hand nor can be downloaded, part of the test split is trained on, so
    that the rest says something about images never seen.
    """
    try:
        data.fetch(recipe.dataset, "train")
    except UserError:
        if data.where(recipe.dataset, "test") is None:
            raise
        whole = data.load(recipe.dataset, "test", recipe.grayscale)
        images, labels = _labelled(whole)
        # Not at random: neighbours are often cut out of the same photograph, and one of the two would give away the
        # other.
        end = len(whole) - round(HELD_OUT * len(whole))
        at_hand = f"of the {len(whole):,} images at hand of the {whole.split} split"
        told = f"the first {end:,} {at_hand}", f"the last {len(whole) - end:,} {at_hand}"
        return Examples(images[:end], labels[:end], images[end:], labels[end:], *told)
    train, test = (data.load(recipe.dataset, split, recipe.grayscale) for split in ("train", "test"))
    where = [f"the {len(each):,} images of the {each.split} split" for each in (train, test)]
    return Examples(*_labelled(train), *_labelled(test), *where)


def _labelled(images: ImageSet) -> tuple[np.ndarray, np.ndarray]:
    assert images.labels is not None, "classifiers are for published data sets, which are labelled"
    return images.images, images.labels


def make(
    recipe: ClassifierInfo, examples: Examples, seed: int = 0, folder: Path | None = None, watch: Watch | None = None
) -> dict[str, Any]:
    """Train, test and write a classifier; return its facts. Raises UserError: the manifest is damaged or unwritable."""
    shipped.manifest(folder)  # complain before the work
    started = time.monotonic()
    classifier = train(recipe, examples, seed, watch)
    facts = {
        "dataset": recipe.dataset,
        "grayscale": recipe.grayscale,
        "trained_on": examples.trained_on,
        "tested_on": examples.tested_on,
        "test_accuracy": round(accuracy(classifier, examples), 4),
        "epochs": recipe.epochs,
        "seconds": round(time.monotonic() - started, 1),
        "seed": seed,
        "how": recipe.how,
    }
    file = f"classifiers/{recipe.name}.weights.h5"
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "classifier.weights.h5"
        classifier.network.save_weights(path)
        shipped.add(shipped.CLASSIFIERS, recipe.name, file, path.read_bytes(), facts, folder)
    return facts
