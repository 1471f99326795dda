"""Interpolation: walk from anchor to anchor, and see why the way matters."""

from typing import NamedTuple

import numpy as np
import streamlit as st

from ganlib import plots
from ganlib.explore import interpolation
from ganlib.models import priors
from ui.common import charts, code, inference_guard, linked_widgets
from ui.common.code import Tape
from ui.explore import anchors, image_widgets, workbench
from ui.explore.image_widgets import Walk
from ui.explore.view_context import ViewContext

TITLE = "Interpolation"
ABOUT = (
    "A walk through the anchors, A to B to C. If every picture on the way looks real, the generator has learned a "
    "space of pictures rather than memorised some."
)
WHY = {
    "normal": (
        "Why spherical? Gaussian noise of many dimensions nearly always has about the same norm: it lies near a "
        "sphere, and the generator has only ever seen points from there (the green band). The straight line cuts "
        "through the inside of the sphere, where it has learned nothing; the arc stays outside."
    ),
    "uniform": (
        "This run's noise is uniform: it fills a cube, and a straight line between two of its points never leaves it. "
        "The arc can, so here the straight line is the natural way."
    ),
}
ONE_DIMENSION = "With one latent dimension there is no arc: every way is straight."
KINDS = {"spherical": "Spherical", "linear": "Linear"}

HOLD = 1.0  # seconds for the last frame, where the walk does not come round

_FILM = 640  # pixels
_STRIP = 16  # frames


class Choice(NamedTuple):
    kind: str
    per_leg: int
    loop: bool

    def frames(self, anchors: int) -> int:
        """Return how many frames a walk through so many anchors has; one that ends, ends on its last anchor."""
        return anchors * self.per_leg if self.loop else (anchors - 1) * self.per_leg + 1


def draw(tape: Tape, context: ViewContext, choice: Choice) -> Walk:
    """Walk through all anchors. Use it inside `inference_guard.at_work`."""
    sampler = context.sampler(tape)
    stops = context.stacked(tape, sampler)
    frames = choice.frames(len(stops))
    latents = tape.call("path", interpolation.through, stops, frames=frames, kind=choice.kind, loop=choice.loop)
    pictures = tape.call("pictures", sampler.images, latents)
    return image_widgets.walk(tape, "walk", latents, pictures, image_widgets.SECONDS if choice.loop else HOLD)


def show(context: ViewContext) -> None:
    st.caption(ABOUT)
    if len(context.anchors) < 2:
        st.info("A walk needs at least two anchors: click pictures in the sample grid.")
        return
    bench = workbench.begin()
    with bench.controls:
        choice = _choose(context)
    tape, other = Tape(), next(kind for kind in KINDS if kind != choice.kind)
    with inference_guard.at_work():
        walk = draw(tape, context, choice)
        beside = draw(Tape(), context, choice._replace(kind=other))
    usual = _usual_norms(context.config.prior, context.config.latent_dim)
    last, about = len(walk.shown.pictures) - 1, "Walk by hand; the filmstrips below show the whole way."
    with bench.controls:
        frame = linked_widgets.slider("frame", "Frame", 0, last, 0, 1, about, clamps=True)
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            plays = linked_widgets.toggle("play", "Play", "Show the walk as an animation instead of one frame.")
            keep = st.container(width="content")
    with bench.picture:
        _now(context, choice, walk, frame, plays)
    with keep:
        anchors.keep_button(context, walk.shown.latents[frame], "explore_keep_walked", "Keep this frame as anchor")
    with bench.controls:
        paths = {KINDS[choice.kind]: walk, KINDS[other]: beside}
        norms = {name: np.linalg.norm(each.shown.latents, axis=1) for name, each in paths.items()}
        figure = plots.norm_figure(norms, usual, frame, context.run.id)
        charts.draw(figure, "explore_norms", "Norm of z along both kinds of path")
    with st.container(horizontal=True, gap="small"):
        image_widgets.exports(f"{context.run.id}-walk", walk.gif, walk.webp)
    for name, each in paths.items():
        st.markdown(f"**{name}**")
        _film(context, each.shown.pictures, name)
    st.caption(WHY[context.config.prior] if context.config.latent_dim > 1 else ONE_DIMENSION)
    code.show(tape.code())


def _choose(context: ViewContext) -> Choice:
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        kind = linked_widgets.choice(
            "kind", "Interpolation", KINDS, priors.get(context.config.prior).path,
            "Spherical follows the arc around the origin, linear the straight line.",
        )  # fmt: skip
        with st.container(width=220):
            per_leg = linked_widgets.slider(
                "frames", "Frames per segment", 2, 32, 12, 1, "Pictures from one anchor to the next."
            )
        loop = linked_widgets.toggle("loop", "Loop", "Walk back from the last anchor to the first.", default=True)
    return Choice(kind, per_leg, loop)


def _where(context: ViewContext, choice: Choice, frame: int) -> str:
    """Say between which anchors a frame is."""
    letters = list(context.letters)
    leg, rest = divmod(frame, choice.per_leg)
    if not rest:
        return f"at {letters[leg % len(letters)]}"
    return f"{rest / choice.per_leg:.0%} of the way from {letters[leg]} to {letters[(leg + 1) % len(letters)]}"


def _film(context: ViewContext, pictures: np.ndarray, name: str) -> None:
    """Show a walk as a strip of two rows, evenly thinned."""
    kept = np.unique(np.linspace(0, len(pictures) - 1, min(_STRIP, len(pictures))).round().astype(int))
    alt, key = f"Filmstrip of the {name.lower()} walk", f"explore_film_{name}"
    image_widgets.strip(context, pictures[kept], min(8, len(kept)), _FILM, alt, key)


def _now(context: ViewContext, choice: Choice, walk: Walk, frame: int, plays: bool) -> None:
    if plays:
        content = image_widgets.animation(walk.shown.pictures, image_widgets.SECONDS, walk.hold)
        st.image(content, width="stretch", alt="Animation of the walk through all anchors")
    else:
        where = _where(context, choice, frame)
        alt = f"Frame {frame + 1} of the walk, {where}"
        image_widgets.one(context, walk.shown.pictures[frame], "stretch", alt, where)


@st.cache_data(max_entries=32, show_spinner=False)
def _usual_norms(prior: str, latent_dim: int) -> tuple[float, float]:
    """Return the norms between which nearly all draws of a prior lie."""
    norms = np.linalg.norm(priors.get(prior).sample(2000, latent_dim, 0), axis=1)
    low, high = np.quantile(norms, [0.01, 0.99])
    return float(low), float(high)
