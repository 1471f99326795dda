"""Up to four runs side by side: their pictures at the same checkpoint, curves, settings and numbers."""

from collections.abc import Container, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import streamlit as st

from ganlib.config import TrainConfig
from ganlib.experiments.settings import differing
from ganlib.runs.evaluation import Evaluation
from ganlib.runs.folder import Run, home
from ganlib.runs.status import ACTIVE
from ganlib.utils.errors import UserError
from ui.common import (
    address,
    evaluation_table,
    formatting,
    handout,
    inference_guard,
    navigation,
    page_layout,
    refresh_rate,
)
from ui.compare import by_class, code, curves, differing_settings, evaluate_button, metrics_table, picking, sample_grids

REFRESH_SECONDS = 3.0
SAMPLES, CLASSES, CURVES, METRICS, SETTINGS = "samples", "classes", "curves", "metrics", "settings"
PARTS = {SAMPLES: "Samples", CLASSES: "By class", CURVES: "Curves", METRICS: "Metrics", SETTINGS: "Settings"}


def show() -> None:
    """Show the view; call it at the top level of a page, outside of any fragment."""
    chosen = picking.choose()
    if not chosen:
        return
    states = [run.status().state for run in chosen]
    every = refresh_rate.pace(REFRESH_SECONDS) if any(state in ACTIVE for state in states) else None
    if answer := metrics_table.answer(picking.titles(chosen), *_evaluated(chosen)):
        st.markdown(answer)
    if len(chosen) > 1:
        _warn_of_lost_settings(chosen)
    absent = set() if any(config.classes for config in _configs(chosen).values()) else {CLASSES}
    part = _ask_part(absent) if len(chosen) > 1 else SAMPLES
    with page_layout.only(part, PARTS):
        if part == SETTINGS:
            _settings(chosen, picking.titles(chosen), _configs(chosen))
        elif part == METRICS:
            _numbers(chosen, picking.titles(chosen))
        else:
            st.fragment(_follow, run_every=every)(part, [run.path for run in chosen], states, every)
    inference_guard.warm_up()  # whoever compares may draw fresh samples next


def _ask_part(absent: Container[str]) -> str:
    """Ask what to compare; one at a time, so that it stays in sight. The address keeps it."""
    key = "compare_show"
    found = {part: label for part, label in PARTS.items() if part not in absent}
    shown = [part for part, label in found.items() if part == SAMPLES or handout.offer(part, label, can_lock=False)]
    st.session_state[key] = part = address.one_of("show", shown, SAMPLES)
    st.segmented_control(
        "What to compare", shown, format_func=PARTS.__getitem__, key=key, required=True, on_change=_picked,
        label_visibility="collapsed",
    )  # fmt: skip
    return part


def _picked() -> None:
    part = st.session_state["compare_show"]
    address.put(show=None if part == SAMPLES else part)


def _follow(part: str, paths: Sequence[Path], shown: Sequence[str], every: float | None) -> None:
    """Show what changes while runs go on; draw the page anew once one of them is in another state."""
    refresh_rate.enter()
    chosen = [Run(path) for path in paths]
    if every:
        refresh_rate.advance(home())
        if [run.status().state for run in chosen] != list(shown) or refresh_rate.has_changed(every, REFRESH_SECONDS):
            st.rerun()
    titles, configs = picking.titles(chosen), _configs(chosen)
    if part == CURVES:
        groups = [curves.of(title, [run]) for title, run in zip(titles, chosen, strict=True)]
        curves.show(groups, [config.loss for config in configs.values()], "compare_side")
        return
    named = {title: configs[run.id] for title, run in zip(titles, chosen, strict=True) if run.id in configs}
    if part == CLASSES:
        by_class.show(chosen, titles, named)
        return
    checkpoint, seed = sample_grids.show(chosen, titles, named)
    code.show_side(chosen, checkpoint, seed)


def _configs(chosen: Sequence[Run]) -> dict[str, TrainConfig]:
    """Return the settings of the runs by id, as far as they can be read."""
    found = {}
    for run in chosen:
        with suppress(UserError):
            found[run.id] = run.config
    return found


def _warn_of_lost_settings(chosen: Sequence[Run]) -> None:
    configs = _configs(chosen)
    if lost := [title for title, run in zip(picking.titles(chosen), chosen, strict=True) if run.id not in configs]:
        st.warning(
            formatting.plain(f"The settings of {', '.join(lost)} cannot be read; delete it or restore its files.")
        )


def _settings(chosen: Sequence[Run], titles: Sequence[str], configs: dict[str, TrainConfig]) -> None:
    known = [(title, configs[run.id]) for title, run in zip(titles, chosen, strict=True) if run.id in configs]
    if len(known) < 2:
        return
    differences = differing([config for _, config in known])
    if not differences:
        st.caption("Nothing: they have the same settings, down to the seed.")
        return
    differing_settings.show([title for title, _ in known], differences)
    st.caption(
        f"{len(differences)} settings, so none of them alone explains a difference between the runs; an experiment "
        "varies one, with several random seeds."
        if len(differences) > 1
        else "A single setting: all else is the same. With another random seed the numbers would differ a little too."
    )


def _evaluated(chosen: Sequence[Run]) -> tuple[list[Evaluation | None], list[tuple[Any, ...]]]:
    """Return each run's evaluation, and which real images it was compared with."""
    configs = [_configs([run]).get(run.id) for run in chosen]
    images = [(config.dataset, config.split, config.grayscale) if config else () for config in configs]
    return [evaluation_table.best_known(run) for run in chosen], images


def _numbers(chosen: Sequence[Run], titles: Sequence[str]) -> None:
    found, images = _evaluated(chosen)
    if any(found):
        metrics_table.show_metrics(titles, found, images)
    evaluate_button.show([run for run, reading in zip(chosen, found, strict=True) if not reading], "compare_side")
    metrics_table.show_times(titles, chosen)
    with st.container(horizontal=True, gap="medium"):
        for run, title in zip(chosen, titles, strict=True):
            navigation.to_run(run, f"Open {formatting.plain(title)}")
