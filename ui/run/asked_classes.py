"""Whether a conditional run draws the class that it is asked for, class by class."""

from collections.abc import Sequence

import numpy as np
import streamlit as st

from ganlib import plots
from ganlib.catalog import datasets
from ganlib.config import TrainConfig
from ganlib.metrics.classes import best_matching
from ganlib.runs.evaluation import Evaluation, accuracies
from ganlib.runs.folder import Run
from ui.common import charts


def show(run: Run, config: TrainConfig, reading: Evaluation) -> None:
    """Show the confusion matrix of an evaluation, if it has one; the worst class in words."""
    names = datasets.get(config.dataset).classes
    if not len(reading.confusion) == len(names) > 1:
        return
    if config.conditioning == "infogan":
        _show_categories(run, config, reading, names)
        return
    st.markdown(f"#### Asked for a class, {reading.count:,} samples at step {reading.step:,}")
    charts.draw(
        plots.confusion_figure(reading.confusion, names), f"judge_confusion_{run.id}",
        "How many samples of each class that was asked for are taken for each class",
    )  # fmt: skip
    drawn, real = accuracies(reading.confusion), accuracies(reading.real_confusion)
    worst = min(range(len(names)), key=lambda place: drawn[place] if drawn[place] >= 0 else 1.0)
    beside = f", of real ones {100 * real[worst]:.0f} %" if len(real) == len(names) else ""
    st.caption(
        "How to read it: a row for each class that the generator was asked for, and what the classifier takes its "
        f"samples for. On the diagonal it was drawn as asked: least often {names[worst]}, {100 * drawn[worst]:.0f} % "
        f"of its samples{beside}. What lies beside the diagonal is confused, by the generator or by the classifier."
    )


def _show_categories(run: Run, config: TrainConfig, reading: Evaluation, names: Sequence[str]) -> None:
    """Show what the classifier takes each category of an InfoGAN for, sorted by the classes that they stand for."""
    counts = np.array(reading.confusion)
    stands_for = best_matching(counts)
    order = np.argsort(stands_for)
    st.markdown(f"#### What became of the categories, {reading.count:,} samples at step {reading.step:,}")
    charts.draw(
        plots.confusion_figure(counts[order].tolist(), names, [config.class_names[row] for row in order]),
        f"judge_categories_{run.id}", "How many samples of each category are taken for each class",
    )  # fmt: skip
    st.caption(
        "How to read it: a row for each category, which nobody explained to the networks, in the order of the classes "
        "that they fit best. Where a row is on the diagonal alone, a category has become a class by itself; where two "
        "classes share a row, the networks found them more alike than we do."
    )
