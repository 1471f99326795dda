"""Sample grids of several runs at the same checkpoint, from disk or drawn anew from one seed."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal, NamedTuple

import streamlit as st

from ganlib.config import TrainConfig
from ganlib.runs.folder import Run
from ganlib.runs.records import Sample
from ganlib.utils import images
from ganlib.utils.errors import UserError
from ui.common import address, cached, doctor_report, formatting, handout, inference_guard, page_layout, widget_version
from ui.compare import latents

SHARE, STEP = "share", "step"
SCALES = {SHARE: "Progress", STEP: "Step"}

_END = -1  # on the slider: the last stop, whichever that is

_SEED = "compare_seed"  # the widget

_CELL = 165  # pixels, the least width of a cell: two stand side by side on a telephone
_LARGEST = 420  # pixels
_SLIDER = 420


class Checkpoint(NamedTuple):
    """A checkpoint of the trainings: a step, or a share in percent of what each run has trained."""

    scale: str
    at: int


def show(
    chosen: Sequence[Run], titles: Sequence[str], configs: Mapping[str, TrainConfig]
) -> tuple[Checkpoint, int | None]:
    """Show a grid a run at a checkpoint that is picked, and return it and the seed of fresh samples, if any."""
    found = [cached.samples(run) for run in chosen]
    with st.container(horizontal=True, vertical_alignment="top", gap="medium"):  # one line: the grids are the thing
        checkpoint = ask_checkpoint(found)
        seed = _seed()
    with st.container(width=_LARGEST * max(2, len(chosen))):
        grid = st.grid(max(2, len(chosen)), min_column_width=_CELL)
    for run, title, samples in zip(chosen, titles, found, strict=True):
        with grid.cell(), st.container(gap="xsmall"):
            st.markdown(f"**{formatting.plain(title)}**")
            status = run.status()
            with st.container(horizontal=True, gap="small"):
                formatting.badge(status)
                doctor_report.badge(run, status)
            if seed is None:
                _from_disk(title, sample_at(samples, checkpoint))
            else:
                _drawn(run, title, samples, checkpoint, seed)
    if seed is None:
        st.caption(latents.told(configs, "Each run draws its grids from the same 64 latent vectors all along", True))
    else:
        st.caption(latents.told(configs, f"All are drawn with seed {seed}", False))
    return checkpoint, seed


def sample_at(samples: Sequence[Sample], checkpoint: Checkpoint) -> Sample | None:
    """Return the last grid at or before a checkpoint; where all are later, the first; None without any."""
    if not samples:
        return None
    wanted = step_at(samples, checkpoint)
    return max((sample for sample in samples if sample.step <= wanted), default=samples[0], key=lambda s: s.step)


def step_at(samples: Sequence[Sample], checkpoint: Checkpoint) -> int:
    """Return the step that a checkpoint is for a run with these grids."""
    if checkpoint.scale == STEP:
        return checkpoint.at
    return round(samples[-1].step * checkpoint.at / 100) if samples else 0


def until(samples: Sequence[Sample], checkpoint: Checkpoint) -> int | None:
    """Return the step that weights may have at a checkpoint at most, or None where it is the end."""
    return None if not samples or (step := step_at(samples, checkpoint)) >= samples[-1].step else step


def ask_checkpoint(found: Sequence[Sequence[Sample]]) -> Checkpoint:
    """Ask for the checkpoint; the address keeps it, and the far right is the end and stands for itself."""
    key = "compare_by"
    st.session_state[key] = scale = address.one_of("by", SCALES, SHARE)
    last = max((samples[-1].step for samples in found if samples), default=0)
    stops = sorted({step for samples in found for step in cached.stops(list(samples))}) if any(found) else []
    if len(stops) < 2:
        return Checkpoint(SHARE, 100)
    if handout.offer("by", "Align by", scale):
        _ask_scale(key)
    with st.container(width=_SLIDER):
        if scale == STEP:
            return Checkpoint(STEP, _slide(stops, address.number("at", 0, last, last), "step {:,}", STEP))
        return Checkpoint(SHARE, _slide(range(101), address.number("at", 0, 100, 100), "{} %", SHARE))


def _ask_scale(key: str) -> None:
    st.segmented_control(
        "Align by", SCALES, format_func=SCALES.__getitem__, key=key, required=True, on_change=_scaled,
        help="By progress, each run is shown at the same share of its own training; by step, after as many updates.",
        disabled=handout.is_locked("by"),
    )  # fmt: skip


def _slide(stops: Sequence[int], wanted: int, form: str, scale: str) -> int:
    """Ask for one of the stops; the end stands for whatever is the last one, so that runs that go on are followed."""
    widget = f"compare_at_{scale}"
    at = max((stop for stop in stops if stop <= wanted), default=stops[0])
    if not handout.offer("at", "Point in training", None if at == stops[-1] else str(at)):
        return at
    key = widget_version.key(widget, _END if at == stops[-1] else at)
    at = st.select_slider(
        "Point in training", [*stops[:-1], _END], key=key, on_change=_slid, args=(widget, key),
        format_func=lambda stop: "the end" if stop == _END else form.format(stop),
        help="Every run shows its last sample grid at or before this point.", disabled=handout.is_locked("at"),
    )  # fmt: skip
    return stops[-1] if at == _END else at


def _slid(widget: str, key: str) -> None:
    if not widget_version.is_late(widget, key):
        at = st.session_state[key]
        address.put(at=None if at == _END else at)


def _scaled() -> None:
    by = st.session_state["compare_by"]
    address.put(by=None if by == SHARE else by, at=None)


def _seed() -> int | None:
    """Ask whether to draw fresh samples, and from which seed."""
    toggle = "compare_fresh"
    st.session_state[toggle] = address.get("seed").isdigit()
    seed = address.number("seed", 0, address.LARGEST_SEED, 0)
    if not handout.offer("seed", "Same seed", str(seed) if st.session_state[toggle] else None):
        return seed if st.session_state[toggle] else None
    is_locked = handout.is_locked("seed")
    with st.container(
        horizontal=True, vertical_alignment="center", gap="medium", width="content", key="compare_same_seed"
    ):
        is_fresh = st.toggle(
            "Same seed", key=toggle, on_change=lambda: address.put(seed=0 if st.session_state[toggle] else None),
            help="Off: the grids that each training drew. On: 64 new samples of each run from one seed, with the "
            "weights that were kept nearest before.",
            disabled=is_locked,
        )  # fmt: skip
        if not is_fresh:
            return None
        ask_seed(seed, is_locked, "collapsed")
    return seed


def ask_seed(seed: int, is_locked: bool, label_visibility: Literal["visible", "collapsed"] = "visible") -> None:
    """Show the seed that the address names, to be changed or counted on."""
    key = widget_version.key(_SEED, seed)
    with st.container(width=130):
        st.number_input(
            "Seed", 0, address.LARGEST_SEED, key=key, label_visibility=label_visibility, on_change=_typed, args=(key,),
            disabled=is_locked, help="Draws the z: the same seed, the same z.",
        )  # fmt: skip
    st.button(
        "Others", key="compare_others", icon=":material/shuffle:", on_click=address.put,
        kwargs={"seed": (seed + 1) % address.LARGEST_SEED}, disabled=is_locked,
    )  # fmt: skip


def _typed(key: str) -> None:
    if not widget_version.is_late(_SEED, key):
        address.keep("seed", key)


def _from_disk(title: str, sample: Sample | None) -> None:
    if sample is None:
        st.caption("No pictures yet: the first ones are drawn when training begins.")
        return
    when = f"step {sample.step:,} (epoch {round(sample.epoch, 1):g})"
    sample_grid = cached.sample_grid(sample.path)
    if sample_grid is None:
        st.caption(f"The pictures of {when} cannot be read any more.")
        return
    st.image(
        sample_grid, width="stretch", output_format="PNG", alt=f"Grid of 64 images that {title} generated at {when}"
    )  # fmt: skip
    st.caption(when.capitalize())


def _drawn(run: Run, title: str, samples: Sequence[Sample], checkpoint: Checkpoint, seed: int) -> None:
    try:
        found = new_grid(run, until(samples, checkpoint), seed)
    except UserError as error:
        st.caption(page_layout.in_words(str(error)))
        return
    st.image(
        found.png, width="stretch", output_format="PNG",
        alt=f"Grid of 64 images that {title} generates at step {found.step} from seed {seed}",
    )  # fmt: skip
    st.caption(f"Step {found.step:,}, seed {seed}")


COUNT = 64
_SHARP = 900  # pixels: nearest neighbour here, so that the browser has little left to smooth


class NewGrid(NamedTuple):
    """A sample grid as a PNG, and the step of the weights that drew it."""

    png: bytes
    step: int


def new_grid(run: Run, until: int | None, seed: int) -> NewGrid:
    """Draw 64 samples with the last weights kept at or before a step, or the newest; or raise a UserError."""
    if run.config.is_plane:
        raise UserError("This run makes points, not images; only the sample grids of its training show them.")
    step = kept_step(run, until)
    return _new_grid(str(run.path), step, seed, *inference_guard.stamps(run, step, "generator"))


def kept_step(run: Run, until: int | None) -> int | None:
    """Return the snapshot to draw with: the last at or before a step, else the first; None for the newest weights."""
    steps = [step for step, _ in run.snapshots()]
    if until is None or not steps:
        return None
    return max((step for step in steps if step <= until), default=steps[0])


@st.cache_data(max_entries=64, show_spinner="Drawing samples")
def _new_grid(path: str, step: int | None, seed: int, *stamps: cached.Stamp) -> NewGrid:
    with inference_guard.at_work():
        sampler = inference_guard.sampler(Run(Path(path)), step)
        drawn = images.sample_grid(sampler.images(sampler.latents(COUNT, seed)))
    return NewGrid(images.png_bytes(images.enlarge(drawn, _SHARP)), sampler.step)
