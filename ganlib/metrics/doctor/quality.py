"""How good samples are, in a word: noise, rough, good or as real. From one evaluation; the curves do not tell."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from ganlib.catalog.metrics import METRICS
from ganlib.metrics.doctor.evidence import Evidence, Severity
from ganlib.metrics.doctor.run_summary import RunSummary, number

NOISE, ROUGH, GOOD, AS_REAL, ABOVE_NOISE = "noise", "rough", "good", "as_real", "above_noise"

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


def grade(values: Mapping[str, Any], real: Mapping[str, Any], noise: Mapping[str, Any]) -> str:
    """Return how good samples are.

    Args:
        values: the metrics of the samples, by name; any may be missing or damaged.
        real: those of real images, as `floor` in an evaluation.
        noise: those of noise.

    Returns:
        `NOISE`, `ROUGH`, `GOOD` or `AS_REAL`; without a classifier, `NOISE` or `ABOVE_NOISE`; "" if nothing tells.
    """
    sample_sets = (values, real, noise)
    distance, least, most = (number(each, "frechet_distance") for each in sample_sets)
    covered = _on_its_way(*(number(each, "coverage") for each in sample_sets))
    if np.isnan(covered) or not distance >= 0 or not most > 0:
        far = 1 - _on_its_way(*(number(each, "sliced_wasserstein") for each in sample_sets))
        return "" if np.isnan(far) else NOISE if far > HALFWAY else ABOVE_NOISE
    is_noise = any(covered < coverage and distance > share * most for coverage, share in AS_NOISE)
    if is_noise and not _look_real(sample_sets):
        return NOISE
    if covered < COVERED or distance > FAR * most:
        return ROUGH
    return AS_REAL if covered >= ALL_COVERED and distance <= NEAR * least else GOOD


def of_line(line: Mapping[str, Any]) -> str:
    """Return how good the samples of a line of `evaluations.jsonl` are, see `grade`."""
    return grade(line, _table(line, "floor"), _table(line, "noise"))


def evidence(summary: RunSummary, wanted: str) -> Evidence | None:
    """Return what tells that the newest samples of a run are as good as `wanted`, or None if they are not."""
    line = summary.newest
    if not line or of_line(line) != wanted:
        return None
    step = int(number(line, "step"))
    is_final = summary.has_ended and step >= RECENT * summary.status.step
    severity = {NOISE: Severity.ERROR if is_final else Severity.WARNING, ROUGH: Severity.WARNING}.get(
        wanted, Severity.OK
    )
    is_seen = np.isfinite([number(_table(line, "noise"), name) for name in _SEEN]).all()
    first, *rest = (_told(line, name) for name in (_SEEN if is_seen else ("sliced_wasserstein",)))
    if wanted == NOISE:
        rest += _compared_with_noise(line, _SEEN[0] if is_seen else "sliced_wasserstein")
    text = "; ".join([f"Step {step:,}: {first}", *map(str.lower, rest)]) + "."
    chart = "distances" if wanted == NOISE else "evaluations"
    return Evidence(severity, text, chart, (step, step))


def improves(summary: RunSummary) -> bool:
    """Return whether pictures get better; noise that comes nearer by less than a tenth does not, however surely."""
    if not summary.is_improving or summary.compared is None or summary.distances is None:
        return False
    before, after = summary.distances
    return of_line(summary.compared[1]) != NOISE or after.value <= GAIN * before.value


def _compared_with_noise(line: Mapping[str, Any], name: str) -> list[str]:
    """Return whether samples are nearer to real images than noise is, in words; [] where that is not known."""
    share = number(line, name) / (number(_table(line, "noise"), name) or float("nan"))
    if np.isnan(share):
        return []
    if share > 1 + _ABOUT:
        return ["farther from real images than noise is"]
    return [
        "nearer to real images than noise is" if share < 1 - _ABOUT else "about as far from real images as noise is"
    ]


def _on_its_way(value: float, real: float, noise: float) -> float:
    """Return how far a value is from that of noise (0) to that of real images (1), NaN where these do not differ."""
    return (value - noise) / (real - noise) if real != noise else float("nan")


def _look_real(sample_sets: tuple[Mapping[str, Any], ...]) -> bool:
    """Return whether single samples look like real images, however few kinds there are; False where noise does too.

    By density: one odd real image makes noise look real by precision.
    """
    density, real, noise = (number(each, "density") for each in sample_sets)
    return density > real / 2 > noise


def _told(line: Mapping[str, Any], name: str) -> str:
    """Return a metric with what real images and noise get."""
    metric = METRICS[name]
    value, real, noise = (
        metric.text(number(each, name)).replace("%", " %")
        for each in (line, _table(line, "floor"), _table(line, "noise"))
    )
    return f"{metric.title} {value} (real images {real}, noise {noise})"


def _table(line: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    table = line.get(name)
    return table if isinstance(table, Mapping) else {}
