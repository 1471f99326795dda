"""What a run generates: sample grids over time, the originals beside them, the animation."""

from functools import partial

import streamlit as st

from ganlib.catalog import datasets
from ganlib.config import TrainConfig
from ganlib.runs import watching
from ganlib.runs.folder import Run
from ganlib.runs.records import Sample
from ganlib.runs.status import ACTIVE, LIVE, Status
from ui.common import cached

LATEST = -1
"""Stands on the slider for the newest sample grid, whichever that is, so that to follow is a choice like any step."""


def show(run: Run, status: Status) -> None:
    """Show the newest picture, or the sample grid of the step that `show_timeline` asks for."""
    samples = cached.samples(run)
    sample = _chosen(run, samples) if samples else None
    if sample and sample == samples[-1] and status.state in LIVE:
        sample = _newest(run, sample, status)
    with st.container(key="live_grid"):  # no `st.empty`, which would be seen empty for an instant
        _generated(sample)
    st.session_state[_shown(run)] = st.session_state.get(_slider(run), LATEST)


def show_timeline(run: Run, status: Status) -> None:
    """Show what chooses between sample grids; a choice that `show` has not heard of runs the page again."""
    samples = cached.samples(run)
    with st.container(key="live_time", horizontal=True, vertical_alignment="center", gap="small"):
        if len(samples) > 1:
            _slide(run, samples)
        if samples and status.state not in ACTIVE:
            _offer_to_save(run, _chosen(run, samples))
    if st.session_state.get(_slider(run), LATEST) != st.session_state.get(_shown(run), LATEST):
        st.rerun()


def _offer_to_save(run: Run, sample: Sample) -> None:
    st.download_button(
        ":material/download:", partial(cached.large_grid, sample.path), f"{run.id}-step-{sample.step}.png", "image/png",
        key=f"live_save_{run.id}", type="tertiary", on_click="ignore",
        help="Save these pictures as a PNG, four times as large as here.",
    )  # fmt: skip


def show_originals(run: Run, config: TrainConfig | None) -> None:
    """Show real images, as many as there are generated ones."""
    if config is None:
        return
    found = cached.originals(config, [run])
    if found.png is None:
        st.caption(found.trouble)
        return
    st.image(found.png, width="stretch", output_format="PNG", alt=f"Grid of {cached.ORIGINALS} real images")
    grey = ", converted to greyscale" if config.grayscale else ""
    st.caption(f"Originals: real images of {datasets.get(config.dataset).title}{grey}.")


def has_animation(run: Run, state: str) -> bool:
    """Whether the whole training can be replayed: not before it is over."""
    return run.is_shipped or (state not in ACTIVE and (run.path / "samples" / "training.gif").is_file())


def show_animation(run: Run, config: TrainConfig | None) -> None:
    """Show the animation of the whole training."""
    if content := cached.animation(run):
        st.image(content, width="stretch", alt="Animation of the sample grids over the training")
    else:
        st.caption("The animation cannot be read.")


def _newest(run: Run, sample: Sample, status: Status) -> Sample:
    """Return what was drawn for those who watch, if it is newer than the newest sample grid."""
    picture = watching.newest(run)
    return Sample(picture.step, status.epoch, picture.path) if picture and picture.step > sample.step else sample


def _chosen(run: Run, samples: list[Sample]) -> Sample:
    """Return the sample grid of the step that was chosen, the newest of all if none was or if it is gone."""
    step = st.session_state.get(_slider(run), LATEST)
    return next((sample for sample in samples if sample.step == step), samples[-1])


def _slide(run: Run, samples: list[Sample]) -> None:
    """Ask for the newest of all sample grids, or for the one of a step to look at.

    Only a person moves the slider. Were the app to move it along with the newest, a value sent by a browser before it
    heard of the move would look like a person's choice of an earlier step. To follow again is a new slider, so that
    a late value of the old one says nothing either.
    """
    key = _slider(run)
    step = st.session_state.get(key, LATEST)
    place = st.container(width="stretch")
    # No callback: after a restart of the server, the first click would not find it. Always there: nothing moves.
    if st.button(
        "Latest", key=f"live_follow_{run.id}", icon=":material/last_page:", type="tertiary", disabled=step == LATEST
    ):
        st.session_state[f"live_follows_{run.id}"] = st.session_state.get(f"live_follows_{run.id}", 0) + 1
        st.rerun()
    with place:
        st.select_slider(
            "Step to look at: at the far right, the newest picture",
            [*sorted({*cached.stops(samples), *({step} & {sample.step for sample in samples})}), LATEST],
            value=LATEST,
            format_func=lambda step: "latest" if step == LATEST else f"step {step:,}",
            key=key,
            label_visibility="collapsed",
        )


def _slider(run: Run) -> str:
    return f"live_step_{run.id}_{st.session_state.get(f'live_follows_{run.id}', 0)}"


def _shown(run: Run) -> str:
    return f"live_shown_{run.id}"


def _generated(sample: Sample | None) -> None:
    """Show a sample grid, or say why there is none: one element."""
    if sample is None:
        st.caption("No pictures yet: the first ones are drawn when training begins.")
        return
    sample_grid = cached.sample_grid(sample.path)
    when = f"step {sample.step:,} (epoch {round(sample.epoch, 1):g})"
    if sample_grid is None:
        st.caption(f"The pictures of {when} cannot be read any more.")
    else:
        st.image(sample_grid, width="stretch", output_format="PNG", alt=f"Grid of 64 generated images at {when}")
