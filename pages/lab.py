"""Lab: a GAN on points in the plane, small and fast enough to watch every step."""

import streamlit as st

from ganlib import presets
from ganlib.catalog import losses
from ganlib.config import TrainConfig
from ganlib.data import points
from ganlib.runs import queue
from ganlib.runs.folder import Run
from ganlib.runs.status import ACTIVE, QUEUED
from ganlib.utils import environment
from ganlib.utils.errors import UserError
from ui.common import (
    cached,
    code,
    formatting,
    inference_guard,
    linked_address,
    linked_widgets,
    links,
    page_layout,
    refresh_rate,
    run_header,
    step_stations,
    user,
)
from ui.lab import chosen_point, form, numbers, opinions, pair, plane
from ui.run import run_state

REFRESH_SECONDS = 1.0
CURVES_SECONDS = 2.0


def compose() -> None:
    """Show the controls, and start what they say."""
    start = st.container()
    try:
        preset, config = form.show()
    except UserError as error:
        start.error(page_layout.in_words(str(error)))
        return
    if environment.is_class():
        user.ask()
    with start:
        show_start(preset, config)


def show_start(preset: str, config: TrainConfig) -> None:
    """Show the button and, when it is pressed, start the training and turn to its picture."""
    why_not = user.why_not_start()
    is_pressed = st.button(
        "Start", key="lab_start", type="primary", icon=":material/play_arrow:", width="stretch",
        disabled=bool(why_not), help=why_not or "Train anew with these settings; earlier runs stay on the Runs page.",
    )  # fmt: skip
    st.caption("What is set below holds from the next start on.")
    if not is_pressed:
        return
    try:
        # On other points, the preset's name would only mislead.
        record = {"preset": preset} if config.dataset == presets.get(preset).config.dataset else {}
        run = queue.start(config, record, None, owner=user.name())
    except UserError as error:
        st.error(page_layout.in_words(str(error)))
    else:
        cached.look_again()
        for name, value in {"run": run.id, "pair": None, "point": None, "step": None}.items():
            linked_address.put(name, value)
        st.rerun()


def chosen() -> Run | None:
    """Return the run that the address names, or None; says so if there is no such run on points."""
    name = st.query_params.get("run")
    if not name:
        return None
    try:
        run = links.run(name)
        if run.config.is_plane:
            return run
        st.warning("This run has images; the Lab shows points in the plane.")
    except UserError as error:
        st.warning(formatting.plain(str(error)))
    return None


def show_empty() -> None:
    """Show what will be here."""
    with st.container(border=True, height=480, horizontal_alignment="center", vertical_alignment="center"):
        st.markdown("**Press Start.** In two or three seconds points begin to move here, and D's opinion with them.")


def has_ideal(run: Run) -> bool:
    """Whether there are weights to compute the ideal discriminator from, and D's output is a probability of a point."""
    is_critic = losses.get(run.config.loss).adversary == "Critic"
    return (
        run.config.pack == 1
        and run.status().state not in ACTIVE
        and not is_critic
        and (run.path / "generator.weights.h5").is_file()
    )


def show_run(run: Run, shown: str, layers: list[str], opinion: str) -> None:
    """Show the picture and, while the run goes on, more of it; the page is drawn anew when its state changes."""
    refresh_rate.enter()
    if shown in ACTIVE:
        refresh_rate.advance(run.path.parent)
    status = run.status()
    if status.state != shown:
        st.rerun()
    if chosen_point.has_news():
        st.rerun()
    if opinion == opinions.OWN:
        plane.show(run, run.config, layers, is_live=shown in ACTIVE)
    else:
        opinions.show(run, run.config, layers, opinion)


def show_numbers(run: Run, shown: str) -> None:
    """Show what the picture does not."""
    status = run.status()
    if status.state == QUEUED:
        st.info(run_state.place_in_queue(run, status))
    numbers.show(run, run.config, status, losses.get(run.config.loss))
    numbers.show_findings(run, status)


def show_step(run: Run) -> None:
    """Offer to take the next step apart, at the end or at a snapshot."""
    is_open = linked_widgets.toggle(
        "apart", "One step, taken apart", "Go through a training step station by station, in memory."
    )
    if not is_open:
        return
    snapshots = [str(step) for step in inference_guard.snapshots(run)]
    stops = {step: f"step {int(step):,}" for step in snapshots} | {"end": "the end"}
    at = linked_widgets.stops("at", "Checkpoint", stops, "end", "The step that would come next after it.")
    step_stations.show(run, None if at == "end" else int(at))


page_layout.begin()
linked_address.begin()
with st.container(width=1200):
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        st.title("Lab", anchor=False, width="content")
        st.markdown("A GAN on points in the plane: small enough to see all of it, fast enough to watch it learn.")
    left, middle, right = st.columns([3, 6, 3], gap="medium")
    with left:
        compose()
    with middle, st.container(key="lab_picture"):
        run = chosen()
        if run:
            state = run.status().state
            layers = form.layers(points.modes(run.config.dataset) is not None)
            opinion = opinions.choose() if has_ideal(run) else opinions.OWN
            every = refresh_rate.pace(REFRESH_SECONDS) if state in ACTIVE else None
            st.fragment(show_run, run_every=every)(run, state, layers, opinion)
            form.explain(layers)
        else:
            show_empty()
    with right:
        if run:
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                formatting.badge(run.status())
                run_header.controls(run, run.status())
            pair.show(run)
            every = refresh_rate.pace(CURVES_SECONDS) if state in ACTIVE else None
            st.fragment(show_numbers, run_every=every)(run, state)
    if run and run.status().state not in ACTIVE and (run.path / "generator.weights.h5").is_file():
        show_step(run)
    if run:
        code.show(plane.lines(run, layers), "These lines make the picture as a Plotly figure that plays in a notebook.")
        st.fragment(chosen_point.show, run_every=every and 2 * every)(run)
