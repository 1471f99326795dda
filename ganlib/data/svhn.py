"""The Street View House Numbers as their authors publish them: MATLAB files of cropped 32x32 digits.

Netzer et al., "Reading Digits in Natural Images with Unsupervised Feature Learning", 2011.
"""

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from ganlib.data.images import Images, Labels
from ganlib.data.reader import unusable

_HDF5 = b"\x89HDF\r\n\x1a\n"


def find(folder: Path, split: str) -> tuple[Path, ...] | None:
    """Name the file of `split` in `folder`; None if it is not there."""
    file = folder / f"{split}_32x32.mat"
    return (file,) if file.is_file() else None


def read(files: tuple[Path, ...], split: str) -> tuple[Images, Labels]:
    """Read one split: `X`, bytes H x W x C x N, and `y`, N x 1, in which the digit 0 is written as 10.

    Whoever saved the file again from MATLAB may have left it in version 7.3, which is HDF5, with labels as doubles.
    See `Reader.read`; images are bytes N x H x W x 3, labels 0 to 9.
    """
    from scipy.io import loadmat

    (file,) = files
    try:
        content: Mapping[str, np.ndarray] = (
            _load_hdf5(file) if is_hdf5(file) else loadmat(file, variable_names=["X", "y"])
        )
    except Exception as error:  # On a damaged file scipy and h5py raise whatever their parsers stumble over.
        raise unusable(file, "incomplete, damaged, or not a MATLAB file") from error
    images, labels = (content.get(key, np.empty(0)) for key in "Xy")
    are_labels = labels.ndim == 2 and labels.dtype.kind in "iuf" and np.array_equal(labels, np.round(labels))
    if images.dtype != np.uint8 or images.ndim != 4 or not are_labels:
        raise unusable(file, "it holds no colour images 'X' as bytes with labels 'y'")
    labels = labels.ravel().astype(np.int64)
    return np.ascontiguousarray(images.transpose(3, 0, 1, 2)), np.where(labels == 10, 0, labels)


def is_hdf5(file: Path) -> bool:
    """Whether a MATLAB file is of version 7.3: HDF5 behind a header of 512 bytes."""
    with file.open("rb") as stream:
        stream.seek(512)
        return stream.read(len(_HDF5)) == _HDF5


def _load_hdf5(file: Path) -> Mapping[str, np.ndarray]:
    import h5py

    # MATLAB counts the first index fastest, HDF5 the last: the axes stand the other way round.
    with h5py.File(file) as stored:
        return {key: stored[key][()].T for key in "Xy" if key in stored}
