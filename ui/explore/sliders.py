"""Sliders: walk from a point along the directions in which pictures change most."""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import streamlit as st

from ganlib.catalog.directions import METHODS
from ui.common import code, inference_guard, linked_address, linked_widgets
from ui.common.address import real
from ui.common.code import Tape
from ui.explore import anchors, image_widgets, workbench
from ui.explore.view_context import Shown, ViewContext

if TYPE_CHECKING:
    from ganlib.explore.directions import Directions

TITLE = "Sliders"
MOVE = "{} directions of the {:,}-dimensional latent space: move a slider and the picture changes along one of them."
MOVE_ALONG_ONE = "A latent space of one dimension has one direction: move the slider and the picture changes along it."
LEARNED = "What changes together was learned together, such as slant, width or thickness, though nobody named it."

COUNT = 8
"""Directions, or as many as the latent space has."""

REACH = 3.0

_FRAMES = 7
_GRID, _STRIP = 400, 320  # pixels
GRID_SIZES = {"1": "One picture", "16": "16 samples", "64": "64 samples"}


class Choice(NamedTuple):
    """Where to go from, and how far along which directions."""

    method: str
    first: int
    start: str
    amounts: tuple[float, ...]
    samples: int = 1


def draw(tape: Tape, context: ViewContext, choice: Choice) -> Shown:
    """Move one point, or each sample of the seed, along all directions; inside `inference_guard.at_work`."""
    sampler = context.sampler(tape)
    found = _directions(tape, context, choice)
    amounts = np.array(choice.amounts)
    if choice.samples == 1:
        start = context.point(tape, sampler, choice.start)
        z = tape.call("z", found.move, start, amounts)
        latents = tape.call("latents", np.stack, [z])
    else:
        starts = tape.call("starts", sampler.latents, choice.samples, seed=context.seed)
        latents = tape.call("latents", found.move, starts, amounts)
    pictures = tape.call("pictures", sampler.images, latents)
    if choice.samples == 1:
        return Shown(latents, pictures, tape.item("picture", pictures, 0))
    return Shown(latents, pictures, image_widgets.mosaic(tape, pictures, round(len(pictures) ** 0.5)))


def draw_strips(context: ViewContext, choice: Choice) -> np.ndarray:
    """Return what each direction alone makes of the start, uint8, (directions, frames, H, W, C)."""
    tape = Tape()
    sampler = context.sampler(tape)
    found = _directions(tape, context, choice)
    start = context.point(tape, sampler, choice.start)
    strips = [found.strip(start, index, _FRAMES, REACH) for index in range(len(found.vectors))]
    pictures = sampler.images(np.concatenate(strips))
    return pictures.reshape(len(strips), _FRAMES, *pictures.shape[1:])


def show(context: ViewContext) -> None:
    dimensions = context.config.latent_dim
    move = MOVE_ALONG_ONE if dimensions == 1 else MOVE.format(min(COUNT, dimensions), dimensions)
    st.caption(f"{move} {LEARNED}")
    bench = workbench.begin()
    with bench.controls:
        choice = _choose(context)
        with inference_guard.at_work():
            tape = Tape()
            found = _directions(Tape(), context, choice)
            count = len(found.vectors)
            amounts = linked_address.read("s", (0.0,) * count, lambda text: _amounts(text, count))
            choice = choice._replace(amounts=amounts)
            drawn = draw(tape, context, choice)
        sliders = st.container()
        with_strips = _handle(context, choice, drawn)
        with sliders:
            _sliders(context, choice, found.shares, with_strips)
        st.caption(METHODS[choice.method].about)
    with bench.picture:
        _picture(context, choice, drawn)
    code.show(tape.code())


def _choose(context: ViewContext) -> Choice:
    """Ask for all but the amounts."""
    methods = {name: method.title for name, method in METHODS.items()}
    method = linked_widgets.choice("dir", "Directions", methods, "weights", "How the directions are found.")
    first = 0
    if method == "axes" and context.config.latent_dim > COUNT:
        last = context.config.latent_dim - COUNT
        first = linked_widgets.number("first", "First coordinate", 0, last, 0, f"{COUNT} from this one on.", width=170)
    start = next(iter(context.starts))
    with st.container(horizontal=True, gap="medium"):
        samples = linked_widgets.choice(
            "n", "Move", GRID_SIZES, "1", "One point, or each sample of the seed by the same amount."
        )
        if samples == "1":
            start = linked_widgets.choice(
                "from", "Start from", context.starts, start, "An anchor, or the mean of all z."
            )
    return Choice(method, first, start, (), int(samples))


def _handle(context: ViewContext, choice: Choice, drawn: Shown) -> bool:
    """Offer what can be done with the sliders; return whether to show what each does."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.button(
            "Reset", key="explore_reset", icon=":material/undo:", on_click=linked_address.put, args=("s", None),
            disabled=not any(choice.amounts), help="All sliders back to 0.",
        )  # fmt: skip
        if choice.samples == 1:
            anchors.keep_button(context, drawn.latents[0], "explore_keep_slid")
    return linked_widgets.toggle(
        "strips", "Show what each slider does", "From -3 to +3 standard deviations, all other sliders at 0."
    )


def _directions(tape: Tape, context: ViewContext, choice: Choice) -> "Directions":
    sampler = context.sampler(tape)
    if choice.method != "axes":
        return context.directions(tape, sampler, choice.method, COUNT)
    found = context.directions(tape, sampler, choice.method, context.config.latent_dim)
    return tape.call("some", found.part, choice.first, COUNT)


def _picture(context: ViewContext, choice: Choice, drawn: Shown) -> None:
    if choice.samples == 1:
        image_widgets.one(context, drawn.picture, "stretch", "The picture at these sliders")
    else:
        alt = f"{choice.samples} samples, all moved by these sliders"
        columns = round(choice.samples**0.5)
        image_widgets.many(context, drawn.pictures, drawn.picture, columns, _GRID, alt, "explore_slid")


def _sliders(context: ViewContext, choice: Choice, shares: np.ndarray, with_strips: bool) -> None:
    with inference_guard.at_work():
        strips = draw_strips(context, choice) if with_strips else None
    keys = [f"explore_s_{index}" for index in range(len(shares))]
    grid = st.grid(2, min_column_width=180, gap="small")
    for index, (key, share) in enumerate(zip(keys, shares, strict=True)):
        linked_address.hold(key, choice.amounts[index])
        name = f"z[{choice.first + index}]" if choice.method == "axes" else f"Direction {index + 1}"
        with grid.cell(), st.container(gap="xxsmall"):
            st.slider(
                f"{name} · {share:.0%}", -REACH, REACH, step=0.1, format="%+.1f σ", key=key, on_change=_slid,
                args=(keys,),
                help="In standard deviations. The share says how much of what the first layer does it explains.",
            )  # fmt: skip
            if strips is not None:
                alt = f"What {name} does, from -3 to +3 standard deviations"
                image_widgets.strip(context, strips[index], _FRAMES, _STRIP, alt, f"explore_strip_{index}")


def _slid(keys: list[str]) -> None:
    amounts = [round(st.session_state[key], 1) for key in keys]
    linked_address.put("s", ",".join(map(linked_address.text_of, amounts)) if any(amounts) else None)


def _amounts(text: str, count: int) -> tuple[float, ...]:
    """Read how far to go along each of so many directions, in sigmas."""
    amounts = tuple(real(part, -REACH, REACH) for part in text.split(","))
    if len(amounts) != count:
        raise ValueError(text)
    return amounts
