"""A run as one zip file, to keep or to hand on."""

import io
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

from ganlib.runs.folder import Run

CHECKPOINT = "checkpoint"

_LEFT_OUT = ("lock", "control", "live")
"""What belongs to a process that trains, not to the run."""

_TEXT = (".json", ".jsonl", ".txt")
"""Endings worth compressing; weights hardly shrink, pictures not at all."""


def zip_bytes(run: Run, checkpoint: bool = False) -> bytes:
    """Return a run as a zip file in memory; see `write_zip`."""
    buffer = io.BytesIO()
    write_zip(run, buffer, checkpoint)
    return buffer.getvalue()


def write_zip(run: Run, file: IO[bytes], checkpoint: bool = False) -> None:
    """Write a run, in any state, as a zip file that holds one folder, named like the run.

    Files that disappear meanwhile, because the run is being trained or deleted, are left out. `checkpoint` adds what is
    needed to go on training, which is several times larger than all that is needed to look and to generate.
    """
    left_out = _LEFT_OUT if checkpoint else (*_LEFT_OUT, CHECKPOINT)
    with ZipFile(file, "w", strict_timestamps=False) as archive:
        for path in _files(run.path, left_out):
            kind = ZIP_DEFLATED if path.suffix in _TEXT else ZIP_STORED
            with suppress(FileNotFoundError):
                archive.write(path, Path(run.id) / path.relative_to(run.path), compress_type=kind)


def _files(folder: Path, left_out: tuple[str, ...] = ()) -> Iterator[Path]:
    """Yield the files below a folder in order of their names, without hidden ones and links."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return
    for entry in entries:
        if entry.name.startswith(".") or entry.name in left_out:
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _files(Path(entry.path))
        elif entry.is_file(follow_symlinks=False):
            yield Path(entry.path)
