"""All metrics of a sample set at once, with what real images and noise get, and how far to trust them."""

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from ganlib.catalog.metrics import METRICS
from ganlib.data import cache
from ganlib.metrics import bootstrap, classes, distances, near_duplicates, neighbours
from ganlib.metrics.reference import CATEGORIES, Reference

Statistic: TypeAlias = Callable[[np.ndarray], float]
"""Computes a metric from how often each image counts."""


class Look(NamedTuple):
    """What was seen of a set of images, so that metrics can be computed again and again."""

    statistics: dict[str, Statistic]  # the metrics that apply, in the order of `METRICS`
    # For metrics that depend on how samples lie to each other, the value where each sample is left out in turn, shape
    # (N,).
    without: dict[str, np.ndarray]
    shares: dict[str, list[float]]  # of the classes
    confusion: np.ndarray | None  # of asked classes and those that the classifier sees, see `classes.confusion`


def evaluate(
    images: np.ndarray,
    reference: Reference,
    seed: int = 0,
    asked: np.ndarray | None = None,
    own: np.ndarray | None = None,
) -> dict[str, Any]:
    """Judge samples.

    Args:
        images: uint8, shape (N, H, W, C), at least `reference.count`; those beyond are left out, because the
            values of sample sets of different size do not compare.
        reference: the real images to compare with.
        seed: of the bootstrap.
        asked: the class or category that each sample was asked for, whole numbers, as `reference.asks` says.
        own: where samples are real images, their places among the training images, see `Reference`: that one is then
            no original of theirs.

    Returns:
        `count` and `seed`; the value of every metric that applies; `interval`: where the values of as many other
        samples would lie against the same real images, 95 of 100 of them; `floor`: the values that other real
        images get; `noise`: those of noise; with a classifier `classes` and `data_classes`, the share of samples
        and of real images that it takes for each class; and where classes were asked for `confusion`, how many samples
        of each (row) it takes for each (column), and `real_confusion`, the same of real images by their labels.

    Raises:
        ValueError: there are fewer samples than real images to compare with.
    """
    if len(images) < reference.count:
        raise ValueError(f"{len(images)} samples are fewer than the {reference.count} real images to compare with")
    asked = None if asked is None or reference.labels is None else asked[: reference.count]
    look = _look(images[: reference.count], reference, own, asked)
    values = _values(look.statistics, reference.count)
    return {
        "count": reference.count,
        "seed": seed,
        **{name: _rounded(value) for name, value in values.items()},
        "interval": _intervals(look, values, reference.count, seed),
        **baselines(reference),
        **look.shares,
        **({} if look.confusion is None else {"confusion": look.confusion.tolist()}),
    }


def baselines(reference: Reference) -> dict[str, Any]:
    """Return the values of real images (`floor`) and of noise (`noise`); computed once for each reference.

    Where it asks classes, `real_confusion` is among them, see `evaluate`.
    """

    def compute() -> cache.Arrays:
        sample_sets = {"floor": (reference.real, reference.own), "noise": (reference.noise(), None)}
        found: cache.Arrays = {}
        for line, (images, own) in sample_sets.items():
            look = _look(images, reference, own, reference.labels)
            values = _values(look.statistics, reference.count)
            found |= {f"{line} {name}": np.array(value) for name, value in values.items()}
            if look.confusion is not None:
                found[f"{line} confusion"] = look.confusion
        return found

    found = cache.remembered("baselines", reference.key, compute)
    lines: dict[str, Any] = {
        line: {name: _rounded(float(found[f"{line} {name}"])) for name in METRICS if f"{line} {name}" in found}
        for line in ("floor", "noise")
    }
    if "floor confusion" in found:
        lines["real_confusion"] = found["floor confusion"].tolist()
    return lines


def _look(
    images: np.ndarray, reference: Reference, own: np.ndarray | None = None, asked: np.ndarray | None = None
) -> Look:
    """Look once at as many images as the reference has; `own` as in `Reference`, where they are real."""
    slices = distances.Slices(images, reference.directions)
    has_twin, share_without = near_duplicates.duplicates(images, reference.twin_distance)
    without = {"duplicates": share_without}
    found: dict[str, Statistic] = {
        "duplicates": _mean(has_twin),
        "sliced_wasserstein": partial(slices.distance, reference.slices),
    }
    if reference.training:
        found["copies"] = _mean(reference.training.closeness(images, own) <= reference.copy_closeness)
    shares: dict[str, list[float]] = {}
    confusion = None
    if reference.classifier:
        features, probabilities = reference.classifier.predict(images)
        near = neighbours.compare(features, reference.features, reference.radii)
        without |= {"recall": near.recall_without, "coverage": near.coverage_without}
        found |= {name: _mean(getattr(near, name)) for name in ("precision", "density", "recall", "coverage")}
        found |= {
            "frechet_distance": lambda weights: distances.frechet(distances.fit(features, weights), reference.gaussian),
            "score": partial(classes.score, probabilities),
            "recognised": _mean(classes.recognised(probabilities)),
            "class_distance": lambda weights: classes.class_distance(
                classes.shares(probabilities, weights), reference.shares
            ),
        }
        if reference.count >= classes.ENOUGH:
            found["classes_missing"] = lambda weights: classes.classes_missing(classes.shares(probabilities, weights))
        if asked is not None:
            confusion = classes.confusion(probabilities, asked)
            if reference.asks == CATEGORIES:
                found["purity"] = lambda weights: classes.purity(classes.confusion(probabilities, asked, weights))
                found["category_information"] = lambda weights: classes.mutual_information(
                    classes.confusion(probabilities, asked, weights)
                )
            else:
                found["class_accuracy"] = _mean(classes.is_asked(probabilities, asked))
                if len(distances.fit_each(features, asked)) == len(reference.of_classes) == len(confusion):
                    found["class_frechet"] = lambda weights: distances.frechet_within(
                        distances.fit_each(features, asked, weights, least=2), reference.of_classes
                    )
        both = {"classes": classes.shares(probabilities), "data_classes": reference.shares}
        shares = {name: [_rounded(share) for share in row] for name, row in both.items()}
    return Look({name: found[name] for name in METRICS if name in found}, without, shares, confusion)


def _mean(values: np.ndarray) -> Statistic:
    """A statistic that is the mean of one number an image."""
    return lambda weights: float(np.average(values, weights=weights))


def _values(statistics: dict[str, Statistic], count: int) -> dict[str, float]:
    everyone_once = np.ones(count, int)
    return {name: float(statistic(everyone_once)) for name, statistic in statistics.items()}


def _intervals(look: Look, values: dict[str, float], count: int, seed: int) -> dict[str, list[float]]:
    weights = bootstrap.resamples(count, seed)
    found = {}
    for name, statistic in look.statistics.items():
        bounds = METRICS[name].bounds
        if name in look.without:
            ends = bootstrap.jackknife_interval(values[name], look.without[name], bounds)
        else:
            ends = bootstrap.interval(statistic, values[name], weights, bounds)
        found[name] = [_rounded(end) for end in ends]
    return found


def _rounded(value: float) -> float:
    return float(f"{value:.6g}")
