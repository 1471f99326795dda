"""A picture becomes a density: dark is dense, or light, and what is no picture is refused."""

import io

import numpy as np
import pytest
from PIL import Image

from ganlib import load_data
from ganlib.catalog.drawing import SIDE, read_name
from ganlib.data import drawing
from ganlib.utils.errors import UserError


def png(grey, size=240):
    file = io.BytesIO()
    Image.fromarray(np.asarray(grey, np.uint8)).resize((size, size), Image.Resampling.NEAREST).save(file, "PNG")
    return file.getvalue()


def levels(content, **options):
    return np.array(read_name(drawing.from_picture(content, **options))).reshape(SIDE, SIDE)


def test_dark_is_dense_or_light():
    content = png([[0, 255], [255, 128]])  # black at the top left, grey at the bottom right
    found, other = levels(content), levels(content, light_is_dense=True)
    assert found[[2, 2, -3, -3], [2, -3, 2, -3]].tolist() == [3, 0, 0, 1]
    assert other[[2, 2, -3, -3], [2, -3, 2, -3]].tolist() == [0, 3, 3, 2]


def test_a_pale_picture_is_as_dense_as_a_dark_one():
    assert levels(png([[130, 255], [255, 255]])).max() == 3


def test_the_points_are_where_the_picture_is_dark():
    points = load_data(drawing.from_picture(png([[255, 255], [0, 255]]))).points
    assert (points < 0.15).mean() > 0.97


@pytest.mark.parametrize(
    ("content", "said"), [(b"no picture", "is no whole picture"), (png([[255]]), "has nothing dark on it")]
)
def test_what_holds_no_density_is_refused(content, said):
    with pytest.raises(UserError, match=said):
        drawing.from_picture(content, "mine.png")
