"""What is inside a network, as pictures: a layer at a glance, and the numbers of a dense one."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from ganlib.plots.base import CLEAR
from ganlib.plots.step import DOWN, UP, signed_pictures

Floats = npt.NDArray[np.floating[Any]]

_SPACED = 40  # squares in a row, beyond which there is no room between them


def layer_pictures(layers: Sequence[Floats], side: int = 56) -> npt.NDArray[np.uint8]:
    """Draw each layer as one small picture, the mean of its maps; all are as large, each has a scale of its own.

    Args:
        layers: the maps of each, float, shape (maps, height, width, 1).
        side: pixels of each picture's sides; the nearest number of the layer stands for each.

    Returns:
        uint8, shape (layers, side, side, 3), coloured as by `signed_pictures`.
    """
    found = []
    for maps in layers:
        mean = maps.mean(axis=0)
        rows, columns = ((np.arange(side) * length) // side for length in mean.shape[:2])
        largest = float(np.abs(mean).max())
        found.append(signed_pictures(mean[rows][:, columns][None], largest)[0])
    return np.stack(found)


def units_figure(values: Floats, columns: int, largest: float) -> go.Figure:
    """Draw the numbers of a dense layer as squares, row by row. Read it: a white square is a unit that says nothing.

    Args:
        values: shape (units,).
        columns: squares in a row.
        largest: the size that gets the full colour.
    """
    rows = -(-len(values) // columns)
    filled = np.full(rows * columns, np.nan)
    filled[: len(values)] = values
    gap = 1 if columns <= _SPACED else 0
    numbers = np.arange(rows * columns).reshape(rows, columns)
    figure = go.Figure(
        go.Heatmap(
            z=np.array([float(f"{value:.3g}") for value in filled]).reshape(rows, columns), zmin=-largest, zmax=largest,
            colorscale=[[0, DOWN], [0.5, "#ffffff"], [1, UP]], showscale=False, customdata=numbers, xgap=gap, ygap=gap,
            hovertemplate="unit %{customdata}: %{z}<extra></extra>", hoverongaps=False,
        )
    )  # fmt: skip
    figure.update_layout(margin={"l": 0, "r": 0, "t": 0, "b": 0}, paper_bgcolor=CLEAR, plot_bgcolor=CLEAR)
    figure.update_xaxes(visible=False, fixedrange=True, constrain="domain", constraintoward="left")
    figure.update_yaxes(
        visible=False, fixedrange=True, autorange="reversed", scaleanchor="x", constrain="domain", constraintoward="top"
    )
    return figure
