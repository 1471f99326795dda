"""Where each data set is, and how it is read: the way from a name to images in memory."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from ganlib.catalog import datasets
from ganlib.catalog.custom import absent
from ganlib.catalog.datasets import SPLITS, Dataset
from ganlib.catalog.table import pick
from ganlib.data import csv_table, digits, idx, npz, points, stacked, svhn
from ganlib.data.custom import store
from ganlib.data.download import DownloadError, Progress, download
from ganlib.data.folders import cache_folder, given_folder
from ganlib.data.images import Images, ImageSet, Labels, to_grey
from ganlib.data.reader import Reader, unusable
from ganlib.utils import environment
from ganlib.utils.errors import UserError

READERS: Mapping[str, tuple[Reader, ...]] = {
    "digits": (digits,),
    "mnist": (idx, npz, csv_table),
    "fashion-mnist": (idx, csv_table),
    "svhn": (svhn,),
}
"""The formats in which each published data set may lie in its folder, in the order they are tried; those that are put
together from another's images have none."""

_TORCHVISION: Mapping[str, str] = {"mnist": "MNIST/raw", "fashion-mnist": "FashionMNIST/raw", "svhn": "."}
"""Where torchvision leaves each data set below its root: a `GANLIB_DATA` that names that root does."""

# The table of data sets reads no disk; whoever can load images has also told it which custom ones there are.
datasets.DATASETS.custom = store


def load(name: str, split: str = "train", grayscale: bool = False, progress: Progress | None = None) -> ImageSet:
    """Read a data set, downloading it first if need be.

    Args:
        name: that of a published data set, such as mnist, or of a custom one.
        split: train, test, or all (train, then test).
        grayscale: turn colour images grey: 0.299 R + 0.587 G + 0.114 B.
        progress: called with (bytes arrived, bytes in all) while a download runs.

    Raises:
        UserError: the name or the split is unknown, a split is missing and cannot be downloaded, or a file is
            damaged; the message says what to do.
    """
    origin = fetch(name, split, progress)
    dataset = datasets.get(name)
    if dataset.has_points:
        drawn = np.concatenate([points.draw(name, part) for part in SPLITS[split]])
        return ImageSet(drawn, None, (), name, split, origin)
    # Joining copies even a single part: what a reader borrowed from a file's bytes could not be written to,
    # which PyTorch warns about.
    images, labels = zip(*(_read(dataset, part, grayscale) for part in SPLITS[split]), strict=True)
    known = np.concatenate(labels) if dataset.classes else None
    return ImageSet(np.concatenate(images), known, dataset.classes, name, split, origin)


def where(name: str, split: str = "train") -> Path | str | None:
    """Say where a split is, without reading it and without a network.

    Returns the folder (for all, the one of train) or the package it comes with; None if it would have to be downloaded.
    """
    dataset = datasets.get(name)
    if dataset.has_points:
        return "ganlib"
    if dataset.made_of:
        return where(dataset.made_of, split)
    origins = [_origin(_find(name, part)) for part in pick(SPLITS, split, "split")]
    return None if None in origins else origins[0]


def fetch(name: str, split: str = "train", progress: Progress | None = None) -> Path | str:
    """Download and verify what is missing of a split, and return where it is now, as `where` does.

    Raises UserError: a split is missing and cannot be downloaded; the message says where to put its files by hand and
    which split could be used instead. A demo downloads nothing.
    """
    dataset = datasets.get(name)
    if dataset.made_of:
        return fetch(dataset.made_of, split, progress)
    for part in pick(SPLITS, split, "split"):
        if where(name, part) is None:
            if name not in READERS:
                raise absent(dataset.title)
            if environment.is_demo():
                raise UserError(f"{dataset.title} is not on this server, and a demo downloads nothing.")
            try:
                download(dataset.downloads[part], cache_folder() / name, progress)
            except DownloadError as error:
                raise _missing(dataset, part, str(error)) from error
    origin = where(name, split)
    if origin is None:
        raise UserError(f"The files of {dataset.title} disappeared while being looked up; try again.")
    return origin


def describe(name: str) -> str:
    """Say where a data set is and how many images it holds, having read it. Raises UserError: unknown, or damaged."""
    dataset = datasets.get(name)
    height, width, channels = dataset.shape
    colour = "grey" if channels == 1 else "colour"
    lines = [f"{dataset.title}: {height}x{width}, {colour}, {len(dataset.classes) or 'no'} classes"]
    for part, published in dataset.counts.items():
        origin = where(name, part)
        if origin is None:
            lines.append(f"  {part}: not available")
            continue
        found = len(_read(dataset, part, grayscale=False)[0])
        share = "" if found == published else f" of {published:,}"
        lines.append(f"  {part}: {found:,}{share} images in {origin}")
    return "\n".join(lines)


def _find(name: str, part: str) -> tuple[Reader, tuple[Path, ...]] | None:
    """Find the files of one published split and the reader that understands them."""
    if name in READERS:
        below = (name, _TORCHVISION[name]) if name in _TORCHVISION else (name,)
        folders = [root / folder for root in (given_folder(), cache_folder()) if root for folder in below]
    else:
        folders = [store.folder(name)]
    for folder in folders:
        for reader in READERS.get(name, (store,)):
            if (files := reader.find(folder, part)) is not None:
                return reader, files
    return None


def _origin(found: tuple[Reader, tuple[Path, ...]] | None) -> Path | str | None:
    if found is None:
        return None
    _, files = found
    return files[0].parent if files else digits.ORIGIN


def _read(dataset: Dataset, part: str, grayscale: bool) -> tuple[Images, Labels]:
    """Read one published split, and check that it is what its name says."""
    if dataset.made_of:
        images = stacked.stack(
            _read(datasets.get(dataset.made_of), part, grayscale=False)[0], dataset.count(part), part
        )
        return (to_grey(images) if grayscale else images), np.zeros(len(images), np.int64)
    found = _find(dataset.name, part)
    if found is None:
        raise UserError(f"The {part} split of {dataset.title} disappeared while being read; try again.")
    reader, files = found
    images, labels = reader.read(files, part)
    if not len(images) == len(labels) > 0:
        raise unusable(files[0], f"{len(images):,} images, but {len(labels):,} labels")
    if images.shape[1:] != dataset.shape:
        sizes = ["x".join(map(str, shape)) for shape in (images.shape[1:], dataset.shape)]
        raise unusable(files[0], f"its images are {sizes[0]}; those of {dataset.title} are {sizes[1]}")
    # Images without labels are all of one class that has no name.
    if labels.min() < 0 or labels.max() >= max(1, len(dataset.classes)):
        raise unusable(files[-1], f"a label is not one of {dataset.title}'s {len(dataset.classes)} classes")
    return (to_grey(images) if grayscale else images), labels


def _missing(dataset: Dataset, part: str, reason: str) -> UserError:
    """The error for a split that is missing and cannot be downloaded."""
    files = " and ".join(file.filename for file in dataset.downloads[part])
    data = given_folder()
    if data and data.is_file():
        return UserError(
            f"GANLIB_DATA leads to a file, {data}, so let it name a folder with a folder {dataset.name} in it."
        )
    place = f"{data / dataset.name} (GANLIB_DATA)" if data else f"a folder {dataset.name} under GANLIB_DATA"
    others = [other for other in dataset.counts if other != part and where(dataset.name, other)]
    instead = "".join(f", or use split={other}, which is available" for other in others)
    return UserError(
        f"{dataset.title}'s {part} split is not available and could not be downloaded ({reason}): "
        f"put {files} into {place} by hand{instead}."
    )
