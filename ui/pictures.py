"""What a run generates: sample sheets over time, the originals beside them, the animation."""

import streamlit as st

from ganlib.choices import datasets
from ganlib.config import TrainConfig
from ganlib.runs import Run, Sample
from ui import cached

MOST_STOPS = 200
"""Stops of the slider over time; a long run has more sheets than a hand can tell apart."""

_ANIMATION_WIDTH = 480  # pixels


def show(run: Run, config: TrainConfig | None) -> None:
    """Show the sheet of the chosen moment, following the newest, beside real images.

    Args:
        run: whose pictures.
        config: its choices, or None if they cannot be read; there are no originals then.
    """
    samples = cached.samples(run)
    sample = _chosen(run, stops(samples)) if samples else None
    left, right = st.columns(2, gap="medium")
    with left:
        _generated(sample)
    with right:
        if config:
            _originals(run, config)


def show_animation(run: Run) -> None:
    """Offer the animation of the whole training, if the run has one."""
    if not (run.path / "samples" / "training.gif").is_file():
        return
    folded = st.expander("The training as an animation", key=f"live_animation_{run.id}", on_change="rerun")
    if folded.open:
        with folded:
            content = cached.animation(run)
            if content:
                with st.container(width=_ANIMATION_WIDTH):
                    st.image(content, width="stretch", alt="Animation of the sample sheets over the training")
            else:
                st.caption("The animation cannot be read.")


def stops(samples: list[Sample]) -> dict[int, Sample]:
    """Return the sheets to choose from, by step: evenly thinned to about `MOST_STOPS`, the newest among them.

    The distance between them is a power of two, so that stops stay where they are while a run goes on.
    """
    stride = 1
    while len(samples) > MOST_STOPS * stride:
        stride *= 2
    return {sample.step: sample for sample in [*samples[::stride], *samples[-1:]]}


def _chosen(run: Run, by_step: dict[int, Sample]) -> Sample:
    """Return the sheet at the slider, which follows the newest until a person moves it back."""
    newest = max(by_step)
    if len(by_step) == 1:
        return by_step[newest]
    slider, pin = f"live_step_{run.id}", f"live_pin_{run.id}"
    pinned = st.session_state.get(pin)
    wanted = pinned if pinned in by_step else newest
    if st.session_state.get(slider) != wanted:
        st.session_state[slider] = wanted
    step = st.select_slider(
        "Time",
        list(by_step),
        format_func=lambda step: f"step {step:,}",
        key=slider,
        on_change=_pin,
        args=(slider, pin, newest),
        help="Look back at any moment of the training. At the far right it follows the newest pictures.",
    )
    return by_step[step]


def _pin(slider: str, pin: str, newest: int) -> None:
    step = st.session_state[slider]
    st.session_state[pin] = None if step == newest else step


def _generated(sample: Sample | None) -> None:
    if sample is None:
        st.caption("No pictures yet: the first ones are drawn when training begins.")
        return
    sheet = cached.sheet(sample.path)
    when = f"step {sample.step:,} (epoch {round(sample.epoch, 1):g})"
    if sheet is None:
        st.caption(f"The pictures of {when} cannot be read any more.")
        return
    st.image(sheet, width="stretch", output_format="PNG", alt=f"Sheet of 64 generated images at {when}")
    st.caption(f"Generated at {when}, always from the same 64 latent vectors.")


def _originals(run: Run, config: TrainConfig) -> None:
    found = cached.originals(config, [run])
    if found.png is None:
        st.caption(found.trouble)
        return
    st.image(found.png, width="stretch", output_format="PNG", alt=f"Sheet of {cached.ORIGINALS} real images")
    grey = ", turned grey" if config.grayscale else ""
    st.caption(f"Originals: real images of {datasets.get(config.dataset).title}{grey}, for comparison.")
