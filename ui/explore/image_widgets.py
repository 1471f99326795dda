"""Pictures on the page: one, many, animated; with what D puts out for them where the person asked for it."""

from collections.abc import Callable
from typing import Literal, NamedTuple

import numpy as np
import streamlit as st

from ganlib import plots
from ganlib.catalog import losses
from ganlib.plots import Tile
from ganlib.utils import images
from ui.common import inference_guard, tiles
from ui.common.code import Tape
from ui.explore.view_context import Shown, ViewContext

SECONDS = 0.08
"""How long a frame of an animation is shown."""

GAP = 1  # pixels of the generator's between neighbours in a picture of many
FILL = 96

_SHARP = 480  # pixels


def mosaic(tape: Tape, pictures: np.ndarray, columns: int) -> np.ndarray:
    """Write down and return pictures as one, so many in a row."""
    return tape.call("picture", images.mosaic, pictures, columns=columns, gap=GAP, fill=FILL)


def adversary(context: ViewContext) -> str:
    """Return what D is called under the run's loss."""
    return losses.get(context.config.loss).adversary


def one(
    context: ViewContext,
    picture: np.ndarray,
    width: int | Literal["stretch"],
    alt: str,
    caption: str = "",
    is_real: bool = False,
) -> None:
    """Show a picture, uint8 (H, W, C), so many pixels wide or as wide as its place, and a few words below it."""
    if context.with_scores:
        with inference_guard.at_work():
            score = context.scores(picture[None], is_real)[0]
        caption = f"{caption} · D {score:z.2f}" if caption else f"D {score:z.2f}"
    st.image(png(picture), width=width, output_format="PNG", alt=alt)
    if caption:
        st.caption(caption, width=width)


def many(
    context: ViewContext, pictures: np.ndarray, picture: np.ndarray, columns: int, width: int, alt: str, key: str
) -> None:
    """Show many pictures, uint8 (N, H, W, C), as one; with scores, as tiles that are at most so many pixels wide."""
    if context.with_scores:
        with inference_guard.at_work():
            found = context.scores(pictures)
        scored(pictures, found, columns, width, alt, key)
        return
    st.image(png(picture), width="stretch", output_format="PNG", alt=alt)


def strip(context: ViewContext, pictures: np.ndarray, columns: int, width: int, alt: str, key: str) -> None:
    """Show pictures in rows as wide as there is room; with scores, at most so many pixels wide."""
    picture = images.mosaic(pictures, columns=columns, gap=GAP, fill=FILL)
    if context.with_scores:
        many(context, pictures, picture, columns, width, alt, key)
    else:
        st.image(png(picture), width="stretch", output_format="PNG", alt=alt)


def scored(pictures: np.ndarray, scores: np.ndarray, columns: int, width: int, alt: str, key: str) -> None:
    """Show pictures, uint8 (N, H, W, C), as tiles with what D puts out for each; at most so many pixels wide."""
    labels = [Tile(f"{score:z.1f}", f"D's output {score:.3f}") for score in scores]
    rows, (height, across) = -(-len(pictures) // columns), pictures.shape[1:3]
    figure = plots.tiles_figure(pictures, labels, columns)
    with st.container(width=width):
        tiles.show(figure, key, round(width * rows / columns * (height / across + plots.LABEL_ROOM)), alt)


class Walk(NamedTuple):
    """A walk through latent space and its animations, which are drawn when they are asked for."""

    shown: Shown
    gif: Callable[[], bytes]
    webp: Callable[[], bytes]
    hold: float  # seconds for the last frame


def walk(tape: Tape, name: str, latents: np.ndarray, pictures: np.ndarray, hold: float = SECONDS) -> Walk:
    """Write down and return a walk as one picture and as two files of this name."""
    picture = mosaic(tape, pictures, 8)
    gif = tape.save(f"{name}.gif", images.gif_bytes, pictures, SECONDS, hold)
    webp = tape.save(f"{name}.webp", images.webp_bytes, pictures, SECONDS, hold)
    return Walk(Shown(latents, pictures, picture), gif, webp, hold)


def exports(name: str, gif: Callable[[], bytes], webp: Callable[[], bytes]) -> None:
    """Offer an animation as files; they are drawn when they are asked for."""
    for kind, make in (("GIF", gif), ("WebP", webp)):
        st.download_button(
            f"Export {kind}", make, f"{name}.{kind.lower()}", f"image/{kind.lower()}", key=f"explore_{name}_{kind}",
            icon=":material/download:", on_click="ignore", help=f"As an animated {kind} that repeats for ever.",
        )  # fmt: skip


def png(picture: np.ndarray) -> bytes:
    """Return a picture as a PNG, enlarged so that the browser does not blur it."""
    return images.png_bytes(images.enlarge(picture, _SHARP))


@st.cache_data(max_entries=8, show_spinner="Drawing the animation")
def animation(pictures: np.ndarray, seconds_per_frame: float, hold_last: float) -> bytes:
    return images.gif_bytes(pictures, seconds_per_frame, hold_last)
