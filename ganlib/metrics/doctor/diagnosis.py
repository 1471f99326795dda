"""From a run's numbers to findings."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

import numpy.typing as npt

from ganlib.catalog.least_steps import least_steps
from ganlib.config import TrainConfig
from ganlib.metrics.doctor.advice import FORK, NEW, Prescription, longer, prescribe
from ganlib.metrics.doctor.checks import AILMENTS, DYNAMICS, EARLY, GRADES, HEALTHY, TOO_SHORT, Ailment
from ganlib.metrics.doctor.evidence import ILL, WATCH, WELL, Sign
from ganlib.metrics.doctor.run_summary import ENOUGH, Case, number
from ganlib.runs.folder import Run
from ganlib.runs.status import FINISHED, INTERRUPTED, STOPPED, Status
from ganlib.utils.errors import UserError

_ORDER = (ILL, WATCH, WELL)


@dataclass(frozen=True)
class Finding:
    """Something the doctor has to say about a run.

    Attributes:
        name: which finding, a key of `ailments.AILMENTS` or `ailments.GRADES`, or early, too_short or healthy.
        title: two to four words.
        severity: ill, watch or well.
        evidence: the numbers it rests on.
        chart: where they can be seen: losses, scores, norms, evaluations, outputs (of D, image by image), or "".
        steps: first and last step they are from.
        meaning: what that means under the run's objective.
        advice: one thing to try, or "".
        changes: the settings to change for that, valid for the run's config; empty if there is nothing to change.
        apply: fork, if the networks as they are can go on with the changes; new, if it takes a run from scratch.
        about: dynamics (how the training goes), quality (how good its samples are) or data (what it learns from).
    """

    name: str
    title: str
    severity: str
    evidence: str
    chart: str
    steps: tuple[int, int]
    meaning: str
    advice: str
    changes: Mapping[str, Any]
    apply: str
    about: str = DYNAMICS


def diagnose(
    config: TrainConfig,
    metrics: Mapping[str, npt.ArrayLike],
    evaluations: Sequence[Mapping[str, Any]],
    status: Status,
    alike: float = float("nan"),
) -> list[Finding]:
    """Say in plain words what a run's numbers show: how its training goes and, once evaluated, how good samples are.

    Args:
        config: the run's choices, with what was changed while it trained.
        metrics: columns of `metrics.jsonl`, as `Run.metrics` returns them; any may be missing.
        evaluations: lines of `evaluations.jsonl`; what is damaged in them is not looked at.
        status: where the run stands.
        alike: the share of its training images that are nearly the same picture, where that is known.

    Returns:
        The findings, illnesses first; at least one is about the dynamics, and at most one grades the samples.
    """
    case = Case(config, metrics, evaluations, status, alike)
    signs = [*_signs(AILMENTS.values(), case), *_signs(GRADES.values(), case)]
    if not any(ailment.about == DYNAMICS for ailment, _ in signs):
        signs += list(_signs([HEALTHY, EARLY, TOO_SHORT], case))[:1]
    is_at_fault = any(ailment.about == DYNAMICS and sign.severity == ILL for ailment, sign in signs)
    found = [_finding(ailment, sign, case, is_at_fault) for ailment, sign in signs]
    return sorted(found, key=lambda finding: _ORDER.index(finding.severity))


def examine(run: Run) -> list[Finding]:
    """Diagnose a run by its folder; a damaged one gets no findings, a half-written one those it allows."""
    try:
        config = run.config_now()
    except UserError:
        return []
    return diagnose(config, run.metrics(), run.evaluations(), run.status(), alike(run))


def alike(run: Run) -> float:
    """Return the share of a run's training images that are nearly the same picture, NaN where it was not measured."""
    return number(run.record, "images_alike")


def _signs(ailments: Iterable[Ailment], case: Case) -> Iterator[tuple[Ailment, Sign]]:
    for ailment in ailments:
        if case.lines >= ailment.needs and (sign := ailment.rule(case)):
            yield ailment, sign


def _finding(ailment: Ailment, sign: Sign, case: Case, is_at_fault: bool) -> Finding:
    title, treatment = ailment.title, Prescription("", {}, FORK)
    if ailment.while_watched and sign.severity == WATCH:
        title, advice = ailment.while_watched
        treatment = Prescription(advice, {}, FORK)
    elif ailment.remedies:
        treatment = prescribe(ailment.remedies, case.config)
    elif ailment.takes_time and case.has_ended:
        treatment = _more_time(case, is_at_fault)
    changes = treatment.changes
    if changes and treatment.apply == FORK and case.status.state == FINISHED:
        changes = {**longer(case.config), **changes}
    return Finding(
        name=ailment.name,
        title=title.format(adversary=case.loss.adversary),
        severity=sign.severity,
        evidence=sign.evidence,
        chart=sign.chart,
        steps=sign.steps,
        meaning=ailment.meaning.format(loss=case.loss),
        advice=treatment.advice,
        changes=changes,
        apply=treatment.apply,
        about=ailment.about,
    )


def _more_time(case: Case, is_at_fault: bool) -> Prescription:
    """Advise to train longer, if nothing else has to be mended first."""
    if is_at_fault:
        return Prescription("First mend what is wrong with the training.", {}, NEW)
    if case.status.state in (STOPPED, INTERRUPTED):
        return Prescription("Resume the training, and let it go on for longer.", {}, FORK)
    if case.status.state != FINISHED:
        return Prescription("", {}, FORK)
    config = case.config
    least = least_steps(config.generator, config.loss, config.g_learning_rate)
    # Enough for the curves to tell, and for pictures that can be recognised.
    times = max(2, ceil(2 * ENOUGH / max(case.lines, 1)), ceil(1.5 * least / max(case.status.step, 1)))
    return Prescription(f"Train {times} times as long.", longer(case.config, times), FORK)
