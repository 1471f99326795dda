"""GAN-train: what it says of samples whose worth is known."""

from dataclasses import replace

import numpy as np
import pytest

from ganlib import data
from ganlib.catalog import classifiers
from ganlib.metrics.classifier_training import Examples, train
from ganlib.metrics.gan_train import gan_train
from ganlib.utils import seeds

RECIPE = replace(classifiers.get("digits"), epochs=6)
COUNT = 640

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def real():
    digits = data.load("digits", "train")
    ends = (slice(0, 1000), slice(1000, None))
    parts = [part[end] for end in ends for part in (digits.images, digits.labels)]
    return Examples(*parts, "the first", "the others")


@pytest.fixture(scope="module")
def labels():
    return np.arange(COUNT) % 10


def test_real_images_in_the_place_of_samples_get_what_real_images_get(real):
    chosen = seeds.rng(0, "real images to learn from").permutation(len(real.train_images))[:COUNT]
    found = gan_train(real.train_images[chosen], real.train_labels[chosen], RECIPE, real)
    assert found["gan_train"] == found["floor"]["gan_train"] > 0.75
    low, high = found["interval"]["gan_train"]
    assert low < found["gan_train"] < high <= 1


def test_it_is_the_accuracy_of_a_classifier_of_samples_counted_here_once_more(real, labels):
    one_each = np.stack([real.train_images[np.flatnonzero(real.train_labels == each)[0]] for each in range(10)])
    found = gan_train(one_each[labels], labels, RECIPE, real)
    network = train(RECIPE, real._replace(train_images=one_each[labels], train_labels=labels)).network
    logits = np.asarray(network(real.test_images.astype(np.float32))[1].numpy())
    expected = sum(row.argmax() == label for row, label in zip(logits, real.test_labels, strict=True)) / len(logits)
    assert found["gan_train"] == pytest.approx(expected)
    # One good picture of each class: all that GAN-test asks for, and not enough here.
    assert found["gan_train"] < found["floor"]["gan_train"] - 0.1


def test_whoever_learns_from_wrong_classes_is_near_chance(real, labels):
    found = gan_train(real.train_images[:COUNT], labels, RECIPE, real)
    counts = [int((real.test_labels == each).sum()) for each in range(10)]
    assert found["noise"]["gan_train"] == max(counts) / sum(counts)
    assert found["gan_train"] < 0.3
