"""Metrics over the steps and the mix of classes, for the Judge view and beside a run that trains."""

from collections.abc import Sequence

import plotly.graph_objects as go
import streamlit as st

from ganlib import plots
from ganlib.catalog import datasets
from ganlib.catalog.metrics import METRICS
from ganlib.config import TrainConfig
from ganlib.metrics import doctor
from ganlib.runs.evaluation import Evaluation
from ganlib.runs.folder import Run
from ganlib.runs.status import ACTIVE
from ui.common import charts, evaluation_table, metric_cards, navigation

FIRST = "frechet_distance"
"""The metric shown until another is picked, where it was measured."""

LIVE = "live"
"""The place of what is shown beside a run that is watched."""

_TO_COME = "Not evaluated yet: the first evaluation comes after an epoch, and one at the end."
_ENDED = "Not evaluated: open this run under Runs, turn to Evaluate and press Evaluate."
_NAN = float("nan")

Row = tuple[int, float, float, float]
"""Step, value, and where its interval begins and ends."""


def show_metric(run: Run, config: TrainConfig | None) -> None:
    """Show how a metric of a run that is watched went so far, and lead to all of them."""
    if not (found := _evaluated(run)):
        return
    if FIRST in found[-1].values:
        st.markdown(metric_cards.in_short(METRICS[FIRST], found[-1]), help=metric_cards.basis(found[-1]))
    alike = evaluation_table.comparable(found, found[-1])
    if name := _pick(run, alike, LIVE):
        _metric(run, found, alike, found[-1], name, LIVE)
    # No link: on the page that it leads to, with other parameters, a click would do nothing.
    if st.button("All numbers, and the samples behind them", key=f"beside_judge_{run.id}", icon=":material/gavel:"):
        navigation.go(navigation.RUNS, run=run.id, view="judge")


def show_classes(run: Run, config: TrainConfig | None) -> None:
    """Show what the samples of a run that is watched were taken for last."""
    if config and (found := _evaluated(run)) and not _classes(run, config, found[-1], LIVE):
        st.caption("No classes: these images carry none, or no classifier knows them.")


def _evaluated(run: Run) -> list[Evaluation]:
    if not (found := evaluation_table.of(run)):
        st.caption(_TO_COME if run.status().state in ACTIVE else _ENDED)
    return found


def show(run: Run, config: TrainConfig, found: Sequence[Evaluation], chosen: Evaluation, place: str) -> None:
    """Show a metric, to be picked, over the steps, and beside it the classes of the chosen evaluation."""
    alike = evaluation_table.comparable(found, chosen)
    if not (name := _pick(run, alike, place)):
        return
    left, right = st.columns(2, gap="medium")
    with left:
        _metric(run, found, alike, chosen, name, place)
    with right:
        _classes(run, config, chosen, place)


def _pick(run: Run, alike: Sequence[Evaluation], place: str) -> str | None:
    """Let a metric be picked of those that were measured; None if none was."""
    names = [name for name in METRICS if any(name in reading.values for reading in alike)]
    if not names:
        return None
    first, key = names.index(FIRST) if FIRST in names else 0, f"{place}_metric_{run.id}"
    if place == LIVE:  # a list folds away where room is dear
        return st.selectbox(
            "Metric to draw", names, first, format_func=lambda name: METRICS[name].title, key=key, filter_mode=None,
            label_visibility="collapsed",
        )  # fmt: skip
    return st.pills(
        "Metric to draw", names, format_func=lambda name: METRICS[name].title, required=True, wrap=True,
        default=names[first], key=key,
    )  # fmt: skip


def _metric(
    run: Run, found: Sequence[Evaluation], alike: Sequence[Evaluation], chosen: Evaluation, name: str, place: str
) -> None:
    metric = METRICS[name]
    st.markdown(f"#### {metric.title} over the steps")
    drawn = _longest(found, alike, name)
    _draw(run, drawn, name, f"{place}_curve_{run.id}")
    if drawn is not alike:
        st.caption(
            f"Only one evaluation has {chosen.count:,} samples. The curve is of those with {drawn[-1].count:,}, which "
            "do not compare with it."
        )
    elif len(alike) == 1:
        st.caption("One evaluation so far; another one at a later or earlier step makes it a curve.")
    elif len(alike) < len({reading.step for reading in found}):
        st.caption(f"Evaluations with {chosen.count:,} samples and seed {chosen.seed} only: others do not compare.")
    st.caption(_reading(name))


def show_one(run: Run, name: str, key: str) -> None:
    """Show how a metric went, by those evaluations that compare with each other and are the most."""
    measured = [reading for reading in evaluation_table.of(run) if name in reading.values]
    if not measured:
        st.caption("This run was not evaluated.")
        return
    drawn = _longest(measured, evaluation_table.comparable(measured, measured[-1]), name)
    _draw(run, drawn, name, key)
    st.caption(f"{drawn[-1].count:,} samples each. {_reading(name)}")


def _draw(run: Run, drawn: Sequence[Evaluation], name: str, key: str) -> None:
    rows = tuple(_row(reading, name) for reading in drawn)
    figure = _metric_figure(name, rows, drawn[-1].floor.get(name), f"{run.id} {name}")
    charts.draw(figure, key, f"{METRICS[name].title} of the samples over the steps")


def _reading(name: str) -> str:
    how = METRICS[name].how_to_read
    return f"How to read it: {how} The dashed line is what real images get against real ones."


def _longest(found: Sequence[Evaluation], alike: Sequence[Evaluation], name: str) -> Sequence[Evaluation]:
    """Return what makes a curve: evaluations like the chosen one or, if it stands alone, the most that are alike."""
    if len(alike) > 1:
        return alike
    measured = [reading for reading in found if name in reading.values]
    others = max((evaluation_table.comparable(measured, reading) for reading in measured), key=len, default=alike)
    return others if len(others) > 1 else alike


def _classes(run: Run, config: TrainConfig, reading: Evaluation, place: str) -> bool:
    """Show the classes of an evaluation; False where nothing tells them."""
    names = datasets.get(config.dataset).classes
    if not (len(reading.classes) == len(reading.data_classes) == len(names) > 0):
        return False
    st.markdown(f"#### Classes of {reading.count:,} samples at step {reading.step:,}")
    if doctor.grade(reading) == doctor.NOISE:
        st.caption(
            "Not shown: these samples are noise, and a classifier that only knows its classes takes noise for one of "
            "them, often without a doubt."
        )
        return True
    figure = _classes_figure(reading.classes, reading.data_classes, names, run.id)
    charts.draw(figure, f"{place}_classes_{run.id}", "Share of each class among samples and real images")
    st.caption(
        "How to read it: what the classifier takes the samples for. Good is where both bars are equally high. A class "
        "with next to no samples is one that the generator has lost; a few that tower over the rest are the beginning "
        "of mode collapse."
    )
    return True


def _row(reading: Evaluation, name: str) -> Row:
    low, high = reading.intervals.get(name, (_NAN, _NAN))
    return reading.step, reading.values.get(name, _NAN), low, high


@st.cache_resource(max_entries=64, show_spinner=False)
def _metric_figure(name: str, rows: tuple[Row, ...], floor: float | None, uirevision: str) -> go.Figure:
    columns = dict(zip(("step", "value", "low", "high"), zip(*rows, strict=True), strict=True))
    metric = METRICS[name]
    return plots.evaluation_figure(columns, metric.title, metric.form, floor, uirevision)


@st.cache_resource(max_entries=64, show_spinner=False)
def _classes_figure(
    samples: tuple[float, ...], real: tuple[float, ...], names: tuple[str, ...], uirevision: str
) -> go.Figure:
    return plots.class_histogram_figure(samples, real, names, uirevision)
