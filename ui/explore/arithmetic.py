"""Arithmetic: A - B + C, with the pictures as a formula."""

from typing import NamedTuple

import numpy as np
import streamlit as st

from ganlib.explore import arithmetic
from ui.common import code, inference_guard, linked_widgets
from ui.common.code import Tape
from ui.explore import anchors, image_widgets, workbench
from ui.explore.view_context import Shown, ViewContext

TITLE = "Arithmetic"
ABOUT = (
    "Latent arithmetic: what the first picture has and the second lacks is added to the third. Where that works, a "
    "property such as slant is a direction of its own in latent space."
)

_NEEDED = 3
_TERM = 84  # pixels


class Choice(NamedTuple):
    """The letters of the three terms."""

    plus: str
    minus: str
    to: str


def draw(tape: Tape, context: ViewContext, choice: Choice) -> Shown:
    """Draw the three terms and the result. Use it inside `inference_guard.at_work`."""
    sampler = context.sampler(tape)
    terms = [context.point(tape, sampler, letter) for letter in choice]
    result = tape.call("result", arithmetic.analogy, *terms, context.config.prior)
    latents = tape.call("latents", np.stack, [*terms, result])
    pictures = tape.call("pictures", sampler.images, latents)
    return Shown(latents, pictures, tape.item("picture", pictures, 3))


def show(context: ViewContext) -> None:
    st.caption(ABOUT)
    if len(context.anchors) < _NEEDED:
        st.info("This needs three anchors: click pictures in the sample grid.")
        return
    bench = workbench.begin()
    with bench.controls:
        choice = _choose(context)
    tape = Tape()
    with inference_guard.at_work():
        drawn = draw(tape, context, choice)
    formula = f"{choice.plus} - {choice.minus} + {choice.to}"
    with bench.picture:
        image_widgets.one(context, drawn.picture, "stretch", f"The picture of {formula}", formula)
    with bench.controls:
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
            for sign, letter, picture in zip(("", "-", "+"), choice, drawn.pictures, strict=False):
                if sign:
                    _sign(sign)
                with st.container(width=_TERM, gap="xxsmall"):
                    image_widgets.one(context, picture, _TERM, f"Anchor {letter}", letter)
        anchors.keep_button(context, drawn.latents[3], "explore_keep_reckoned", "Keep the result as anchor")
    st.caption(
        "The sum of three vectors usually lies where the noise never comes, so it is brought back to the nearest point "
        "that the generator knows. A single picture has many properties at once: expect some of them to come along."
    )
    code.show(tape.code())


def _sign(sign: str) -> None:
    st.markdown(f"### {'−' if sign == '-' else sign}", width="content")  # a hyphen would begin a list


def _choose(context: ViewContext) -> Choice:
    letters = dict(zip(context.letters, context.letters, strict=True))
    with st.container(horizontal=True, gap="medium"):
        return Choice(
            linked_widgets.choice("plus", "Start with", letters, "A", "What has the property."),
            linked_widgets.choice("minus", "Subtract", letters, "B", "What is the same without the property."),
            linked_widgets.choice("to", "Add", letters, "C", "What is to get the property."),
        )
