"""Files that are never seen half written, and line logs that are read whatever their last line looks like."""

import errno
import json
import math
import os
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from uuid import uuid4

from ganlib.utils import values
from ganlib.utils.errors import UserError

MOST_OBJECT_BYTES = 5_000_000
"""A larger JSON file is not read; the largest of ours, the manifest of what ships, has a thirtieth of it."""


def write_bytes(path: Path, data: bytes) -> None:
    """Replace a file at once: readers see the old or the new. Raises OSError: it could not be; the old one stays."""
    temporary = path.with_name(f".{path.name}.{uuid4().hex}")
    try:
        with temporary.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        _replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _replace(source: Path, target: Path) -> None:
    """Rename at once; on Windows that waits until no reader has the target open."""
    for _ in range(20):
        try:
            source.replace(target)
        except PermissionError:
            if os.name != "nt":
                raise
            time.sleep(0.01)
        else:
            return
    source.replace(target)


def write_json(path: Path, value: Mapping[str, Any]) -> None:
    """Replace a JSON file at once; see `write_bytes`."""
    write_bytes(path, (json.dumps(_without_nan(value), indent=2) + "\n").encode())


def read_json(path: Path) -> dict[str, Any] | None:
    """Return the object in a JSON file, see `parse`; None where it is missing, damaged, too large or not an object."""
    try:
        with path.open("rb") as file:
            content = file.read(MOST_OBJECT_BYTES + 1)
    except (OSError, ValueError):  # a path may be none, too
        return None
    return parse(content) if len(content) <= MOST_OBJECT_BYTES else None


def parse(content: bytes) -> dict[str, Any] | None:
    """Return the object that some JSON is, its values as `values.clean` leaves them; None if it is none."""
    try:
        value = json.loads(content.decode("utf-8"))
    except (ValueError, RecursionError):
        return None
    return values.clean(value) if isinstance(value, dict) else None


def unwritable(what: str, error: OSError, variable: str) -> UserError:
    """Return the error for what an OSError kept from its folder, which an environment variable names."""
    return UserError(f"{what} ({error.strerror}); {remedy(error, variable)}.")


def remedy(error: OSError, variable: str) -> str:
    """Return what to do about a folder, named by an environment variable, that cannot be written; half a sentence."""
    if error.errno in (errno.ENOTDIR, errno.EEXIST):
        return f"{variable} leads to a file, so let it name a folder"
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"let {variable} name a folder that you may write to"
    return "make room first"


def append_lines(path: Path, lines: list[dict[str, Any]]) -> None:
    """Append one JSON object a line. Numbers that are not finite are written as null."""
    with path.open("a+b") as file:
        if file.seek(0, os.SEEK_END):
            file.seek(-1, os.SEEK_END)
            if file.read(1) != b"\n":  # a writer was killed in the middle of its line
                file.write(b"\n")
        file.write(to_lines(lines))


def to_lines(lines: list[dict[str, Any]]) -> bytes:
    """Return the bytes of a JSON-lines file; see `append_lines`."""
    return "".join(json.dumps(_without_nan(line)) + "\n" for line in lines).encode()


def read_lines(path: Path) -> list[dict[str, Any]]:
    """Return the objects of a JSON-lines file, see `parse_lines`; a missing file is empty."""
    try:
        return list(parse_lines(path.read_bytes()))
    except OSError:
        return []


def parse_lines(content: bytes) -> Iterator[dict[str, Any]]:
    """Yield the object on each line, see `parse`; damaged lines, as a writer that was killed leaves, are left out."""
    for line in content.splitlines():
        if (value := parse(line)) is not None:
            yield value


def _without_nan(value: Any) -> Any:
    """Return the value with NaN and infinities as None, because JSON has no word for them."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {key: _without_nan(item) for key, item in value.items()}
    return [_without_nan(item) for item in value] if isinstance(value, (list, tuple)) else value
