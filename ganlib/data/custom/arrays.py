"""Images as arrays: the .npy and .npz files that NumPy writes, read without believing their headers."""

import io
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from PIL import Image

from ganlib.data.custom.labels import check_classes
from ganlib.data.images import Images, to_grey, unscale
from ganlib.utils import safe_zip
from ganlib.utils.errors import UserError

MAGIC = b"\x93NUMPY"
_IMAGES = ("images", "x", "data", "arr_0")
_LABELS = ("labels", "y", "targets", "arr_1")
_PARTS = ("train", "test")
_MOST_MEMBERS = 100
_ADVICE = "save it anew with numpy.savez"


class Pictured(NamedTuple):
    """Images, bytes N x size x size x C, C being 3 or 1, and the class of each as text; None where there are none."""

    images: Images
    labels: list[str] | None


def from_npz(packed: safe_zip.Packed) -> dict[str, npt.NDArray[np.generic]]:
    """Return the arrays in an .npz file by name. Raises UserError: one is damaged or holds objects; or too many."""
    if len(packed.files) > _MOST_MEMBERS:
        raise UserError(f"This file holds {len(packed.files)} arrays; one of images and one of labels are needed.")
    return {info.filename.removesuffix(".npy").lower(): array(packed.read(info)) for info in packed.files}


def array(content: bytes) -> npt.NDArray[np.generic]:
    """Return the array in an .npy file.

    NumPy makes room for what the header announces before it reads, so the header is held against the file's length
    here, and the array is a view of the file's bytes. Objects would be unpickled, which can run any code.

    Raises:
        UserError: it is damaged or holds Python objects.
    """
    stream = io.BytesIO(content)
    try:
        version = np.lib.format.read_magic(stream)
        read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
        shape, is_fortran, dtype = read(stream)
        if dtype.hasobject:
            raise UserError("The array holds Python objects, which are not read; save the images as uint8 or float32.")
        count = int(np.prod(shape, dtype=object)) if shape else 1
        values = np.frombuffer(content, dtype, count, stream.tell())
        return values.reshape(shape, order="F" if is_fortran else "C")
    except UserError:
        raise
    except Exception as error:  # its parser stumbles over many things
        raise UserError(f"This file is no whole NumPy array; {_ADVICE}.") from error


def pictured(found: dict[str, npt.NDArray[np.generic]], size: int, color: bool, most: int) -> Pictured:
    """Choose images and labels among arrays, and bring the images to one size.

    Args:
        found: arrays by name: images (or x, data, x_train and x_test, arr_0), N x H x W, N x H x W x C or
            N x C x H x W, C being 1, 3 or 4; bytes, or floats in [0, 1] or [-1, 1]; labels (or y, targets, arr_1), N.
        size: height and width wanted, in pixels.
        color: keep the colours.
        most: how many images there may be.

    Raises:
        UserError: there are no such images, too many, values out of range, or labels that do not fit.
    """
    images = _chosen(found, _IMAGES)
    if images is None:
        sizes = [name for name, values in found.items() if values.ndim in (3, 4)]
        images = found[sizes[0]] if len(sizes) == 1 else None
    if images is None:
        raise UserError(f"There are no images in this file; {_ADVICE}(file, images=images, labels=labels).")
    labels = _chosen(found, _LABELS)
    if images.dtype.kind not in "uif":
        raise UserError(f"The images hold {images.dtype}, which is no number of a pixel; save them as uint8 or floats.")
    pixels = _bytes(_channels_last(images), most)
    if labels is None:
        return Pictured(_sized(pixels, size, color), None)
    if labels.shape != (len(pixels),) or labels.dtype.kind not in "iubUS":
        raise UserError(f"There are {len(pixels):,} images, so there must be as many labels: whole numbers or names.")
    names = [text.decode("latin-1") if isinstance(text, bytes) else str(text) for text in labels.tolist()]
    check_classes(sorted(set(names)))
    return Pictured(_sized(pixels, size, color), names)


def _chosen(found: dict[str, npt.NDArray[np.generic]], names: tuple[str, ...]) -> npt.NDArray[np.generic] | None:
    for name in names:
        if name in found:
            return found[name]
        parts = {f"{name}_{part}": found[f"{name}_{part}"] for part in _PARTS if f"{name}_{part}" in found}
        if len({(part.shape[1:], part.dtype) for part in parts.values()}) > 1:
            told = " and ".join(
                f"{key} is {part.dtype}, {' x '.join(map(str, part.shape))}" for key, part in parts.items()
            )
            raise UserError(f"{told}: save them with the same type and the same height, width and channels.")
        if parts and next(iter(parts.values())).ndim:
            return np.concatenate(list(parts.values()))
    return None


def _channels_last(images: npt.NDArray[np.generic]) -> npt.NDArray[np.generic]:
    if images.ndim == 3:
        return images[..., np.newaxis]
    if images.ndim == 4 and images.shape[3] not in (1, 3, 4) and images.shape[1] in (1, 3, 4):
        images = np.moveaxis(images, 1, 3)
    if images.ndim != 4 or images.shape[3] not in (1, 3, 4):
        shape = " x ".join(map(str, images.shape))
        raise UserError(f"The images are {shape}; make them N x H x W or N x H x W x C, with 1 or 3 channels.")
    return images[..., :3]


def _bytes(images: npt.NDArray[np.generic], most: int) -> Images:
    if len(images) > most:
        raise UserError(f"There are more than {most:,} images; import fewer at a time.")
    if not images.size:
        raise UserError("There are 0 images in this file.")
    if images.dtype == np.uint8:
        return images  # type: ignore[return-value]
    low, high = float(np.min(images)), float(np.max(images))  # type: ignore[arg-type]
    if images.dtype.kind in "iu" and low >= 0 and high <= 255:
        return images.astype(np.uint8)
    if images.dtype.kind == "f" and low >= -1 and high <= 1:
        return unscale(images, (-1, 1) if low < 0 else (0, 1))
    if images.dtype.kind == "f" and low >= 0 and high <= 255:
        return np.rint(images.astype(np.float64)).astype(np.uint8)
    raise UserError(
        f"The images hold {images.dtype} values from {low:g} to {high:g}; save uint8 from 0 to 255, or floats in "
        "[0, 1] or [-1, 1]."
    )


def _sized(images: Images, size: int, color: bool) -> Images:
    """Cut the square in the middle and scale it by Lanczos's method; what has the size stays as it is."""
    channels = 3 if color else 1
    made = np.empty((len(images), size, size, channels), np.uint8)
    height, width = images.shape[1:3]
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    for number, one in enumerate(images[:, top : top + side, left : left + side]):
        pixels = np.repeat(one, 3, axis=2) if color and one.shape[2] == 1 else one
        pixels = pixels if color else to_grey(np.ascontiguousarray(pixels)[np.newaxis])[0]
        if side != size:
            picture = Image.fromarray(pixels if color else pixels[..., 0])
            pixels = np.asarray(picture.resize((size, size), Image.Resampling.LANCZOS)).reshape(size, size, channels)
        made[number] = pixels
    return made
