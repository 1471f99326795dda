"""Images beside the copies that an autoencoder as D makes of them."""

from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from ganlib.utils import images

if TYPE_CHECKING:
    from ganlib.explore.sampler import Discriminator

COUNT = 10
"""Images of each kind that are shown."""

SEEN = 256
"""Images of each kind among which D sees them: with normalised codes, it copies one by the others."""

_WIDTH, _SHARP = 640, 1280  # pixels
_READING = (
    "How to read it: in each picture the upper row are the images, the lower row what D gives back after it squeezed "
    "them into its code; the number is the mean error of these copies for a pixel, by which D tells real from fake. "
    "Real images should come back nearly the same. Generated ones that come back as well look real to D; those that "
    "come back changed show what it takes for fake. Blurred copies of both mean that D has not learned to copy yet."
)


def show(discriminator: "Discriminator", real: np.ndarray, generated: np.ndarray) -> None:
    """Show the first images of both kinds, uint8 (at most SEEN, H, W, C), and D's copies. Use it inside `at_work`."""
    for kind, seen in (("Real images", real), ("Generated images", generated)):
        pictures = seen[:COUNT]
        copies, errors = discriminator.reconstructions(pictures, seen), -discriminator.scores(pictures, seen)
        rows = images.mosaic(np.concatenate([pictures, copies]), columns=len(pictures), gap=1, fill=96)
        with st.container(width=_WIDTH, gap="xxsmall"):
            st.markdown(f"**{kind}** · error {errors.mean():.3f}")
            st.image(
                images.png_bytes(images.enlarge(rows, _SHARP)), width="stretch", output_format="PNG",
                alt=f"{kind} in the upper row, their copies by D in the lower row",
            )  # fmt: skip
    with st.container(width=_WIDTH):
        st.caption(_READING)
