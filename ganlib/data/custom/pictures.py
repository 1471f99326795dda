"""One picture as someone else saved it, made into bytes of one size; what is no such picture is refused."""

import io
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageOps

from ganlib.data.images import Images
from ganlib.utils.errors import UserError

FORMATS = ("PNG", "JPEG", "GIF", "BMP", "WEBP", "TIFF", "PPM")
ENDINGS = (
    *(".png", ".jpg", ".jpeg", ".jfif", ".jpe", ".gif", ".bmp", ".webp", ".tif", ".tiff", ".ppm", ".pgm", ".pbm"),
    *(".heic", ".heif", ".avif", ".svg"),
)
"""Of names of pictures, those that cannot be read included. What a file is, its content decides."""

MOST_PIXELS = 24_000_000
"""Of one picture: what a good camera takes. A few bytes can announce thousands of times as many."""

_SHARP_ENOUGH = 8  # A JPEG is decoded no larger than this times the size wanted, where that is possible.
_DEEP = ("I", "F")  # modes with more than 8 bits for a pixel begin so
_FAINT = 192  # brightness from which a picture on a transparent ground would fade into white


def inspect(content: bytes, place: str) -> int:
    """Count the pixels a file announces, before they take memory. Raises UserError: no whole picture, or too large."""
    with _damage_told(place), Image.open(io.BytesIO(content), formats=FORMATS) as picture:
        pixels = picture.width * picture.height
        if pixels > MOST_PIXELS:  # by the header alone, before they take memory
            raise UserError(f"{place!r} {_TOO_MANY}.")
        picture.verify()
        return pixels


def decode(content: bytes, size: int, color: bool, place: str) -> tuple[Images, bool]:
    """Cut the square out of a picture's middle and scale it down (or up) by Lanczos's method.

    A photograph is turned upright, as its camera noted. What is transparent becomes white, or black below what is white
    itself. Of an animation the first picture is taken.

    Args:
        content: a file that passed `inspect`.
        size: height and width wanted, in pixels.
        color: keep the colours; without, brightness remains: 0.299 R + 0.587 G + 0.114 B.
        place: the file's name, for the message.

    Returns:
        Bytes, size x size x C, C being 3 or 1; and whether the picture has colours to speak of.

    Raises:
        UserError: its pixels are damaged.
    """
    with _damage_told(place), Image.open(io.BytesIO(content), formats=FORMATS) as picture:
        picture.draft(None, (_SHARP_ENOUGH * size, _SHARP_ENOUGH * size))
        small = _square(picture).resize((size, size), Image.Resampling.LANCZOS)
        # Turning a centred square is the same before and after, and takes less when it is small.
        upright = ImageOps.exif_transpose(small)
    if upright.mode == "RGBA":
        ground = Image.new("RGBA", upright.size, _ground(upright))
        ground.alpha_composite(upright)
        upright = ground
    return np.asarray(upright.convert("RGB" if color else "L")).reshape(size, size, -1), _has_colour(upright)


_COLOURFUL = 8.0  # levels between the brightest and the darkest channel, on average; JPEG leaves 1 or 2 in grey ones

_TOO_MANY = f"has more than {MOST_PIXELS // 10**6} million pixels; save it smaller, or take it out"


def _has_colour(picture: Image.Image) -> bool:
    pixels = np.asarray(picture.convert("RGB"), np.int16)
    return float(np.mean(pixels.max(axis=-1) - pixels.min(axis=-1))) > _COLOURFUL


def _square(picture: Image.Image) -> Image.Image:
    """Return the picture's middle, in a mode that can be scaled smoothly, which a palette or single bits cannot."""
    side = min(picture.size)
    left, top = (picture.width - side) // 2, (picture.height - side) // 2
    middle = picture.crop((left, top, left + side, top + side))
    if middle.mode.startswith(_DEEP):
        return Image.fromarray(_shallow(np.asarray(middle))).convert("RGB")
    return middle.convert("RGBA" if picture.has_transparency_data else "RGB")


def _shallow(values: np.ndarray) -> npt.NDArray[np.uint8]:
    """Scale a scan's or a microscope's grey levels to bytes: 16 bits as they are, anything else by its own extremes."""
    levels = np.nan_to_num(values.astype(np.float64))
    low, high = levels.min(), levels.max()
    if values.dtype.kind == "f" and low >= 0 and high <= 1:
        low, high = 0.0, 1.0
    elif values.dtype.kind in "iu" and low >= 0 and high <= 65_535:
        low, high = 0.0, 65_535.0
    scaled: npt.NDArray[np.uint8] = np.rint((levels - low) * (255 / max(high - low, 1e-9))).astype(np.uint8)
    return scaled


def _ground(picture: Image.Image) -> str:
    """Return the colour that what is transparent becomes, so that what is not stands out."""
    bright, opaque = np.asarray(picture.convert("L"), float), np.asarray(picture.getchannel("A"), float)
    is_faint = opaque.sum() > 0 and np.average(bright, weights=opaque) > _FAINT
    return "black" if is_faint and opaque.min() < 128 else "white"


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
        raise UserError(f"{place!r} is no whole picture; take it out, or save it as PNG or JPEG.") from error
