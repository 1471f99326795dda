"""All metrics of one evaluation: each with what it measures, what is good, and what real images and noise get."""

import streamlit as st

from ganlib.catalog.metrics import METRICS, Metric
from ganlib.metrics.classes import ENOUGH
from ganlib.runs.evaluation import Evaluation
from ui.common import formatting

_ARROWS = {"lower": ":material/south:", "higher": ":material/north:"}

_LESSON = ":material/school: A collapsed run may score well here. No single number says how good a GAN is."

_HOW = (
    "In brackets: where the value of as many other samples would lie, 95 times in 100. **Real** is what real images "
    "get against other real ones, as near to perfect as can be measured with so many. **Noise** is what random pixels "
    "get, for orientation only: some broken generators are worse."
)

_DAMAGED = "its value cannot be read"
_REASONS = {
    "copies": "it takes longest: press Evaluate to look for copies",
    "classes_missing": f"it takes {ENOUGH:,} samples or more, and as many real images",
}


def show(reading: Evaluation) -> None:
    """Show a card for each metric that was measured, and name those that were not."""
    st.caption(_HOW)
    grid = st.grid(3, min_column_width=290, border=True)
    for metric in METRICS.values():
        if metric.name in reading.values:
            with grid.cell():
                _card(metric, reading)
    has_points = any(METRICS[name].of_points for name in reading.values)
    of_kind = [metric for metric in METRICS.values() if metric.of_points == has_points]
    of_kind = [metric for metric in of_kind if not metric.of_conditional]
    missing = [] if has_points else [metric for metric in of_kind if metric.name not in reading.values]
    if any(metric.needs_labels and metric.name not in _REASONS for metric in missing):
        st.caption(
            "The other metrics look through a classifier, and only the built-in data sets have one: for these images "
            "they are not measured."
        )
        missing = [metric for metric in missing if not metric.needs_labels]
    for metric in missing:
        st.caption(f"{metric.title}: not measured here, because {_REASONS.get(metric.name, _DAMAGED)}.")


def basis(reading: Evaluation) -> str:
    """Say on what an evaluation stands: weights, samples, seed, time."""
    epoch = "" if reading.epoch is None else f" (epoch {reading.epoch:.3g})"
    parts = [f"Step {reading.step:,}{epoch}", f"{reading.count:,} samples against {reading.count:,} real images"]
    parts.append(f"seed {reading.seed}")
    if reading.seconds is not None:
        parts.append(f"took {reading.seconds:.1f} s")
    if reading.time is not None:
        parts.append(formatting.moment(reading.time))
    return " · ".join(parts)


def shown(metric: Metric, value: float) -> str:
    """Return a value as it is written: "12.3" or "87 %"."""
    return metric.text(value).replace("%", " %")


def in_short(metric: Metric, reading: Evaluation) -> str:
    """Write a value with its interval and what real images get, in one line of Markdown."""
    value = f"**{metric.title} {shown(metric, reading.values[metric.name])}**"
    return f"{value} {_interval(metric, reading)} &nbsp; {_references(metric, reading)}"


def _card(metric: Metric, reading: Evaluation) -> None:
    arrow = ":material/adjust:" if metric.peaks_at_real else _ARROWS[metric.is_better]
    with st.container(gap="xsmall"):
        st.markdown(f"**{metric.title}** &nbsp; :small[:gray[{arrow} {metric.aim}]]")
        st.markdown(f"### {shown(metric, reading.values[metric.name])} {_interval(metric, reading)}")
        st.markdown(_references(metric, reading))
        st.caption(f"{metric.about} {metric.how_to_read}")
        if metric.rewards_collapse:
            st.caption(_LESSON)


def _interval(metric: Metric, reading: Evaluation) -> str:
    if metric.name not in reading.intervals:
        return ""
    low, high = (shown(metric, value) for value in reading.intervals[metric.name])
    return f":small[:gray[({low} to {high})]]"


def _references(metric: Metric, reading: Evaluation) -> str:
    known = {"Real": reading.floor.get(metric.name), "Noise": reading.noise.get(metric.name)}
    told = [f"{name} {shown(metric, value)}" for name, value in known.items() if value is not None]
    return f":small[{' · '.join([*told, f'{reading.count:,} samples'])}]"
