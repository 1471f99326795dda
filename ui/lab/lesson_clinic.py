"""The live part of the clinic: curves, samples and metrics of a broken training, whose fault is to be named."""

from collections.abc import Sequence

import streamlit as st

from ganlib.catalog import losses
from ganlib.catalog.metrics import METRICS
from ganlib.catalog.mistakes import MISTAKES
from ganlib.metrics import doctor
from ganlib.runs.folder import Run
from ganlib.utils import images
from ui.common import charts, evaluation_table, formatting, linked_address, linked_widgets, page_layout
from ui.lab import lesson_progress
from ui.lab.lesson import SHIPPED

HOME = SHIPPED / "clinic"

_CASE = "case"  # parameter of the address: which case is shown, from 1
_SHARP = 480  # pixels
_ICONS = {"error": ":material/error:", "warning": ":material/warning:", "ok": ":material/check_circle:"}


def show(cases: Sequence[str], place: str) -> None:
    """Show one case at a time, and what it was once the person has named it."""
    number = _pick(len(cases), f"{place}_case")
    run = Run(HOME / cases[number - 1])
    _show_run(run, f"{place}_{number}")
    if _is_named(cases[number - 1], number):
        _show_truth(run)


def _pick(count: int, key: str) -> int:
    number = linked_address.read(_CASE, 1, linked_widgets.between(1, count))
    linked_address.hold(key, number)
    st.segmented_control(
        "Case", range(1, count + 1), key=key, required=True,
        on_change=lambda: linked_address.put(_CASE, st.session_state[key]),
    )  # fmt: skip
    return number


def _show_run(run: Run, key: str) -> None:
    """Show what the run wrote down: samples at its end, both losses, and what its evaluation measured."""
    grids, curves, numbers = st.columns([3, 5, 4], gap="medium")
    with grids:
        sample = run.samples()[-1]
        st.markdown(f"**Samples after {sample.step:,} steps**")
        picture = images.png_bytes(images.enlarge(images.read_png(sample.path), _SHARP))
        st.image(picture, width="stretch", output_format="PNG", alt=f"64 samples after {sample.step:,} steps")
    with curves:
        st.markdown("**Losses**")
        charts.show_one(run, losses.get(run.config.loss), "losses", f"{key}_losses")
    with numbers:
        st.markdown("**Metrics**")
        _show_metrics(run)


def _show_metrics(run: Run) -> None:
    found = evaluation_table.of(run)[-1]
    names = [name for name in METRICS if name in found.values]
    columns = {"This case": found.values, "Real": found.floor, "Noise": found.noise}
    rows = {title: [METRICS[name].text(values[name]) for name in names] for title, values in columns.items()}
    st.table({"Metric": [METRICS[name].title for name in names], **rows}, border="horizontal", height="content")


def _is_named(case: str, number: int) -> bool:
    """Ask for the fault; return whether there is an answer, and say whether it is right."""
    name, mistakes = f"{lesson_progress.CASE}{number}", list(MISTAKES)
    key = f"lesson_{name}"
    chosen = linked_address.read(name, 0, linked_widgets.between(1, len(mistakes)))
    linked_address.hold(key, chosen or None)
    question = f"What is wrong with case {number}?"
    with st.container(border=True, width=760, key=f"lesson_box_{name}"):
        st.markdown(f":material/stethoscope: **Your diagnosis.** {question}")
        st.radio(
            question, range(1, len(mistakes) + 1), format_func=lambda place: MISTAKES[mistakes[place - 1]].title,
            key=key, index=None, label_visibility="collapsed", disabled=bool(chosen),
            on_change=lambda: linked_address.put(name, st.session_state[key]),
        )  # fmt: skip
        if chosen and mistakes[chosen - 1] == case:
            st.success(f"**Right.** {MISTAKES[case].about}", icon=":material/check_circle:")
        elif chosen:
            st.info(f"**Not so:** {MISTAKES[case].title}. {MISTAKES[case].about}", icon=":material/lightbulb:")
    return bool(chosen)


def _show_truth(run: Run) -> None:
    """Show what the doctor says of the run, worked out from what the run wrote down."""
    with st.container(width=760, key="clinic_doctor"):
        st.markdown("**What the doctor says, by the curves and metrics alone**")
        for finding in doctor.examine(run):
            said = page_layout.in_words(finding.evidence)
            st.markdown(f"{_ICONS[finding.severity]} **{formatting.plain(finding.title)}.** {said}")
