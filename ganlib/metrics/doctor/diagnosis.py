"""From a run's numbers to findings."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy.typing as npt

from ganlib.config import TrainConfig
from ganlib.errors import UserError
from ganlib.metrics.doctor.ailments import AILMENTS, EARLY, HEALTHY, Ailment
from ganlib.metrics.doctor.case import Case
from ganlib.metrics.doctor.remedies import FORK, Prescription, longer, prescribe
from ganlib.metrics.doctor.sign import ILL, WATCH, WELL, Sign
from ganlib.run import Run
from ganlib.status import FINISHED, Status

_ORDER = (ILL, WATCH, WELL)


@dataclass(frozen=True)
class Finding:
    """Something the doctor has to say about a run.

    Attributes:
        name: which finding, a key of `ailments.AILMENTS`, or early or healthy.
        title: two to four words.
        severity: ill, watch or well.
        evidence: the numbers it rests on.
        chart: where they can be seen: losses, scores, norms, evaluations, outputs (of D, image by image), or "".
        steps: first and last step they are from.
        meaning: what that means under the run's objective.
        advice: one thing to try, or "".
        changes: the settings to change for that, valid for the run's config; empty if there is nothing to change.
        apply: fork, if the networks as they are can go on with the changes; new, if it takes a run from scratch.
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


def diagnose(
    config: TrainConfig, metrics: Mapping[str, npt.ArrayLike], evaluations: Sequence[Mapping[str, Any]], status: Status
) -> list[Finding]:
    """Say in plain words what a run's numbers show.

    Args:
        config: the run's choices, with what was changed while it trained.
        metrics: columns of `metrics.jsonl`, as `Run.metrics` returns them; any may be missing.
        evaluations: lines of `evaluations.jsonl`; what is damaged in them is not looked at.
        status: where the run stands.

    Returns:
        The findings, illnesses first; never empty.
    """
    case = Case(config, metrics, evaluations, status)
    found = list(_found(AILMENTS.values(), case)) or list(_found([HEALTHY], case)) or list(_found([EARLY], case))
    return sorted(found, key=lambda finding: _ORDER.index(finding.severity))


def examine(run: Run) -> list[Finding]:
    """Diagnose a run by its folder; a damaged one gets no findings, a half-written one those it allows."""
    try:
        config = run.config_now()
    except UserError:
        return []
    return diagnose(config, run.metrics(), run.evaluations(), run.status())


def _found(ailments: Iterable[Ailment], case: Case) -> Iterator[Finding]:
    for ailment in ailments:
        if case.lines >= ailment.needs and (sign := ailment.rule(case)):
            yield _finding(ailment, sign, case)


def _finding(ailment: Ailment, sign: Sign, case: Case) -> Finding:
    title, treatment = ailment.title, Prescription("", {}, FORK)
    if ailment.while_watched and sign.severity == WATCH:
        title, advice = ailment.while_watched
        treatment = Prescription(advice, {}, FORK)
    elif ailment.remedies:
        treatment = prescribe(ailment.remedies, case.config)
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
    )
