"""What a run generates: sample grids over time, the originals beside them, the animation."""

import streamlit as st

from ganlib.catalog import datasets
from ganlib.config import TrainConfig
from ganlib.runs.folder import Run
from ganlib.runs.records import Sample
from ui.common import cached

LATEST = -1
"""Stands on the slider for the newest sample grid, whichever that is, so that to follow is a choice like any step."""

_ANIMATION_WIDTH = 480  # pixels


def show(run: Run, config: TrainConfig | None) -> None:
    """Show the newest sample grid, or the one of a step to look at, beside real images."""
    samples = cached.samples(run)
    sample = _chosen(run, samples) if samples else None
    left, right = st.columns(2, gap="medium")
    with left:
        _generated(sample, config)
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
                    st.image(content, width="stretch", alt="Animation of the sample grids over the training")
            else:
                st.caption("The animation cannot be read.")


def _chosen(run: Run, samples: list[Sample]) -> Sample:
    """Return the sample grid that the slider asks for: the newest of all, or the one of a step to look at.

    Only a person moves the slider. Were the app to move it along with the newest, a value sent by a browser before it
    heard of the move would look like a person's choice of an earlier step. To follow again is a new slider, so that
    a late value of the old one says nothing either.
    """
    if len(samples) == 1:
        return samples[0]
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        place, back = st.container(), st.empty()
    key = _slider(run)
    step = st.session_state.get(key, LATEST)
    # No callback: after a restart of the server, the first click would not find it.
    if step != LATEST and back.button("Follow latest", key=f"live_follow_{run.id}", icon=":material/last_page:"):
        st.session_state[f"live_follows_{run.id}"] = st.session_state.get(f"live_follows_{run.id}", 0) + 1
        key, step = _slider(run), LATEST
        back.empty()
    by_step = {sample.step: sample for sample in samples}
    with place:
        step = st.select_slider(
            "Time",
            [*sorted({*cached.stops(samples), *({step} & by_step.keys())}), LATEST],
            value=LATEST,
            format_func=lambda step: "latest" if step == LATEST else f"step {step:,}",
            key=key,
            help="Look back at any step of the training. At the far right it follows the newest sample grid.",
        )
    return by_step.get(step, samples[-1])


def _slider(run: Run) -> str:
    return f"live_step_{run.id}_{st.session_state.get(f'live_follows_{run.id}', 0)}"


def _generated(sample: Sample | None, config: TrainConfig | None) -> None:
    if sample is None:
        st.caption("No pictures yet: the first ones are drawn when training begins.")
        return
    sample_grid = cached.sample_grid(sample.path)
    when = f"step {sample.step:,} (epoch {round(sample.epoch, 1):g})"
    if sample_grid is None:
        st.caption(f"The pictures of {when} cannot be read any more.")
        return
    st.image(sample_grid, width="stretch", output_format="PNG", alt=f"Grid of generated images at {when}")
    has_rows = config is not None and config.conditioning != "none"
    what = "a row for each class, each from the same eight" if has_rows else "always from the same 64"
    st.caption(f"Generated at {when}, {what} latent vectors.")


def _originals(run: Run, config: TrainConfig) -> None:
    found = cached.originals(config, [run])
    if found.png is None:
        st.caption(found.trouble)
        return
    st.image(found.png, width="stretch", output_format="PNG", alt=f"Grid of {cached.ORIGINALS} real images")
    grey = ", converted to greyscale" if config.grayscale else ""
    st.caption(f"Originals: real images of {datasets.get(config.dataset).title}{grey}, for comparison.")
