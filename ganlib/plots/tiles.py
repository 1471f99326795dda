"""Images as tiles of one Plotly figure that can be pointed at and clicked; for the app and for notebooks."""

import base64
import io
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import plotly.graph_objects as go
from PIL import Image

from ganlib.plots import palette
from ganlib.plots.base import CLEAR
from ganlib.utils import images

LABEL_ROOM = 0.3
"""The height of the line of text below a tile, as a share of its cell's width."""

_SHARP = 112  # pixels: a tile is enlarged to this by whole pixels, so that the browser does not blur it
_EDGE = 0.03  # of a tile: it is clear on each side, which parts it from its neighbours


class Tile(NamedTuple):
    """What is written at an image: a few signs below it, and a line for the pointer."""

    label: str
    hover: str


class _Cells(NamedTuple):
    """Where tiles lie, in pixels of the one picture that holds them all; a cell is a tile, its edge and its label."""

    columns: int
    rows: int
    tile_height: int
    tile_width: int
    edge: int
    room: int

    @property
    def width(self) -> int:
        return self.tile_width + 2 * self.edge

    @property
    def height(self) -> int:
        return self.tile_height + 2 * self.edge + self.room

    def corner(self, number: int) -> tuple[int, int]:
        """Return the top left pixel of a tile, as row and column."""
        row, column = divmod(number, self.columns)
        return row * self.height + self.edge, column * self.width + self.edge


def tiles_figure(
    pictures: images.Pixels,
    tiles: Sequence[Tile],
    columns: int = 8,
    framed: Mapping[int, str] | None = None,
    rows: int | None = None,
    edges: Mapping[int, str] | None = None,
) -> go.Figure:
    """Lay images out as tiles that can be pointed at and selected, each with a label below if any has one.

    A selected point's number is that of the tile. Lengths are in pixels of the enlarged picture.

    Args:
        pictures: uint8, (N, H, W, C).
        tiles: what to write at each of the N.
        columns: tiles in a row.
        framed: the numbers of those to frame, and what to write into the corner of each.
        rows: how many rows to keep room for, by default as many as there are.
        edges: the numbers of those to edge with a colour.
    """
    height, width = images.enlarge(pictures[0], _SHARP).shape[:2]
    edge = max(1, round(_EDGE * width))
    room = round(LABEL_ROOM * (width + 2 * edge)) if any(tile.label for tile in tiles) else 0
    cells = _Cells(columns, rows or -(-len(pictures) // columns), height, width, edge, room)
    corners = np.array([cells.corner(number) for number in range(len(pictures))])
    across, down = corners[:, 1] + width / 2, -corners[:, 0] - height / 2
    below = down - height / 2 - edge - room / 2
    traces = [
        go.Scatter(
            x=across, y=down, mode="markers", marker={"opacity": 0, "size": 24}, selected_marker_opacity=0,
            unselected_marker_opacity=0, customdata=[tile.hover for tile in tiles],
            hovertemplate="%{customdata}<extra></extra>",
        )
    ]  # fmt: skip
    if room:
        labels = [tile.label for tile in tiles]
        traces.append(go.Scatter(x=across, y=below, mode="text", hoverinfo="skip", text=labels, textfont_size=11))
    wide, high = columns * cells.width, cells.rows * cells.height
    whole = {"xref": "x", "yref": "y", "x": 0, "y": 0, "sizex": wide, "sizey": high, "sizing": "stretch"}
    figure = go.Figure(traces)
    figure.update_layout(
        images=[{"source": _source(pictures, cells), "layer": "below", **whole}],
        margin={"l": 0, "r": 0, "t": 0, "b": 0}, paper_bgcolor=CLEAR, plot_bgcolor=CLEAR, showlegend=False,
        hovermode="closest", hoverdistance=80, dragmode=False, clickmode="event+select",
    )  # fmt: skip
    figure.update_xaxes(visible=False, fixedrange=True, range=[0, wide], constrain="domain", constraintoward="left")
    figure.update_yaxes(
        visible=False, fixedrange=True, range=[-high, 0], scaleanchor="x", constrain="domain", constraintoward="top"
    )
    for number, colour in (edges or {}).items():
        y, x = cells.corner(number)
        box = {"x0": x, "x1": x + width, "y0": -y, "y1": -y - height}
        figure.add_shape(type="rect", **box, line={"color": colour, "width": 3})
    for number, mark in (framed or {}).items():
        y, x = cells.corner(number)
        box = {"x0": x, "x1": x + width, "y0": -y, "y1": -y - height}
        figure.add_shape(type="rect", **box, line={"color": palette.FAKE, "width": 3})
        if mark:
            figure.add_annotation(
                x=x, y=-y, text=f"<b>{mark}</b>", showarrow=False, xanchor="left", yanchor="top", font_size=11,
                font_color="white", bgcolor=palette.FAKE, borderpad=1,
            )  # fmt: skip
    return figure


def _source(pictures: images.Pixels, cells: _Cells) -> str:
    """Return all images as one PNG, clear between the tiles, as an address that holds it."""
    canvas = np.zeros((cells.rows * cells.height, cells.columns * cells.width, 4), np.uint8)
    for number, picture in enumerate(pictures):
        top, left = cells.corner(number)
        tile = canvas[top : top + cells.tile_height, left : left + cells.tile_width]
        tile[..., :3] = images.enlarge(picture, _SHARP)
        tile[..., 3] = 255
    buffer = io.BytesIO()
    Image.fromarray(canvas).save(buffer, "PNG", compress_level=1)
    return f"data:image/png;base64,{base64.b64encode(buffer.getvalue()).decode()}"
