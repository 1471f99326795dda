"""The IDX files of MNIST and Fashion-MNIST, gzipped or not.

An IDX file is two zero bytes, a byte for the type of the numbers (8: unsigned byte), a byte for the number of
dimensions, each dimension as a big-endian 32-bit integer, then the numbers themselves.
"""

import gzip
import math
import zlib
from pathlib import Path

import numpy as np

from ganlib.data.images import Images, Labels
from ganlib.data.reader import unusable

PREFIXES = {"train": "train", "test": "t10k"}
GZIP_MAGIC = b"\x1f\x8b"


def find(folder: Path, split: str) -> tuple[Path, ...] | None:
    """Name the image file and the label file of `split` in `folder`; None if one is missing."""
    # The files have been published with a hyphen and with a dot before "idx", and some browsers unzip them.
    # Kaggle's archive unpacks each into a folder of its own name.
    candidates = [
        [
            folder / place / name
            for separator in "-."
            for ending in (".gz", "")
            for name in [f"{PREFIXES[split]}-{content}{separator}{kind}-ubyte{ending}"]
            for place in (".", name)
        ]
        for content, kind in (("images", "idx3"), ("labels", "idx1"))
    ]
    found = tuple(file for names in candidates for file in [name for name in names if name.is_file()][:1])
    return found if len(found) == 2 else None


def read(files: tuple[Path, ...], split: str) -> tuple[Images, Labels]:
    """Read an image file and its label file: images, bytes N x H x W x 1, and N labels; see `Reader.read`."""
    images, labels = (read_array(file, ndim) for file, ndim in zip(files, (3, 1), strict=True))
    return images[..., np.newaxis], labels.astype(np.int64)


def read_array(file: Path, ndim: int) -> Images:
    """Read one IDX file of unsigned bytes. Raises UserError: it is truncated, or has not `ndim` dimensions."""
    try:
        data = file.read_bytes()
        if data.startswith(GZIP_MAGIC):
            data = gzip.decompress(data)
    except (OSError, EOFError, zlib.error) as error:
        raise unusable(file, f"incomplete or damaged: {error}") from error
    header = 4 + 4 * ndim
    if len(data) < header or data[:4] != bytes([0, 0, 8, ndim]):
        raise unusable(file, f"not an IDX file of bytes with {ndim} dimension{'s' * (ndim > 1)}")
    shape = tuple(int(size) for size in np.frombuffer(data, ">u4", ndim, offset=4))
    if len(data) - header != math.prod(shape):
        raise unusable(file, f"{math.prod(shape):,} bytes announced, {len(data) - header:,} found")
    return np.frombuffer(data, np.uint8, offset=header).reshape(shape)
