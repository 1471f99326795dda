"""The rules on samples and on what D thinks of them: what the curves of a training do not show."""

import numpy as np

from ganlib.catalog import datasets
from ganlib.catalog.metrics import ASKED, METRICS, MISSING
from ganlib.metrics.doctor.run_summary import (
    ENOUGH,
    ERRORS,
    Evidence,
    RunSummary,
    Severity,
    middle,
    percent,
    scatter,
    sentence,
)
from ganlib.runs.evaluation import OUTPUTS, Evaluation

NOISE, ROUGH, GOOD, AS_REAL, ABOVE_NOISE = "noise", "rough", "good", "as_real", "above_noise"
ALL_MODES = "all_modes"

_SEEN = ("frechet_distance", "coverage")  # through a classifier

AS_NOISE = ((0.05, 0.1), (0.2, 0.6))
"""Samples are noise if their coverage, on its way from that of noise to that of real images, is below the first and
their Fréchet distance, as a share of that of noise, above the second, for either pair. Barely trained, 20 to 60 steps:
0.01 and 0.15 on MNIST, 0.01 and 0.8 on Fashion-MNIST, 0.1 and 0.7 on SVHN. Blurred, but clothes: 0.08 and 0.4."""

FAR = 0.3
"""Share of the Fréchet distance of noise from which samples are rough, whatever they cover."""

COVERED = 0.6
"""Coverage on that way from which samples are good, if they are not far off. The SVHN models that ship: 0.3 to 0.5."""

ALL_COVERED, NEAR = 0.95, 2.0
"""Coverage on that way, and Fréchet distance to that of real images, at which samples are as real."""

HALFWAY = 0.5
"""Sliced Wasserstein distance on its way from real images to noise from which samples are noise. Barely trained: 0.55
and more; models that ship: 0.25 and less. It sees pixels alone, so it tells nothing finer."""

GAIN = 0.9
"""What is left of a distance when noise has become better. Collapsed to nothing, it still wanders by 5 %."""

_ABOUT = 0.1
"""Difference, as a share of the distance of noise, up to which samples lie about as far from real images as noise."""

RECENT = 0.8
"""An evaluation speaks of how a run ended if it is of a step this far into it."""

PRESENT, FEWEST = 0.03, 300
"""A class is missed if real images have this share of it at least. With fewer samples no collapse is certain."""

REPEATS, MANY_REPEATS = 0.1, 0.25
"""Share of samples with a near-duplicate, above what real images have: a warning, and an error. Well: below 0."""

SOME_ALIKE, ALIKE = 0.5, 0.9
"""Share of training images that are nearly the same picture: a warning, and an error. The sets that come along: 0."""

BY_HEART, PARTLY = 0.55, 0.45
"""How far D's opinion of new real images went from that of training images to that of fakes: an error, and a warning.
Well: 0.43 and less."""

TOLD_APART = 0.1
"""Least difference between D's outputs for training images and fakes from which that can be told; none where only
differences count."""


def grade(found: Evaluation) -> str:
    """Return how good samples are: `NOISE`, `ROUGH`, `GOOD` or `AS_REAL`; "" if nothing tells.

    Without a classifier it is `NOISE` or `ABOVE_NOISE`. Points that leave no mode out are graded `ALL_MODES`.
    """
    if found.modes:
        return ALL_MODES if all(found.modes) else ""
    distance, least, most = _beside_real_and_noise(found, "frechet_distance")
    covered = _on_its_way(found, "coverage")
    if np.isnan(covered) or not distance >= 0 or not most > 0:
        far = 1 - _on_its_way(found, "sliced_wasserstein")
        return "" if np.isnan(far) else NOISE if far > HALFWAY else ABOVE_NOISE
    # Single samples may look real, however few kinds there are. One odd real image makes noise look real by precision.
    density, real, noise = _beside_real_and_noise(found, "density")
    looks_real = density > real / 2 > noise
    if not looks_real and any(covered < coverage and distance > share * most for coverage, share in AS_NOISE):
        return NOISE
    if covered < COVERED or distance > FAR * most:
        return ROUGH
    return AS_REAL if covered >= ALL_COVERED and distance <= NEAR * least else GOOD


def _beside_real_and_noise(found: Evaluation, name: str) -> list[float]:
    """Return a metric of the samples, of real images and of noise, NaN where it was not measured."""
    return [table.get(name, float("nan")) for table in (found.values, found.floor, found.noise)]


def _on_its_way(found: Evaluation, name: str) -> float:
    """Return how far a metric is from that of noise (0) to that of real images (1), NaN where these do not differ."""
    value, real, noise = _beside_real_and_noise(found, name)
    return (value - noise) / (real - noise) if real != noise else float("nan")


def evidence(summary: RunSummary, wanted: str) -> Evidence | None:
    """Return what tells that the newest samples of a run are as good as `wanted`, or None if they are not."""
    found = summary.newest
    if not found or grade(found) != wanted:
        return None
    is_final = summary.has_ended and found.step >= RECENT * summary.status.step
    severity = Severity.WARNING if wanted in (NOISE, ROUGH) else Severity.OK
    if wanted == NOISE and is_final:
        severity = Severity.ERROR
    names = _SEEN if set(_SEEN) <= found.noise.keys() else ("sliced_wasserstein",)
    told = [_told(found, name) for name in names]
    if wanted == NOISE:
        told += _compared_with_noise(found, names[0])
    text = f"Step {found.step:,}: {'; '.join([told[0], *map(str.lower, told[1:])])}."
    chart = "distances" if wanted == NOISE else "evaluations"
    return Evidence(severity, text, chart, (found.step, found.step))


def _told(found: Evaluation, name: str) -> str:
    """Return a metric with what real images and noise get."""
    metric = METRICS[name]
    value, real, noise = (metric.text(each).replace("%", " %") for each in _beside_real_and_noise(found, name))
    return f"{metric.title} {value} (real images {real}, noise {noise})"


def _compared_with_noise(found: Evaluation, name: str) -> list[str]:
    """Return whether samples are nearer to real images than noise is, in words; [] where that is not known."""
    value, _, noise = _beside_real_and_noise(found, name)
    share = value / (noise or float("nan"))
    if np.isnan(share):
        return []
    if share > 1 + _ABOUT:
        return ["farther from real images than noise is"]
    return [f"{'nearer to real images than' if share < 1 - _ABOUT else 'about as far from real images as'} noise is"]


def improves(summary: RunSummary) -> bool:
    """Return whether pictures get better; noise that comes nearer by less than a tenth does not, however surely."""
    if not summary.is_improving or summary.compared is None or summary.distances is None:
        return False
    before, after = summary.distances
    return grade(summary.compared[1]) != NOISE or after.value <= GAIN * before.value


def collapse(summary: RunSummary) -> Evidence | None:
    """Classes are missing among the samples, or samples repeat each other; of noise, only the latter is looked at."""
    found = summary.newest
    if not found or found.step < 10 * ENOUGH:
        return None
    is_noise = grade(found) == NOISE  # a classifier is sure of nonsense, too
    lost, signs = [] if is_noise else _lost_classes(summary, found), []
    if lost:
        names = lost[0] if len(lost) == 1 else f"{', '.join(lost[:-1])} or {lost[-1]}"
        signs.append(f"fewer than 1 % of {found.count:,} samples are taken for {names}")
    repeats, real, _ = _beside_real_and_noise(found, "duplicates")
    beyond = repeats - real - _share_error(repeats, found.count)
    if beyond > REPEATS:
        signs.append(f"{percent(repeats)} of the samples have a near-duplicate, of real images {percent(real)}")
    if not signs:
        return None
    if summary.compared is None:
        signs.append("a second evaluation, later, will tell whether G is still spreading out")
    elif improves(summary):
        signs.append(f"but pictures have become better since step {summary.compared[0].step:,}")
    is_much = (len(lost) >= 2 or beyond > MANY_REPEATS) and found.count >= FEWEST
    is_stuck = summary.compared is not None and not improves(summary)
    severity = Severity.ERROR if is_much and is_stuck else Severity.WARNING
    chart = "evaluations" if lost else "distances"
    return Evidence(severity, sentence(signs), chart, (found.step, found.step))


def _lost_classes(summary: RunSummary, found: Evaluation) -> list[str]:
    """Return the names of the classes that real images have and samples lack, as far as there is enough to tell."""
    if len(found.classes) != len(found.data_classes) or found.count < FEWEST:
        return []
    shares, real = np.array(found.classes), np.array(found.data_classes)
    lost = np.flatnonzero((shares < MISSING) & (real >= PRESENT) & (shares < real - _share_error(real, found.count)))
    names = datasets.get(summary.config.dataset).classes
    return [names[index] if index < len(names) else str(index) for index in lost]


def _share_error(share: np.ndarray | float, count: int) -> np.ndarray:
    """Return by how much shares of so many samples may be off by chance, `ERRORS` standard errors."""
    return ERRORS * np.sqrt(np.clip(share * (1 - share), 0, 1) / count)


def alike(summary: RunSummary) -> Evidence | None:
    """The training images are nearly all the same picture."""
    if not summary.alike > SOME_ALIKE:
        return None
    text = f"{percent(summary.alike)} of the training images are the same picture, but for a few levels of brightness."
    severity = Severity.ERROR if summary.alike > ALIKE else Severity.WARNING
    return Evidence(severity, text, "", (0, summary.status.step))


def overfitted(summary: RunSummary) -> Evidence | None:
    """D knows its training images by heart: real ones it never saw look fake to it."""
    by_step = {each.step: each for each in sorted(summary.evaluations, key=lambda each: each.step)}
    recent = list(by_step.values())[-3:]  # the last of each step
    found = np.array([_learnt_by_heart(summary, each) for each in recent]).reshape(-1, 2)
    ratio, least = middle(found[:, 0]), middle(found[:, 1])
    if not least > PARTLY:
        return None
    train, held_out, fake = _outputs(recent[-1])
    text = (
        f"D's training images score {train:.3g}, real images it never saw {held_out:.3g}, fake ones {fake:.3g}: the "
        f"unseen ones have gone {percent(ratio)} of the way to the fakes."
    )
    severity = Severity.ERROR if least > BY_HEART else Severity.WARNING
    return Evidence(severity, text, "outputs", (recent[0].step, recent[-1].step))


def _outputs(found: Evaluation) -> list[float]:
    return [found.outputs.get(name, float("nan")) for name in OUTPUTS]


def _learnt_by_heart(summary: RunSummary, found: Evaluation) -> tuple[float, float]:
    """Return (D(train) - D(held out)) / (D(train) - D(fake)) and the least it may be; NaN if D tells nothing apart."""
    train, held_out, fake = _outputs(found)
    spread = np.nan_to_num(scatter(summary.column("d_real")[summary.trend])) * np.sqrt(summary.images_a_line)
    fewest = min([ASKED, *datasets.get(summary.config.dataset).counts.values()])
    by_chance = ERRORS * spread * np.sqrt(1 / ASKED + 1 / fewest)
    told_apart = max(0.0 if summary.loss.decision_threshold is None else TOLD_APART, by_chance)
    if not train - fake > told_apart:
        return float("nan"), float("nan")
    return (train - held_out) / (train - fake), (train - held_out - by_chance) / (train - fake)
