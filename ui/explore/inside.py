"""Inside: what each layer of G and D makes of one picture, and how D's output hangs on it, back to the pixels."""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import streamlit as st

from ganlib import data, plots
from ganlib.catalog import datasets, losses, networks
from ganlib.plots import Tile, step
from ui.common import code, inference_guard, linked_address, linked_widgets, missing_data, tiles
from ui.common.code import Tape
from ui.explore import classes, image_widgets, layer_maps, workbench
from ui.explore.layer_maps import COLUMNS, SHOWN, LayerMaps
from ui.explore.view_context import ViewContext

if TYPE_CHECKING:
    from ganlib.explore.activations import Activations

TITLE = "Inside"
ABOUT = (
    "Every layer of both networks at work on one picture: from z to the picture, from the picture to D's output, and "
    "back along the gradient of that output to the pixels."
)
REAL = "real"
GENERATOR, DISCRIMINATOR = "g", "d"
GRADIENT = {"0": "Activations", "1": "Gradient"}
_PICTURE, _STRIP_ROW = 150, 100  # pixels


class Choice(NamedTuple):
    """Which picture, where to look, and at what."""

    source: str  # an anchor's letter, or REAL
    network: str = GENERATOR
    layer: int = 1  # by its place, 0 is what goes in
    with_gradient: bool = False
    first: int = 0  # of the maps
    index: int = 0  # of the real image


def look(tape: Tape, context: ViewContext, choice: Choice) -> list["Activations"]:
    """Run one network on the picture, layer by layer. Use it inside `inference_guard.at_work`."""
    from ganlib.explore import activations

    if choice.source == REAL:
        image = tape.item("image", tape.attribute("images", context.real(tape)), choice.index)
    else:
        sampler = context.sampler(tape)
        z = context.point(tape, sampler, choice.source)
        if choice.network == GENERATOR:
            return tape.call("layers", activations.of_generator, sampler, z)
        drawn = tape.call("drawn", sampler.images, tape.call("latents", np.stack, [z]))
        image = tape.item("image", drawn, 0)
    discriminator = context.discriminator(tape)
    neighbours = context.neighbours(tape, are_real=choice.source == REAL)
    return tape.call("layers", activations.of_discriminator, discriminator, image, neighbours=neighbours)


def pick(tape: Tape, layers: list["Activations"], choice: Choice) -> LayerMaps:
    """Colour the maps of one layer."""
    layer = tape.item("layer", layers, choice.layer)
    take = layer.gradient_maps if choice.with_gradient else layer.maps
    maps = tape.call("maps", take, first=choice.first, count=SHOWN)
    numbers = layer.gradient if choice.with_gradient else layer.values
    largest = float(f"{np.percentile(np.abs(numbers), 99):.3g}")
    pictures = tape.call("pictures", step.signed_pictures, maps, largest=largest)
    picture = image_widgets.mosaic(tape, pictures, min(COLUMNS, len(pictures)))
    return LayerMaps(maps, choice.first, choice.with_gradient, largest, pictures, picture)


def draw(tape: Tape, context: ViewContext, choice: Choice) -> LayerMaps:
    """Look at one layer. Use it inside `inference_guard.at_work`."""
    return pick(tape, look(tape, context, choice), choice)


def show(context: ViewContext) -> None:
    st.caption(f"{ABOUT} {_beside(context)}".strip())
    sources = {letter: letter for letter in context.letters}
    if _has_real(context):
        sources[REAL] = "Real image"
    if not sources:
        st.info("This needs an anchor: click a picture in the sample grid.")
        return
    bench = workbench.begin()
    with bench.controls:
        choice = _choose(context, sources)
        with st.spinner("Looking inside"), inference_guard.at_work():
            layers, tape = _looked(context, choice)
        choice = _choose_layer(choice, layers)
        tape = tape.branch()
        seen = pick(tape, layers, choice)
        _show_strip(context, choice, layers)
        with st.container(horizontal=True, gap="small"):
            _show_ends(context, choice, layers)
    with bench.picture:
        layer_maps.show(layers[choice.layer], seen)
    code.show(tape.code())


def _beside(context: ViewContext) -> str:
    """Say what belongs to the networks beside a row of layers."""
    config = context.config
    if losses.get(config.loss).has_autoencoder:
        return "This D is an autoencoder: its last layer draws a copy, and its output is minus the error of that."
    if context.label is None:
        return ""
    told = f"{classes.title(config).lower()} {config.class_names[context.label]}".replace(
        "category category", "category"
    )
    said = f"Behind z stand {config.classes} more numbers, 1 for the {told} and 0 for the others."
    return f"{said} D is asked whether the picture is a real one of this class." if config.planes else said


def _has_real(context: ViewContext) -> bool:
    if context.run.is_without_discriminator:
        return False
    return missing_data.is_here(context.config.dataset, context.config.split)


def _choose(context: ViewContext, sources: dict[str, str]) -> Choice:
    """Ask for the picture and the network."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        source = linked_widgets.choice(
            "see", "Picture", sources, next(iter(sources)), "An anchor, or an image that the run was trained on."
        )
        if source == REAL:
            last = datasets.get(context.config.dataset).count(context.config.split) - 1
            index = linked_widgets.number("of", "Number of the real image", 0, last, 0, "Its place in the data set.",
                                          width=190)  # fmt: skip
            return Choice(source, DISCRIMINATOR, index=index)
        if context.run.is_without_discriminator:
            return Choice(source)
        both = {GENERATOR: "Generator", DISCRIMINATOR: image_widgets.adversary(context)}
        return Choice(source, linked_widgets.choice("net", "Network", both, GENERATOR, "Whose layers to see."))


def _choose_layer(choice: Choice, layers: list["Activations"]) -> Choice:
    """Ask where to look, and at what."""
    stops = {layer.name: f"{place} {layer.name}" for place, layer in enumerate(layers)}
    names = list(stops)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        if choice.network == DISCRIMINATOR:
            shown = linked_widgets.choice(
                "grad", "Show", GRADIENT, "0",
                "What the layer gives, or how much D's output would gain by a little more of each number.",
            )  # fmt: skip
            choice = choice._replace(with_gradient=shown == "1")
        with st.container(width=260):
            name = linked_widgets.stops(_parameter(choice), "Layer", stops, names[1], "From the input to the output.")
        layer = layers[names.index(name)]
        if layer.are_maps and layer.count > SHOWN:
            last = (layer.count - 1) // SHOWN * SHOWN
            with st.container(width=150):
                first = linked_widgets.slider(
                    "map", "First map", 0, last, 0, SHOWN, f"{SHOWN} are shown at once.", clamps=True
                )
            choice = choice._replace(first=first)
    return choice._replace(layer=names.index(name))


def _parameter(choice: Choice) -> str:
    """Return the parameter that holds the layer: each network has its own."""
    return "glayer" if choice.network == GENERATOR else "dlayer"


def _show_ends(context: ViewContext, choice: Choice, layers: list["Activations"]) -> None:
    """Show the picture itself and, of D, which pixels would have to change."""
    is_generator = choice.network == GENERATOR
    numbers = layers[-1].values if is_generator else layers[0].values
    [picture] = data.unscale(numbers[None], networks.get_generator(context.config.generator).output_range)
    name = "The real image" if choice.source == REAL else f"Anchor {choice.source}"
    with st.container(width=_PICTURE, gap="xxsmall"):
        st.image(image_widgets.png(picture), width=_PICTURE, output_format="PNG", alt=f"{name} to look inside at")
        st.caption(name if is_generator else f"{name} · D {layers[-1].values[0]:.2f}")
    if is_generator:
        return
    with st.container(width=_PICTURE, gap="xxsmall"):
        [pixels] = plots.signed_pictures(layers[0].gradient[None])
        st.image(image_widgets.png(pixels), width=_PICTURE, output_format="PNG", alt="Gradient of D's output by pixel")
        st.caption("Amber pixels brighter, teal ones darker: more real to D")


def _show_strip(context: ViewContext, choice: Choice, layers: list["Activations"]) -> None:
    """Show all layers at a glance, to click on."""
    what = "gradient" if choice.with_gradient else "activations"
    maps = [layer.gradient_maps() if choice.with_gradient else layer.maps() for layer in layers]
    labels = [Tile(str(place), f"{layer.name}, {layer.kind}") for place, layer in enumerate(layers)]
    figure = plots.tiles_figure(plots.layer_pictures(maps), labels, COLUMNS, framed={choice.layer: ""})
    st.markdown("**All layers**")
    tiles.show(
        figure, f"explore_layers_{context.run.id}_{choice.network}_{what}", _STRIP_ROW * -(-len(layers) // COLUMNS),
        f"The {what} of all layers, each the mean of its maps",
        lambda number: linked_address.put(_parameter(choice), layers[number].name),
    )  # fmt: skip
    way = ""
    if choice.with_gradient:
        way = " The gradient comes from the last one and goes back to the first."
        if any(layer.kind == "BatchNormalization" for layer in layers):
            way += " Statistics of batch normalisation are those of other pictures and held fixed."
    st.caption(f"Each is the mean of its maps, on a scale of its own. Click one to look into it.{way}")


def _looked(context: ViewContext, choice: Choice) -> tuple[list["Activations"], Tape]:
    stamps = [inference_guard.stamps(context.run, context.step, name) for name in ("generator", "discriminator")]
    point = context.letters.get(choice.source, "")
    return _kept(context, choice, str(context.run.path), context.step, context.label, point, *stamps)


@st.cache_resource(max_entries=16, show_spinner=False)
def _kept(_context: ViewContext, choice: Choice, *stamps: object) -> tuple[list["Activations"], Tape]:
    tape = Tape()
    return look(tape, _context, choice), tape
