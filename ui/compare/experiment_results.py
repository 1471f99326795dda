"""What came of an experiment: curves with bands over random seeds, numbers, the report."""

from collections.abc import Mapping, Sequence
from functools import partial

import streamlit as st

from ganlib.catalog.metrics import METRICS
from ganlib.experiments import results, tables
from ganlib.experiments.plan import PRESET
from ganlib.experiments.results import Experiment
from ganlib.plots.series import Columns, band
from ui.common import address, evaluation_table, formatting
from ui.compare import code, curves, differing_settings, evaluate_button, metrics_table

FIRST = "frechet_distance"
"""The metric drawn until another is picked, where it was measured."""


def show_curves(experiment: Experiment) -> None:
    """Show losses and a metric over the steps, a line a value and a band over its seeds."""
    groups = {experiment.label(value): list(by_seed.values()) for value, by_seed in experiment.by_value().items()}
    groups = {name: found for name, found in groups.items() if found}
    objectives = [config.loss for config in tables.configs(experiment).values()]
    if not any(run.samples() for run in experiment.runs):
        return
    lines = [curves.of(name, found) for name, found in groups.items()]
    curves.show(lines, objectives, f"exp_{experiment.id}", with_bands=True)
    columns = {title: [results.evaluation_columns(run) for run in found] for title, found in groups.items()}
    measured = [name for name in METRICS if _is_curve(name, columns)]
    if not measured:
        return
    key = f"exp_which_{experiment.id}"
    st.session_state[key] = address.one_of("metric", measured, FIRST if FIRST in measured else measured[0])
    name = st.pills(
        "Metric to draw", measured, format_func=lambda name: METRICS[name].title, required=True, wrap=True, key=key,
        on_change=address.keep, args=("metric", key),
    )  # fmt: skip
    floor = results.floors(experiment).get(name)
    curves.show_metric(name, columns, floor.mean if floor else None, f"exp_{experiment.id}")


def _is_curve(name: str, groups: Mapping[str, Sequence[Columns]]) -> bool:
    """Whether a metric was measured more than once in some runs; one measurement is told in the table."""
    bands = (band(found, name) for found in groups.values())
    return any(len(found.steps) > 1 for found in bands if found)


def show_answer(experiment: Experiment) -> None:
    """Show what an experiment found out in a sentence, then its table; nothing before the first evaluation."""
    if told := answer(experiment):
        st.markdown(told)
    _metrics(experiment)


def answer(experiment: Experiment) -> str:
    """Return in a sentence which value came nearest to real images; "" where the runs do not tell."""
    row = next((row for row in tables.metrics(experiment) if row.metric.name == FIRST), None)
    if row is None or sum(bool(cell.text) for cell in row.cells) < 2 or not results.has_one_measure(experiment):
        return ""
    labels = [formatting.plain(experiment.label(value)) for value in experiment.values]
    best = [label for label, cell in zip(labels, row.cells, strict=True) if cell.is_best]
    told = ", ".join(
        f"{label} {formatting.plain(cell.text)}" for label, cell in zip(labels, row.cells, strict=True) if cell.text
    )
    numbers = f"{row.metric.title}, mean over seeds: {told}" + (f"; real images {row.floor}." if row.floor else ".")
    setting = formatting.plain(experiment.field_title)
    if tables.is_confounded(experiment):
        return f"**{setting}: no answer**, because other settings differ as well. {numbers}"
    found = "no significant difference" if not best else ", ".join(best)
    ends = {0: "in the distance to real images", 1: "comes nearest to real images"}
    end = ends.get(len(best), "come nearest to real images, without a significant difference between them")
    return f"**{setting}: {found}** {end}{'' if experiment.is_over else ' so far'}. {numbers}"


def show(experiment: Experiment) -> None:
    """Show what does not change while runs go on: settings, times, how to get the same as code."""
    configs = tables.configs(experiment)
    differences = tables.differences(configs)
    st.subheader("What differs", anchor=False)
    if differences:
        differing_settings.show([experiment.label(value) for value in configs], differences, experiment.field)
        if len(differences) > 1:
            several = experiment.field == PRESET
            along = "" if several else " The setting in bold was varied, and the others came along with it."
            st.warning(tables.CONFOUNDED + along)
    else:
        st.caption("The settings of these runs cannot be compared.")
    _times(experiment)
    code.show_experiment(experiment.id)


def offer_report(experiment: Experiment) -> None:
    """Offer everything as one file; it is written when somebody asks for it."""
    from ganlib.experiments.report import report

    st.download_button(
        "Download the report", data=partial(report, experiment), file_name=f"{experiment.id}.html", mime="text/html",
        key="compare_report", icon=":material/download:", on_click="ignore",
        help="One HTML file with pictures, charts and tables, to be opened anywhere without a network.",
    )  # fmt: skip


_ALIKE = (
    "Bold marks the best of a row, or several where the difference may be chance. A row without bold shows no "
    "significant difference, or a generator can win it by repeating itself. The last column is what real images get "
    "against other real ones."
)
_CONFOUNDED = f"{tables.CONFOUNDED} The last column is what real images get against other real ones."
_UNLIKE = "These runs learned from different images: their numbers do not compare, so none is called the best."


def _metrics(experiment: Experiment) -> None:
    unjudged = [run for run in experiment.runs if not evaluation_table.best_known(run)]
    found = tables.metrics(experiment)
    if found:
        heads = [formatting.plain(experiment.label(value)) for value in experiment.values]
        rows: dict[str, list[str]] = {"Metric": [metrics_table.called(row.metric) for row in found]}
        for column, head in enumerate(heads):
            rows[head] = [_text(row.cells[column]) for row in found]
        rows["Real images"] = [row.floor.replace("%", " %") for row in found]
        st.table(rows, border="horizontal", hide_index=True, alt="Metrics by value")
        st.caption(
            f"{metrics_table.HOW} Of each run's last evaluation: the mean over seeds, in brackets lowest and highest. "
            f"{_reading(experiment)}"
        )
    evaluate_button.show(unjudged, "compare_exp")


def _reading(experiment: Experiment) -> str:
    if not results.has_one_measure(experiment):
        return _UNLIKE
    return _CONFOUNDED if tables.is_confounded(experiment) else _ALIKE


def _times(experiment: Experiment) -> None:
    found = tables.times(experiment)
    rows = {"Training": [title for title, _ in found]}
    for column, value in enumerate(experiment.values):
        rows[formatting.plain(experiment.label(value))] = [formatting.plain(cells[column]) for _, cells in found]
    st.table(rows, border="horizontal", hide_index=True, alt="Training time by value")


def _text(cell: tables.Cell) -> str:
    text = formatting.plain(cell.text.replace("%", " %")) or "–"
    return f"**{text}**" if cell.is_best else text
