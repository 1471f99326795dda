"""The rules on evaluations: what the curves of a training do not show."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from ganlib.choices import datasets
from ganlib.choices.metrics import MISSING
from ganlib.metrics.doctor.case import ENOUGH, Case, Floats, middle, number
from ganlib.metrics.doctor.sign import ILL, WATCH, Sign, figures, listed, percent, sentence

PRESENT, FEWEST = 0.03, 300
"""A class is missed if real images have this share of it at least; told from so many samples at least."""

REPEATS, MANY_REPEATS = 0.1, 0.25
"""Share of samples with a twin, above what real images have: worth watching, and ill. Well: below 0."""

BY_HEART, PARTLY = 0.5, 0.35
"""How far D's opinion of new real images went from that of training images to that of fakes: ill, and worth watching.
Well: 0.26 and less."""

TOLD_APART = 0.1
"""Least difference between D's outputs for training images and fakes from which that can be told; a critic has none."""


def collapse(case: Case) -> Sign | None:
    """Classes are missing among the samples, or samples repeat each other."""
    if not case.evaluations or number(case.evaluations[-1], "step") < 10 * ENOUGH:
        return None
    line = case.evaluations[-1]
    lost, found = _lost_classes(case), []
    if lost:
        found.append(f"fewer than 1 % of {number(line, 'count'):,.0f} samples are taken for {listed(lost)}")
    floor = line.get("floor")
    real = number(floor, "duplicates") if isinstance(floor, dict) else np.nan
    repeats = number(line, "duplicates")
    if repeats - real > REPEATS:
        found.append(f"{percent(repeats)} of the samples have a near twin among them, of real images {percent(real)}")
    if not found:
        return None
    is_much = len(lost) >= 2 or repeats - real > MANY_REPEATS
    if case.compared is None:
        found.append("a second evaluation, later, will tell whether G is still spreading out")
    elif case.is_improving:
        found.append(f"but pictures have become better since step {number(case.compared[0], 'step'):,.0f}")
    is_ill = is_much and case.compared is not None and not case.is_improving
    step = int(number(line, "step"))
    return Sign(ILL if is_ill else WATCH, sentence(found), "evaluations", (step, step))


def _lost_classes(case: Case) -> list[str]:
    """Return the names of the classes that real images have and samples lack, as far as there is enough to tell."""
    line = case.evaluations[-1]
    shares, real = (_floats(line.get(name)) for name in ("classes", "data_classes"))
    if len(shares) != len(real) or not number(line, "count") >= FEWEST:
        return []
    names = datasets.get(case.config.dataset).classes
    lost = np.flatnonzero((shares < MISSING) & (real >= PRESENT))
    return [names[index] if index < len(names) else str(index) for index in lost]


def overfitted(case: Case) -> Sign | None:
    """D knows its training images by heart: real ones it never saw look fake to it."""
    recent = case.evaluations[-3:]
    ratio = middle(np.array([_learnt_by_heart(case, line) for line in recent]))
    if not ratio > PARTLY:
        return None
    train, held_out, fake = (figures(number(recent[-1], name)) for name in ("d_train", "d_held_out", "d_fake"))
    evidence = (
        f"D's training images score {train}, real images it never saw {held_out}, fake ones {fake}: the unseen ones "
        f"have gone {percent(ratio)} of the way to the fakes."
    )
    steps = (int(number(recent[0], "step")), int(number(recent[-1], "step")))
    return Sign(ILL if ratio > BY_HEART else WATCH, evidence, "outputs", steps)


def _learnt_by_heart(case: Case, line: Mapping[str, Any]) -> float:
    """Return (D(train) - D(held out)) / (D(train) - D(fake)), NaN where D tells too little apart to say."""
    train, held_out, fake = (number(line, name) for name in ("d_train", "d_held_out", "d_fake"))
    least = 0.0 if case.loss.is_critic else TOLD_APART
    return (train - held_out) / (train - fake) if train - fake > least else np.nan


def _floats(values: object) -> Floats:
    if not isinstance(values, list):
        return np.empty(0)
    return np.array([number({"share": value}, "share") for value in values])
