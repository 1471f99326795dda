"""GAN-train: what a classifier that learned from nothing but samples knows of real images.

Shmelkov et al. 2018, arXiv 1807.09499. It falls where samples are poor, where they are not of the class they were asked
for, and where a class lacks variety, which the asked class (GAN-test) cannot see.
"""

from typing import Any

import numpy as np

from ganlib.catalog.classifiers import ClassifierInfo
from ganlib.catalog.metrics import METRICS
from ganlib.metrics import bootstrap
from ganlib.metrics.classifier_training import Examples, Watch, train
from ganlib.utils import seeds

NAME = "gan_train"


def gan_train(
    images: np.ndarray,
    labels: np.ndarray,
    recipe: ClassifierInfo,
    real: Examples,
    seed: int = 0,
    watch: Watch | None = None,
) -> dict[str, Any]:
    """Train one classifier on samples and one on as many real images, and test both on real images new to both.

    Args:
        images: N samples, uint8, shape (N, H, W, C).
        labels: the class that each was asked for, whole numbers, shape (N,).
        recipe: of the classifier, trained for as many epochs as the one that ships.
        real: real images to learn from, of which `seed` draws N, and others to be tested on.
        seed: of both trainings.
        watch: is told the status after every step of either training.

    Returns:
        What an evaluation keeps of a metric: the share of the test images that the classifier of samples takes for
        what they are (`gan_train`); under `interval` where it lies for as many other test images, 95 of 100 of them;
        under `floor` the share for the classifier of real images, and under `noise` that of the largest class, which
        whoever learned nothing may get.
    """
    chosen = seeds.rng(seed, "real images to learn from").permutation(len(real.train_images))[: len(images)]
    of_samples = real._replace(train_images=images, train_labels=labels)
    of_real = real._replace(train_images=real.train_images[chosen], train_labels=real.train_labels[chosen])
    hits, floor = (_hits(recipe, examples, seed, watch) for examples in (of_samples, of_real))
    value = float(hits.mean())
    low, high = bootstrap.interval(
        lambda weights: float(np.average(hits, weights=weights)),
        value, bootstrap.resamples(len(hits), seed), METRICS[NAME].bounds,
    )  # fmt: skip
    largest = np.bincount(real.test_labels).max() / len(real.test_labels)
    return {
        NAME: value, "interval": {NAME: [low, high]}, "floor": {NAME: float(floor.mean())},
        "noise": {NAME: float(largest)},
    }  # fmt: skip


def _hits(recipe: ClassifierInfo, examples: Examples, seed: int, watch: Watch | None) -> np.ndarray:
    """Train a classifier and say which of the test images it takes for what they are."""
    answers = train(recipe, examples, seed, watch).predict(examples.test_images).probabilities.argmax(axis=1)
    return answers == examples.test_labels
