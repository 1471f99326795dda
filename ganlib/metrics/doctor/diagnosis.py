"""From a run's numbers to findings."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

import numpy.typing as npt

from ganlib import presets
from ganlib.catalog.least_steps import least_steps
from ganlib.config import TrainConfig
from ganlib.metrics.doctor.advice import FORK, NEW, Advice, longer, prescribe
from ganlib.metrics.doctor.checks import CHECKS, DYNAMICS, EARLY, GRADES, HEALTHY, TOO_SHORT, Check
from ganlib.metrics.doctor.evidence import Evidence, Severity
from ganlib.metrics.doctor.run_summary import ENOUGH, RunSummary, number
from ganlib.runs.folder import Run
from ganlib.runs.status import FINISHED, INTERRUPTED, STOPPED, Status
from ganlib.utils.errors import UserError

_ORDER = tuple(Severity)


@dataclass(frozen=True)
class Finding:
    """Something the doctor has to say about a run.

    Attributes:
        name: which finding, a key of `checks.CHECKS` or `checks.GRADES`, or early, too_short or healthy.
        title: two to four words.
        severity: how bad it is.
        evidence: the numbers it rests on.
        chart: where they can be seen: losses, scores, norms, evaluations (with classes), distances (without),
            outputs (of D, image by image), or "".
        steps: first and last step they are from.
        meaning: what that means under the run's objective.
        advice: one thing to try, or "".
        changes: the settings to change for that, valid for the run's config; empty if there is nothing to change.
        apply: fork, if the networks as they are can go on with the changes; new, if it takes a run from scratch.
        about: dynamics (how the training goes), quality (how good its samples are) or data (what it learns from).
    """

    name: str
    title: str
    severity: Severity
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
    preset: TrainConfig | None = None,
) -> list[Finding]:
    """Say in plain words what a run's numbers show: how its training goes and, once evaluated, how good samples are.

    Args:
        config: the run's choices, with what was changed while it trained.
        metrics: columns of `metrics.jsonl`, as `Run.metrics` returns them; any may be missing.
        evaluations: lines of `evaluations.jsonl`; what is damaged in them is not looked at.
        status: where the run stands.
        alike: the share of its training images that are nearly the same picture, where that is known.
        preset: the choices of the preset that the run came from, or None.

    Returns:
        The findings, illnesses first; at least one is about the dynamics, and at most one grades the samples.
    """
    summary = RunSummary(config, metrics, evaluations, status, alike, preset)
    seen = [*_evidence(CHECKS.values(), summary), *_evidence(GRADES.values(), summary)]
    if not any(check.about == DYNAMICS for check, _ in seen):
        seen += list(_evidence([HEALTHY, EARLY, TOO_SHORT], summary))[:1]
    is_at_fault = any(check.about == DYNAMICS and evidence.severity == Severity.ERROR for check, evidence in seen)
    found = [_finding(check, evidence, summary, is_at_fault) for check, evidence in seen]
    return sorted(found, key=lambda finding: _ORDER.index(finding.severity))


def examine(run: Run) -> list[Finding]:
    """Diagnose a run by its folder; a damaged one gets no findings, a half-written one those it allows."""
    try:
        config = run.config_now()
    except UserError:
        return []
    return diagnose(config, run.metrics(), run.evaluations(), run.status(), alike(run), preset_of(run))


def alike(run: Run) -> float:
    """Return the share of a run's training images that are nearly the same picture, NaN where it was not measured."""
    return number(run.record, "images_alike")


def preset_of(run: Run) -> TrainConfig | None:
    """Return the choices of the preset that a run came from, or None."""
    return presets.config_of(run.record.get("preset"))


def _evidence(checks: Iterable[Check], summary: RunSummary) -> Iterator[tuple[Check, Evidence]]:
    for check in checks:
        if summary.lines >= check.needs and (evidence := check.rule(summary)):
            yield check, evidence


def _finding(check: Check, evidence: Evidence, summary: RunSummary, is_at_fault: bool) -> Finding:
    title, advice = check.title, Advice("", {}, FORK)
    if check.while_watched and evidence.severity == Severity.WARNING:
        title, text = check.while_watched
        advice = Advice(text, {}, FORK)
    elif check.remedies:
        advice = prescribe(check.remedies, summary.config, summary.preset)
    elif check.takes_time and summary.has_ended:
        advice = _more_time(summary, is_at_fault)
    changes = advice.changes
    if changes and advice.apply == FORK and summary.status.state == FINISHED:
        changes = {**longer(summary.config), **changes}
    return Finding(
        name=check.name,
        title=title.format(adversary=summary.loss.adversary),
        severity=evidence.severity,
        evidence=evidence.text,
        chart=evidence.chart,
        steps=evidence.steps,
        meaning=check.meaning.format(loss=summary.loss),
        advice=advice.text,
        changes=changes,
        apply=advice.apply,
        about=check.about,
    )


def _more_time(summary: RunSummary, is_at_fault: bool) -> Advice:
    """Advise to train longer, if nothing else has to be mended first."""
    if is_at_fault:
        return Advice("First mend what is wrong with the training.", {}, NEW)
    if summary.status.state in (STOPPED, INTERRUPTED):
        return Advice("Resume the training, and let it go on for longer.", {}, FORK)
    if summary.status.state != FINISHED:
        return Advice("", {}, FORK)
    config = summary.config
    least = least_steps(config.generator, config.loss, config.g_learning_rate)
    # Enough for the curves to tell, and for pictures that can be recognised.
    times = max(2, ceil(2 * ENOUGH / max(summary.lines, 1)), ceil(1.5 * least / max(summary.status.step, 1)))
    return Advice(f"Train {times} times as long.", longer(summary.config, times), FORK)
