"""The view of one run: where it stands, what it generates, how the game goes. It follows while it trains."""

from contextlib import suppress
from pathlib import Path

import streamlit as st

from ganlib.catalog import losses
from ganlib.config import TrainConfig
from ganlib.runs import store
from ganlib.runs.store import Run, Status
from ganlib.utils.errors import UserError
from ui.common import (
    cached,
    charts,
    code,
    dialogs,
    doctor_report,
    forking,
    formatting,
    frame,
    links,
    live_settings,
    navigation,
    refresh_rate,
    run_details,
    user,
)
from ui.run import controls, evaluate_button, evaluation_curves, run_state, sample_grids

RUNS_PAGE = "pages/runs.py"
REFRESH_SECONDS = 2.0
"""The least time between two looks at a run that goes on: at its state and its newest sample grid."""

_CURVES_EVERY = 3  # looks: to draw the curves costs the browser more than all the rest

WIDTH = 1040  # pixels: on a wider screen, larger pictures would only push the curves out of sight

GONE = "This run is no longer there: it was deleted."


def show(run: Run) -> None:
    """Show everything about a run, and refresh it for as long as it trains or waits.

    Each part has a container of its own, also while it is empty: what one state lacks and the next one has then moves
    nothing, and no part is seen at its old place and its new one while the page is drawn anew.

    Call it at the top level of a page, outside of any fragment, and once a page.
    """
    if not run.path.is_dir():
        st.warning(GONE)
        return
    status = run.status()
    refresh_rate.enter()
    every = refresh_rate.pace(REFRESH_SECONDS) if status.state in store.ACTIVE else None
    with st.container(width=WIDTH):
        with st.container():
            header(run, status)
        with st.container():
            if status.state in store.LIVE and not user.why_not(run):
                live_settings.show(run)
        st.fragment(_follow, run_every=every)(run.path, status.state, every)
        # The first curves come at once, the following ones in their own time.
        waits = not charts.are_there(run)
        slower = 1 if waits else _CURVES_EVERY
        st.fragment(_follow_curves, run_every=every and slower * every)(run.path, status.state, waits)


def header(run: Run, status: Status) -> None:
    """Show what a run is, where it stands, and the buttons that make sense now."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.header(formatting.title(run), anchor=False, width="content")
        formatting.badge(status)
        if not run.is_shipped:
            controls.show(run, status)
        if forking.is_possible(run):
            st.button(
                "Fork", key="live_fork", icon=":material/call_split:", on_click=dialogs.ask, args=("fork", run),
                help="Start a new run from what this one has learned, with other settings.",
            )  # fmt: skip
        if status.state not in store.ACTIVE and evaluate_button.has_weights(run):
            navigation.to_explore(run)
        if run.is_shipped:
            with suppress(UserError):  # what is wrong with its settings is said below
                navigation.to_train_like(run)
    if not run.is_shipped and (why_not := user.why_not(run)):
        st.caption(formatting.plain(why_not))
    if trouble := st.session_state.pop("live_trouble", ""):
        st.error(frame.in_words(trouble))
    about = run.about()
    st.caption(f"{formatting.plain(run.id)} · {formatting.origin(run)}" if about.title else formatting.origin(run))
    _parent(run)
    if about.note:
        st.text(about.note)


def _parent(run: Run) -> None:
    """Name the run that this one was forked from, and lead to it."""
    try:
        parent = run.record.get("parent")
    except UserError:
        return
    if not isinstance(parent, dict):
        return
    name, step = str(parent.get("run")), parent.get("step")
    sentence = f"Forked from {formatting.plain(formatting.cut(name, 61))}" + (
        f" at step {step:,}" if type(step) is int else ""
    )
    try:
        links.run(name)
    except UserError:
        st.caption(f"{sentence}, which is no longer here.")
    else:
        query = {"run": name, **user.parameters()}
        frame.link(RUNS_PAGE, sentence, icon=":material/call_split:", query_params=query)


def _follow(path: Path, shown: str, every: float | None) -> None:
    """Show what changes all the time while a run goes on; reload the page when its state is not the one `shown`.

    Args:
        path: the run's folder.
        shown: the state that the rest of the page shows.
        every: seconds between two looks, or None if this is the only one; the page is reloaded to change them.
    """
    run = Run(path)
    refresh_rate.enter()
    if shown in store.ACTIVE:
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
        if config and status.state == store.RUNNING and (place := run_details.place(run.record, config)):
            st.caption(formatting.plain(f"Computing on {place}"))
    with st.container():
        if config:
            run_details.show_ending(config, status)
            doctor_report.show(run, config, status)
    with st.container():
        sample_grids.show(run, config)


def _follow_curves(path: Path, shown: str, waits: bool) -> None:
    """Show what changes less often, or costs more to draw: curves, evaluations, and what is folded below them.

    Args:
        path: the run's folder.
        shown: the state that the rest of the page shows.
        waits: whether there were no curves yet; the page is reloaded when there are.
    """
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
        if shown != store.RUNNING:
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
    """Return lines that leave `picture`, the newest sheet, and `figure`, the losses."""
    return (
        "from ganlib import plots\n"
        "from ganlib.runs import store\n"
        "from ganlib.utils import images\n\n"
        f"run = store.find({run.id!r})\n"
        "picture = images.read_png(run.samples()[-1].path)\n"
        "figure = plots.loss_figure(run.metrics())"
    )
