"""The files that custom data sets are made of: members of a zip file, uploads one by one, or a folder on the server.

Both are held to the same limits before a picture is opened.
"""

import os
import stat
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import IO, NamedTuple

from ganlib.data.custom.labels import cut
from ganlib.data.custom.pictures import ENDINGS
from ganlib.utils import safe_zip
from ganlib.utils.errors import UserError

FEWEST_IMAGES = 16
MOST_IMAGES = 20_000
MOST_BYTES = 500_000_000
MOST_FILE_BYTES = 50_000_000
ADVICE = "make the zip file anew"
_TIGHTEST = 100  # times that a member may shrink by packing; pictures are packed already and hardly shrink
_DEEPEST = 8  # folders within each other

# Macs add a hidden twin to every file, which is left out and must not count.
MOST_MEMBERS = 2 * MOST_IMAGES + 100


class Source(NamedTuple):
    """A file that should be a picture: its path inside the zip file or the folder, with /; its bytes; what reads it."""

    place: str
    length: int
    read: Callable[[], bytes]

    @property
    def is_named_so(self) -> bool:  # as a picture
        return self.place.lower().endswith(ENDINGS)


def in_zip(packed: safe_zip.Packed) -> list[Source]:
    """Return what may be a picture in a zip file, by name. Raises UserError: as `check`, and if packed too tightly."""
    found = []
    for info in packed.files:
        if _is_hidden(info.filename):
            continue
        source = Source(info.filename, info.file_size, partial(packed.read, info))
        if info.file_size > _TIGHTEST * max(1, info.compress_size):
            if source.is_named_so:
                raise UserError(f"{safe_zip.shown(info)} is packed too tightly for a picture; {ADVICE}.")
            source = source._replace(length=0, read=bytes)  # a table, perhaps; not worth a look
        found.append(source)
    return check(found)


def uploaded(files: Sequence[IO[bytes]]) -> list[Source]:
    """Return what may be a picture among uploaded files, in order of their names. Raises UserError: as `check`."""
    found = []
    for file in files:
        length = file.seek(0, os.SEEK_END)
        place = str(getattr(file, "name", "")).replace("\\", "/").rpartition("/")[2]
        found.append(Source(place, length, partial(_rewound, file)))
    return check(found)


def _rewound(file: IO[bytes]) -> bytes:
    file.seek(0)
    return file.read()


def in_folder(folder: Path) -> list[Source]:
    """Return the pictures in a folder and below it, by name. Raises UserError: as `check`, a link, or unreadable."""
    found = []
    try:
        for path, size in _files(folder):
            place = path.relative_to(folder).as_posix()
            if not _is_hidden(place):
                found.append(Source(place, size, partial(_content, path)))
            if len(found) > MOST_MEMBERS:
                break
    except OSError as error:
        raise UserError(f"The folder {folder.name!r} cannot be read ({error.strerror}).") from error
    return check(found)


def below(root: str | None, place: str) -> Path:
    """Return the folder at a path below `root`. Raises UserError: `root` is None (imports are off), or has no such."""
    if not root:
        raise UserError(
            "Folders cannot be imported here, because GANLIB_IMPORT names none to import from; use a zip file instead."
        )
    base = Path(root).expanduser()
    try:
        folder = (base / place).resolve()
        is_allowed = folder.is_relative_to(base.resolve()) and folder.is_dir()
    except (OSError, ValueError, RuntimeError):  # such as a path with a null byte, or links in a circle
        is_allowed = False
    # The same words for what is missing and what is out of bounds: nobody learns what else is on the disk.
    if not is_allowed:
        raise UserError(f"There is no folder {place[:80]!r} among those that may be imported (GANLIB_IMPORT).")
    return folder


def check(found: Sequence[Source]) -> list[Source]:
    """Return what may be a picture, in order. Raises UserError: there are too many, or they or one are too large."""
    small = []
    for source in found:
        if source.length <= MOST_FILE_BYTES:
            small.append(source)
        elif source.is_named_so:
            raise UserError(f"{cut(source.place)!r} takes more than {MOST_FILE_BYTES // 10**6} MB; save it smaller.")
        else:
            small.append(source._replace(length=0, read=bytes))
    if sum(source.is_named_so for source in small) > MOST_IMAGES or len(small) > MOST_MEMBERS:
        raise UserError(f"There are more than {MOST_IMAGES:,} images; import fewer at a time.")
    if sum(source.length for source in small) > MOST_BYTES:
        raise UserError(f"The images take more than {MOST_BYTES // 10**6} MB; save them smaller, or import fewer.")
    return sorted(small, key=lambda source: source.place)


def _files(folder: Path, depth: int = 0) -> Iterator[tuple[Path, int]]:
    """Yield the files in a folder and all below it, with their sizes."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if _is_hidden(entry.name):
                continue
            found = entry.stat(follow_symlinks=False)
            if stat.S_ISREG(found.st_mode):
                yield Path(entry.path), found.st_size
            elif not stat.S_ISDIR(found.st_mode):
                raise UserError(f"{cut(entry.name)!r} is a link or something else that is no file; take it out.")
            elif depth == _DEEPEST:
                raise UserError(f"{cut(entry.name)!r} lies too deep; sort the images into one folder for each class.")
            else:
                yield from _files(Path(entry.path), depth + 1)


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UserError(f"{cut(path.name)!r} cannot be read ({error.strerror}); take it out.") from error


def _is_hidden(place: str) -> bool:
    return safe_zip.is_litter(place) or any(part.startswith(".") for part in place.split("/"))
