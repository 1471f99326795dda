"""From a user's files to a data set: checked, decoded one by one, a tenth held out, and stored at once.

What is no picture, or is damaged, is left out and told of; what is hostile is refused.
"""

import os
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO, TypeAlias

import numpy as np
import numpy.typing as npt

from ganlib.catalog import datasets
from ganlib.catalog.custom import CustomName, clean_title, make_name
from ganlib.catalog.datasets import Dataset
from ganlib.catalog.metrics import FEWEST_SAMPLES
from ganlib.data.custom import arrays, labels, pictures, sources, store
from ganlib.data.custom.sources import Source
from ganlib.data.images import Images, Labels
from ganlib.data.statistics import share_alike
from ganlib.utils import safe_zip, seeds
from ganlib.utils.errors import UserError

Progress: TypeAlias = Callable[[int, int], None]
"""Called with the images that are done and the images there are in all."""

MOST_PIXELS = 6_000_000_000
"""Of all pictures together: empty ones take few bytes, but hours to unpack."""

FEW_IMAGES = 200
"""Below this many, D soon knows its images by heart."""

HELD_OUT = 10
"""One image in so many is kept from training, to see later whether D merely knows its images by heart."""

_SHOWN = 5  # names of files in a sentence
_ALIKE = 24  # levels of 255 that a pixel may be off in pictures that look the same
_NEARLY_ALL = 0.9
_MOST_COMPARED = 1_000


def import_files(
    files: Sequence[IO[bytes]], title: str, size: int = 28, color: bool = False, progress: Progress | None = None
) -> Dataset:
    """Make a data set of files: one zip, .npz or .npy file, or pictures one by one.

    Pictures in at least two folders are labelled by these (`labels.from_places`), all others have no labels.
    `store.notes` says what was left out, and what else is worth knowing.

    Args:
        files: open for reading, each with a `name`.
        title: what to call them; the data set's name is made from it.
        size: height and width to store them in, one of `ganlib.catalog.custom.SIZES`, in pixels.
        color: keep the colours.
        progress: told after each image.

    Returns:
        The data set, from now on one of `datasets.DATASETS`; its name is put together from title, size and colour.

    Raises:
        UserError: the name is taken or cannot be one, or something in the file is refused; the message says what.
    """
    name = make_name(title, size, color)
    store.check_free(name)
    if len(files) != 1:
        return _take_in(name, title, sources.uploaded(files), progress)
    (file,) = files
    file.seek(0)
    start = file.read(8)
    ending = Path(str(getattr(file, "name", ""))).suffix.lower()
    if start.startswith(arrays.MAGIC):
        if file.seek(0, os.SEEK_END) > sources.MOST_BYTES:
            raise UserError(f"The array takes more than {sources.MOST_BYTES // 10**6} MB; save fewer images.")
        file.seek(0)
        return _take_arrays(name, title, {"images": arrays.array(file.read())}, progress)
    if ending in pictures.ENDINGS and not start.startswith(b"PK"):
        return _take_in(name, title, sources.uploaded(files), progress)
    return import_zip(file, title, size, color, progress)


def import_zip(
    archive: IO[bytes], title: str, size: int = 28, color: bool = False, progress: Progress | None = None
) -> Dataset:
    """Make a data set of the pictures in a zip file, or of the arrays in an .npz file; see `import_files`."""
    name = make_name(title, size, color)
    store.check_free(name)
    with safe_zip.opened(
        archive,
        most_files=sources.MOST_MEMBERS,
        most_bytes=sources.MOST_BYTES,
        most_file_bytes=sources.MOST_BYTES,
        advice=sources.ADVICE,
    ) as packed:
        if packed.files and all(info.filename.endswith(".npy") for info in packed.files):
            return _take_arrays(name, title, arrays.from_npz(packed), progress)
        return _take_in(name, title, sources.in_zip(packed), progress)


def import_folder(
    folder: Path, title: str, size: int = 28, color: bool = False, progress: Progress | None = None
) -> Dataset:
    """Make a data set of the pictures in a folder on this machine; see `import_files`.

    The folder is the caller's to allow: what comes from a web page goes through `permitted` first.
    """
    name = make_name(title, size, color)
    store.check_free(name)
    return _take_in(name, title, sources.in_folder(folder), progress)


def permitted(place: str) -> Path:
    """Return a folder that a web page may import, below `GANLIB_IMPORT`. Raises UserError: none such, or not set."""
    return sources.below(os.environ.get("GANLIB_IMPORT"), place)


def _take_in(name: CustomName, title: str, found: Sequence[Source], progress: Progress | None) -> Dataset:
    candidates = [source for source in found if source.is_named_so or source.length]
    labels.from_places([source.place for source in found if source.is_named_so])  # refuse early
    images = np.empty((min(len(candidates), sources.MOST_IMAGES), *name.shape), np.uint8)
    places: list[str] = []
    left_out: dict[bool, list[str]] = defaultdict(list)
    for source in found:
        if not source.is_named_so and not source.length:
            left_out[False].append(source.place)
    pixels = coloured = 0
    for number, source in enumerate(candidates):
        content, place = source.read(), source.place[:80]
        try:
            pixels += pictures.inspect(content, place)
            if pixels > MOST_PIXELS:
                raise _TooMuch(f"The images have more than {MOST_PIXELS // 10**9} billion pixels; save them smaller.")
            if len(places) == len(images):
                raise _TooMuch(f"There are more than {sources.MOST_IMAGES:,} images; import fewer at a time.")
            images[len(places)], has_colour = pictures.decode(content, name.size, name.shape[2] == 3, place)
            coloured += has_colour
            places.append(source.place)
        except _TooMuch:
            raise
        except UserError:
            left_out[source.is_named_so].append(source.place)
        if progress:
            progress(number + 1, len(candidates))
    notes = _left_out(left_out)
    _check_enough(len(places), notes)
    if name.shape[2] == 1 and 2 * coloured > len(places):
        notes.append(TURNED_GREY)
    labelled = labels.from_places(places)
    return _store(name, title, images[labelled.places], labelled.names, [*notes, *labelled.notes])


TURNED_GREY = (
    "The pictures are in colour and are stored in greyscale. Import them again with colours kept to learn those."
)


class _TooMuch(UserError):
    """What ends an import, where a picture alone would be left out."""


def _take_arrays(
    name: CustomName, title: str, found: dict[str, npt.NDArray[np.generic]], progress: Progress | None
) -> Dataset:
    read = arrays.pictured(found, name.size, name.shape[2] == 3, sources.MOST_IMAGES)
    _check_enough(len(read.images), [])
    if progress:
        progress(len(read.images), len(read.images))
    return _store(name, title, read.images, read.labels or [""] * len(read.images), [])


def _store(name: CustomName, title: str, images: Images, names: list[str], notes: list[str]) -> Dataset:
    found = sorted(set(names), key=_by_number)
    classes = tuple(found) if len(found) > 1 else ()
    numbers = {text: number for number, text in enumerate(found)}
    chosen = np.array([numbers[text] for text in names], np.int64)
    splits = _split(images, chosen)
    notes = [*notes, *_warnings(images)]
    store.save(name, splits, classes, clean_title(title), notes)
    return datasets.get(str(name))


def _by_number(text: str) -> tuple[int, str]:
    """Sort classes 2 and 10 as numbers, and names as names."""
    return (int(text), "") if text.isascii() and text.isdigit() and len(text) < 10 else (-1, text)


def _check_enough(count: int, notes: Sequence[str]) -> None:
    if count < sources.FEWEST_IMAGES:
        why = "".join(f" {note}" for note in notes)
        raise UserError(
            f"There are {count} images, and a GAN cannot learn from fewer than {sources.FEWEST_IMAGES}.{why}"
        )


def _left_out(found: dict[bool, list[str]]) -> list[str]:
    """Say what was left out: damaged pictures by name, and what never was a picture."""
    notes = []
    for is_picture, one, many in (
        (True, "could not be read as a picture", "could not be read as pictures"),
        (False, "is no picture", "are no pictures"),
    ):
        if places := found[is_picture]:
            said = f"1 file {one} and is" if len(places) == 1 else f"{len(places):,} files {many} and are"
            more = f" and {len(places) - _SHOWN:,} more" if len(places) > _SHOWN else ""
            notes.append(f"{said} left out: {', '.join(repr(labels.cut(place)) for place in places[:_SHOWN])}{more}.")
    return notes


def _warnings(images: Images) -> list[str]:
    """Say what will make it hard to learn from these images."""
    found = []
    if len(images) < FEW_IMAGES:
        found.append(f"{len(images)} images are few: D soon knows them by heart, and G may only copy them. Add more.")
    if len(images) < 2 * FEWEST_SAMPLES:
        found.append(f"Fewer than {2 * FEWEST_SAMPLES} images can be trained on, but not used to evaluate samples.")
    if share_alike(images) >= _NEARLY_ALL:
        middle = np.median(images[:: -(-len(images) // _MOST_COMPARED)], axis=0).astype(np.int16)
        is_blank = middle.max() - middle.min() <= _ALIKE
        level = "white" if middle.mean() > 255 - _ALIKE else "black" if middle.mean() < _ALIKE else "blank"
        what = f"blank, and {level}" if is_blank and level != "blank" else "blank" if is_blank else "the same picture"
        found.append(f"The images are nearly all {what}: there is hardly anything to learn from them.")
    return found


def _split(images: Images, labels: Labels) -> dict[str, tuple[Images, Labels]]:
    """Hold out a tenth of each class by chance: the same one whenever the same pictures are imported."""
    order = seeds.rng(0, "own images").permutation(len(images))
    order = order[np.argsort(labels[order], kind="stable")]  # class by class, by chance within each
    is_first = np.diff(labels[order], prepend=-1) != 0
    candidates = order[~is_first]  # a class keeps at least one image to learn from
    count = max(1, len(images) // HELD_OUT)
    if len(candidates) < count:
        candidates = order
    # Evenly spaced in this order: every class gives its share.
    held = candidates[((np.arange(count) + 0.5) * len(candidates) / count).astype(int)]
    is_held = np.isin(np.arange(len(images)), held)
    return {"train": (images[~is_held], labels[~is_held]), "test": (images[is_held], labels[is_held])}
