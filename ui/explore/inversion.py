"""Inversion: find the point of latent space behind a real image, as nearly as there is one."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import streamlit as st

from ganlib import data, plots
from ganlib.catalog import datasets
from ganlib.config import TrainConfig
from ganlib.plots import Tile
from ganlib.utils import seeds
from ui.common import charts, code, formatting, inference_guard, linked_address, linked_widgets, missing_data, tiles
from ui.common.address import LARGEST_SEED
from ui.common.code import Tape
from ui.explore import anchors, image_widgets, workbench
from ui.explore.view_context import ViewContext

if TYPE_CHECKING:
    from ganlib.explore.inversion import Inversion, Inverter
    from ganlib.explore.sampler import Sampler

TITLE = "Inversion"
ABOUT = (
    "The way back: take a real image and look for the z that the generator makes it from, step by step downhill. An "
    "image that it can draw well is one it has learned; what it cannot draw, its latent space does not hold."
)

STARTS = {"1": "1", "4": "4", "8": "8"}
STEPS = {"100": "100", "300": "300", "600": "600"}
_COUNT = 64
_GRID, _LARGE = 330, 150  # pixels
_RESULT = "explore_inverted"


class Choice(NamedTuple):
    """Which image of the data set, by its place in it, and how hard to look."""

    index: int
    starts: int
    steps: int


class Originals(NamedTuple):
    """Some real images and their places in the data set."""

    indices: list[int]
    pictures: np.ndarray


class Inverted(NamedTuple):
    """An image, what was found, and the code that finds it."""

    image: np.ndarray
    found: "Inversion"
    code: str


def draw(context: ViewContext, choice: Choice, progress: Callable[[int, int, float], object]) -> Inverted:
    """Find an image's z, `progress` told steps done, steps in all and least error; in `inference_guard.at_work`."""
    from ganlib.explore import inversion

    tape, config = Tape(), context.config
    sampler = context.sampler(tape)
    real = tape.call("real", data.load, config.dataset, config.split, config.grayscale)
    image = tape.item("image", tape.attribute("images", real), choice.index)
    kept = _inverter(
        sampler,
        choice.starts,
        choice.steps,
        context.label,
        *inference_guard.stamps(context.run, context.step, "generator"),
    )
    inverter = tape.note("inverter", kept, inversion.Inverter, sampler, starts=choice.starts, steps=choice.steps)
    found = tape.note("inverted", inverter.invert(image, progress=progress), inverter.invert, image)
    tape.attribute("image", found, "picture")
    return Inverted(image, found, tape.code())


def show(context: ViewContext) -> None:
    st.caption(ABOUT)
    config = context.config
    if not missing_data.is_here(config.dataset, config.split):
        title = datasets.get(config.dataset).title
        st.info(f"The real images of {formatting.plain(title)} are not on this machine, so there is none to look for.")
        missing_data.show_download(config.dataset, config.split)
        return
    bench = workbench.begin()
    with bench.controls:
        with st.container(horizontal=True, gap="medium"):
            starts = linked_widgets.choice(
                "starts", "Starts", STARTS, "8", "Random z to start from; the best one counts."
            )
            steps = linked_widgets.choice("steps", "Steps", STEPS, "300", "How many steps downhill.")
        button = st.container()
        index, image = _pick(config)
    with bench.picture:
        choice = Choice(index, int(starts), int(steps))
        with button:
            is_asked = st.button(
                "Find its z", key="explore_invert", type="primary", icon=":material/search:",
                help="From several random z at once, each goes downhill to a picture more like the image.",
            )  # fmt: skip
        key = (context.run.path, context.step, context.label, choice)
        if is_asked:
            st.session_state[_RESULT] = (key, _find(context, choice))
        asked, result = st.session_state.get(_RESULT, (None, None))
        if asked == key and result:
            _result(context, result)
        else:
            st.image(image_widgets.png(image), width=_LARGE, output_format="PNG", alt="The real image to look for")
            st.caption(
                "The real image to look for: press the button; once it has begun, it says how long it takes. A link "
                "holds the image, not what was found; keep that as an anchor to have it in the link."
            )
    if asked == key and result:
        code.show(result.code)


def _pick(config: TrainConfig) -> tuple[int, np.ndarray]:
    """Let a real image be picked from a grid; return its place in the data set and the image."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        seed = linked_widgets.number(
            "rs", "Seed of the real images", 0, LARGEST_SEED, 0, "Another seed picks others.", width=190
        )
    parts = (config.dataset, config.split, config.grayscale)
    originals = _originals(*parts, seed)
    index = linked_address.read("of", originals.indices[0], linked_widgets.between(0, 10**9))
    try:
        image = _image(originals, parts, index)
    except IndexError:
        linked_address.complain("of", str(index))
        index, image = originals.indices[0], originals.pictures[0]
    framed = {originals.indices.index(index): ""} if index in originals.indices else {}
    labels = [Tile("", f"image {place}") for place in originals.indices]
    tiles.show(
        plots.tiles_figure(originals.pictures, labels, framed=framed), f"explore_real_{config.dataset}_{seed}",
        _GRID, f"Grid of {_COUNT} real images", lambda number: linked_address.put("of", originals.indices[number]),
    )  # fmt: skip
    st.caption(f"Real images of {datasets.get(config.dataset).title}. Click the one to look for.")
    return index, image


def _find(context: ViewContext, choice: Choice) -> Inverted:
    bar = st.progress(0.0, text="Getting ready")
    begun: list[tuple[int, float]] = []

    def progress(done: int, total: int, error: float) -> None:
        begun.append((done, time.monotonic()))
        bar.progress(done / total, text=f"{done} of {total} steps, error {error:.4f}{_left(begun, total)}")
        inference_guard.let_others_in()

    with inference_guard.at_work():
        result = draw(context, choice, progress)
    bar.empty()
    return result


def _left(told: list[tuple[int, float]], total: int) -> str:
    """Say how long the rest takes, by what was reported: steps done and the time then. The first took a compilation."""
    (first, begun), (done, now) = told[0], told[-1]
    if done in (first, total):
        return ""
    return f", about {formatting.duration((now - begun) / (done - first) * (total - done))} left"


def _result(context: ViewContext, result: Inverted) -> None:
    found = result.found
    with st.container(horizontal=True, gap="small"):
        for title, picture in (("Real", result.image), ("Found", found.image)):
            with st.container(width=_LARGE, gap="xxsmall"):
                image_widgets.one(context, picture, _LARGE, f"{title} image", title, is_real=title == "Real")
    usual = float(np.median(found.errors[0]))
    st.caption(f"Error {found.error:.4f}, mean squared difference of pixels from 0 to 1; a random z has {usual:.3f}.")
    anchors.keep_button(context, found.latent, "explore_keep_inverted", "Use as anchor")
    figure = plots.descent_figure(found.errors, found.best, formatting.plain(context.run.id))
    charts.draw(figure, "explore_descent", "Error of each start over the steps")


@st.cache_data(max_entries=16, ttl=600, show_spinner="Fetching real images")
def _originals(dataset: str, split: str, grayscale: bool, seed: int) -> Originals:
    pool = data.load(dataset, split, grayscale).images
    indices = seeds.rng(seed, "real images to invert").permutation(len(pool))[:_COUNT].tolist()
    return Originals(indices, pool[indices])


def _image(originals: Originals, parts: tuple[str, str, bool], index: int) -> np.ndarray:
    """Return a real image by its place. Raises IndexError: there is none."""
    if index in originals.indices:
        return originals.pictures[originals.indices.index(index)]
    dataset, split, _ = parts
    if not 0 <= index < datasets.get(dataset).count(split):  # without reading a whole data set to find that out
        raise IndexError(index)
    return _elsewhere(*parts, index)


@st.cache_data(max_entries=16, ttl=600, show_spinner="Fetching a real image")
def _elsewhere(dataset: str, split: str, grayscale: bool, index: int) -> np.ndarray:
    return data.load(dataset, split, grayscale).images[index]


@st.cache_resource(max_entries=8, show_spinner=False)
def _inverter(_sampler: "Sampler", starts: int, steps: int, label: int | None, *stamps: object) -> "Inverter":
    from ganlib.explore import inversion

    return inversion.Inverter(_sampler, starts, steps)
