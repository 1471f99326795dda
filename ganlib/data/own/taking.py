"""From strange files to a data set: checked, decoded one by one, a tenth held out, and stored at once."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO, TypeAlias

import numpy as np

from ganlib import seeds, zips
from ganlib.choices import datasets
from ganlib.choices.datasets import Dataset
from ganlib.choices.own import OwnName, make_name
from ganlib.data.images import Images, Labels
from ganlib.data.own import pictures, sources, store
from ganlib.data.own.sources import Source
from ganlib.errors import UserError

Progress: TypeAlias = Callable[[int, int], None]
"""Called with the images that are done and the images there are in all."""

MOST_PIXELS = 6_000_000_000
"""Of all pictures together: empty ones take few bytes, but hours to unpack."""

HELD_OUT = 10
"""One image in so many is kept from training, to see later whether D merely knows its images by heart."""


def import_zip(
    archive: IO[bytes], word: str, size: int = 28, color: bool = False, progress: Progress | None = None
) -> Dataset:
    """Make a data set of the pictures in a zip file.

    Pictures in 2 to 20 folders of one level are labelled by these; in one folder or none, they have no labels.

    Args:
        archive: a zip file of PNG and JPEG files, open for reading.
        word: what to call them: up to 28 small letters, digits and hyphens.
        size: height and width to store them in, 28 or 32 pixels.
        color: keep the colours.
        progress: told after each image.

    Returns:
        The data set, from now on one of `datasets.DATASETS`; its name is put together from word, size and colour.

    Raises:
        UserError: the name is taken or cannot be one, or something in the file is refused; the message says what.
    """
    name = make_name(word, size, color)
    store.check_free(name)
    with zips.opened(
        archive,
        most_files=sources.MOST_MEMBERS,
        most_bytes=sources.MOST_BYTES,
        most_file_bytes=sources.MOST_FILE_BYTES,
        advice=sources.ADVICE,
    ) as packed:
        return _take_in(name, sources.in_zip(packed), progress)


def import_folder(
    folder: Path, word: str, size: int = 28, color: bool = False, progress: Progress | None = None
) -> Dataset:
    """Make a data set of the pictures in a folder on this machine; see `import_zip`.

    The folder is the caller's to allow: what comes from a web page goes through `permitted` first.
    """
    name = make_name(word, size, color)
    store.check_free(name)
    return _take_in(name, sources.in_folder(folder), progress)


def permitted(place: str) -> Path:
    """Return a folder that may be imported from a web page: one below `GANLIB_IMPORT`, which is off by default.

    Raises:
        UserError: importing is switched off, or there is no such folder there.
    """
    return sources.below(os.environ.get("GANLIB_IMPORT"), place)


def _take_in(name: OwnName, found: Sequence[Source], progress: Progress | None) -> Dataset:
    classes = sources.classes(found)
    images = np.empty((len(found), *name.shape), np.uint8)
    pixels = 0
    for number, source in enumerate(found):
        content, place = source.read(), source.place[:80]
        pixels += pictures.inspect(content, place)
        if pixels > MOST_PIXELS:
            raise UserError(f"The images have more than {MOST_PIXELS // 10**9} billion pixels; save them smaller.")
        images[number] = pictures.decode(content, name.size, name.shape[2] == 3, place)
        if progress:
            progress(number + 1, len(found))
    labels = np.array([classes.index(source.label) if classes else 0 for source in found], np.int64)
    store.save(name, _split(images, labels), classes)
    return datasets.get(str(name))


def _split(images: Images, labels: Labels) -> dict[str, tuple[Images, Labels]]:
    """Hold out a tenth by chance: the same one whenever the same pictures are imported."""
    order = seeds.generator(0, "own images").permutation(len(images))
    count = len(images) // HELD_OUT
    parts = {"train": np.sort(order[count:]), "test": np.sort(order[:count])}
    return {part: (images[chosen], labels[chosen]) for part, chosen in parts.items()}
