"""MNIST as Keras publishes it: one NumPy archive, `mnist.npz`, with both splits."""

from pathlib import Path

import numpy as np

from ganlib.data.images import Images, Labels
from ganlib.data.reader import unusable

FILENAME = "mnist.npz"


def find(folder: Path, split: str) -> tuple[Path, ...] | None:
    """Name the archive in `folder`; None if it is not there."""
    file = folder / FILENAME
    return (file,) if file.is_file() else None


def read(files: tuple[Path, ...], split: str) -> tuple[Images, Labels]:
    """Read one split from `x_train`, `y_train`, `x_test`, `y_test`: bytes N x H x W x 1, and N labels; see `Reader`."""
    (file,) = files
    images, labels = read_arrays(file, split)
    if images.ndim != 3:
        raise unusable(file, "it holds no grey images")
    return images[..., np.newaxis], labels


def read_arrays(file: Path, split: str) -> tuple[Images, Labels]:
    """Read one split of an archive as it is, whatever the shape of its images; see `Reader.read`."""
    try:
        # Never pickles: unpickling a downloaded file would run whatever code it holds.
        with file.open("rb") as stream, np.load(stream, allow_pickle=False) as archive:
            images, labels = archive[f"x_{split}"], archive[f"y_{split}"]
    except KeyError as error:
        raise unusable(file, f"it holds no {error.args[0]!r}") from error
    except Exception as error:  # For a damaged archive, NumPy and zipfile raise a dozen different kinds.
        raise unusable(file, "incomplete, damaged, or not a NumPy archive") from error
    if images.dtype != np.uint8 or labels.dtype.kind not in "iu" or labels.ndim != 1:
        raise unusable(file, "it holds no images as bytes with one label each")
    return images, labels.astype(np.int64)
