"""Generators that cheat, made of real images, and which metric sees through which.

    contest = cheats.compare("digits", count=500)
    contest.verdict("one-picture", "precision")  # Verdict.AS_REAL: the metric is deceived

None of them has learned anything. Real images that were not compared with, and noise, stand beside them.
"""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import NamedTuple

import numpy as np

from ganlib import data
from ganlib.catalog import classifiers
from ganlib.catalog.cheats import CHEATS, NOISE, REAL
from ganlib.catalog.datasets import SPLITS
from ganlib.catalog.metrics import METRICS
from ganlib.data import cache
from ganlib.metrics import compute
from ganlib.metrics.reference import CLASSES, Reference
from ganlib.utils import seeds
from ganlib.utils.errors import UserError
from ganlib.utils.intervals import Measured, are_apart

VERSION = 1
"""Goes up whenever the same images would give other cheats: what was kept on disk is then outdated."""

_OF_ASKED = ("class_accuracy", "class_frechet")  # nobody asks a cheat for a class

SHOWN = 16
"""Images of each that are kept to be looked at."""


class Verdict(StrEnum):
    """What a metric says of a cheat, beside what it says of real images."""

    BETTER = "better"  # than real images, by more than chance
    AS_REAL = "as real"  # no difference that chance could not make
    CAUGHT = "caught"  # worse than real images, by more than chance


class Contest(NamedTuple):
    """What every metric says of every cheat.

    Attributes:
        size: images of each.
        measured: value and 95 % interval by cheat and metric; all have the same metrics, in the order of `METRICS`.
        images: the first `SHOWN` images by cheat, uint8, shape (SHOWN, H, W, C).
    """

    size: int
    measured: Mapping[str, Mapping[str, Measured]]
    images: Mapping[str, np.ndarray]

    def verdict(self, cheat: str, metric: str) -> Verdict:
        """Compare a cheat with real images, see `intervals.are_apart`."""
        found, real = self.measured[cheat][metric], self.measured[REAL][metric]
        if not are_apart(found, real):
            return Verdict.AS_REAL
        is_lower_better = METRICS[metric].is_better == "lower"
        return Verdict.BETTER if (found.value < real.value) == is_lower_better else Verdict.CAUGHT

    def deceived(self, cheat: str) -> list[str]:
        """Return the metrics that take a cheat for as good as real images, or for better."""
        return [name for name in self.measured[cheat] if self.verdict(cheat, name) != Verdict.CAUGHT]

    def catching(self, cheat: str) -> list[str]:
        """Return the metrics that see through a cheat."""
        return [name for name in self.measured[cheat] if self.verdict(cheat, name) == Verdict.CAUGHT]


def compare(dataset: str, count: int = 500, split: str = "train", seed: int = 0) -> Contest:
    """Evaluate all cheats of a data set; what was computed once is kept on disk.

    Args:
        dataset: one with classes and a classifier.
        count: images of each cheat, and real images to compare with.
        split: the training set.
        seed: picks the images.

    Raises:
        UserError: images or the classifier are missing, or there are too few images.
    """
    if classifiers.find(dataset, grayscale=False) is None:
        raise UserError(f"Cheats are compared through a classifier, and there is none of {dataset}.")
    reference = Reference(dataset, split, count=count, seed=seed, asks=CLASSES)
    floor = compute.baselines(reference)["floor"]
    names = [name for name in METRICS if name in floor and name not in _OF_ASKED]

    def look() -> cache.Arrays:
        found: cache.Arrays = {}
        for name, (images, own) in _made(reference, dataset, split).items():
            line = compute.evaluate(images, reference, seed, own=own)
            found[f"{name} numbers"] = np.array([[line[metric], *line["interval"][metric]] for metric in names])
            found[f"{name} images"] = images[:SHOWN]
        return found

    found = cache.remembered(f"cheats-{dataset}", {**reference.key, "cheats": VERSION}, look)
    numbers = {cheat: zip(names, found[f"{cheat} numbers"].tolist(), strict=True) for cheat in CHEATS}
    measured = {cheat: {name: Measured(*row) for name, row in rows} for cheat, rows in numbers.items()}
    return Contest(reference.count, measured, {cheat: found[f"{cheat} images"] for cheat in CHEATS})


_Made = tuple[np.ndarray, np.ndarray | None]
"""Images, and the place of each among the training images where it plays a new one, see `Reference.own`."""


def _made(reference: Reference, dataset: str, split: str) -> dict[str, _Made]:
    """Return the images of every cheat, `reference.count` each; real images among them are none to compare with."""
    training = data.load(dataset, split)
    if training.labels is None or reference.classifier is None:
        raise UserError(f"The images of {dataset} carry no classes.")
    _, probabilities = reference.classifier.predict(training.images)
    sureness = probabilities[np.arange(len(training)), training.labels]
    best = [int(np.where(training.labels == label, sureness, -1).argmax()) for label in range(len(training.classes))]
    order = seeds.rng(reference.seed, "cheats").permutation
    repeated = np.resize(best, reference.count)
    makers: Mapping[str, Callable[[], _Made]] = {
        REAL: lambda: (reference.real, reference.own),
        "one-picture": lambda: (np.repeat(training.images[[sureness.argmax()]], reference.count, axis=0), None),
        "one-per-class": lambda: (training.images[order(repeated)], None),
        "training-set": lambda: (training.images[order(len(training))[: reference.count]], None),
        "blurred": lambda: (blurred(reference.real), reference.own),
        "half-the-classes": lambda: _of_half_the_classes(reference, dataset, split),
        NOISE: lambda: (reference.noise(), None),
    }
    return {name: makers[name]() for name in CHEATS}


def blurred(images: np.ndarray) -> np.ndarray:
    """Return images, uint8, shape (N, H, W, C), each smoothed by (1, 2, 1) / 4 along both axes, once per 8 pixels."""
    found: np.ndarray = images.astype(np.float32)
    for _ in range(max(1, images.shape[1] // 8)):
        for axis in (1, 2):
            ends = [(1, 1) if axis == each else (0, 0) for each in range(4)]
            padded = np.moveaxis(np.pad(found, ends, mode="edge"), axis, 0)
            found = np.moveaxis((padded[:-2] + 2 * padded[1:-1] + padded[2:]) / 4, 0, axis)
    return np.rint(found).astype(np.uint8)


def _of_half_the_classes(reference: Reference, dataset: str, split: str) -> _Made:
    """Return real images of the first half of the classes, none of which is compared with."""
    compared = {image.tobytes() for image in reference.images}
    parts = {part: data.load(dataset, part) for part in SPLITS["all"] if data.where(dataset, part)}
    images, own, before = [], [], 0
    for part, found in parts.items():
        is_learned = part in SPLITS[split]
        labels = np.zeros(0) if found.labels is None else found.labels
        for place, (image, label) in enumerate(zip(found.images, labels, strict=True)):
            if label < len(found.classes) // 2 and image.tobytes() not in compared:
                images.append(image)
                own.append(before + place if is_learned else -1)
        before += len(found) if is_learned else 0
    if len(images) < reference.count:
        raise UserError(f"Half of the classes have {len(images)} images to spare; compare with fewer.")
    chosen = seeds.rng(reference.seed, "half of the classes").permutation(len(images))[: reference.count]
    return np.stack(images)[chosen], np.array(own)[chosen]
