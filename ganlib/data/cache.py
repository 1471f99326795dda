"""Results that take long to compute, kept on disk: what is missing, damaged or outdated is computed again."""

import hashlib
import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from io import BytesIO
from typing import Any, TypeAlias

import numpy as np

from ganlib.data.folders import cache_folder
from ganlib.utils import files

Arrays: TypeAlias = dict[str, np.ndarray]


def remembered(name: str, key: Mapping[str, Any], compute: Callable[[], Arrays], folder: str = "metrics") -> Arrays:
    """Return what `compute` returned, arrays by name, when it was last called for this key, on any day.

    `name` is for a person who looks into the cache; the key is all that the result depends on, as plain values.
    """
    code = hashlib.sha256(json.dumps(key, sort_keys=True).encode()).hexdigest()
    path = cache_folder() / folder / f"{name}-{code[:24]}.npz"
    # For a damaged archive, NumPy and zipfile raise a dozen different kinds, and leave a file open that NumPy opened.
    with suppress(Exception), path.open("rb") as stream, np.load(stream, allow_pickle=False) as archive:
        return dict(archive.items())
    arrays = compute()
    content = BytesIO()
    np.savez(content, allow_pickle=False, **arrays)
    with suppress(OSError):  # a full or read-only disk costs time, not the result
        path.parent.mkdir(parents=True, exist_ok=True)
        files.write_bytes(path, content.getvalue())
    return arrays


def digest(images: np.ndarray) -> str:
    """Return a checksum of images and of their shape."""
    return hashlib.sha256(str(images.shape).encode() + np.ascontiguousarray(images).data).hexdigest()
