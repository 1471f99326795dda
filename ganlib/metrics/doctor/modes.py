"""The rules on modes: which of those of points in the plane, and how many combinations of digits, have no sample."""

from collections.abc import Sequence

import numpy as np

from ganlib.data import points
from ganlib.metrics.doctor.run_summary import ENOUGH, Evidence, RunSummary, Severity, percent
from ganlib.runs.evaluation import Evaluation

MANY_LOST = 0.2
"""Share of the modes from which their loss is an error, unless fewer are lost than before."""

FEW_GOOD = 0.8
"""Share of good samples below which finding all modes is only a warning: many samples lie between them."""

FOUND, FEW_FOUND = 0.9, 0.5
"""Share of the combinations of digits that real images have: found fewer, a warning; fewer than the second at a run's
end, an error."""

_NAMED = 8  # modes that are told by name


def lost_modes(summary: RunSummary) -> Evidence | None:
    """Modes of the data have no good sample, as the metric of modes covered counts it."""
    found = summary.newest
    if not found or found.step < 10 * ENOUGH:
        return None
    lost = without_samples(found)
    if not lost:
        return None
    names = points.mode_names(summary.config.dataset)
    told = [names[place] if place < len(names) else str(place + 1) for place in lost[:_NAMED]]
    more = f" and {len(lost) - _NAMED} more" if len(lost) > _NAMED else ""
    text = (
        f"Evaluated at step {found.step:,}: of {found.count:,} samples none is within three standard deviations of "
        f"{len(lost)} of {len(found.modes)} modes: {'; '.join(told)}{more}."
    )
    earlier = summary.compared[0] if summary.compared else None
    is_finding_more = earlier is not None and len(without_samples(earlier)) > len(lost)
    if is_finding_more and earlier is not None:
        text += f" At step {earlier.step:,} {len(without_samples(earlier))} were lost."
    is_error = len(lost) >= MANY_LOST * len(found.modes) and (summary.has_ended or not is_finding_more)
    severity = Severity.ERROR if is_error else Severity.WARNING
    return Evidence(severity, text, "distances", (found.step, found.step))


def few_combinations(summary: RunSummary) -> Evidence | None:
    """Stacked digits come in few combinations."""
    counted = [each for each in summary.evaluations if "stacked_modes" in each.values]
    found = max(counted, key=lambda each: each.step, default=None)
    real = found.floor.get("stacked_modes", 0.0) if found else 0.0
    if not found or found.measured("stacked_modes").high >= FOUND * real:
        return None
    value = found.values["stacked_modes"]
    text = (
        f"Evaluated at step {found.step:,}: samples show {value:,.0f} of 1,000 combinations of three digits, as many "
        f"real images {real:,.0f}."
    )
    severity = Severity.ERROR if value < FEW_FOUND * real and summary.has_ended else Severity.WARNING
    return Evidence(severity, text, "distances", (found.step, found.step))


def all_modes(summary: RunSummary) -> Evidence | None:
    """Every mode of the data has a good sample."""
    found = summary.newest
    if not found or not found.modes or without_samples(found):
        return None
    good, real = found.values.get("good_share", 0.0), found.floor.get("good_share", float("nan"))
    text = (
        f"Evaluated at step {found.step:,}: all {len(found.modes)} modes; {percent(good)} of the samples are "
        f"good, of real points {percent(real)}."
    )
    severity = Severity.OK if good >= FEW_GOOD else Severity.WARNING
    return Evidence(severity, text, "distances", (found.step, found.step))


def without_samples(found: Evaluation) -> list[int]:
    """Return the places of the modes that no good sample of an evaluation belongs to."""
    return [int(place) for place in np.flatnonzero(np.array(found.modes) == 0)]


def lost_by_step(found: Sequence[Evaluation], dataset: str) -> list[tuple[int, np.ndarray]]:
    """Return, for each step that was evaluated, where the modes without a good sample are.

    Args:
        found: a run's evaluations, in any order; of several at a step the one with the most samples counts.
        dataset: the data set that it learns from.

    Returns:
        By step, centres of shape (lost, 2); [] where the data have no modes.
    """
    mixture = points.modes(dataset)
    newest = {each.step: each for each in sorted(found, key=lambda each: (each.step, each.count))}
    if mixture is None:
        return []
    fitting = (each for each in newest.values() if len(each.modes) == len(mixture.centres))
    return [(each.step, mixture.centres[without_samples(each)]) for each in fitting]
