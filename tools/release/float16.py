"""Weights at half their size: kernels as 16-bit numbers, in a file that Keras reads as any other."""

import io
from pathlib import Path

import h5py
import numpy as np

_HALF = np.finfo(np.float16)


def halved(path: Path) -> bytes:
    """Return a Keras `.weights.h5` file with its kernels rounded to 16 bits and compressed.

    Vectors stay as they are: biases and what batch normalisation keeps are a hundredth of the size, and a variance
    may be too large or too small for 16 bits. So does a kernel with a value that 16 bits cannot hold.

    Args:
        path: the file.

    Returns:
        The bytes of a file that loads into the same networks; the same input gives the same bytes.

    Raises:
        OSError: there is no such file, or it is damaged.
    """
    buffer = io.BytesIO()
    with h5py.File(path, "r") as source, h5py.File(buffer, "w") as target:
        target.attrs.update(source.attrs)

        def copy(name: str, item: h5py.Group | h5py.Dataset) -> None:
            if isinstance(item, h5py.Group):
                made = target.require_group(name)
            else:
                values = _half(item[()])
                packing = {"compression": "gzip", "compression_opts": 9, "shuffle": True} if values.ndim else {}
                made = target.create_dataset(name, data=values, **packing)
            made.attrs.update(item.attrs)

        source.visititems(copy)
    return buffer.getvalue()


def _half(values: np.ndarray) -> np.ndarray:
    is_kernel = values.ndim > 1 and values.dtype == np.float32
    return values.astype(np.float16) if is_kernel and np.abs(values).max(initial=0) <= _HALF.max else values
