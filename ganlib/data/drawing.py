"""From a picture to a data set of points: where it is dark, points are dense."""

import numpy as np

from ganlib.catalog.drawing import LEVELS, SIDE, is_empty, make_name
from ganlib.data.custom import pictures
from ganlib.utils.errors import UserError


def from_picture(content: bytes, place: str = "picture", light_is_dense: bool = False) -> str:
    """Return the name of the drawing that a picture makes.

    The square in its middle becomes 24 x 24 cells. The darkest cell gets the highest level, white is empty.

    Args:
        content: a file such as PNG or JPEG.
        place: the file's name, for messages.
        light_is_dense: points are where the picture is light; black is empty.

    Raises:
        UserError: it is no picture that can be read, or all of it is white (or black).
    """
    pictures.inspect(content, place)
    grey = pictures.decode(content, SIDE, False, place)[0][..., 0].astype(float)
    density = grey if light_is_dense else 255 - grey
    levels = np.rint((LEVELS - 1) * density / max(255 / LEVELS, float(density.max()))).astype(int)
    name = make_name(levels.ravel().tolist())
    if is_empty(name):
        raise UserError(f"{place!r} has nothing {'light' if light_is_dense else 'dark'} on it; take another picture.")
    return name
