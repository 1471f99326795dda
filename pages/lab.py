"""Lab: a GAN on points in the plane, small and fast enough to watch every step."""

import streamlit as st

from ganlib import presets
from ganlib.config import TrainConfig
from ganlib.data import points
from ganlib.runs.folder import Run
from ganlib.utils.errors import UserError
from ui.common import (
    code,
    dialogs,
    formatting,
    handout,
    inference_guard,
    linked_address,
    linked_widgets,
    page_layout,
    refresh_rate,
    run_header,
    step_stations,
    user,
)
from ui.lab import chosen_point, form, opinions, pair, plane, watching


def compose() -> None:
    """Show the controls, and start what they say."""
    start = st.container()
    try:
        preset, config = form.show()
    except UserError as error:
        start.error(page_layout.in_words(str(error)))
        return
    if user.is_shared():
        user.ask()
    with start:
        show_start(preset, config)


def show_start(preset: str, config: TrainConfig) -> None:
    """Show the button and, when it is pressed, start the training and turn to its picture."""
    why_not = user.why_not_start()
    is_pressed = st.button(
        "Start", key="lab_start", type="primary", icon=":material/play_arrow:", width="stretch",
        disabled=bool(why_not), help=why_not or "Retrain with these settings; earlier runs stay on the Runs page.",
    )  # fmt: skip
    st.caption(f"These settings apply from the next start on. {user.rules()}")
    if not is_pressed:
        return
    # On other points, the preset's name would only mislead.
    record = {"preset": preset} if config.dataset == presets.get(preset).config.dataset else {}
    if run := watching.start(config, record):
        for name, value in {"run": run.id, "pair": None, "point": None, "step": None}.items():
            linked_address.put(name, value)
        st.rerun()


def show_empty() -> None:
    """Show what will be here."""
    with st.container(border=True, height=480, horizontal_alignment="center", vertical_alignment="center"):
        st.markdown(
            "**Press Start.** Points begin to move here, and D's opinion with them: as a rule within seconds, on "
            "a busy machine later."
        )


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
    page_layout.header(
        "Lab",
        "A GAN on points in the plane: small enough to see all of it, fast enough to watch it learn.",
        dialogs.offer_to_hand_out,
    )
    handout.tell_unknown("lab")
    trouble = st.container()
    left, middle, right = st.columns([3, 6, 3], gap="medium")
    with left:
        compose()
    with middle, st.container(key="lab_picture"):
        run = watching.named("run")
        if run:
            layers = form.layers(points.modes(run.config.dataset) is not None)
            opinion, beside = opinions.choose(watching.why_no_ideal(run))
            watching.picture(run, layers, opinion, beside=beside)
            form.explain(layers)
        else:
            show_empty()
    with right:
        if run:
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                formatting.badge(run.status())
                run_header.controls(run, run.status())
            run_header.tell_refused(run)
            pair.show(run)
            watching.beside(run)
    if run and watching.has_weights(run):
        show_step(run)
    if run:
        code.show(plane.lines(run, layers), "These lines make the picture as a Plotly figure that plays in a notebook.")
        every = refresh_rate.pace(2 * watching.CURVES_SECONDS) if watching.is_active(run) else None
        st.fragment(chosen_point.show, run_every=every)(run)
    if told := linked_address.trouble():
        trouble.warning(formatting.plain(told))
dialogs.show()
