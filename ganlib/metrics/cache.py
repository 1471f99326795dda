"""Results that take long to compute, kept on disk: what is missing, damaged or outdated is computed again."""

import hashlib
import json
from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from ganlib.data.folders import cache_folder
from ganlib.utils import files

Arrays: TypeAlias = dict[str, np.ndarray]


def remembered(name: str, key: Mapping[str, Any], compute: Callable[[], Arrays]) -> Arrays:
    """Return what `compute` returned when it was last called for this key, on any day.

    Args:
        name: what it is, for a person who looks into the folder.
        key: all that the result depends on, as plain values.
        compute: returns arrays by name, always the same names.
    """
    code = hashlib.sha256(json.dumps(key, sort_keys=True).encode()).hexdigest()
    path = cache_folder() / "metrics" / f"{name}-{code[:24]}.npz"
    arrays = _read(path)
    if arrays is None:
        arrays = compute()
        _write(path, arrays)
    return arrays


def digest(images: np.ndarray) -> str:
    """Return a checksum of images and of their shape."""
    return hashlib.sha256(str(images.shape).encode() + np.ascontiguousarray(images).data).hexdigest()


def _read(path: Path) -> Arrays | None:
    try:
        # Opened here, because NumPy leaves a file open that it cannot read.
        with path.open("rb") as stream, np.load(stream, allow_pickle=False) as archive:
            return dict(archive.items())
    except Exception:  # For a damaged archive, NumPy and zipfile raise a dozen different kinds.
        return None


def _write(path: Path, arrays: Arrays) -> None:
    content = BytesIO()
    np.savez(content, allow_pickle=False, **arrays)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        files.write_bytes(path, content.getvalue())
    except OSError:
        pass  # A full or read-only disk costs time, not the result.
