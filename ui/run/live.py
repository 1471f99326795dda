"""The view of one run on one screen: what it generates, how the game goes, where it stands. It follows a training.

Each part has a slot of its own size, also while it is empty, so that nothing ever moves. Three things are drawn in
turns of their own, because what is drawn costs the processors that train: the picture and the progress often; the
curves, the doctor's finding and the timeline more seldom; and the buttons only when the state of the run changes.
"""

from collections.abc import Callable, Mapping
from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from ganlib.catalog import losses
from ganlib.config import TrainConfig
from ganlib.runs import watching
from ganlib.runs.folder import Run
from ganlib.runs.status import ACTIVE, FAILED, RUNNING
from ganlib.utils.errors import UserError
from ui.common import address, charts, code, doctor_report, evaluation_curves, refresh_rate, run_details, run_header
from ui.run import run_state, sample_grids

REFRESH_SECONDS = 1.5
"""The least time between two looks at a run that goes on: at its state and its newest picture."""

_CURVES_EVERY, _TIMELINE_EVERY = 5, 10  # looks: they change more slowly than the pictures
_STAYS = 3.0  # looks after the last one for which the trainer goes on drawing for somebody


def show(run: Run, parts: run_header.Parts = run_header.NO_PARTS) -> None:
    """Show everything about a run, and refresh it for as long as it trains or waits.

    Call it at the top level of a page, outside of any fragment, and once a page; `parts` are the page's own.
    """
    if not run.path.is_dir():
        st.warning(run_header.GONE)
        return
    status = run.status()
    refresh_rate.enter()
    every = refresh_rate.pace(REFRESH_SECONDS) if status.state in ACTIVE else None
    run_header.show(run, status, parts)
    with st.container(key="live_state"):
        state = st.empty()
    with st.container(key="live_frame", horizontal=True, gap="medium"):
        with st.container(key="live_picture", gap="xsmall"):
            st.fragment(_follow, run_every=every)(run.path, status.state, every, state)
            if every:
                st.fragment(_follow_timeline, run_every=_TIMELINE_EVERY * every)(run.path)
        with st.container(key="live_side", gap="xsmall"):
            # The first curves come at once, the following ones in their own time.
            waits = not charts.are_there(run)
            slower = 1 if waits else _CURVES_EVERY
            st.fragment(_follow_side, run_every=every and slower * every)(run.path, status.state, waits)


def _follow(path: Path, shown: str, every: float | None, state: DeltaGenerator) -> None:
    """Show what changes all the time while a run goes on; reload the page when its state is not the one `shown`."""
    run = Run(path)
    refresh_rate.enter()
    if shown in ACTIVE:
        refresh_rate.advance(path.parent)
    status = run.status()
    if status.state != shown or not path.is_dir() or (every and refresh_rate.has_changed(every, REFRESH_SECONDS)):
        st.rerun()
    with state:
        run_state.show(run, status)
    sample_grids.show(run, status)
    if not every:
        sample_grids.show_timeline(run, status)
    if shown == RUNNING and every:  # last, so that the picture drawn for this look is there for the next
        watching.watch(run, _STAYS * every)


def _follow_timeline(path: Path) -> None:
    """Show what goes back to an earlier picture, apart from the picture that comes anew so often."""
    run = Run(path)
    sample_grids.show_timeline(run, run.status())


def _follow_side(path: Path, shown: str, waits: bool) -> None:
    """Show what changes less often, or costs more to draw: the doctor's finding and one view of the run."""
    run = Run(path)
    if waits and charts.are_there(run):
        st.rerun()
    hidden = set(() if sample_grids.has_animation(run, shown) else ("Replay",))
    hidden |= set(() if charts.has_information(run) else ("Information",))
    hidden |= set(() if charts.has_equilibrium(run) else ("Equilibrium",))
    hidden |= _NOT_FOR_AUDIENCES if address.get(charts.PROJECTOR) else set()
    views = {name: view for name, view in _VIEWS.items() if name not in hidden}
    first = "Events" if shown == FAILED and "Events" in views else "Curves"
    name = st.segmented_control(
        "Show", views, default=first, key=f"live_view_{run.id}", required=True, label_visibility="collapsed",
    )  # fmt: skip
    try:
        config = run.config
    except UserError as error:
        config = None
        run_state.warn(str(error))
    else:
        doctor_report.line(run, config, run.status())
    with st.container(key="live_view", gap="xsmall"):
        views[name](run, config)


def _curves(run: Run, config: TrainConfig | None) -> None:
    charts.show(run, losses.get(config.loss) if config else None, run.status().state == RUNNING)


def _gradients(run: Run, config: TrainConfig | None) -> None:
    charts.show_norms(run, losses.get(config.loss) if config else None, run.status().state == RUNNING)


def _information(run: Run, config: TrainConfig | None) -> None:
    charts.show_information(run, losses.get(config.loss) if config else None, run.status().state == RUNNING)


def _equilibrium(run: Run, config: TrainConfig | None) -> None:
    charts.show_equilibrium(run, losses.get(config.loss) if config else None, run.status().state == RUNNING)


def _events(run: Run, config: TrainConfig | None) -> None:
    run_details.show_events(run)
    if run.status().state == FAILED:
        run_details.show_log(run)


def _settings(run: Run, config: TrainConfig | None) -> None:
    if config:
        run_details.show_ending(config, run.status())
        run_details.show_settings(run, config)
    if run.samples():
        code.show(lines(run), "These lines read the newest pictures and draw the losses in a notebook.")


_VIEWS: Mapping[str, Callable[[Run, TrainConfig | None], None]] = {
    "Curves": _curves,
    "Originals": sample_grids.show_originals,
    "Classes": evaluation_curves.show_classes,
    "Metrics": evaluation_curves.show_metric,
    "Gradients": _gradients,
    "Information": _information,
    "Equilibrium": _equilibrium,
    "Events": _events,
    "Settings": _settings,
    "Replay": sample_grids.show_animation,
}

_NOT_FOR_AUDIENCES = {"Gradients", "Events", "Settings"}


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
