"""All metrics of one evaluation as a table: with intervals, and what real images and noise get; prose on demand."""

from collections.abc import Mapping

import streamlit as st

from ganlib.catalog.metrics import METRICS, Metric
from ganlib.metrics.classes import ENOUGH
from ganlib.runs.evaluation import Evaluation
from ui.common import formatting, user

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
    """Show a row for each metric that was measured, and name those that were not."""
    measured = [metric for metric in METRICS.values() if metric.name in reading.values]
    if measured:
        rows = {
            "Metric": [
                f"**{metric.title}** &nbsp; :small[:gray[{_arrow(metric)} {metric.aim}]]" for metric in measured
            ],
            "Samples": [
                f"**{shown(metric, reading.values[metric.name])}** {_interval(metric, reading)}" for metric in measured
            ],
            "Real images": [_reference(metric, reading.floor) for metric in measured],
            "Noise": [_reference(metric, reading.noise) for metric in measured],
        }
        st.table(rows, border="horizontal", hide_index=True, alt="All metrics of this evaluation")
        with st.expander("What each metric says", icon=":material/menu_book:"):
            st.caption(_HOW)
            for metric in measured:
                lesson = f" {_LESSON}" if metric.rewards_collapse else ""
                st.markdown(f"**{metric.title}.** {metric.about} {metric.how_to_read}{lesson}")
    has_points = any(METRICS[name].of_points for name in reading.values)
    of_kind = [metric for metric in METRICS.values() if metric.of_points == has_points]
    of_kind = [metric for metric in of_kind if not (metric.of_conditional or metric.of_stacked)]
    missing = [] if has_points else [metric for metric in of_kind if metric.name not in reading.values]
    if any(metric.needs_labels and metric.name not in _REASONS for metric in missing):
        st.caption(
            "The other metrics look through a classifier of whole images, and there is none for these: they are not "
            "measured."
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
    if reading.owner:
        parts.append(f"by {formatting.plain(formatting.cut(reading.owner, user.LONGEST))}")
    return " · ".join(parts)


def shown(metric: Metric, value: float) -> str:
    """Return a value as it is written: "12.3" or "87 %"."""
    return metric.text(value).replace("%", " %")


def in_short(metric: Metric, reading: Evaluation) -> str:
    """Write a value with its interval and what real images get, in one line of Markdown."""
    value = f"**{metric.title} {shown(metric, reading.values[metric.name])}**"
    return f"{value} {_interval(metric, reading)} &nbsp; {_references(metric, reading)}"


def _arrow(metric: Metric) -> str:
    return ":material/adjust:" if metric.peaks_at_real else _ARROWS[metric.is_better]


def _reference(metric: Metric, known: Mapping[str, float]) -> str:
    return shown(metric, known[metric.name]) if metric.name in known else "–"


def _interval(metric: Metric, reading: Evaluation) -> str:
    if metric.name not in reading.intervals:
        return ""
    low, high = (shown(metric, value) for value in reading.intervals[metric.name])
    return f":small[:gray[({low} to {high})]]"


def _references(metric: Metric, reading: Evaluation) -> str:
    known = {"Real": reading.floor.get(metric.name), "Noise": reading.noise.get(metric.name)}
    told = [f"{name} {shown(metric, value)}" for name, value in known.items() if value is not None]
    return f":small[{' · '.join([*told, f'{reading.count:,} samples'])}]"
