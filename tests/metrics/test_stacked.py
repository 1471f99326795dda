"""Modes of stacked digits against counts of digits that are known."""

import math
from collections import Counter

import numpy as np
import pytest

from ganlib import data
from ganlib.config import TrainConfig
from ganlib.metrics import bootstrap, stacked
from ganlib.metrics.classifier import Prediction

CONFIG = TrainConfig(dataset="stacked-mnist")
RNG = np.random.default_rng(0)


class Brightness:
    """Takes a channel full of 20 times a digit for that digit."""

    def predict(self, images):
        assert images.shape[1:] == (28, 28, 1)
        return Prediction(np.zeros((len(images), 1)), np.eye(10)[images[:, 0, 0, 0] // 20 % 10])


@pytest.fixture
def known(monkeypatch):
    monkeypatch.setattr(stacked.classifier, "load", lambda dataset: Brightness())
    monkeypatch.setattr(bootstrap, "REPLICATES", 20)
    real = images_of(np.arange(1000).repeat(2))  # every combination twice
    monkeypatch.setattr(data, "load", lambda *args: data.ImageSet(real, None, (), CONFIG.dataset, "all", "here"))


def images_of(numbers):
    digits = np.stack([numbers // 100, numbers // 10 % 10, numbers % 10], axis=-1)
    return (digits * 20).astype(np.uint8)[:, None, None].repeat(28, 1).repeat(28, 2)


def test_a_mode_is_its_three_digits_red_green_and_blue():
    numbers = np.array([0, 7, 123, 999])
    assert stacked.modes(Brightness(), images_of(numbers)).tolist() == numbers.tolist()


@pytest.mark.parametrize("numbers", [RNG.integers(0, 1000, 1500), RNG.integers(0, 40, 1500), np.full(1500, 5)])
def test_modes_and_kl_are_those_of_a_plain_count(known, numbers):
    found = stacked.evaluate(images_of(numbers), CONFIG)
    counts = Counter(numbers.tolist())
    shares = [count / len(numbers) for count in counts.values()]
    assert found["stacked_modes"] == len(counts)
    assert found["stacked_kl"] == pytest.approx(sum(share * math.log(share * 1000) for share in shares), abs=1e-9)
    for name in ("stacked_modes", "stacked_kl"):
        low, high = found["interval"][name]
        assert low <= found[name] <= high


def test_real_images_and_noise_stand_beside_it(known):
    few = images_of(RNG.integers(0, 10, 2000))
    found = stacked.evaluate(few, CONFIG)
    assert found["floor"]["stacked_modes"] == 1000
    assert found["floor"]["stacked_kl"] == pytest.approx(0)
    assert found["noise"]["stacked_modes"] > 700  # of a classifier that looks at one pixel
    assert stacked.evaluate(few, CONFIG) == found


@pytest.mark.slow
def test_real_stacks_show_all_combinations_as_their_labels_do(real_data):
    digits = data.load("mnist", "test")
    drawn = RNG.integers(0, len(digits), (3, stacked.SAMPLES))
    images = np.stack([digits.images[each, ..., 0] for each in drawn], axis=-1)
    found = stacked.evaluate(images, CONFIG)
    shares = np.bincount(digits.labels[drawn].T @ [100, 10, 1], minlength=1000) / stacked.SAMPLES
    assert found["stacked_modes"] == pytest.approx((shares > 0).sum(), abs=2)
    expected = sum(share * math.log(share * 1000) for share in shares if share)
    assert found["stacked_kl"] == pytest.approx(expected, abs=0.01)
    assert found["floor"]["stacked_modes"] >= 998
    assert found["noise"]["stacked_modes"] < 100
