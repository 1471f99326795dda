"""Tiles show each image where its number says, with its label below and its frame around."""

import base64
import io

import numpy as np
import plotly.graph_objects as go
import pytest
from PIL import Image

from ganlib.plots import Tile, palette, tiles_figure
from ganlib.utils import images

SHADES = (10, 60, 110, 160, 210)


def shaded(channels: int = 1, height: int = 8, width: int = 8) -> images.Pixels:
    """Five uniform images, each lighter than the one before."""
    return np.stack([np.full((height, width, channels), shade, np.uint8) for shade in SHADES])


def tiles(label: str = "") -> list[Tile]:
    return [Tile(label, f"sample {number}") for number in range(len(SHADES))]


def picture(figure: go.Figure) -> np.ndarray:
    """Return the one picture of a figure, shape (height, width, 4)."""
    head, content = figure.layout.images[0].source.split(",")
    assert head == "data:image/png;base64"
    return np.array(Image.open(io.BytesIO(base64.b64decode(content))))


@pytest.mark.parametrize("label", ["", "3.14"])
@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("size", [(8, 8), (28, 28), (32, 24)])
def test_pointing_at_a_tile_is_pointing_at_its_image(label: str, channels: int, size: tuple[int, int]) -> None:
    figure = tiles_figure(shaded(channels, *size), tiles(label), columns=2)
    drawn, points = picture(figure), figure.data[0]

    assert list(points.customdata) == [f"sample {number}" for number in range(5)]
    for x, y, shade in zip(points.x, points.y, SHADES, strict=True):
        assert drawn[int(-y), int(x)].tolist() == [shade, shade, shade, 255]


def test_picture_fills_the_axes() -> None:
    figure = tiles_figure(shaded(), tiles("a"), columns=2)
    height, width = picture(figure).shape[:2]

    assert (figure.layout.images[0].sizex, figure.layout.images[0].sizey) == (width, height)
    assert figure.layout.xaxis.range == (0, width)
    assert figure.layout.yaxis.range == (-height, 0)


def test_tiles_are_parted_by_nothing_and_empty_cells_are_clear() -> None:
    drawn = picture(tiles_figure(shaded(), tiles(), columns=2))
    height, width = (length // cells for length, cells in zip(drawn.shape[:2], (3, 2), strict=True))

    assert not drawn[2 * height :, width:, 3].any()  # the sixth cell of five tiles
    assert not drawn[:, [0, width - 1, width, 2 * width - 1], 3].any()
    assert not drawn[[0, height - 1, height], :, 3].any()


def test_tiles_are_enlarged_by_whole_pixels() -> None:
    noise = np.random.default_rng(0).integers(0, 256, (1, 28, 28, 3), np.uint8)
    drawn = picture(tiles_figure(noise, [Tile("", "")], columns=1))

    rows, columns = (np.flatnonzero(drawn[..., 3].any(axis=axis)) for axis in (1, 0))
    tile = drawn[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1, :3]
    np.testing.assert_array_equal(tile, images.enlarge(noise[0], 112))


def test_labels_stand_below_their_tiles() -> None:
    figure = tiles_figure(shaded(), [Tile(str(number), "") for number in range(5)], columns=2)
    points, labels = figure.data

    assert labels.text == ("0", "1", "2", "3", "4")
    np.testing.assert_array_equal(labels.x, points.x)
    drawn = picture(figure)
    for x, y, above in zip(labels.x, labels.y, points.y, strict=True):
        assert y < above
        assert drawn[int(-y), int(x), 3] == 0


def test_without_labels_no_room_is_kept_for_them() -> None:
    bare, labelled = (tiles_figure(shaded(), tiles(label), columns=2) for label in ("", "a"))

    assert len(bare.data) == 1
    assert picture(bare).shape[0] < picture(labelled).shape[0]


def test_frame_lies_around_its_tile_and_tells_its_mark() -> None:
    figure = tiles_figure(shaded(), tiles(), columns=2, framed={3: "A", 0: ""})
    boxes, points = figure.layout.shapes, figure.data[0]

    for box, number in zip(boxes, (3, 0), strict=True):
        assert ((box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2) == (points.x[number], points.y[number])
        assert box.line.color == palette.FAKE
    assert [annotation.text for annotation in figure.layout.annotations] == ["<b>A</b>"]


def test_room_can_be_kept_for_rows_to_come() -> None:
    tall, short = (tiles_figure(shaded(), tiles(), columns=5, rows=rows) for rows in (4, None))

    assert picture(tall).shape[0] == 4 * picture(short).shape[0]
    np.testing.assert_array_equal(tall.data[0].y, short.data[0].y)


def test_tiles_can_be_clicked_and_neither_dragged_nor_zoomed() -> None:
    layout = tiles_figure(shaded(), tiles()).layout

    assert layout.clickmode == "event+select"
    assert layout.dragmode is False
    assert layout.xaxis.fixedrange
    assert layout.yaxis.fixedrange
