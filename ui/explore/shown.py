"""Pictures on the page: one, many, animated; with what D puts out for them where the person asked for it."""

from collections.abc import Callable, Sequence

import numpy as np
import streamlit as st

from ganlib import images, plots
from ganlib.choices import losses
from ganlib.plots import Tile
from ui import engine, mosaic
from ui.explore.scene import Scene

SECONDS = 0.08
"""How long a frame of an animation is shown."""

GAP = 1  # pixels of the generator's between neighbours in a picture of many
FILL = 96

_SHARP = 480  # pixels


def adversary(scene: Scene) -> str:
    """Return what D is called under the run's loss."""
    return losses.get(scene.config.loss).adversary


def one(scene: Scene, picture: np.ndarray, width: int, alt: str, caption: str = "") -> None:
    """Show a picture, uint8 (H, W, C), so many pixels wide, and a few words below it."""
    if scene.with_scores:
        with engine.at_work():
            score = scene.scores(picture[None])[0]
        caption = f"{caption} · D {score:.2f}" if caption else f"D {score:.2f}"
    st.image(png(picture), width=width, output_format="PNG", alt=alt)
    if caption:
        st.caption(caption, width=width)


def many(scene: Scene, pictures: np.ndarray, picture: np.ndarray, columns: int, width: int, alt: str, key: str) -> None:
    """Show many pictures as one, at most so many pixels wide.

    Args:
        scene: whose pictures.
        pictures: uint8, (N, H, W, C).
        picture: all of them as one, for where no scores are asked for.
        columns: pictures in a row.
        width: in pixels.
        alt: what is to be seen.
        key: names the widget that shows scores.
    """
    with st.container(width=width):
        if not scene.with_scores:
            st.image(png(picture), width="stretch", output_format="PNG", alt=alt)
            return
        with engine.at_work():
            found = scene.scores(pictures)
        tiles = [Tile(f"{score:.1f}", f"D's output {score:.3f}") for score in found]
        height, across = picture.shape[:2]
        room = 1 + plots.LABEL_ROOM * pictures.shape[2] / pictures.shape[1]
        figure = plots.tiles_figure(pictures, tiles, columns)
        mosaic.show(figure, key, round(width * height / across * room), alt)


def strip(pictures: np.ndarray, alt: str, marks: Sequence[str] = ()) -> None:
    """Show pictures in a row as wide as there is room, and words spread evenly below it."""
    row = images.mosaic(pictures, columns=len(pictures), gap=GAP, fill=FILL)
    st.image(png(row), width="stretch", output_format="PNG", alt=alt)
    if marks:
        with st.container(horizontal=True, horizontal_alignment="distribute", gap=None):
            for mark in marks:
                st.caption(mark, width="content")


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
    """Return pictures as an animated GIF."""
    return images.gif_bytes(pictures, seconds_per_frame, hold_last)
