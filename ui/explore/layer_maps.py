"""The maps of one layer, or the numbers of a dense one, and what can be said of them."""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import streamlit as st

from ganlib import plots
from ganlib.plots import Tile
from ui.common import charts, tiles

if TYPE_CHECKING:
    from ganlib.explore.activations import Activations

SHOWN = 32
"""Maps of a layer that are shown at once."""

COLUMNS = 8

_ROW, _UNITS = 88, 330  # pixels
_KINDS = {
    "Input": "What goes into the first layer.",
    "Dense": "Each number is a weighted sum of all numbers before it.",
    "Conv2D": "Each map is the answer of one filter that slides over the maps before it.",
    "Conv2DTranspose": "Each number before it is spread over a patch, so that the maps grow.",
    "BatchNormalization": "Each map is shifted and scaled by what is usual in a batch.",
    "GroupNormalization": "All maps of this picture are shifted and scaled to mean 0 and deviation 1.",
    "LeakyReLU": "What is above 0 passes; of what is below, a little.",
    "Activation": "Each number goes through the same curve.",
    "Dropout": "In training it sets some numbers to 0; here all of them pass.",
    "MaxPooling2D": "Of each patch the largest number passes.",
    "Flatten": "The same numbers in one row.",
    "Reshape": "The same numbers, laid out as maps.",
    "Pack": "The pictures that D judges together, their channels side by side.",
}


class LayerMaps(NamedTuple):
    """A layer's maps, as numbers and as colours."""

    maps: np.ndarray  # float32, (maps, height, width, 1)
    first: int  # the number of the first of them
    are_gradients: bool  # of D's output, by what the layer gives
    largest: float  # the size that has the full colour
    pictures: np.ndarray  # uint8, (maps, height, width, 3)
    picture: np.ndarray  # these as one


def show(layer: "Activations", seen: LayerMaps) -> None:
    """Show them and say what they are."""
    shape = " x ".join(map(str, layer.values.shape[:2]))
    parts = (
        f"{layer.count} map{'s' if layer.count > 1 else ''} of {shape}"
        if layer.are_maps
        else f"{layer.count:,} numbers"
    )
    st.markdown(f"**{layer.name}**, {layer.kind}: {parts}. {_KINDS.get(layer.kind.removeprefix('Spectral'), '')}")
    alt = f"{'Gradient' if seen.are_gradients else 'Activations'} of the layer {layer.name}"
    numbers = layer.gradient if seen.are_gradients and layer.gradient is not None else layer.values
    if layer.are_maps:
        labels = [_tile(seen, place) for place in range(len(seen.maps))]
        columns = COLUMNS if layer.count > COLUMNS else min(4, layer.count)  # few of them are drawn larger
        rows = SHOWN // COLUMNS if layer.count > SHOWN else None  # for the last page to look like the others
        figure = plots.tiles_figure(seen.pictures, labels, columns, rows=rows)
        tiles.show(figure, f"explore_maps_{alt}", _ROW * SHOWN // COLUMNS, alt)
    else:
        figure = plots.units_figure(numbers, seen.maps.shape[2], seen.largest)
        charts.draw(figure.update_layout(height=_UNITS), f"explore_units_{alt}", alt)
    st.caption(_told(layer, seen, numbers))


def _told(layer: "Activations", seen: LayerMaps, numbers: np.ndarray) -> str:
    scale = f"White is 0, full colour from {seen.largest:.3g} on."
    if seen.are_gradients:
        below = " Below each map: its largest size." if layer.are_maps else ""
        return (
            f"Of the whole gradient: length {np.linalg.norm(numbers):.3g}, largest size {np.abs(numbers).max():.3g}. "
            f"Amber: more of it raises D's output; teal: it lowers it. {scale}{below}"
        )
    below = " Below each map: its mean / its largest value." if layer.are_maps else ""
    return (
        f"Of the whole layer: mean {numbers.mean():.3g}, largest {numbers.max():.3g}. Amber is above 0, teal below. "
        f"{scale}{below}"
    )


def _tile(seen: LayerMaps, place: int) -> Tile:
    values, name = seen.maps[place], f"map {seen.first + place}"
    mean = float(values.mean())
    if seen.are_gradients:
        largest = float(np.abs(values).max())
        return Tile(f"{largest:.2g}", f"{name}: mean {mean:.3g}, largest size {largest:.3g}")
    largest = float(values.max())
    return Tile(f"{_short(mean)} / {_short(largest)}", f"{name}: mean {mean:.3g}, largest {largest:.3g}")


def _short(value: float) -> str:
    """Return a number as four or five signs, such as -.04 or 12.3."""
    if abs(value) >= 1:
        return f"{value:.1f}"
    return f"{value:.2f}".replace("0.", ".") if abs(value) >= 0.005 else "0"
