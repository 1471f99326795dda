"""Real images for the Data page: grids of them, and what they look like in numbers. Kept as long as files stay.

A set is read once and kept in memory for all who look at it; the pictures made from it are kept besides.
"""

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import streamlit as st

from ganlib import data
from ganlib.data import ImageSet, statistics
from ganlib.utils import images
from ui.common import cached

PER_GRID = 96
IN_STRIP = 12

_GRID_WIDTH, _STRIP_WIDTH, _MEAN_WIDTH = 900, 900, 128  # pixels


class Part(NamedTuple):
    """A part of a data set that is at hand."""

    name: str  # the data set's
    split: str  # train or test
    stamp: cached.Stamp  # what changes when other images take its place


class Numbers(NamedTuple):
    """What images look like in numbers."""

    counts: dict[str, int]  # images in each class, by its name; empty without classes
    levels: npt.NDArray[np.int64]  # (256,), how often each pixel value occurs, all channels together
    means: dict[str, bytes]  # the average of all images as a PNG, then that of each class, by what it is called


def find(name: str, split: str) -> Part | None:
    """Return a part of a data set, or None if it is not at hand."""
    origin = data.where(name, split)
    return None if origin is None else Part(name, split, cached.stamp(Path(origin)))


@st.cache_data(max_entries=64, show_spinner=False)
def grid(part: Part, seed: int, label: int | None = None) -> bytes:
    """Return a grid of images drawn by a seed, of one class if a label is given, as a PNG; errors as for `numbers`."""
    found = _read(part)
    return _png(_mosaic(data.some(found, PER_GRID, seed, label)), _GRID_WIDTH)


def grid_code(part: Part, seed: int, label: int | None = None) -> str:
    """Return lines that make `picture`, the grid before it is enlarged."""
    return (
        "from ganlib import data\n"
        "from ganlib.utils import images\n\n"
        f"found = data.load({part.name!r}, {part.split!r})\n"
        f"some = data.some(found, {PER_GRID}, seed={seed}, label={label})\n"
        f"picture = images.mosaic(some, columns={IN_STRIP}, gap=1, fill=96)"
    )


@st.cache_data(max_entries=32, show_spinner=False)
def strips(part: Part, seed: int, most: int) -> list[bytes]:
    """Return a row of images of each of the first so many classes, drawn by a seed, as a PNG; errors as `numbers`."""
    found = _read(part)
    rows = (data.some(found, IN_STRIP, seed, label) for label in range(min(most, len(found.classes))))
    return [_png(_mosaic(row), _STRIP_WIDTH) if len(row) else b"" for row in rows]


@st.cache_data(max_entries=16, show_spinner="Counting")
def numbers(part: Part) -> Numbers:
    """Count classes and pixel values, and average the images. Raises UserError: the files are damaged."""
    found = _read(part)
    means = {"all": _mean(found.images)}
    for label, name in enumerate(found.classes if found.labels is not None else ()):
        of_class = found.images[found.labels == label]  # one class at a time: together they take as much as the set
        if len(of_class):
            means[name] = _mean(of_class)
    return Numbers(statistics.class_counts(found), statistics.pixel_histogram(found.images).sum(axis=0), means)


# A file that was damaged may be mended, hence the time limit.
@st.cache_resource(max_entries=2, ttl=600, show_spinner="Reading the images")
def _read(part: Part) -> ImageSet:
    return data.load(part.name, part.split)


def _mean(group: Any) -> bytes:
    return _png(np.rint(statistics.mean_image(group)).astype(np.uint8), _MEAN_WIDTH)


def _mosaic(chosen: Any) -> images.Pixels:
    return images.mosaic(chosen, columns=IN_STRIP, gap=1, fill=96)


def _png(image: images.Pixels, width: int) -> bytes:
    return images.png_bytes(images.enlarge(image, width))
