"""Stacked digits: how many of the 1,000 combinations a generator finds, and how evenly.

As PacGAN counts them (Lin et al. 2018, arXiv 1712.04086), after Unrolled GAN (Metz et al. 2016, arXiv 1611.02163): of
26,000 samples, however many are evaluated otherwise, each channel is classified as a digit of its own.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from ganlib import data
from ganlib.catalog import classifiers, datasets
from ganlib.catalog.metrics import METRICS
from ganlib.config import TrainConfig
from ganlib.data import cache, shipped
from ganlib.metrics import bootstrap, classifier
from ganlib.metrics.classifier import Classifier
from ganlib.metrics.mixture import modes_covered, reverse_kl
from ganlib.utils import seeds

SAMPLES, MODES = 26_000, 1000

_VERSION = 1  # goes up whenever the same images would give other numbers


def modes(digits: Classifier, images: np.ndarray) -> np.ndarray:
    """Return the mode of each image: the digits of its channels, as the classifier sees them, as one number.

    Args:
        digits: tells greyscale digits apart.
        images: uint8, shape (N, H, W, C).

    Returns:
        Whole numbers, shape (N,), from 0 to (number of digits)^C - 1; the first channel is the first digit.
    """
    found = np.zeros(len(images), np.int64)
    for channel in np.moveaxis(images, -1, 0):
        probabilities = digits.predict(channel[..., np.newaxis]).probabilities
        found = found * probabilities.shape[1] + probabilities.argmax(axis=1)
    return found


def evaluate(images: np.ndarray, config: TrainConfig, seed: int = 0) -> dict[str, Any]:
    """Count the modes of samples.

    Args:
        images: uint8, shape (N, H, W, 3), as a rule `SAMPLES` of them.
        config: of the GAN that drew them; its `is_stacked` holds.
        seed: of the bootstrap, and of what they are held against.

    Returns:
        What an evaluation keeps of a metric, for `stacked_modes` and `stacked_kl`: the values; `interval`, where those
        of as many other samples would lie, 95 of 100 of them; `floor`, those of as many real images; `noise`, those of
        noise.

    Raises:
        UserError: the images that they are made of, or the classifier of those, are missing or damaged.
    """
    digits = classifier.load(datasets.get(config.dataset).made_of)
    statistics = _statistics(modes(digits, images))
    values, weights = _values(statistics, len(images)), bootstrap.resamples(len(images), seed)
    intervals = {
        name: [float(end) for end in bootstrap.interval(statistic, values[name], weights, METRICS[name].bounds)]
        for name, statistic in statistics.items()
    }
    return {**values, "interval": intervals, **_baselines(digits, config, len(images), seed)}


def _statistics(found: np.ndarray) -> dict[str, Callable[[np.ndarray], float]]:
    """Return the metrics of modes, see `modes`, as functions of how often each image counts."""
    return {
        "stacked_modes": lambda weights: modes_covered(np.bincount(found, weights, minlength=MODES)),
        "stacked_kl": lambda weights: reverse_kl(found, weights, MODES),
    }


def _values(statistics: dict[str, Callable[[np.ndarray], float]], count: int) -> dict[str, float]:
    return {name: statistic(np.ones(count, int)) for name, statistic in statistics.items()}


def _baselines(digits: Classifier, config: TrainConfig, count: int, seed: int) -> dict[str, dict[str, float]]:
    """Return the values of so many real images (`floor`) and of as much noise; computed once for each choice."""
    pool, rng = data.load(config.dataset, config.split).images, seeds.rng(seed, "stacked images to compare with")
    real = pool[rng.choice(len(pool), count, replace=len(pool) < count)]

    def compute() -> cache.Arrays:
        noise = rng.integers(0, 256, real.shape, np.uint8)
        sets = {"floor": real, "noise": noise}
        lines = {line: _values(_statistics(modes(digits, images)), count) for line, images in sets.items()}
        return {f"{line} {name}": np.array(value) for line, values in lines.items() for name, value in values.items()}

    recipe = classifiers.find(datasets.get(config.dataset).made_of, grayscale=False)
    checksum = shipped.manifest()[shipped.CLASSIFIERS][recipe.name]["sha256"] if recipe else ""
    key = {"version": _VERSION, "images": cache.digest(real), "seed": seed, "classifier": checksum}
    found: dict[str, dict[str, float]] = {"floor": {}, "noise": {}}
    for name, value in cache.remembered(f"{config.dataset}-modes", key, compute).items():
        line, _, metric = name.partition(" ")
        found[line][metric] = float(value)
    return found
