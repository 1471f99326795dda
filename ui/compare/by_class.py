"""Conditional runs class by class: what each makes of the same z, asked for the same class."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import streamlit as st

from ganlib.config import TrainConfig
from ganlib.runs.folder import Run
from ganlib.utils import images
from ganlib.utils.errors import UserError
from ui.common import address, cached, formatting, handout, inference_guard, page_layout
from ui.compare import code, latents, sample_grids

MOST = 24
"""Classes that are shown, as in a sample grid."""

_COLUMNS = {3: 5, 4: 4}  # samples of a class, by how many runs share the width
_MOST_COLUMNS = 8
_RUN, _NAME = 420, 104  # pixels
_SHARP = 480  # pixels: nearest neighbour here, so that the browser has little left to smooth
_READING = (
    "How to read it: a row is one class, and the same place in each run is the same z. A run that keeps to its classes "
    "draws nothing else in a row; one that has variety draws no two alike."
)


def show(chosen: Sequence[Run], titles: Sequence[str], configs: Mapping[str, TrainConfig]) -> None:
    """Show a row for each class and a column for each run that knows it.

    Args:
        chosen: at least one of them conditional.
        titles: of the runs.
        configs: by title, of the runs whose settings can be read.
    """
    runs = dict(zip(titles, chosen, strict=True))
    kinds = {title: config.class_names if config.classes else () for title, config in configs.items()}
    names = next(kind for kind in kinds.values() if kind)
    shown = {title: runs[title] for title, kind in kinds.items() if kind == names}
    samples = [cached.samples(run) for run in shown.values()]
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        checkpoint = sample_grids.ask_checkpoint(samples)
        seed = address.number("seed", 0, address.LARGEST_SEED, 0)
        if handout.offer("seed", "Seed", str(seed)):
            with st.container(horizontal=True, vertical_alignment="bottom", gap="medium", width="content"):
                sample_grids.ask_seed(seed, handout.is_locked("seed"))
    untils = [sample_grids.until(found, checkpoint) for found in samples]
    steps = [sample_grids.kept_step(run, until) for run, until in zip(shown.values(), untils, strict=True)]
    _table(shown, steps, names[:MOST], seed)
    if len(names) > MOST:
        st.caption(f"The first {MOST} of {len(names):,} classes.")
    if others := [title for title in runs if title not in shown]:
        st.caption(formatting.plain(f"Not shown, without the same classes: {', '.join(others)}."))
    known = {title: configs[title] for title in shown}
    st.caption(_READING if latents.are_shared(known) else latents.told(known, "Row by row", False))
    code.show_classes(list(shown.values()), steps, _columns(len(shown)), seed)


def _columns(runs: int) -> int:
    return _COLUMNS.get(runs, _MOST_COLUMNS)


def _table(shown: Mapping[str, Run], steps: Sequence[int | None], names: Sequence[str], seed: int) -> None:
    columns, troubles = [], []
    for (title, run), step in zip(shown.items(), steps, strict=True):
        try:
            columns.append(_strips(run, step, _columns(len(shown)), seed))
        except UserError as error:
            columns.append([])
            troubles.append(f"{formatting.plain(title)}: {page_layout.in_words(str(error))}")
    for trouble in troubles:
        st.warning(trouble)
    room = min(_NAME, 12 + 8 * max(map(len, names)))
    with st.container(width=room + _RUN * len(shown), gap="xxsmall", key="compare_classes"):
        heads = st.container(horizontal=True, wrap=False, gap="small", vertical_alignment="bottom")
        with heads:
            with st.container(width=room):
                st.caption("&nbsp;")  # an empty one takes no room
            for title in shown:
                with st.container():
                    st.markdown(f"**{formatting.plain(title)}**")
        for place, name in enumerate(names):
            with st.container(horizontal=True, wrap=False, gap="small", vertical_alignment="center"):
                with st.container(width=room):
                    st.caption(formatting.plain(name))
                for title, strips in zip(shown, columns, strict=True):
                    with st.container():
                        if strips:
                            st.image(
                                strips[place], width="stretch", output_format="PNG",
                                alt=f"Samples of {title} asked for {name}, seed {seed}",
                            )  # fmt: skip


def _strips(run: Run, step: int | None, count: int, seed: int) -> list[bytes]:
    return _kept(str(run.path), step, count, seed, *inference_guard.stamps(run, step, "generator"))


@st.cache_data(max_entries=64, show_spinner="Drawing every class")
def _kept(path: str, step: int | None, count: int, seed: int, *stamps: cached.Stamp) -> list[bytes]:
    """Draw the same latent vectors as every class, a PNG for each. Raises UserError: there are no such weights."""
    with inference_guard.at_work():
        from ganlib.explore.classes import every_class

        sampler = inference_guard.sampler(Run(Path(path)), step)
        drawn = every_class(sampler, sampler.latents(count, seed), MOST)
    rows = np.split(drawn, len(drawn) // count)
    mosaics = (images.mosaic(row, columns=count, gap=1, fill=96) for row in rows)
    return [images.png_bytes(images.enlarge(mosaic, _SHARP)) for mosaic in mosaics]
