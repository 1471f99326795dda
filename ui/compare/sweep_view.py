"""What came of a sweep: the best combination of settings, all of them in one picture, and the table."""

import streamlit as st

from ganlib.catalog.metrics import METRICS
from ganlib.config import FIELDS
from ganlib.experiments import results, tables
from ganlib.experiments.results import Experiment
from ganlib.experiments.sweep import settings_of
from ganlib.plots.sweep import parallel_figure
from ganlib.runs.folder import Run
from ui.common import cached, charts, evaluation_table, formatting, navigation
from ui.compare import evaluate_button

_FIRST = "frechet_distance"
_SHOWN = (_FIRST, "recognised", "coverage", "classes_missing", "duplicates")
_BEST = 4  # whose samples are shown
_LARGEST = 300  # pixels


def show(experiment: Experiment) -> None:
    """Show the answer first; before the first evaluation say that it is to come."""
    swept = settings_of(experiment.values[0]).keys()
    ranked = [end for end in tables.ranking(experiment, _FIRST) if settings_of(end[0]).keys() == swept]
    if not (ranked and swept):
        st.info("No combination is evaluated yet: what is best shows as runs end.")
        evaluate_button.show(_unjudged(experiment), "compare_exp")
        return
    _answer(experiment, [value for value, _ in ranked])
    measured = [name for name in _SHOWN if all(name in found for _, found in ranked)]
    settings = [settings_of(value) for value, _ in ranked]
    by_setting = {FIELDS[name].label: [each[name] for each in settings] for name in settings[0]}
    figure = parallel_figure(by_setting, METRICS[_FIRST].title, [found[_FIRST].mean for _, found in ranked])
    charts.draw(figure, f"sweep_{experiment.id}", "A line for each combination of settings, through what came of it")
    st.caption(
        "How to read it: each line is a combination; follow it from its settings to the distance that came of them. "
        "Blue lines end near real images. Drag along an axis to keep only the lines that pass there."
    )
    rows = {name: list(map(formatting.plain, map(str, column))) for name, column in by_setting.items()}
    for name in measured:
        rows[METRICS[name].title] = [formatting.plain(found[name].text(METRICS[name].form)) for _, found in ranked]
    st.table(rows, border="horizontal", hide_index=True, alt="Combinations, the best first")
    st.caption(
        f"The best first, by {METRICS[_FIRST].title}: {METRICS[_FIRST].how_to_read} Means over seeds, in "
        "brackets lowest and highest."
    )
    _samples(experiment, [value for value, _ in ranked[:_BEST]])
    evaluate_button.show(_unjudged(experiment), "compare_exp")


def _answer(experiment: Experiment, ranked: list[str]) -> None:
    """Say which combination came nearest to real images, and which others chance may have set apart from it."""
    measured = results.repeats(experiment, _FIRST)
    level = tables.level(measured, ranked[:1])
    rest = sum(value in level for value in ranked[1:]) if level else len(ranked) - 1
    best, floor = measured[ranked[0]], results.floors(experiment).get(_FIRST)
    real = f"; real images {floor.mean:.1f}" if floor else ""
    said = f"**{formatting.plain(experiment.label(ranked[0]))}** comes nearest to real images{_so_far(experiment)}: "
    said += f"{METRICS[_FIRST].title} {best.value:.1f}{real}."
    if rest:
        others = "all others" if rest == len(ranked) - 1 else f"{rest} other{'s' * (rest > 1)}"
        said += f" From {others} it may be apart by chance alone; more seeds tell."
    st.markdown(said)


def _so_far(experiment: Experiment) -> str:
    return "" if experiment.is_over else " so far"


def _samples(experiment: Experiment, best: list[str]) -> None:
    grid = st.grid(len(best), min_column_width=200)
    by_value = experiment.by_value()
    for value in best:
        with grid.cell(), st.container(gap="xsmall", width=_LARGEST):
            run = next(iter(by_value[value].values()))
            st.markdown(formatting.plain(experiment.label(value)))
            found = cached.samples(run)
            if picture := cached.sample_grid(found[-1].path) if found else None:
                alt = f"Grid of 64 images: {experiment.label(value)}"
                st.image(picture, width="stretch", output_format="PNG", alt=alt)
            navigation.to_run(run)


def _unjudged(experiment: Experiment) -> list[Run]:
    return [run for run in experiment.runs if not evaluation_table.best_known(run)]
