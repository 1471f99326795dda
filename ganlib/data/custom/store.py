"""Where custom data sets are: the folders `GANLIB_CACHE/own/<name>/`, each with `images.npz` and `about.json`.

The module is a `Reader` of their images and the `CustomDatasets` that the table of data sets asks for them.
"""

import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np

from ganlib.catalog.custom import CustomName, Record, clean_title, read_name
from ganlib.data import npz
from ganlib.data.folders import cache_folder
from ganlib.data.images import Images, Labels
from ganlib.utils import files
from ganlib.utils.errors import UserError

IMAGES = "images.npz"
ABOUT = "about.json"


def home() -> Path:
    """Return the folder that holds the folders of all custom data sets; it need not exist."""
    return cache_folder() / "own"


def folder(name: str) -> Path:
    """Return the folder of a custom data set, which need not exist; any other name is refused, so never a path."""
    if read_name(name) is None:
        raise UserError(f"{name[:80]!r} is no custom data set.")
    return home() / name


# What there is


def names() -> list[str]:
    """Return the custom data sets on this machine, in order of their names; damaged ones are left out."""
    try:
        found = sorted(entry.name for entry in os.scandir(home()) if read_name(entry.name))
    except OSError:
        return []
    return [name for name in found if record(name)]


def record(name: str) -> Record | None:
    """Return what is known of a custom data set; None if it is missing or damaged."""
    about = files.read_json(folder(name) / ABOUT) or {}
    counts, classes = about.get("counts"), about.get("classes")
    if not isinstance(counts, dict) or not isinstance(classes, list):
        return None
    known = {part: count for part, count in counts.items() if type(count) is int and count > 0}
    title = about.get("title")
    # Titles from before they were kept apart end in "(28, grey)".
    word = clean_title(title) if isinstance(title, str) and "(" not in title else ""
    return Record(known, tuple(map(str, classes)), word) if set(known) == {"train", "test"} else None


def notes(name: str) -> list[str]:
    """Return what an import had to say: what was left out, and what makes it hard to learn from."""
    found = (files.read_json(folder(name) / ABOUT) or {}).get("notes")
    return [str(note) for note in found] if isinstance(found, list) else []


def owner(name: str) -> str:
    """Return who made a data set, "" where nobody said."""
    found = (files.read_json(folder(name) / ABOUT) or {}).get("owner")
    return found if isinstance(found, str) else ""


def set_owner(name: str, owner: str) -> None:
    """Keep who made a data set. Raises OSError: it could not be written."""
    files.write_json(folder(name) / ABOUT, {**(files.read_json(folder(name) / ABOUT) or {}), "owner": owner})


def size(name: str) -> int:
    """Return the bytes that a data set takes on the disk."""
    return sum(path.stat().st_size for path in folder(name).glob("*"))


# The reader


def find(folder: Path, split: str) -> tuple[Path, ...] | None:
    """Name the archive in `folder`, which holds both splits; None if it is not there."""
    file = folder / IMAGES
    return (file,) if file.is_file() else None


def read(files: tuple[Path, ...], split: str) -> tuple[Images, Labels]:
    """Read one split: bytes N x H x W x C, and N labels, all 0 where the images carry none; see `Reader.read`."""
    return npz.read_arrays(files[0], split)


# Writing


def save(
    name: CustomName,
    splits: Mapping[str, tuple[Images, Labels]],
    classes: tuple[str, ...],
    title: str,
    notes: Sequence[str] = (),
) -> None:
    """Write a data set, all of it or nothing. Raises UserError: there is one of that name, or it cannot be written."""
    check_free(name)
    hidden = home() / f".import-{uuid4().hex}"
    try:
        hidden.mkdir(parents=True)
        arrays: dict[str, Any] = {}
        for part, (images, labels) in splits.items():
            arrays |= {f"x_{part}": images, f"y_{part}": labels}
        np.savez_compressed(hidden / IMAGES, **arrays)
        counts = {part: len(images) for part, (images, _) in splits.items()}
        about = {
            "schema_version": 1,
            "title": title,
            "shape": list(name.shape),
            "images": sum(counts.values()),
            "counts": counts,
            "classes": list(classes),
            "notes": list(notes),
        }
        files.write_json(hidden / ABOUT, about)
        hidden.rename(folder(str(name)))
    except OSError as error:
        check_free(name)  # someone else may have been faster
        raise files.unwritable(f"The images could not be written to {home()}", error, "GANLIB_CACHE") from error
    finally:
        shutil.rmtree(hidden, ignore_errors=True)


def check_free(name: CustomName) -> None:
    """Refuse a name, of which size and colour are part, that is taken. Raises UserError: there is such a set."""
    if folder(str(name)).exists():
        raise UserError(
            f"There is already a custom data set named {name}; delete it first "
            f"(python -m ganlib data {name} --delete), or choose another name."
        )


def delete(name: str) -> None:
    """Delete a custom data set for good.

    Trainings hold their images in memory from their start, so a run that trains is not disturbed, and every
    run can still be looked at. Going on with one needs the images again.

    Raises:
        UserError: there is none of that name.
    """
    doomed = folder(name).with_name(f".deleted-{uuid4().hex}")
    try:
        folder(name).rename(doomed)  # out of sight first, so that no reader meets a set that is half gone
    except OSError as error:
        raise UserError(f"There is no custom data set {name} that could be deleted.") from error
    shutil.rmtree(doomed, ignore_errors=True)
