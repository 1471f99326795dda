"""Judge: whether a run is any good, from a verdict to single samples, all numbers and the doctor's findings."""

from pathlib import Path

import streamlit as st

from ganlib.config import TrainConfig
from ganlib.runs.evaluation import Evaluation
from ganlib.runs.folder import Run
from ganlib.runs.status import ACTIVE, RUNNING, Status
from ganlib.utils.errors import UserError
from ui.common import (
    doctor_report,
    evaluation_curves,
    evaluation_table,
    formatting,
    inference_guard,
    metric_cards,
    refresh_rate,
    run_header,
)
from ui.run import asked_classes, evaluate_button, evaluated_samples, verdict

REFRESH_SECONDS = 3.0

_NEWEST = -1  # a choice of its own, and a place in the list: it stays the newest when another is added

_EMPTY = (
    "**Not evaluated yet.** An evaluation draws samples and compares them with as many real images: "
    "are the pictures as good, are all classes there, does it repeat itself or copy? Every number comes with what "
    "real images get, so that you know how good it could be."
)


def show(run: Run, parts: run_header.Parts = run_header.NO_PARTS) -> None:
    """Show the view for a run; call it at the top level of a page, outside of any fragment."""
    if not run.path.is_dir():
        st.warning(run_header.GONE)
        return
    status = run.status()
    refresh_rate.enter()
    run_header.show(run, status, parts)
    with st.container(width=run_header.WIDTH):
        if status.state in ACTIVE:
            every = refresh_rate.pace(REFRESH_SECONDS)
            st.fragment(_wait, run_every=every)(run.path, status.state, evaluation_table.stamps(run), every)
        try:
            config = run.config
        except UserError as error:
            st.warning(formatting.plain(str(error)))
            return
        _numbers(run, config, status)
        doctor_report.show(run, config, status)
    if status.state not in ACTIVE:
        inference_guard.warm_up()  # whoever reads this may judge it next


def _wait(path: Path, shown: str, stamps: evaluation_table.Stamps, every: float) -> None:
    """Say how far the training is; draw the page anew once there is another evaluation or state."""
    run = Run(path)
    refresh_rate.enter()
    refresh_rate.advance(path.parent)
    status = run.status()
    is_news = (status.state, evaluation_table.stamps(run)) != (shown, stamps)
    if is_news or refresh_rate.has_changed(every, REFRESH_SECONDS):
        st.rerun()
    if status.state == RUNNING and status.step:
        st.progress(status.progress, text=formatting.progress(status))


def _numbers(run: Run, config: TrainConfig, status: Status) -> None:
    """Show the evaluations, or that there are none, and how to get one."""
    found = evaluation_table.of(run)
    if not found:
        with st.container(border=True, gap="medium"):
            st.markdown(_EMPTY)
            evaluate_button.show(run, config, status)
        evaluated_samples.show(run, config, is_open=False)
        return
    place = st.container()
    reading = _chosen(run, found)
    with place:
        verdict.show(run, reading)
    evaluate_button.show(run, config, status)
    samples = st.container()  # drawn last, for what follows not to wait
    st.subheader("All metrics", anchor=False)
    metric_cards.show(reading)
    if config.is_stacked and "stacked_modes" not in reading.values:
        st.caption("Modes covered: not measured here, because it takes 26,000 samples: press Evaluate.")
    asked_classes.show(run, config, reading)
    evaluation_curves.show(run, config, found, reading, "judge")
    with samples:
        evaluated_samples.show(run, config, is_open=status.state not in ACTIVE)


def _chosen(run: Run, found: list[Evaluation]) -> Evaluation:
    """Return the newest evaluation, or another that the person picks, and say on what it stands."""
    number = _NEWEST
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        if len(found) > 1:
            earlier = range(len(found) - 2, -1, -1)
            names = {
                each: f"No. {each + 1}: step {found[each].step:,}, {found[each].count:,} samples" for each in earlier
            }
            names = {_NEWEST: "the newest", **names}
            number = st.selectbox(
                "Evaluation", list(names), format_func=names.__getitem__, key=f"judge_which_{run.id}",
                filter_mode=None, width=280,
            )  # fmt: skip
        st.caption(metric_cards.basis(found[number]), width="content")
    return found[number]
