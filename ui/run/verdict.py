"""How good the samples of an evaluation are, at a glance: a sentence, and three numbers between noise and real."""

import math
from typing import NamedTuple

import streamlit as st

from ganlib import plots
from ganlib.catalog.metrics import METRICS, Metric
from ganlib.metrics import doctor
from ganlib.plots import Standing
from ganlib.runs.evaluation import Evaluation
from ganlib.runs.folder import Run
from ui.common import charts, metric_cards, page_layout

HEADLINES = ("frechet_distance", "precision", "coverage")
"""As a whole, by single samples, by variety; where one was not measured, another stands in."""

_COUNT = 3
_UNKNOWN = "**Not graded**: what was measured does not tell how near the samples are to real images."
_READING = (
    "How to read it: each bar begins at what random pixels get and ends, if full, at what real images get against "
    "other real ones."
)
_LOGARITHMIC = " Distances are on a logarithmic scale."


class Headline(NamedTuple):
    metric: Metric
    standing: Standing
    is_log: bool


def show(run: Run, reading: Evaluation) -> None:
    """Show both; no bars where nothing was measured of real images and of noise."""
    check = doctor.GRADES.get(doctor.grade(reading))
    st.markdown(f"**{check.title}.** {page_layout.in_words(check.meaning)}" if check else _UNKNOWN)
    if not (found := headlines(reading)):
        return
    standings = [headline.standing for headline in found]
    told = "; ".join(f"{row.title} {row.value}, noise {row.noise}, real images {row.real}" for row in standings)
    with st.container(width=720):
        figure = plots.standing_figure(standings, run.id)
        charts.draw(figure, f"judge_standing_{run.id}", f"Between noise and real images: {told}")
        st.caption(_READING + _LOGARITHMIC * any(headline.is_log for headline in found))


def headlines(reading: Evaluation) -> list[Headline]:
    """Return up to three metrics of an evaluation with where they stand between noise and real images."""
    others = [name for name in METRICS if name not in HEADLINES and not METRICS[name].peaks_at_real]
    found = []
    for name in (*HEADLINES, *others):
        if all(name in table for table in (reading.values, reading.floor, reading.noise)):
            metric, value = METRICS[name], reading.values[name]
            real, noise = reading.floor[name], reading.noise[name]
            is_log = metric.is_better == "lower" and math.isinf(metric.bounds[1])
            share = plots.share(value, noise, real, is_log)
            if not math.isnan(share):
                texts = [metric_cards.shown(metric, each) for each in (value, noise, real)]
                is_log = is_log and min(value, noise, real) > 0
                found.append(Headline(metric, Standing(metric.title, *texts, share), is_log))
    return found[:_COUNT]
