"""Codes of an InfoGAN: sliders for them, and what category and codes change, each by itself."""

from functools import partial

import numpy as np
import streamlit as st

from ganlib.catalog.training import CODES
from ui.common import code, inference_guard, linked_widgets
from ui.common.code import Tape
from ui.explore import anchors, image_widgets
from ui.explore.view_context import Shown, ViewContext

TITLE = "Codes"
ABOUT = (
    "Nobody told this run what there is to see: it made up ten categories and two codes that can be read off its "
    "pictures. In a row of the grid only one of them changes, and all other numbers of z stay. What is it that changes?"
)
_REACH = 2.0
_COUNT = 10
_LARGE, _GRID = 160, 480  # pixels


def draw(tape: Tape, context: ViewContext, start: str, amounts: tuple[float, ...]) -> Shown:
    """Set the codes of a point, and sweep each; the picture is the grid. Use it inside `inference_guard.at_work`."""
    from ganlib.explore.codes import sweeps, with_codes

    sampler = context.sampler(tape)
    point = tape.call("stacked", np.stack, [context.point(tape, sampler, start)])
    latents = tape.call("latents", with_codes, sampler, point, np.array([amounts]))
    z = tape.item("z", latents, 0)
    rows = tape.call("rows", sweeps, sampler, z, count=_COUNT)
    pictures = tape.call("pictures", np.concatenate, rows)
    return Shown(latents, pictures, image_widgets.mosaic(tape, pictures, _COUNT))


def show(context: ViewContext) -> None:
    st.markdown(ABOUT)
    first = next(iter(context.starts))
    with st.container(horizontal=True, gap="medium"):
        start = linked_widgets.choice("from", "Start from", context.starts, first, "An anchor, or the mean of all z.")
        move = partial(linked_widgets.slider, low=-_REACH, high=_REACH, default=0.0, step=0.1, width=200)
        helps = "In standard deviations of the noise; it takes the place of the point's own."
        amounts = tuple(move(f"c{place}", f"Code {place}", help=helps) for place in range(1, CODES + 1))
    tape = Tape()
    with inference_guard.at_work():
        drawn = draw(tape, context, start, amounts)
        picture = inference_guard.sampler(context.run, context.step, context.label).images(drawn.latents)[0]
    left, right = st.columns([1, 3], gap="medium")
    with left:
        image_widgets.one(context, picture, _LARGE, "The picture at these codes")
        anchors.keep_button(context, drawn.latents[0], "explore_keep_coded")
    with right, st.container(width=_GRID):
        st.image(
            image_widgets.png(drawn.picture), width="stretch", output_format="PNG",
            alt="The same point with its category, its first and its second code swept, a row each",
        )  # fmt: skip
        st.caption("Rows: the ten categories; the first code from -2 to +2; the second code from -2 to +2.")
    code.show(tape.code())
