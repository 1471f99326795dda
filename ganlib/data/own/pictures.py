"""One picture as someone else saved it, made into bytes of one size; what is no such picture is refused."""

import io
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
from PIL import Image, ImageOps

from ganlib.data.images import Images
from ganlib.errors import UserError

FORMATS = ("PNG", "JPEG")
ENDINGS = (".png", ".jpg", ".jpeg")

MOST_PIXELS = 24_000_000
"""Of one picture: what a good camera takes. A few bytes can announce thousands of times as many."""

_SHARP_ENOUGH = 8  # A JPEG is decoded no larger than this times the size wanted, where that is possible.
_DEEP = ("I", "F")  # modes with more than 8 bits for a pixel begin so


def inspect(content: bytes, place: str) -> int:
    """Look a file over before its pixels take memory.

    Args:
        content: what should be a PNG or JPEG file.
        place: the file's name, for the message.

    Returns:
        The number of pixels it announces.

    Raises:
        UserError: the file is no whole PNG or JPEG picture, moves, has too many pixels or too many bits.
    """
    with _damage_told(place), _opened(content) as picture:
        if problem := _problem(picture):
            raise UserError(f"{place!r} {problem}.")
        picture.verify()
        return picture.width * picture.height


def decode(content: bytes, size: int, color: bool, place: str) -> Images:
    """Cut the square out of a picture's middle and scale it down (or up) by Lanczos's method.

    A photograph is turned upright, as its camera noted; what is transparent becomes white.

    Args:
        content: a PNG or JPEG file that passed `inspect`.
        size: height and width wanted, in pixels.
        color: keep the colours; without, brightness remains: 0.299 R + 0.587 G + 0.114 B.
        place: the file's name, for the message.

    Returns:
        Bytes, size x size x C, C being 3 or 1.

    Raises:
        UserError: its pixels are damaged.
    """
    with _damage_told(place), _opened(content) as picture:
        picture.draft(None, (_SHARP_ENOUGH * size, _SHARP_ENOUGH * size))
        small = _square(picture).resize((size, size), Image.Resampling.LANCZOS)
        # Turning a centred square is the same before and after, and takes less when it is small.
        upright = ImageOps.exif_transpose(small)
    if upright.mode == "RGBA":
        white = Image.new("RGBA", upright.size, "white")
        white.alpha_composite(upright)
        upright = white
    return np.asarray(upright.convert("RGB" if color else "L")).reshape(size, size, -1)


_TOO_MANY = f"has more than {MOST_PIXELS // 10**6} million pixels; save it smaller, or take it out"


def _opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content), formats=FORMATS)


def _problem(picture: Image.Image) -> str | None:
    """Say why a picture is refused, by its header alone, before its pixels take memory."""
    if picture.width * picture.height > MOST_PIXELS:
        return _TOO_MANY
    # A telephone's JPEG may carry a second, smaller picture; that is no animation.
    if picture.format == "PNG" and getattr(picture, "is_animated", False):
        return "is an animation; save one of its pictures, or take it out"
    if picture.mode.startswith(_DEEP):
        return "has more than 8 bits for a colour; save it with 8, or take it out"
    return None


def _square(picture: Image.Image) -> Image.Image:
    """Return the picture's middle, in a mode that can be scaled smoothly, which a palette or single bits cannot."""
    side = min(picture.size)
    left, top = (picture.width - side) // 2, (picture.height - side) // 2
    middle = picture.crop((left, top, left + side, top + side))
    return middle.convert("RGBA" if picture.has_transparency_data else "RGB")


@contextmanager
def _damage_told(place: str) -> Iterator[None]:
    """Turn whatever Pillow raises for a damaged file into one sentence."""
    try:
        yield
    except UserError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise UserError(f"{place!r} {_TOO_MANY}.") from error
    except Exception as error:  # its parser stumbles over a dozen different things
        raise UserError(f"{place!r} is no whole PNG or JPEG picture; take it out or save it anew.") from error
