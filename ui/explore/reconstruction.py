"""Reconstruction: what an autoencoder as D gives back of real and of generated images."""

import numpy as np
import streamlit as st

from ganlib import data
from ui.common import code, inference_guard, missing_data, reconstructions
from ui.common.code import Tape
from ui.explore.view_context import ViewContext

TITLE = "Reconstruction"
ABOUT = (
    "D of this run is an autoencoder: it squeezes an image into a code of 64 numbers and draws it again. The worse its "
    "copy, the more it takes the image for fake."
)


def draw(tape: Tape, context: ViewContext) -> tuple[np.ndarray, np.ndarray]:
    """Return real images and the seed's samples. Use it inside `inference_guard.at_work`."""
    sampler, count = context.sampler(tape), reconstructions.SEEN
    generated = tape.call("generated", sampler.generate, count, seed=context.seed)
    real = tape.call("images", data.some, context.real(tape), count, seed=context.seed)
    discriminator = context.discriminator(tape)
    tape.call("copies", discriminator.reconstructions, real)
    return real, generated


def show(context: ViewContext) -> None:
    st.caption(ABOUT)
    if context.run.is_without_discriminator:
        st.info("This model came without its discriminator, so there is nothing to copy images.")
        return
    if not missing_data.is_here(context.config.dataset, context.config.split):
        st.info("The real images of this run are not on this machine.")
        missing_data.show_download(context.config.dataset, context.config.split)
        return
    tape = Tape()
    with inference_guard.at_work():
        real, generated = draw(tape, context)
        discriminator = inference_guard.discriminator(context.run, context.step)
        reconstructions.show(discriminator, real, generated)
    code.show(tape.code())
