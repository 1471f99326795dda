"""Anchors A, B, C, ...: the points of latent space that a person picked, and the grid to pick them from."""

import secrets
from functools import partial
from string import ascii_uppercase
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from ganlib import plots
from ganlib.config import TrainConfig
from ganlib.plots import Tile
from ui.common import code, handout, inference_guard, linked_address, linked_widgets, tiles
from ui.common.address import LARGEST_SEED
from ui.common.code import Tape
from ui.explore import image_widgets
from ui.explore.view_context import MOST_ANCHORS, Shown, ViewContext

if TYPE_CHECKING:
    from ganlib.explore.sampler import Sampler

COUNT = 64
AT_FIRST = 3
"""So many tiles of the grid are anchors before anybody picks some."""

_NONE = "none"
_LETTERS = ("from", "plus", "minus", "to", "see")  # parameters that name an anchor by its letter
_THUMBNAIL, _GRID, _GRID_WITH_SCORES = 56, 300, 380  # pixels
_NEW_SEEDS = 10_000


def read(config: TrainConfig, seed: int) -> tuple[str, ...]:
    """Return the anchors that the address names, those that cannot be left out; at first, tiles of the grid."""
    from ganlib.explore import points

    raw = st.query_params.get("a")
    if raw is None:
        return tuple(points.drawn(seed, number) for number in range(AT_FIRST))
    texts = list(dict.fromkeys(raw.split(","))) if raw != _NONE else []
    found = []
    for text in texts[:MOST_ANCHORS]:
        try:
            points.read(text, config)
        except ValueError:
            linked_address.complain("a", text)
        else:
            found.append(text)
    if len(texts) > MOST_ANCHORS:
        linked_address.complain("a", f"more than {MOST_ANCHORS}")
    return tuple(found)


def add(anchors: tuple[str, ...], text: str) -> None:
    if text in anchors:
        return
    if len(anchors) == MOST_ANCHORS:
        st.toast(f"There are {MOST_ANCHORS} anchors already; remove one first.")
    else:
        _put((*anchors, text))


def remove(anchors: tuple[str, ...], text: str) -> None:
    _put(tuple(anchor for anchor in anchors if anchor != text))


def show_row(context: ViewContext) -> None:
    """Show the anchors with their letters, and the ways to change them."""
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.markdown(
            "**Anchors**", help="The points A, B, C, ... that views start from, walk through or mix.", width="content"
        )
        with st.popover("Add by seed", icon=":material/add:", type="tertiary", width="content"):
            _by_number(context)
            st.button(
                "Clear all anchors", key="explore_clear", icon=":material/delete:", on_click=_put, args=((),),
                disabled=not context.anchors,
            )  # fmt: skip
    if not context.anchors:
        st.caption("No anchors yet: click a picture in the sample grid to make it anchor A.")
        return
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        _thumbnails(context)


def draw(tape: Tape, context: ViewContext) -> Shown:
    """Draw the samples of the seed. Use it inside `inference_guard.at_work`."""
    sampler = context.sampler(tape)
    latents = tape.call("latents", sampler.latents, COUNT, seed=context.seed)
    pictures = tape.call("pictures", sampler.images, latents)
    picture = image_widgets.mosaic(tape, pictures, 8)
    return Shown(latents, pictures, picture)


def _offer_others() -> None:
    st.button(
        "Resample", key="explore_other", icon=":material/casino:", disabled=handout.is_locked("seed"),
        on_click=lambda: linked_address.put("seed", secrets.randbelow(_NEW_SEEDS)),
        help="Draw 64 others, with another seed.",
    )  # fmt: skip


def show_grid(context: ViewContext) -> None:
    """Show samples of the seed; a click on one makes it an anchor, or no anchor any more."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        linked_widgets.number(
            "seed", "Seed of the samples", 0, LARGEST_SEED, 0, "The same seed gives the same latent vectors.", width=160
        )
        if not handout.is_hidden("seed"):
            _offer_others()
    from ganlib.explore import points

    with inference_guard.at_work():
        tape = Tape()
        pictures = draw(tape, context).pictures
        scores = context.scores(pictures) if context.with_scores else None
    texts = [points.drawn(context.seed, number) for number in range(COUNT)]
    letters = {text: letter for letter, text in context.letters.items()}
    framed = {number: letters[text] for number, text in enumerate(texts) if text in letters}
    labels = [Tile("", f"number {number}") for number in range(COUNT)]
    if scores is not None:
        labels = [
            Tile(f"{score:z.1f}", f"number {number}<br>D's output {score:.3f}") for number, score in enumerate(scores)
        ]
    figure = plots.tiles_figure(pictures, labels, framed=framed)
    height = _GRID if scores is None else _GRID_WITH_SCORES
    tiles.show(
        figure, f"explore_grid_{context.run.id}_{context.step}_{context.seed}", height,
        f"Grid of {COUNT} samples of {context.run.id}, seed {context.seed}", partial(_toggle, context.anchors, texts),
    )  # fmt: skip
    told = ""
    if scores is not None:
        told = f" Below each is the {image_widgets.adversary(context).lower()}'s output."
        if context.config.norm == "batch":
            told += " Its batch normalisation takes the statistics of samples, as in training."
    st.caption(f"{COUNT} samples. Click one to make it an anchor; click it again to remove it.{told}")
    code.show(tape.code())


def keep_button(context: ViewContext, latent: np.ndarray, key: str, label: str = "Keep as anchor") -> None:
    """Offer to make any point of latent space an anchor."""
    from ganlib.explore import points

    if st.button(
        label, key=key, icon=":material/add_location:", on_click=add, args=(context.anchors, points.write(latent)),
        help="It joins the row of anchors, and the link holds it.",
    ):  # fmt: skip
        st.rerun()  # all of the page, since every view knows the anchors


def _thumbnails(context: ViewContext) -> None:
    with inference_guard.at_work():
        tape = Tape()
        sampler: Sampler = context.sampler(tape)
        pictures = sampler.images(context.stacked(tape, sampler))
    for (letter, text), picture in zip(context.letters.items(), pictures, strict=True):
        with st.container(width=_THUMBNAIL, gap="xxsmall"):
            image_widgets.one(context, picture, _THUMBNAIL, f"Anchor {letter}")
            with st.container(horizontal=True, vertical_alignment="center", gap="xxsmall"):
                st.markdown(f"**{letter}**", width="content")
                st.button(
                    "", icon=":material/close:", key=f"explore_remove_{letter}", type="tertiary", on_click=remove,
                    args=(context.anchors, text), help=f"Remove anchor {letter}. {_origin(text)}.",
                )  # fmt: skip


def _origin(text: str) -> str:
    seed, _, number = text.partition(".")
    return f"Seed {seed}, number {number}" if number else "Made on this page, not drawn by a seed"


def _by_number(context: ViewContext) -> None:
    from ganlib.explore import points

    with st.form("explore_by_number", border=False):
        seed = st.number_input("Seed", 0, LARGEST_SEED, context.seed, step=1, key="explore_add_seed")
        number = st.number_input(
            "Number", 0, points.MOST - 1, 0, step=1, key="explore_add_number",
            help="In the grid, the first sample is number 0 and the last is number 63.",
        )  # fmt: skip
        if st.form_submit_button("Add this anchor", key="explore_add"):
            add(context.anchors, points.drawn(int(seed), int(number)))
            st.rerun()


def _toggle(anchors: tuple[str, ...], texts: list[str], number: int) -> None:
    change = remove if texts[number] in anchors else add
    change(anchors, texts[number])


def _put(anchors: tuple[str, ...]) -> None:
    linked_address.put("a", ",".join(anchors) or _NONE)
    gone = ascii_uppercase[len(anchors) :]
    for name in _LETTERS:
        if st.query_params.get(name, "") in tuple(gone):
            linked_address.put(name, None)
