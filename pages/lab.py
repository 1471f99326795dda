"""Lab: a GAN on points in the plane, small and fast enough to watch every step."""

import streamlit as st

from ganlib.catalog import losses
from ganlib.config import TrainConfig
from ganlib.data import points
from ganlib.explore import frames
from ganlib.metrics import mixture
from ganlib.runs import queue
from ganlib.runs.store import Run, Status
from ganlib.utils.errors import UserError
from ui.common import cached, charts, formatting, frame, links, refresh_rate, user
from ui.explore import address
from ui.lab import form, plane
from ui.train import controls
from ui.train.live import ACTIVE

REFRESH_SECONDS = 1.0


def show_form() -> None:
    """Show the controls, and start what they say."""
    try:
        preset, config = form.show()
    except UserError as error:
        st.error(frame.in_words(str(error)))
        return
    user.ask()
    why_not = user.why_not_start()
    if why_not:
        st.warning(why_not)
    if st.button("Start", type="primary", icon=":material/play_arrow:", width="stretch", disabled=bool(why_not)):
        try:
            run = queue.start(config, {"preset": preset}, None, owner=user.name())
        except UserError as error:
            st.error(frame.in_words(str(error)))
        else:
            cached.look_again()
            st.query_params["run"] = run.id
            st.rerun()


def show_layers() -> list[str]:
    """Let layers of the picture be switched on and off."""
    text = st.query_params.get("layers", ",".join(plane.USUAL))
    usual = [name for name in text.split(",") if name in plane.LAYERS]
    chosen = st.pills(
        "Layers", list(plane.LAYERS), selection_mode="multi", default=usual, key="lab_layers",
        format_func=lambda name: plane.LAYERS[name][0], label_visibility="collapsed",
        help="  \n".join(f"**{title}**: {about}" for title, about in plane.LAYERS.values()),
    )  # fmt: skip
    now = ",".join(name for name in plane.LAYERS if name in chosen)
    if now != ",".join(plane.USUAL):
        st.query_params["layers"] = now
    else:
        st.query_params.pop("layers", None)
    return [name for name in plane.LAYERS if name in chosen]


def show_run(run: Run) -> None:
    """Show a run's picture, and follow it while it trains."""
    status = run.status()
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{formatting.title(run)}**", width="content")
        formatting.badge(status)
        controls.show(run, status)
    layers = show_layers()
    every = refresh_rate.pace(REFRESH_SECONDS) if status.state in ACTIVE else None
    st.fragment(follow, run_every=every)(run, status.state, layers)


def follow(run: Run, shown: str, layers: list[str]) -> None:
    """Show what changes while a run goes on; the page is reloaded when its state is not the one `shown`."""
    refresh_rate.enter()
    if shown in ACTIVE:
        refresh_rate.advance(run.path.parent)
    status = run.status()
    if status.state != shown:
        st.rerun()
    config = run.config
    plane.show(run, config, layers, is_live=shown in ACTIVE)
    st.caption(in_numbers(run, config, status))


def in_numbers(run: Run, config: TrainConfig, status: Status) -> str:
    """Say in a line how far the run is, and how well its newest frame covers the modes."""
    found = frames.read(run.path, frames.steps(run.path)[-1:])
    parts = [f"Step {status.step:,} of {status.total_steps:,}"]
    distribution = points.get(config.dataset)
    if found and not distribution.is_curve:
        mode, good = mixture.nearest(found[0].points.astype(float), distribution)
        covered = len(set(mode[good].tolist()))
        parts += [f"modes found {covered} of {len(distribution.centres)}", f"good samples {good.mean():.0%}"]
    return " · ".join(parts)


def show_empty() -> None:
    """Show what will be here."""
    with st.container(border=True, height=560, horizontal_alignment="center", vertical_alignment="center"):
        st.markdown("**Press Start**: in two seconds points begin to move here, and D's opinion of the plane with them.")


def show_curves(run: Run) -> None:
    """Show the losses of a run."""
    every = refresh_rate.pace(3 * REFRESH_SECONDS) if run.status().state in ACTIVE else None
    st.fragment(lambda: charts.show(run, losses.get(run.config.loss)), run_every=every)()


frame.begin()
address.begin()
with st.container(width=1200):
    frame.header("Lab", "A GAN on points in the plane: small enough to see all of it, fast enough to watch it learn.")
    left, right = st.columns([4, 7], gap="large")
    with left:
        show_form()
    run = None
    with right:
        if name := st.query_params.get("run"):
            try:
                run = links.run(name)
                show_run(run)
            except UserError as error:
                run = None
                st.warning(formatting.plain(str(error)))
        if run is None:
            show_empty()
    if run:
        show_curves(run)
