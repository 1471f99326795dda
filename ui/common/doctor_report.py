"""What the doctor finds in a run: each finding a small card, with a button for what it advises."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, NamedTuple

import streamlit as st

from ganlib import presets
from ganlib.config import TrainConfig
from ganlib.metrics import doctor
from ganlib.metrics.doctor import Finding
from ganlib.runs.folder import Run
from ganlib.runs.status import ACTIVE, QUEUED, Status
from ganlib.utils.errors import UserError
from ui.common import (
    cached,
    dialogs,
    evaluation_table,
    forking,
    formatting,
    links,
    navigation,
    page_layout,
    settings_form,
)
from ui.common.links import Draft


class Severity(NamedTuple):
    """How grave a finding is, for those who see colours and those who do not."""

    word: str
    colour: Literal["red", "orange", "green"]
    icon: str


SEVERITIES: Mapping[str, Severity] = {
    "error": Severity("Problem", "red", ":material/error:"),
    "warning": Severity("Keep an eye on it", "orange", ":material/visibility:"),
    "ok": Severity("Good", "green", ":material/check_circle:"),
}

VERDICTS: Mapping[str, str] = {"dynamics": "Training dynamics", "quality": "Sample quality"}
"""What the doctor always gives a verdict on, and what it is called on the page."""

_NOT_EVALUATED = "An evaluation draws samples and compares them with real images"

_FILES = ("config.json", "events.jsonl")  # what was chosen, and what was changed since

CHARTS = {
    "losses": "Losses",
    "scores": "mean output",
    "errors": "Reconstruction error",
    "equilibrium": "Equilibrium",
    "norms": "Gradient norms",
    "information": "Information",
    "evaluations": "the metrics' curves and the classes",
    "distances": "the metrics' curves",
    "outputs": "Samples behind the numbers",
}
"""What the charts that findings point at are called on the page."""

OVER_STEPS = ("losses", "scores", "errors", "equilibrium", "norms", "information", "evaluations", "distances")
"""Charts whose horizontal axis is the training."""

_FORK = ("Continue with this", ":material/call_split:")
_TRAIN = ("Retrain with this", ":material/tune:")

_ABOUT = (
    "Simple rules look at this run. **Training dynamics** is what its curves say, compared with what is usual for its "
    "loss. **Sample quality** compares its samples with real images and with noise; a stable training may make poor "
    "ones. Each finding says what was measured, what that means, and one thing to try. A rule can be wrong: look at "
    "the pictures."
)


def line(run: Run, config: TrainConfig, status: Status) -> None:
    """Show the gravest finding on a line that is always there; on a click all, what they mean and what to do."""
    found = [] if status.state == QUEUED else of(run, status)
    with st.container(horizontal=True, wrap=False, vertical_alignment="center", gap="small", key="doctor_line"):
        with st.container(width="stretch", key="doctor_finding"):
            st.markdown(_in_short(found))
        details = st.popover("Details", type="tertiary", key=f"doctor_details_{run.id}", on_change="rerun")
    if details.open:
        with details:
            report(run, config, status, found)
            st.caption(_ABOUT)


def _in_short(found: list[Finding]) -> str:
    """Return the gravest finding of each verdict as a badge, and the evidence for the first of them."""
    if not found:
        return ":gray-badge[:material/help: The doctor has nothing to look at yet]"
    first = {finding.about: finding for finding in reversed(found)}
    shown = [finding for finding in found if finding is first[finding.about]]
    return f"{' '.join(map(in_a_word, shown))} {page_layout.in_words(shown[0].evidence)}"


def in_a_word(finding: Finding) -> str:
    """Return a finding as a badge in a line of Markdown."""
    label, colour, icon = _said(finding)
    return f":{colour}-badge[{icon} {label}]"


def show(run: Run, config: TrainConfig, status: Status) -> None:
    """Show the doctor's two verdicts, a line each, and a card for each finding that something can be done about."""
    if status.state == QUEUED:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.subheader("The doctor", anchor=False, width="content")
        with st.popover("What is this?", type="tertiary", key=f"findings_about_{run.id}"):
            st.markdown(_ABOUT)
    report(run, config, status, of(run, status))


def report(run: Run, config: TrainConfig, status: Status, found: list[Finding]) -> None:
    """Show a verdict on the training and on the samples, and the cards of findings."""
    for about in VERDICTS:
        _verdict(about, [finding for finding in found if finding.about == about], status)
    cards = [finding for finding in found if finding.advice]
    if cards:
        grid = st.grid(min(2, len(cards)), min_column_width=330, border=True)
        advised: list[Finding] = []
        for finding in cards:
            with grid.cell():
                _card(run, config, finding, [each for each in advised if each.advice == finding.advice])
            advised.append(finding)


def badge(run: Run, status: Status) -> None:
    """Show in a word what is wrong with a run, if something is, and how good its samples are, if that is known."""
    if status.state == QUEUED:
        return
    try:
        found = of(run, status)
    except UserError:  # a damaged run says so elsewhere
        return
    gravest = [finding for finding in found[:1] if finding.severity == doctor.Severity.ERROR]
    grades = [finding for finding in found if finding.name in doctor.GRADES and finding not in gravest]
    for finding in [*gravest, *grades]:
        badge_of(finding)


def of(run: Run, status: Status) -> list[Finding]:
    """Return what the doctor finds in a run, the gravest first; worked out once for all who look on."""
    inputs = (cached.metrics_stamp(run), evaluation_table.stamps(run), *(cached.stamp(run.path / f) for f in _FILES))
    return _findings(str(run.path), inputs, (status.state, status.message), status)


@st.cache_resource(max_entries=64, show_spinner=False)
def _findings(path: str, inputs: tuple[Any, ...], standing: tuple[str, str], _status: Status) -> list[Finding]:
    run = Run(Path(path))
    return doctor.diagnose(doctor.summarize(run, cached.metrics(*inputs[0]), evaluation_table.of(run), _status))


def _verdict(about: str, found: list[Finding], status: Status) -> None:
    """Show a verdict on one line: in a word each what was found, and the evidence of what has no card."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(VERDICTS[about], width="content")
        if not found:
            st.badge("Not evaluated", color="gray", icon=":material/help:")
            how = "; it comes by itself at the end." if status.state in ACTIVE else ": press Evaluate."
            st.caption(_NOT_EVALUATED + how)
        for finding in found:
            badge_of(finding)
        for finding in found:
            if not finding.advice:
                meaning = f"What it means: {page_layout.in_words(finding.meaning)}" if finding.meaning else None
                st.caption(page_layout.in_words(finding.evidence), help=meaning)


def badge_of(finding: Finding) -> None:
    """Show a finding in a word."""
    label, colour, icon = _said(finding)
    st.badge(label, color=colour, icon=icon)


def _said(finding: Finding) -> tuple[str, Literal["red", "orange", "green", "gray"], str]:
    """Return what a badge says; that curves show no fault is no praise of the samples, so it is no green one."""
    if finding.name == "healthy":
        return formatting.plain(finding.title), "gray", ":material/show_chart:"
    severity = SEVERITIES[finding.severity]
    return formatting.plain(finding.title), severity.colour, severity.icon


def _card(run: Run, config: TrainConfig, finding: Finding, same: list[Finding]) -> None:
    """Show a finding; advice that a card before it gave, those in `same`, is not given twice."""
    severity = SEVERITIES[finding.severity]
    st.badge(severity.word, color=severity.colour, icon=severity.icon)
    st.markdown(f"**{formatting.plain(finding.title)}**")
    st.markdown(f"{page_layout.in_words(finding.evidence)} {_where(finding)}")
    st.caption(f"What it means: {page_layout.in_words(finding.meaning)}")
    if same:
        st.markdown(f":material/lightbulb: The same as for **{formatting.plain(same[0].title)}**.")
        return
    st.markdown(f":material/lightbulb: {page_layout.in_words(finding.advice)}")
    if finding.changes:
        _apply(run, config, finding)


def _where(finding: Finding) -> str:
    """Say where on the page it is to be seen."""
    if finding.chart not in CHARTS:
        return ""
    if finding.chart not in OVER_STEPS:
        return f"Look at **{CHARTS[finding.chart]}**."
    first, last = finding.steps
    steps = f"steps {first:,} to {last:,}" if first < last else f"step {last:,}"
    return f"Look at **{CHARTS[finding.chart]}**, {steps}."


def _apply(run: Run, config: TrainConfig, finding: Finding) -> None:
    """Show the button that carries out the advice; nothing is started before the person has seen the settings."""
    goes_on = finding.apply == "fork" and forking.is_possible(run)
    label, icon = _FORK if goes_on else _TRAIN
    about = formatting.plain(formatting.listed(finding.changes))
    # No callback: after a restart of the server, the first click would not find it.
    if st.button(label, key=f"finding_{finding.name}_{run.id}", icon=icon, help=about):
        if goes_on:
            dialogs.ask("fork", run, advised=finding.changes)
            st.rerun()
        st.session_state[settings_form.ADVISED] = dict(finding.changes)
        navigation.go(navigation.TRAIN, **links.query(draft(run, config, finding.changes)))


def draft(run: Run, config: TrainConfig, changes: Mapping[str, Any]) -> Draft:
    """Return the form's settings for a run like this one but for some changes."""
    name = str(run.record.get("preset"))
    preset = presets.PRESETS[name if name in presets.PRESETS else links.FIRST]
    return navigation.like(config.changed(**changes), preset)
