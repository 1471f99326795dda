"""Trained models as pictures: the source projects' tables, and cards for all others."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from ganlib import data, plots, presets
from ganlib.catalog import datasets, losses
from ganlib.catalog.source_projects import Row
from ganlib.config import TrainConfig
from ganlib.data.shipped import MODELS, manifest
from ganlib.runs import store
from ganlib.runs.folder import SHIPPED, Run
from ganlib.runs.status import ACTIVE
from ganlib.utils.errors import UserError
from ui.common import cached, charts, evaluation_table, formatting, navigation

_CELL = 165  # pixels, the least width of a cell: two stand side by side on a telephone
_CHART_HEIGHT = 220  # pixels
_DISTANCE = (
    "Fréchet distance: how far the pictures are from real ones as a classifier sees them. Smaller is better, "
    "within one data set only; in brackets, what two sets of real images have between them. Not all trained for as "
    "long: it tells how good these are, not which way learns best."
)


def shipped() -> dict[str, Run]:
    """Return the models that came with the app by id, in the order in which the project lists them."""
    found = {run.id: run for run in store.list_shipped()}
    try:
        listed = manifest(SHIPPED)[MODELS]
    except UserError:  # whoever loads a model is told
        listed = {}
    return {name: found[name] for name in [*(n for n in listed if n in found), *(n for n in found if n not in listed)]}


def show_row(row: Row, shipped: Mapping[str, Run]) -> partial[None]:
    """Show the systems of a row as pictures; return what is left for the end of the page: the originals."""
    facts = datasets.get(row.dataset)
    present = [shipped[preset] for preset in row.systems.values() if preset in shipped]
    st.subheader(facts.title, anchor=row.dataset)
    with st.container(horizontal=True, gap="medium", vertical_alignment="center"):
        st.markdown(facts.about, width="content")
        moves = st.toggle("Watch them learn", key=f"gallery_watch_{row.dataset}", persist_state="page")
        with_losses = st.toggle("Losses", key=f"gallery_losses_{row.dataset}", persist_state="page")
    grid = st.grid(1 + len(row.systems), min_column_width=_CELL)
    with grid.cell():
        st.markdown("**Original**")
        originals = st.container()
    for title, preset in row.systems.items():
        with grid.cell():
            st.markdown(f"**{title}**")
            if preset in shipped:
                _cell(shipped[preset], moves, with_losses)
            else:
                st.caption("No trained model of this one came with the app.")
                navigation.to_train(preset)
    if with_losses:
        for title, reading in _readings(present).items():
            st.caption(f"How to read the losses, {formatting.plain(title)}: {reading}")
    return partial(_show_originals, originals, presets.get(next(iter(row.systems.values()))).config, present)


def explain(shown: Iterable[Run]) -> None:
    """Say what the numbers under the pictures of these runs are, if there are any."""
    if any(_distance(run) for run in shown):
        st.caption(_DISTANCE)


def show_cards(found: Sequence[Run]) -> None:
    """Show runs as cards, each with the newest pictures and, if it came with the app, why it did."""
    grid = st.grid(4, min_column_width=_CELL)
    for run in found:
        with grid.cell():
            st.markdown(f"**{_title(run)}**")
            _cell(run, why=run.about().note if run.is_shipped else "")


def show_data(names: Sequence[str]) -> list[partial[None]]:
    """Show real images of data sets; return what is left for the end of the page: to read and show them."""
    left = []
    grid = st.grid(4, min_column_width=_CELL)
    for name in names:
        with grid.cell():
            st.markdown(f"**{datasets.get(name).title}**")
            left.append(partial(_show_originals, st.container(), TrainConfig(dataset=name)))
            with st.container(horizontal=True, gap="small"):
                navigation.to_data(name, "Look at it")
                navigation.to_train_on(name)
    return left


def _cell(run: Run, moves: bool = False, with_losses: bool = False, why: str = "") -> None:
    """Show what a run generates, how far it came, why it is there, and the ways on from here."""
    _picture(run, moves)
    st.caption(_standing(run))
    if why:
        st.caption(formatting.plain(why))
    try:
        config = run.config
    except UserError as error:
        st.caption(formatting.plain(str(error)))
        return
    if with_losses:
        _losses(run, config)
    with st.container(horizontal=True, gap="small"):
        navigation.to_explore(run)
        navigation.to_run(run)
        if run.is_shipped:
            navigation.to_train_like(run)


def _picture(run: Run, moves: bool) -> None:
    content = cached.animation(run) if moves else None
    if content:
        st.image(content, width="stretch", alt=f"Animation of the images that {run.id} generated while it learned")
        return
    samples = cached.samples(run)
    sample_grid = cached.sample_grid(samples[-1].path) if samples else None
    if sample_grid is None:
        st.caption("It has no pictures yet.")
        return
    st.image(sample_grid, width="stretch", output_format="PNG", alt=f"Grid of images that {run.id} generated")
    if moves:
        st.caption("It has no animation.")


def _losses(run: Run, config: TrainConfig) -> None:
    if not charts.are_there(run):
        st.caption("It has no curves.")
        return
    loss = losses.get(config.loss)
    charts.draw(
        _loss_figure(cached.metrics_stamp(run), loss.adversary),
        f"gallery_losses_of_{run.id}",
        f"Losses of generator and {loss.adversary.lower()} of {run.id} over the steps",
    )


def _readings(found: Sequence[Run]) -> dict[str, str]:
    """Return how to read the curves of each loss that some runs have, by its title."""
    readings = {}
    for run in found:
        with suppress(UserError):  # a damaged run has no curves to read
            loss = losses.get(run.config.loss)
            readings[loss.title] = loss.how_to_read
    return readings


@st.cache_resource(max_entries=32, show_spinner=False)
def _loss_figure(stamp: cached.Stamp, adversary: str) -> go.Figure:
    figure = plots.loss_figure(cached.metrics(*stamp), adversary=adversary, uirevision=stamp[0])
    return figure.update_layout(height=_CHART_HEIGHT).update_yaxes(title_text="")


def _standing(run: Run) -> str:
    """Say how long a run learned and, if it was evaluated, how close to real images it came."""
    status = run.status()
    epochs = round(status.epoch, 1)
    parts = [f"{epochs:,g} epoch{'' if epochs == 1 else 's'}"] if status.step else []
    if status.state in ACTIVE:
        parts.insert(0, formatting.STATES[status.state].label.lower())
    if found := _distance(run):
        parts.append(found)
    return " · ".join(parts)


def _distance(run: Run) -> str:
    """Say the Fréchet distance and its floor, or ""."""
    found = evaluation_table.best_known(run, "frechet_distance")
    if not found:
        return ""
    floor = found.floor.get("frechet_distance")
    real = f" (real {floor:,.{1 if floor >= 0.1 else 2}f})" if floor is not None else ""
    return f"Fréchet distance {found.values['frechet_distance']:,.1f}{real}"


def _title(run: Run) -> str:
    """Return what the person or the project calls the run, or for a shipped one its preset's title."""
    try:
        preset = presets.PRESETS.get(str(run.record.get("preset")))
    except UserError:
        preset = None
    has_own = cached.title(run) != run.id
    if preset and run.is_shipped and not has_own:
        return formatting.plain(preset.title)
    return formatting.title(run, longest=40)


def _show_originals(slot: Any, config: TrainConfig, found: Sequence[Run] = ()) -> None:
    """Show real images: from a run that brought some along, else from the data set if any of it is at hand."""
    title = datasets.get(config.dataset).title
    with slot:
        # A part of the data set that is on this machine, if there is one.
        parts = (config.split, *datasets.get(config.dataset).counts)
        here = next((part for part in parts if data.where(config.dataset, part)), config.split)
        shown = cached.originals(config.changed(split=here), found)
        if shown.png is None:
            st.caption(formatting.plain(shown.trouble))
            navigation.to_data(config.dataset, f"Get {title}")
            return
        st.image(shown.png, width="stretch", output_format="PNG", alt=f"Grid of real images of {title}")
        grey = ", converted to greyscale" if config.grayscale else ""
        if found:
            st.caption(f"Real images{grey}")
