"""A run of the Lab as it is watched: how it begins, its picture, and the numbers beside it for as long as it trains."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from ganlib.catalog import losses
from ganlib.config import TrainConfig
from ganlib.runs import queue
from ganlib.runs.folder import Run
from ganlib.runs.status import ACTIVE, QUEUED
from ganlib.utils.errors import UserError
from ui.common import formatting, links, page_layout, refresh_rate, run_details, user
from ui.lab import chosen_point, numbers, opinions, plane

REFRESH_SECONDS = 1.5
CURVES_SECONDS = 6.0


def start(config: TrainConfig, record: dict[str, Any]) -> Run | None:
    """Start a training, once for a double click; says so and returns None where that cannot be."""
    with page_layout.errors_told():
        user.demand_start()
        start = partial(queue.start, config, record, None, owner=user.name())
        return links.run(page_layout.once(f"started_{config.to_dict()}", lambda: start().id))
    return None


def named(parameter: str) -> Run | None:
    """Return the run that a parameter of the address names, or None; says so if there is no such run on points."""
    name = st.query_params.get(parameter)
    if not name:
        return None
    try:
        run = links.run(name)
        if run.config.is_plane:
            return run
        raise UserError("This run has images; points in the plane are shown here.")
    except UserError as error:
        st.warning(formatting.plain(str(error)))
        return None


def is_active(run: Run) -> bool:
    return run.status().state in ACTIVE


def has_weights(run: Run) -> bool:
    """Whether a run has ended and left a generator."""
    return not is_active(run) and (run.path / "generator.weights.h5").is_file()


def why_no_ideal(run: Run) -> str:
    """Say why the ideal discriminator of a run cannot be shown, or return ""; it takes G's final weights."""
    if losses.get(run.config.loss).is_critic:
        return "For a critic's scores there is no ideal D."
    if run.config.pack > 1:
        return "There is no ideal D to show where D judges several points at once."
    if is_active(run):
        return "**Ideal D** and **What D misses** can be chosen once the run has ended."
    return "" if has_weights(run) else "This run left no weights to compute the ideal D from."


def picture(
    run: Run,
    layers: Sequence[str],
    opinion: str = opinions.OWN,
    key: str = plane.PLACE,
    beside: DeltaGenerator | None = None,
) -> None:
    """Show the picture and, while the run goes on, more of it; the page is drawn anew when its state changes.

    `beside` is the place for what is told of an opinion other than D's own.
    """
    state = run.status().state
    every = refresh_rate.pace(REFRESH_SECONDS) if state in ACTIVE else None
    st.fragment(_picture, run_every=every)(run, state, layers, opinion, key, beside)


def beside(run: Run, key: str = plane.PLACE) -> None:
    """Show what the picture does not: the numbers, the losses, what the doctor finds."""
    every = refresh_rate.pace(CURVES_SECONDS) if is_active(run) else None
    st.fragment(_beside, run_every=every)(run, key)


def _picture(
    run: Run, shown: str, layers: Sequence[str], opinion: str, key: str, beside: DeltaGenerator | None
) -> None:
    refresh_rate.enter()
    if shown in ACTIVE:
        refresh_rate.advance(run.path.parent)
    if run.status().state != shown:
        st.rerun()
    if key == plane.PLACE and chosen_point.has_news():
        st.rerun()
    if beside is None or opinion == opinions.OWN:
        plane.show(run, run.config, layers, shown in ACTIVE, key)
    else:
        opinions.show(run, run.config, layers, opinion, beside)


def _beside(run: Run, key: str) -> None:
    status = run.status()
    if status.state == QUEUED:
        st.info(run_details.place_in_queue(run, status))
    numbers.show(run, run.config, status, losses.get(run.config.loss), f"{key}_{run.id}")
    numbers.show_findings(run, status)
