"""The rules on evaluations: what the curves of a training do not show."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from ganlib.catalog import datasets
from ganlib.catalog.metrics import ASKED, MISSING
from ganlib.metrics.doctor import quality
from ganlib.metrics.doctor.evidence import Evidence, Severity, figures, listed, percent, sentence
from ganlib.metrics.doctor.run_summary import ENOUGH, ERRORS, Floats, RunSummary, middle, number, scatter

PRESENT, FEWEST = 0.03, 300
"""A class is missed if real images have this share of it at least; told from so many samples at least."""

REPEATS, MANY_REPEATS = 0.1, 0.25
"""Share of samples with a near-duplicate, above what real images have: worth watching, and ill. Well: below 0."""

SOME_ALIKE, ALIKE = 0.5, 0.9
"""Share of training images that are nearly the same picture: worth watching, and ill. The sets that come along: 0."""

BY_HEART, PARTLY = 0.55, 0.45
"""How far D's opinion of new real images went from that of training images to that of fakes: ill, and worth watching.
Well: 0.43 and less."""

TOLD_APART = 0.1
"""Least difference between D's outputs for training images and fakes from which that can be told; a critic has none."""


def collapse(summary: RunSummary) -> Evidence | None:
    """Classes are missing among the samples, or samples repeat each other; of noise, only the latter is looked at."""
    line = summary.newest
    if not line or number(line, "step") < 10 * ENOUGH:
        return None
    lost, found = _lost_classes(summary), []
    if lost:
        found.append(f"fewer than 1 % of {number(line, 'count'):,.0f} samples are taken for {listed(lost)}")
    floor = line.get("floor")
    real = number(floor, "duplicates") if isinstance(floor, dict) else np.nan
    repeats = number(line, "duplicates")
    beyond = repeats - real - _share_error(repeats, number(line, "count"))
    if beyond > REPEATS:
        found.append(f"{percent(repeats)} of the samples have a near-duplicate, of real images {percent(real)}")
    if not found:
        return None
    is_much = len(lost) >= 2 or beyond > MANY_REPEATS
    if summary.compared is None:
        found.append("a second evaluation, later, will tell whether G is still spreading out")
    elif quality.improves(summary):
        found.append(f"but pictures have become better since step {number(summary.compared[0], 'step'):,.0f}")
    is_ill = is_much and summary.compared is not None and not quality.improves(summary)
    step = int(number(line, "step"))
    chart = "distances" if quality.of_line(line) == quality.NOISE else "evaluations"  # no classes are shown of noise
    return Evidence(Severity.ERROR if is_ill else Severity.WARNING, sentence(found), chart, (step, step))


def _lost_classes(summary: RunSummary) -> list[str]:
    """Return the names of the classes that real images have and samples lack, as far as there is enough to tell."""
    line = summary.newest
    if quality.of_line(line) == quality.NOISE:  # a classifier is sure of nonsense, too
        return []
    shares, real = (_floats(line.get(name)) for name in ("classes", "data_classes"))
    if len(shares) != len(real) or not number(line, "count") >= FEWEST:
        return []
    names = datasets.get(summary.config.dataset).classes
    by_chance = _share_error(real, number(line, "count"))
    lost = np.flatnonzero((shares < MISSING) & (real >= PRESENT) & (shares < real - by_chance))
    return [names[index] if index < len(names) else str(index) for index in lost]


def _share_error(shares: Any, count: float) -> Any:
    """Return by how much shares of so many samples may be off by chance, `ERRORS` standard errors."""
    return ERRORS * np.sqrt(np.clip(shares * (1 - shares), 0, 1) / max(count, 1.0))


def alike(summary: RunSummary) -> Evidence | None:
    """The training images are nearly all the same picture."""
    if not summary.alike > SOME_ALIKE:
        return None
    evidence = (
        f"{percent(summary.alike)} of the training images are the same picture, but for a few levels of brightness."
    )
    return Evidence(
        Severity.ERROR if summary.alike > ALIKE else Severity.WARNING, evidence, "", (0, summary.status.step)
    )


def overfitted(summary: RunSummary) -> Evidence | None:
    """D knows its training images by heart: real ones it never saw look fake to it."""
    by_step = {number(line, "step"): line for line in summary.evaluations}  # the last of each step
    recent = list(by_step.values())[-3:]
    found = np.array([_learnt_by_heart(summary, line) for line in recent]).reshape(-1, 2)
    ratio, least = middle(found[:, 0]), middle(found[:, 1])
    if not least > PARTLY:
        return None
    train, held_out, fake = (figures(number(recent[-1], name)) for name in ("d_train", "d_held_out", "d_fake"))
    evidence = (
        f"D's training images score {train}, real images it never saw {held_out}, fake ones {fake}: the unseen ones "
        f"have gone {percent(ratio)} of the way to the fakes."
    )
    steps = (int(number(recent[0], "step")), int(number(recent[-1], "step")))
    return Evidence(Severity.ERROR if least > BY_HEART else Severity.WARNING, evidence, "outputs", steps)


def _learnt_by_heart(summary: RunSummary, line: Mapping[str, Any]) -> tuple[float, float]:
    """Return (D(train) - D(held out)) / (D(train) - D(fake)), and the least that it may be given so few images.

    Both are NaN where D tells too little apart to say.
    """
    train, held_out, fake = (number(line, name) for name in ("d_train", "d_held_out", "d_fake"))
    spread = np.nan_to_num(scatter(summary.column("d_real")[summary.trend])) * np.sqrt(summary.images_a_line)
    counts = datasets.get(summary.config.dataset).counts
    fewest = min([ASKED, *counts.values()])
    by_chance = ERRORS * spread * np.sqrt(1 / ASKED + 1 / fewest)
    told_apart = max(0.0 if summary.loss.is_critic else TOLD_APART, by_chance)
    if not train - fake > told_apart:
        return float("nan"), float("nan")
    return (train - held_out) / (train - fake), (train - held_out - by_chance) / (train - fake)


def _floats(values: object) -> Floats:
    if not isinstance(values, list):
        return np.empty(0)
    return np.array([number({"share": value}, "share") for value in values])
