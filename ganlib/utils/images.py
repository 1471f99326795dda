"""Pictures out of arrays: grids of samples, PNG files, animations.

An *image* here is a uint8 array of shape (H, W, C), values 0 to 255, with C = 1 (grey) or 3 (RGB); a batch of
them is (N, H, W, C). Anything else is refused with a ValueError, so that a picture scaled to [-1, 1] is never
shown as black. All functions return arrays or bytes; none writes a file.
"""

import io
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

Pixels = npt.NDArray[np.uint8]

SHORTEST_FRAME = 0.02
"""Seconds. Browsers play a GIF frame that is shorter than this at a tenth of a second."""


def mosaic(images: Pixels, columns: int = 8, gap: int = 0, fill: int = 255) -> Pixels:
    """Lay a batch out as one image, row by row.

    Args:
        images: uint8, (N, H, W, C).
        columns: images per row; the last row is filled up with empty cells.
        gap: pixels between neighbours, none around the outside.
        fill: value, 0 to 255, of gaps and empty cells.

    Returns:
        uint8, (rows * H + (rows - 1) * gap, columns * W + (columns - 1) * gap, C).
    """
    _check(images, dimensions=4)
    if columns < 1 or gap < 0 or not 0 <= fill <= 255:
        raise ValueError(f"A mosaic cannot have columns={columns}, gap={gap}, fill={fill}.")
    count, height, width, channels = images.shape
    rows = -(-count // columns)
    cells = np.full((rows * columns, height + gap, width + gap, channels), fill, np.uint8)
    cells[:count, :height, :width] = images
    grid = cells.reshape(rows, columns, height + gap, width + gap, channels).swapaxes(1, 2)
    sample_grid = grid.reshape(rows * (height + gap), columns * (width + gap), channels)
    return sample_grid[: sample_grid.shape[0] - gap, : sample_grid.shape[1] - gap]


def plane(points: npt.NDArray[Any], extent: float, size: int = 256) -> Pixels:
    """Draw points in the plane, shape (N, 2), y upwards, as black squares on white: uint8, (size, size, 1).

    The picture reaches from minus `extent` to `extent` in both directions; points outside are not in it.
    """
    picture = np.full((size, size, 1), 255, np.uint8)
    columns, rows = ((points * (1, -1) / extent + 1) / 2 * size).astype(int).T
    for row, column in zip(rows, columns, strict=True):
        if 0 < row < size and 0 < column < size:
            picture[row - 1 : row + 2, column - 1 : column + 2] = 0
    return picture


def sample_grid(images: Pixels, columns: int | None = None) -> Pixels:
    """Lay a batch out as everywhere in the project: a grey line of one pixel between images.

    Without the line, neighbours of tiny images (8x8 digits) run into each other. By default there are eight columns;
    fewer for fewer images, so that no cell of a single row stays empty, and as many as rows beyond 64 images, so that
    thousands still make a picture that can be opened.

    64 images of 28x28 make 231x231.
    """
    count = len(images)
    columns = columns or (max(8, math.isqrt(count - 1) + 1) if count > 8 else max(1, count))
    return mosaic(images, columns=columns, gap=1, fill=96)


def enlarge(image: Pixels, width: int) -> Pixels:
    """Repeat pixels (nearest neighbour) until a small picture, uint8 (H, W, C), is `width` pixels wide or more.

    Only whole multiples keep all pixels equally large: the result is (k * H, k * W, C) for the least such k.
    """
    _check(image, dimensions=3)
    factor = max(1, -(-width // image.shape[1]))
    return image.repeat(factor, axis=0).repeat(factor, axis=1)


def png_bytes(image: Pixels, compression: int = 6) -> bytes:
    """Encode a uint8 (H, W, C) image as a PNG file, without loss; `compression` goes from 0, fast, to 9, small."""
    _check(image, dimensions=3)
    return _imageio(_plain(image), ".png", compress_level=compression)


def read_png(path: Path) -> Pixels:
    """Read a PNG as uint8 (H, W, C), palettes and transparency as RGB. Raises OSError, or ValueError: no whole PNG."""
    content = path.read_bytes()
    try:
        with Image.open(io.BytesIO(content), formats=["PNG"]) as picture:
            pixels = np.array(picture.convert("L" if picture.mode == "L" else "RGB"))
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise ValueError(f"{path} is not a whole PNG picture.") from error
    return pixels.reshape(*pixels.shape[:2], -1)


def kept_frames(count: int) -> list[int]:
    """Choose the frames of an animation over training: early ones densely, later ones sparsely.

    Most happens in the beginning. Frame i (0, 1, 2, ...) is kept when round(2 * sqrt(i)) is larger than
    for frame i - 1, as in TensorFlow's DCGAN tutorial; of 100 epochs that leaves 21 frames.

    Returns indices in increasing order; the first and the last frame are always among them.
    """
    kept = np.diff(np.round(2 * np.sqrt(np.arange(count))), prepend=-1) > 0
    kept[-1:] = True
    return np.flatnonzero(kept).tolist()


def gif_bytes(
    frames: Sequence[Pixels], seconds_per_frame: float = 0.2, hold_last: float = 2.0, width: int = 448
) -> bytes:
    """Encode images, uint8 (H, W, C) of one shape, at least one, as an animated GIF that repeats for ever.

    Grey images keep their exact values. For RGB ones the colours, 255 at most, are chosen once for all frames and not
    dithered: a palette for each frame would flicker, dither would drown pictures as small as these. Frames are shown
    for `SHORTEST_FRAME` seconds at least, in hundredths, and are `width` pixels wide at least, see `enlarge`.
    """
    durations = _durations(frames, seconds_per_frame, hold_last)
    # Pillow itself, because imageio's writer knows no palette that frames share.
    first, *rest = pictures = [Image.fromarray(_plain(enlarge(frame, width))) for frame in frames]
    coloured = frames[0].shape[-1] == 3
    if coloured:
        strip = Image.fromarray(_plain(np.concatenate(frames)))
        palette = strip.quantize(255, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
        first, *rest = [picture.quantize(palette=palette, dither=Image.Dither.NONE) for picture in pictures]
    buffer = io.BytesIO()
    # Optimising halves the file by writing a spare colour where nothing changed; grey has none to spare.
    first.save(buffer, "GIF", save_all=True, append_images=rest, duration=durations, loop=0, optimize=coloured)
    return buffer.getvalue()


def webp_bytes(
    frames: Sequence[Pixels], seconds_per_frame: float = 0.2, hold_last: float = 2.0, width: int = 448
) -> bytes:
    """Encode images as an animated WebP that repeats for ever, without loss; arguments as for `gif_bytes`."""
    durations = _durations(frames, seconds_per_frame, hold_last)
    pictures = [_plain(enlarge(frame, width)) for frame in frames]
    # Method 0 takes a fifth of the default's time, for files at most half as large again.
    return _imageio(pictures, ".webp", duration=durations, loop=0, lossless=True, method=0)


def _check(pixels: Pixels, dimensions: int) -> None:
    if pixels.dtype != np.uint8:
        raise ValueError(f"Pixels must be uint8, 0 to 255, not {pixels.dtype}.")
    if pixels.ndim != dimensions or pixels.shape[-1] not in (1, 3) or pixels.size == 0:
        wanted = "(H, W, C)" if dimensions == 3 else "(N, H, W, C)"
        raise ValueError(f"The shape must be {wanted} with C = 1 or 3 and nothing empty, not {pixels.shape}.")


def _plain(image: Pixels) -> Pixels:  # as encoders want it: without an axis for a single channel
    return image[..., 0] if image.shape[-1] == 1 else image


def _durations(frames: Sequence[Pixels], seconds_per_frame: float, hold_last: float) -> list[int]:
    """Check an animation's arguments and return how many milliseconds each frame lasts."""
    for frame in frames:
        _check(frame, dimensions=3)
    if len({frame.shape for frame in frames}) != 1:
        raise ValueError("An animation needs at least one frame, and all frames in one shape.")
    if min(seconds_per_frame, hold_last) < SHORTEST_FRAME:
        raise ValueError(f"A frame must be shown for at least {SHORTEST_FRAME} seconds.")
    return [round(1000 * seconds_per_frame)] * (len(frames) - 1) + [round(1000 * hold_last)]


def _imageio(pixels: Pixels | Sequence[Pixels], extension: str, **options: Any) -> bytes:
    import imageio.v3  # takes a tenth of a second, which no page should wait for

    return imageio.v3.imwrite("<bytes>", pixels, extension=extension, plugin="pillow", **options)
