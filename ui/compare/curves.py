"""Loss curves of several trainings over each other, and when their heights can be compared."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import plotly.graph_objects as go
import streamlit as st

from ganlib import plots
from ganlib.catalog import losses
from ganlib.catalog.metrics import METRICS
from ganlib.plots import band_figure
from ganlib.plots.series import SMOOTHED_SHARE, Columns, band
from ganlib.runs.folder import Run
from ui.common import cached, charts

LOSSES: Mapping[str, str] = {"g_loss": "Generator loss", "d_loss": "Discriminator loss"}


class Curves(NamedTuple):
    """What is drawn as one line: what it is called, and the files of the runs that it is the mean of."""

    name: str
    stamps: tuple[cached.Stamp, ...]


def of(name: str, runs: Sequence[Run]) -> Curves:
    return Curves(name, tuple(cached.metrics_stamp(run) for run in runs))


def show(groups: Sequence[Curves], objectives: Sequence[str], place: str, with_bands: bool = False) -> None:
    """Show the two charts of losses side by side, and how to read them."""
    names = ", ".join(group.name for group in groups)
    for column, (key, title) in zip(st.columns(2, gap="medium"), LOSSES.items(), strict=True):
        with column:
            st.markdown(f"**{title}**")
            draw = _bands if with_bands else _overlay
            figure = draw(key, title, tuple(groups), place)
            charts.draw(figure, f"{place}_{key}", f"{title} over the steps: {names}")
    st.caption(reading(objectives))
    if with_bands:
        st.caption("The line is the mean over random seeds; the band reaches from the lowest to the highest of them.")


def show_metric(name: str, groups: Mapping[str, Sequence[Columns]], floor: float | None, place: str) -> None:
    """Show a metric over the steps, a line a group: the mean of its runs, and the band between them."""
    metric = METRICS[name]
    bands = {plots.as_is(title): found for title, columns in groups.items() if (found := band(columns, name))}
    figure = band_figure(bands, metric.title, floor, metric.form, f"{place} {name}")
    charts.draw(figure, f"{place}_metric", f"{metric.title} over the steps")
    st.caption(f"How to read it: {metric.how_to_read} The dashed line is what real images get against real ones.")


def reading(objectives: Sequence[str]) -> str:
    """Say whether the heights of these losses can be compared, and how to read them."""
    found = [losses.get(name) for name in dict.fromkeys(objectives)]
    if not found:
        return ""
    if len(found) == 1:
        return f"How to read it: all play the same game ({found[0].title}), so heights compare. {found[0].how_to_read}"
    named = ", ".join(loss.title for loss in found)
    return (
        f"How to read it: these play different games ({named}), whose losses have different scales. Compare the shapes "
        "of the curves, not their heights; pictures and metrics tell which is better."
    )


@st.cache_resource(max_entries=48, show_spinner=False)
def _overlay(key: str, title: str, groups: tuple[Curves, ...], uirevision: str) -> go.Figure:
    columns = {plots.as_is(group.name): cached.metrics(*stamp) for group in groups for stamp in group.stamps}
    # A run that someone handed on may lack what to draw over for good.
    whole = {name: each for name, each in columns.items() if {"step", "epoch"} <= each.keys()}
    return plots.overlay_figure(whole, key, title, uirevision)


@st.cache_resource(max_entries=48, show_spinner=False)
def _bands(key: str, title: str, groups: tuple[Curves, ...], uirevision: str) -> go.Figure:
    bands = {
        plots.as_is(group.name): found
        for group in groups
        if (found := band([cached.metrics(*stamp) for stamp in group.stamps], key, SMOOTHED_SHARE))
    }
    return band_figure(bands, title, uirevision=uirevision)
