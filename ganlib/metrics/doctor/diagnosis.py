"""From a run's numbers to findings."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, nan
from typing import Any

import numpy.typing as npt

from ganlib import presets
from ganlib.catalog.minimum_steps import minimum_steps
from ganlib.metrics.doctor.advice import FORK, NEW, Advice, longer, prescribe
from ganlib.metrics.doctor.checks import CHECKS, DYNAMICS, GRADES, HEALTHY, Check
from ganlib.metrics.doctor.run_summary import ENOUGH, Evidence, RunSummary, Severity
from ganlib.runs.evaluation import Evaluation, evaluations
from ganlib.runs.folder import Run
from ganlib.runs.status import FINISHED, INTERRUPTED, STOPPED, Status
from ganlib.utils.errors import UserError
from ganlib.utils.values import number


@dataclass(frozen=True)
class Finding:
    """Something the doctor has to say about a run: evidence, what it means and what to try."""

    name: str  # which finding, a key of `CHECKS`, `GRADES` or `HEALTHY` in `checks`
    title: str  # two to four words
    severity: Severity  # how bad it is
    evidence: str  # the numbers it rests on; `chart` and `steps` say where they can be seen, as in `Evidence`
    chart: str
    steps: tuple[int, int]
    meaning: str  # what that means under the run's objective
    advice: str  # one thing to try, or ""
    # The settings to change for that, valid for the run's config; empty if there is nothing to change.
    changes: Mapping[str, Any]
    apply: str  # fork, if the networks as they are can go on with the changes; new, if it takes a run from scratch
    # `DYNAMICS` (how the training goes), `QUALITY` (how good its samples are) or `DATA` (what it learns from).
    about: str = DYNAMICS


def diagnose(summary: RunSummary) -> list[Finding]:
    """Say in plain words what a run's numbers show: how its training goes and, once evaluated, how good samples are.

    Findings come errors first; at least one is about the dynamics, and at most one grades the samples.
    """
    seen = list(_seen({**CHECKS, **GRADES}, summary))
    if not any(check.about == DYNAMICS for _, check, _ in seen):
        seen += list(_seen(HEALTHY, summary))[:1]
    is_at_fault = any(check.about == DYNAMICS and each.severity == Severity.ERROR for _, check, each in seen)
    found = [_finding(name, check, evidence, summary, is_at_fault) for name, check, evidence in seen]
    return sorted(found, key=lambda finding: list(Severity).index(finding.severity))


def examine(run: Run) -> list[Finding]:
    """Diagnose a run by its folder; a damaged one gets no findings, a half-written one those it allows."""
    try:
        return diagnose(summarize(run, run.metrics(), evaluations(run), run.status()))
    except UserError:
        return []


def summarize(
    run: Run, metrics: Mapping[str, npt.ArrayLike], evaluations: Sequence[Evaluation], status: Status
) -> RunSummary:
    """Put together what the doctor asks of a run whose files were read; a damaged config is a UserError."""
    alike, preset = number(run.record.get("images_alike")), presets.config_of(run.record.get("preset"))
    return RunSummary(run.config_now(), metrics, evaluations, status, nan if alike is None else alike, preset)


def _seen(checks: Mapping[str, Check], summary: RunSummary) -> Iterator[tuple[str, Check, Evidence]]:
    for name, check in checks.items():
        if summary.lines >= check.needs and (evidence := check.rule(summary)):
            yield name, check, evidence


def _finding(name: str, check: Check, evidence: Evidence, summary: RunSummary, is_at_fault: bool) -> Finding:
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
    said = _of_points if summary.config.is_plane else str
    return Finding(
        name=name,
        title=title.format(adversary=summary.loss.adversary),
        severity=evidence.severity,
        evidence=said(evidence.text),
        chart=evidence.chart,
        steps=evidence.steps,
        meaning=said(check.meaning.format(loss=summary.loss)),
        advice=said(advice.text),
        changes=changes,
        apply=advice.apply,
        about=check.about,
    )


def _of_points(text: str) -> str:
    """Return what the rules say of images as it is said of points in the plane."""
    return re.sub(r"\b(?:images|pictures)\b", "points", re.sub(r"\b(?:Images|Pictures)\b", "Points", text))


def _more_time(summary: RunSummary, is_at_fault: bool) -> Advice:
    """Advise to train longer, if nothing else has to be mended first."""
    if is_at_fault:
        return Advice("First mend what is wrong with the training.", {}, NEW)
    if summary.status.state in (STOPPED, INTERRUPTED):
        return Advice("Resume the training, and let it go on for longer.", {}, FORK)
    if summary.status.state != FINISHED:
        return Advice("", {}, FORK)
    config = summary.config
    least = minimum_steps(config.generator, config.loss, config.g_learning_rate)
    # Enough for the curves to tell, and for pictures that can be recognised.
    times = max(2, ceil(2 * ENOUGH / max(summary.lines, 1)), ceil(1.5 * least / max(summary.status.step, 1)))
    return Advice(f"Train {times} times as long.", longer(summary.config, times), FORK)
