"""The view of one run: where it stands, what it generates, how the game goes. It follows while it trains."""

from pathlib import Path

import streamlit as st

from ganlib.catalog import losses
from ganlib.config import TrainConfig
from ganlib.runs.folder import Run
from ganlib.runs.status import ACTIVE, LIVE, RUNNING
from ganlib.utils.errors import UserError
from ui.common import (
    cached,
    charts,
    code,
    doctor_report,
    evaluation_curves,
    formatting,
    live_settings,
    refresh_rate,
    run_details,
    run_header,
    user,
)
from ui.run import run_state, sample_grids

REFRESH_SECONDS = 2.0
"""The least time between two looks at a run that goes on: at its state and its newest sample grid."""

_CURVES_EVERY = 3  # looks: to draw the curves costs the browser more than all the rest


def show(run: Run) -> None:
    """Show everything about a run, and refresh it for as long as it trains or waits.

    Each part has a container of its own, also while it is empty: what one state lacks and the next one has then moves
    nothing, and no part is seen at its old place and its new one while the page is drawn anew.

    Call it at the top level of a page, outside of any fragment, and once a page.
    """
    if not run.path.is_dir():
        st.warning(run_header.GONE)
        return
    status = run.status()
    refresh_rate.enter()
    every = refresh_rate.pace(REFRESH_SECONDS) if status.state in ACTIVE else None
    with st.container(width=run_header.WIDTH):
        with st.container():
            run_header.show(run, status)
        with st.container():
            if status.state in LIVE and not user.why_not(run):
                live_settings.show(run)
        st.fragment(_follow, run_every=every)(run.path, status.state, every)
        # The first curves come at once, the following ones in their own time.
        waits = not charts.are_there(run)
        slower = 1 if waits else _CURVES_EVERY
        st.fragment(_follow_curves, run_every=every and slower * every)(run.path, status.state, waits)


def _follow(path: Path, shown: str, every: float | None) -> None:
    """Show what changes all the time while a run goes on; reload the page when its state is not the one `shown`."""
    run = Run(path)
    refresh_rate.enter()
    if shown in ACTIVE:
        refresh_rate.advance(path.parent)
    status = run.status()
    if status.state != shown or not path.is_dir() or (every and refresh_rate.has_changed(every, REFRESH_SECONDS)):
        st.rerun()
    config = _config(run)
    with st.container():
        if isinstance(config, UserError):
            st.warning(formatting.plain(str(config)))
            config = None
    with st.container():
        run_state.show(run, status)
        if config and status.state == RUNNING and (place := run_details.place(run.record, config)):
            st.caption(formatting.plain(f"Computing on {place}"))
    with st.container():
        if config:
            run_details.show_ending(config, status)
            doctor_report.show(run, config, status)
    with st.container():
        sample_grids.show(run, config)


def _follow_curves(path: Path, shown: str, waits: bool) -> None:
    """Show what changes less often, or costs more to draw: curves, evaluations, and what is folded below them."""
    run, config = Run(path), _config(Run(path))
    if waits and charts.are_there(run):
        st.rerun()
    config = None if isinstance(config, UserError) else config  # said above
    with st.container():
        charts.show(run, losses.get(config.loss) if config else None)
    with st.container():
        if config:
            evaluation_curves.show_beside(run, config)
    with st.container():
        if shown != RUNNING:
            sample_grids.show_animation(run)
    with st.container():
        if cached.samples(run):
            code.show(lines(run), "These lines read the newest pictures and draw the losses in a notebook.")
    with st.container():
        run_details.show_events(run)
        if config:
            run_details.show_settings(run, config)


def _config(run: Run) -> TrainConfig | UserError:
    """Return a run's choices, or why they cannot be read."""
    try:
        return run.config
    except UserError as error:
        return error


def lines(run: Run) -> str:
    """Return lines that leave `picture`, the newest grid, and `figure`, the losses."""
    return (
        "from ganlib import plots\n"
        "from ganlib.runs import store\n"
        "from ganlib.utils import images\n\n"
        f"run = store.find({run.id!r})\n"
        "picture = images.read_png(run.samples()[-1].path)\n"
        "figure = plots.loss_figure(run.metrics())"
    )
