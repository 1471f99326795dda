"""Classes of a conditional run: the one that all views draw, and every class from the same points of latent space."""

import numpy as np
import streamlit as st

from ganlib.config import TrainConfig
from ganlib.utils import images
from ui.common import code, inference_guard, linked_widgets
from ui.common.code import Tape
from ui.explore import image_widgets
from ui.explore.view_context import Shown, ViewContext

TITLE = "Style by class"
ABOUT = (
    "The same z as every class: a column has one z, a row one class. Where the generator keeps style and class apart, "
    "a column has one slant and one stroke all the way down, though nobody told it what a style is."
)
SAMPLES = 8  # in place of anchors
BETWEEN = (
    "G was only ever told whole classes. Told a share of two, it draws what lies between them for it: where it has "
    "learned a class as a direction, one turns into the other evenly; where not, it jumps, or shows neither."
)
_STEPS = 9  # from one class to the other, both among them
_STYLES = 4  # z that are taken along, at most
_WIDTH, _NAME, _TILE = 480, 110, 44  # pixels


def choose(config: TrainConfig) -> int | None:
    """Let the class be chosen that all views draw; None if the run was trained without labels."""
    if not config.classes:
        return None
    names = {str(number): name for number, name in enumerate(config.class_names)}
    about = "What the generator is asked to draw."
    return int(linked_widgets.menu("class", title(config), names, "0", about, width=170))


def title(config: TrainConfig) -> str:
    """Return what people call what the generator is asked for."""
    return "Category" if config.conditioning == "infogan" else "Class"


def draw(tape: Tape, context: ViewContext) -> Shown:
    """Draw the anchors, or else some samples of the seed, as every class. Use it inside `inference_guard.at_work`."""
    from ganlib.explore.classes import every_class

    sampler = context.sampler(tape)
    if context.anchors:
        latents = context.stacked(tape, sampler)
    else:
        latents = tape.call("latents", sampler.latents, SAMPLES, seed=context.seed)
    pictures = tape.call("pictures", every_class, sampler, latents)
    return Shown(latents, pictures, image_widgets.mosaic(tape, pictures, len(latents)))


def draw_between(tape: Tape, context: ViewContext, drawn: Shown, ends: tuple[int, int]) -> Shown:
    """Lead the first of what `draw` has drawn from one class to another. Use it inside `inference_guard.at_work`."""
    from ganlib.explore.classes import between

    latents = drawn.latents[:_STYLES]
    pictures = tape.call("between", between, context.sampler(tape), latents, *ends, frames=_STEPS)
    return Shown(latents, pictures, image_widgets.mosaic(tape, pictures, _STEPS))


def show(context: ViewContext) -> None:
    st.caption(ABOUT)
    tape = Tape()
    with inference_guard.at_work():
        drawn = draw(tape, context)
    names, columns = context.config.class_names, len(drawn.latents)
    what = f"anchors {', '.join(context.letters)}" if context.anchors else f"first {columns} samples of the seed"
    rows = np.split(drawn.pictures, len(names))
    room = min(_NAME, 12 + 8 * max(map(len, names)))
    with st.container(width=_WIDTH, gap="xxsmall"):
        for name, row in zip(names, rows, strict=True):
            picture = images.mosaic(row, columns=columns, gap=image_widgets.GAP, fill=image_widgets.FILL)
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                st.caption(name, width=room)
                st.image(
                    image_widgets.png(picture), width=min(_WIDTH - _NAME, _TILE * columns), output_format="PNG",
                    alt=f"The {what} as {name}",
                )  # fmt: skip
    st.caption(f"A column for each of the {what}, a row for each {title(context.config).lower()}.")
    code.show(tape.code())
    _show_between(context, drawn)


def _show_between(context: ViewContext, drawn: Shown) -> None:
    st.subheader(f"Between two {'categories' if context.config.conditioning == 'infogan' else 'classes'}", anchor=False)
    st.caption(BETWEEN)
    names = {str(number): name for number, name in enumerate(context.config.class_names)}
    with st.container(horizontal=True, gap="small"):
        first = linked_widgets.menu("first_class", "From", names, "0", "What the first column shows.", width=170)
        last = linked_widgets.menu("last_class", "To", names, "1", "What the last column shows.", width=170)
    tape = Tape()
    with inference_guard.at_work():
        led = draw_between(tape, context, drawn, (int(first), int(last)))
    st.image(
        image_widgets.png(led.picture), width=_WIDTH, output_format="PNG",
        alt=f"{len(led.latents)} styles on the way from {names[first]} to {names[last]} in {_STEPS} steps",
    )  # fmt: skip
    st.caption(f"How to read it: a row for each style, from {names[first]} on the left to {names[last]} on the right.")
