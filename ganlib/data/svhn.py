"""The Street View House Numbers as their authors publish them: MATLAB files of cropped 32x32 digits.

Netzer et al., "Reading Digits in Natural Images with Unsupervised Feature Learning", 2011.
"""

from pathlib import Path

import numpy as np

from ganlib.data.images import Images, Labels
from ganlib.data.reader import unusable


def find(folder: Path, split: str) -> tuple[Path, ...] | None:
    """Name the file of `split` in `folder`; None if it is not there."""
    file = folder / f"{split}_32x32.mat"
    return (file,) if file.is_file() else None


def read(files: tuple[Path, ...], split: str) -> tuple[Images, Labels]:
    """Read one split: `X`, bytes H x W x C x N, and `y`, N x 1, in which the digit 0 is written as 10.

    Returns:
        Images, bytes N x H x W x 3, and N labels, 0 to 9.

    Raises:
        UserError: the file is damaged or holds something else; the message names it.
    """
    from scipy.io import loadmat

    (file,) = files
    try:
        content = loadmat(file, variable_names=["X", "y"])
    except Exception as error:  # On a damaged file scipy raises whatever its parser stumbles over.
        raise unusable(file, "incomplete, damaged, or not a MATLAB file") from error
    images, labels = (content.get(key, np.empty(0)) for key in "Xy")
    if images.dtype != np.uint8 or images.ndim != 4 or labels.dtype.kind not in "iu" or labels.ndim != 2:
        raise unusable(file, "it holds no colour images 'X' as bytes with labels 'y'")
    labels = labels[:, 0].astype(np.int64)
    return np.ascontiguousarray(images.transpose(3, 0, 1, 2)), np.where(labels == 10, 0, labels)
