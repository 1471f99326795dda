"""Variety: what the length of z does to the pictures, and a walk at random."""

from typing import NamedTuple

import numpy as np
import streamlit as st

from ganlib import plots
from ganlib.explore import arithmetic, interpolation
from ganlib.utils import images
from ui.common import charts, code, inference_guard, linked_widgets
from ui.common.address import LARGEST_SEED
from ui.common.code import Tape
from ui.explore import image_widgets, workbench
from ui.explore.image_widgets import Walk
from ui.explore.view_context import Shown, ViewContext

TITLE = "Variety"
ABOUT = (
    "Scale z: near 0 all pictures turn into the most usual one, at 1 they are as in training, beyond 1 they become "
    "unusual. Trading variety for looks like this is called truncation."
)
WALK = "A walk at random through latent space, coming back to where it began. Each picture on it is an ordinary sample."

MOST = 2.0
FRAMES = 48

_COUNT = 64
_GRID, _LARGE = 420, 232  # pixels
_FACTORS = np.linspace(0, MOST, 9)


class Scaled(NamedTuple):
    """A grid of scaled samples, and how much they differ."""

    shown: Shown
    distance: float


def draw(tape: Tape, context: ViewContext, factor: float) -> Scaled:
    """Scale the samples of the seed. Use it inside `inference_guard.at_work`."""
    sampler = context.sampler(tape)
    latents = tape.call("latents", sampler.latents, _COUNT, seed=context.seed)
    scaled = tape.call("scaled", arithmetic.scale, latents, factor, context.config.prior)
    pictures = tape.call("pictures", sampler.images, scaled)
    distance = tape.call("distance", arithmetic.variety, pictures)
    picture = tape.call("picture", images.sample_grid, pictures)
    return Scaled(Shown(scaled, pictures, picture), distance)


def draw_walk(tape: Tape, context: ViewContext, seed: int) -> Walk:
    """Wander through latent space. Use it inside `inference_guard.at_work`."""
    sampler = context.sampler(tape)
    config = context.config
    path = tape.call("path", interpolation.random_walk, config.prior, config.latent_dim, FRAMES, seed=seed)
    return image_widgets.walk(tape, "wander", path, tape.call("pictures", sampler.images, path))


def show(context: ViewContext) -> None:
    st.caption(ABOUT)
    bench = workbench.begin()
    with bench.controls:
        factor = linked_widgets.slider(
            "scale", "Scale of z", 0.0, MOST, 1.0, 0.05,
            "Every number in z is multiplied by it; what would leave the noise stays at its edge.",
        )  # fmt: skip
    tape = Tape()
    with inference_guard.at_work():
        scaled = draw(tape, context, factor)
        distances = _distances(context, context.label, *inference_guard.stamps(context.run, context.step, "generator"))
    with bench.picture:
        alt = f"{_COUNT} samples of seed {context.seed} with z scaled by {factor:g}"
        image_widgets.many(context, scaled.shown.pictures, scaled.shown.picture, 8, _GRID, alt, "explore_scaled")
    with bench.controls:
        st.metric(
            "Mean distance of two pictures", f"{scaled.distance:.3f}",
            help="Root mean square difference of the pixels: 0 if all are the same, 1 between black and white.",
        )  # fmt: skip
        figure = plots.variety_figure(_FACTORS, distances, factor, context.run.id)
        charts.draw(figure, "explore_variety", "Mean distance by the scale of z")
    code.show(tape.code())
    st.divider()
    _walk(context)


def _walk(context: ViewContext) -> None:
    st.markdown(f"**Random walk.** {WALK}")
    tape, bench = Tape(), workbench.begin("walk")
    with bench.controls, st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        seed = linked_widgets.number(
            "walk", "Seed of the walk", 0, LARGEST_SEED, 0, "Another seed is another walk.", width=170
        )
        with inference_guard.at_work():
            walk = draw_walk(tape, context, seed)
        image_widgets.exports(f"{context.run.id}-wander", walk.gif, walk.webp)
    content = image_widgets.animation(walk.shown.pictures, image_widgets.SECONDS, walk.hold)
    with bench.picture:
        st.image(content, width=_LARGE, alt="Animation of a random walk through latent space")
    code.show(tape.code())


@st.cache_data(max_entries=32, show_spinner=False)
def _distances(_context: ViewContext, label: int | None, *stamps: object) -> list[float]:
    """Return how much samples differ at each of some scales, drawn from one seed for all."""
    sampler = _context.sampler(Tape())
    latents, prior = sampler.latents(_COUNT, 0), _context.config.prior
    scaled = [arithmetic.scale(latents, factor, prior) for factor in _FACTORS]
    pictures = sampler.images(np.concatenate(scaled)).reshape(len(_FACTORS), _COUNT, *_context.config.image_shape)
    return [arithmetic.variety(each) for each in pictures]
