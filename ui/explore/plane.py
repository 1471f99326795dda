"""Plane: a map of a part of latent space, or of all of it where it has two dimensions."""

from typing import NamedTuple

import streamlit as st

from ganlib.catalog.directions import METHODS
from ganlib.explore import plane
from ui.common import code, inference_guard, linked_widgets
from ui.common.code import Tape
from ui.explore import image_widgets, workbench
from ui.explore.view_context import Shown, ViewContext

TITLE = "Plane"
ABOUT = (
    "A map: neighbours in latent space are neighbours in the picture. See where one kind of picture turns into "
    "another, and whether there are nonsense regions between them."
)

DIRECTIONS, ANCHORS, WHOLE = "directions", "anchors", "whole"
TITLES = {DIRECTIONS: "Two directions", ANCHORS: "Three anchors", WHOLE: "The whole plane"}
READINGS = {
    DIRECTIONS: "The middle is the start; to the right grows the first direction, upwards the second.",
    ANCHORS: (
        "{0} is top left, {1} top right and {2} bottom left. The corner bottom right is {1} - {0} + {2}, which nobody "
        "picked: what turns {0} into {1}, applied to {2}."
    ),
    WHOLE: (
        "This run has two latent dimensions, so this is all it can draw. Each picture stands for as much of the noise "
        "as any other; z[0] grows to the right, z[1] upwards."
    ),
}

_PLANAR = 2  # latent dimensions
_COUNT = 8
_WIDTH = 440  # pixels


class Choice(NamedTuple):
    """Which plane, and how much of it."""

    kind: str
    side: int
    method: str = "weights"
    across: int = 0
    up: int = 1
    reach: float = 3.0
    start: str = "A"


def draw(tape: Tape, context: ViewContext, choice: Choice) -> Shown:
    """Draw a plane. Use it inside `inference_guard.at_work`."""
    sampler = context.sampler(tape)
    prior = context.config.prior
    if choice.kind == WHOLE:
        latents = tape.call("grid", plane.whole, prior, side=choice.side)
    elif choice.kind == ANCHORS:
        corners = [context.point(tape, sampler, letter) for letter in list(context.letters)[:3]]
        latents = tape.call("grid", plane.by_anchors, *corners, prior, side=choice.side)
    else:
        start = context.point(tape, sampler, choice.start)
        found = context.directions(tape, sampler, choice.method, min(_COUNT, context.config.latent_dim))
        latents = tape.call(
            "grid", plane.by_directions, start, found, across=choice.across, up=choice.up, side=choice.side,
            reach=choice.reach,
        )  # fmt: skip
    pictures = tape.call("pictures", sampler.images, latents)
    return Shown(latents, pictures, image_widgets.mosaic(tape, pictures, choice.side))


def show(context: ViewContext) -> None:
    st.caption(ABOUT)
    bench = workbench.begin()
    with bench.controls:
        choice = _choose(context)
    if choice is None:
        return
    tape = Tape()
    with inference_guard.at_work():
        drawn = draw(tape, context, choice)
    reading = READINGS[choice.kind].format(*context.letters, *"ABC")
    with bench.picture:
        image_widgets.many(
            context, drawn.pictures, drawn.picture, choice.side, _WIDTH, f"Plane: {reading}", "explore_planes"
        )
    with bench.controls:
        st.caption(f"How to read it: {reading}")
    code.show(tape.code())


def _choose(context: ViewContext) -> Choice | None:
    kinds = {kind: title for kind, title in TITLES.items() if kind != WHOLE or context.config.latent_dim == _PLANAR}
    if context.config.latent_dim == 1:
        del kinds[DIRECTIONS]
    default = WHOLE if WHOLE in kinds else next(iter(kinds))
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        kind = linked_widgets.choice("plane", "Spanned by", kinds, default, "What the two sides of the plane are.")
        with st.container(width=200):
            side = linked_widgets.slider("side", "Pictures per side", 3, 15, 9, 2, "More of them show finer steps.")
    if kind == ANCHORS and len(context.anchors) < 3:
        st.info("This plane needs three anchors: click pictures in the sample grid.")
        return None
    if kind != DIRECTIONS:
        return Choice(kind, side)
    count = min(_COUNT, context.config.latent_dim)
    numbers = {str(number): f"{number}" for number in range(1, count + 1)}
    methods = {name: method.title for name, method in METHODS.items()}
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        method = linked_widgets.menu("dir", "Directions", methods, "weights", "How they are found.", width=220)
        across = linked_widgets.menu("across", "To the right", numbers, "1", "The number of the direction.", width=90)
        up = linked_widgets.menu("up", "Upwards", numbers, "2", "The number of the other direction.", width=90)
        with st.container(width=150):
            reach = linked_widgets.slider(
                "reach", "Range (± σ)", 0.5, 3.0, 3.0, 0.5, "How far the edges are from the middle, in sigmas."
            )
    start = linked_widgets.choice(
        "from", "Middle", context.starts, next(iter(context.starts)), "An anchor, or the mean of all z."
    )
    return Choice(kind, side, method, int(across) - 1, int(up) - 1, reach, start)
