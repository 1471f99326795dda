"""The files that own images come from: members of a zip file, or a folder on the server.

Both are held to the same rules before a picture is opened: images lie side by side, or sorted into folders of one
level, whose names are then the labels.
"""

import os
import stat
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from ganlib import zips
from ganlib.data.own.pictures import ENDINGS
from ganlib.errors import UserError

FEWEST_IMAGES = 64
MOST_IMAGES = 20_000
MOST_BYTES = 500_000_000
MOST_FILE_BYTES = 50_000_000
MOST_CLASSES = 20
ADVICE = "make the zip file anew, of PNG and JPEG files alone"
_TIGHTEST = 100  # times that a member may shrink by packing; pictures are packed already and hardly shrink
_LONGEST_CLASS = 40  # characters

# Macs add a hidden twin to every file, which is left out and must not count.
MOST_MEMBERS = 2 * MOST_IMAGES + 100


class Source(NamedTuple):
    """A file that should be a picture.

    Attributes:
        place: its path inside the zip file or the folder, with at most one folder in it.
        length: its size in bytes.
        read: reads its content.
    """

    place: str
    length: int
    read: Callable[[], bytes]

    @property
    def label(self) -> str:
        """The folder it lies in, "" for none."""
        return self.place.rpartition("/")[0]


def in_zip(packed: zips.Packed) -> list[Source]:
    """Return the pictures in a zip file, in order of their names.

    Raises:
        UserError: as `check`, and for a member that is packed too tightly.
    """
    found = []
    for info in packed.files:
        if _is_litter(info.filename):
            continue
        if info.file_size > _TIGHTEST * max(1, info.compress_size):
            raise UserError(f"{zips.shown(info)} is packed too tightly for a picture; {ADVICE}.")
        found.append(Source(info.filename, info.file_size, partial(packed.read, info)))
    return check(found)


def in_folder(folder: Path) -> list[Source]:
    """Return the pictures in a folder and the folders in it, in order of their names; links are refused.

    Raises:
        UserError: as `check`, and for a folder that cannot be read.
    """
    found = []
    try:
        for path, size in _files(folder):
            place = path.relative_to(folder).as_posix()
            if not _is_litter(place):
                found.append(Source(place, size, partial(_content, path)))
            if len(found) > MOST_IMAGES:
                break
    except OSError as error:
        raise UserError(f"The folder {folder.name!r} cannot be read ({error.strerror}).") from error
    return check(found)


def below(root: str | None, place: str) -> Path:
    """Return a folder that the server's keeper allows to import from.

    Args:
        root: the folder below which all others may be imported; None or "" if the keeper allows none.
        place: the path from there.

    Raises:
        UserError: importing is switched off, or there is no such folder below the root.
    """
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
    """Return the pictures in order, or refuse them all.

    Raises:
        UserError: there are too few or too many, they take too much room, one lies too deep or is no picture.
    """
    if len(found) > MOST_IMAGES:
        raise UserError(f"There are more than {MOST_IMAGES:,} images; import fewer at a time.")
    for source in found:
        if source.place.count("/") > 1:
            raise _too_deep(source.place)
        if not source.place.lower().endswith(ENDINGS):
            raise UserError(f"{_cut(source.place)!r} is no PNG or JPEG file by its name; take it out.")
        if source.length > MOST_FILE_BYTES:
            raise UserError(f"{_cut(source.place)!r} takes more than {MOST_FILE_BYTES // 10**6} MB; save it smaller.")
    if sum(source.length for source in found) > MOST_BYTES:
        raise UserError(f"The images take more than {MOST_BYTES // 10**6} MB; save them smaller, or import fewer.")
    if len(found) < FEWEST_IMAGES:
        raise UserError(f"There are {len(found)} images, and a GAN cannot learn from fewer than {FEWEST_IMAGES}.")
    return sorted(found)


def classes(found: Sequence[Source]) -> tuple[str, ...]:
    """Return the labels: the names of the folders if there are at least two, else none.

    Raises:
        UserError: there are too many, some images lie in folders and some do not, or a name cannot be shown.
    """
    names = sorted({source.label for source in found})
    if len(names) == 1:
        return ()
    if "" in names:
        raise UserError("Some images lie in folders and some do not; sort all into folders, or none.")
    if len(names) > MOST_CLASSES:
        raise UserError(f"There are {len(names)} folders; sort the images into at most {MOST_CLASSES} classes.")
    for name in names:
        if len(name) > _LONGEST_CLASS or not name.isprintable() or not name.strip():
            raise UserError(
                f"{_cut(name)!r} is no name for a class; use up to {_LONGEST_CLASS} letters, digits and spaces."
            )
    return tuple(names)


def _files(folder: Path, is_inner: bool = False) -> Iterator[tuple[Path, int]]:
    """Yield the files in a folder and the folders in it, with their sizes."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if _is_litter(entry.name):
                continue
            found = entry.stat(follow_symlinks=False)
            if stat.S_ISREG(found.st_mode):
                yield Path(entry.path), found.st_size
            elif not stat.S_ISDIR(found.st_mode):
                raise UserError(f"{_cut(entry.name)!r} is a link or something else that is no file; take it out.")
            elif is_inner:
                raise _too_deep(entry.name)
            else:
                yield from _files(Path(entry.path), is_inner=True)


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UserError(f"{_cut(path.name)!r} cannot be read ({error.strerror}); take it out.") from error


def _too_deep(place: str) -> UserError:
    return UserError(
        f"{_cut(place)!r} lies in a folder within a folder; "
        "put the images side by side, or into one folder for each class."
    )


def _is_litter(place: str) -> bool:
    """Whether a file is one that a computer leaves about by itself."""
    parts = place.split("/")
    return any(part.startswith((".", "__MACOSX")) for part in parts) or parts[-1].lower() in (
        "thumbs.db",
        "desktop.ini",
    )


def _cut(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:80]}..."
