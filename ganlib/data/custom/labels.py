"""From the folders that pictures lie in to their labels: one folder a class, whatever a packer put around it."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from ganlib.utils.errors import UserError

MOST_CLASSES = 1_000
_LONGEST_CLASS = 40  # characters
_SPLIT = re.compile(r"(train|training|test|testing|val|valid|validation)[ _-]?(set|data|images)?\d*", re.IGNORECASE)


class Labelled(NamedTuple):
    """Which of some pictures are taken, and what they show."""

    places: list[int]  # indices of the pictures that are taken, in order
    names: list[str]  # the class of each picture that is taken; all "" where there are none
    notes: list[str]  # sentences about what was put together or left out


def from_places(places: Sequence[str]) -> Labelled:
    """Label pictures by their folders, from paths such as pets/train/cats/1.png.

    A folder around everything says nothing and is ignored. So are folders called train, test and the like, since one
    image in ten is held out anyway: their pictures are put together. Raises UserError: there are too many classes, a
    folder lies within a class, some pictures lie in folders and some do not, or a name cannot be shown.
    """
    folders = _without_common([tuple(place.split("/")[:-1]) for place in places])
    taken, notes = list(range(len(places))), []
    tops = sorted({folder[0] for folder in folders if folder})
    if len(tops) > 1 and all(folder and _SPLIT.fullmatch(folder[0]) for folder in folders):
        notes.append(f"The folders {', '.join(tops)} are put together; one image in ten is held out of all.")
        folders = _without_common_each(folders)
        if any(folders) and not all(folders):
            taken = [index for index in taken if folders[index]]
            notes.append(f"{len(places) - len(taken):,} images without a class are left out.")
    for index in taken:
        if len(folders[index]) > 1:
            raise UserError(
                f"{cut(places[index])!r} lies in a folder within a folder; "
                "put the images side by side, or into one folder for each class."
            )
    names = [folders[index][0] if folders[index] else "" for index in taken]
    check_classes(sorted(set(names)))
    return Labelled(taken, names, notes)


def cut(text: str) -> str:
    """Return a text of bearable length."""
    return text if len(text) <= 80 else f"{text[:80]}..."


def _without_common(folders: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Take away the folders that all pictures lie in."""
    common = 0
    while all(len(folder) > common for folder in folders) and len({folder[common] for folder in folders}) == 1:
        common += 1
    return [folder[common:] for folder in folders]


def _without_common_each(folders: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Take away train, test and the like, and then what all pictures of each lie in if it is no class."""
    inner = [folder[1:] for folder in folders]
    tops = {folder[0] for folder in folders}
    by_top = {top: {rest[:1] for folder, rest in zip(folders, inner, strict=True) if folder[0] == top} for top in tops}
    if any(len(firsts) > 1 for firsts in by_top.values()):
        return inner
    # train/images/cats and test/images/dogs, or train/train/1.png: one folder more that says nothing.
    only = set().union(*by_top.values())
    if len(only) == 1:
        return _without_common(inner)
    return [rest[1:] for rest in inner] if all(first and _SPLIT.fullmatch(first[0]) for first in only) else inner


def check_classes(names: list[str]) -> None:
    """Refuse, by a `UserError`, names that cannot be classes, too many of them, and images that have none."""
    if names in ([], [""]):  # no labels
        return
    if "" in names:
        raise UserError("Some images have a class and some do not; sort all into classes, or none.")
    if len(names) > MOST_CLASSES:
        raise UserError(f"There are {len(names):,} classes; sort the images into at most {MOST_CLASSES:,}.")
    for name in names:
        if len(name) > _LONGEST_CLASS or not name.isprintable() or not name.strip():
            raise UserError(
                f"{cut(name)!r} is no name for a class; use up to {_LONGEST_CLASS} letters, digits and spaces."
            )
