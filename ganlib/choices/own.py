"""Data sets made of a person's own images: what they are called, and what the name alone tells.

Of its data set, a run's `config.json` holds the name. It must stay readable after that set was deleted, and on
a machine that never had it, so the name of an own set ends in what a run has to know: the shape of its images.
The beginning keeps it apart from every data set that is or will be built in.
"""

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple, Protocol

from ganlib.errors import UserError

SIZES = (28, 32)
"""Height and width, in pixels, that own images can be stored in."""

CHANNELS: Mapping[str, int] = {"grey": 1, "rgb": 3}

_WORD = re.compile(r"[a-z0-9][a-z0-9-]{0,27}")
_NAME = re.compile(rf"own-({_WORD.pattern})-({'|'.join(map(str, SIZES))})-({'|'.join(CHANNELS)})")


class OwnName(NamedTuple):
    """The parts of a name such as own-cats-28-grey.

    Attributes:
        word: what the person called the images: up to 28 small letters, digits and hyphens.
        size: height and width in pixels.
        colour: grey or rgb.
    """

    word: str
    size: int
    colour: str

    def __str__(self) -> str:
        return f"own-{self.word}-{self.size}-{self.colour}"

    @property
    def title(self) -> str:
        """The name for a person, in letters and digits that no page can mistake for markup."""
        colour = "colour" if self.shape[2] == 3 else "grey"
        return f"{self.word.replace('-', ' ').strip().capitalize()} ({self.size}, {colour})"

    @property
    def shape(self) -> tuple[int, int, int]:
        """Height, width and channels of an image."""
        return self.size, self.size, CHANNELS[self.colour]


def read_name(name: str) -> OwnName | None:
    """Take the name of an own set apart; None if it is no such name."""
    match = _NAME.fullmatch(name)
    return OwnName(match[1], int(match[2]), match[3]) if match else None


def make_name(word: str, size: int = 28, color: bool = False) -> OwnName:
    """Put a name together.

    Raises:
        UserError: the word cannot be part of one, or there are no own sets of that size.
    """
    if not _WORD.fullmatch(word):
        raise UserError(
            f"{word[:80]!r} is no name for images; use up to 28 small letters, digits and hyphens, such as my-cats."
        )
    if size not in SIZES:
        raise UserError(f"Own images are {' or '.join(map(str, SIZES))} pixels high and wide, not {size}.")
    return OwnName(word, size, "rgb" if color else "grey")


def absent(title: str) -> UserError:
    """The error for own images that were deleted, or that only another machine has."""
    return UserError(f"The images of {title} are not on this machine; import them again, or choose another data set.")


class Record(NamedTuple):
    """What is known of an own set that is here, besides its name.

    Attributes:
        counts: number of images in each of the splits train and test.
        classes: class names; empty where the images carry no labels.
    """

    counts: Mapping[str, int]
    classes: tuple[str, ...]


class Shelf(Protocol):
    """Where own sets stand: `ganlib.data.own`, which reads the disk, as a table of facts should not."""

    def names(self) -> Iterable[str]:
        """Return the names of the sets that are here, in order."""

    def record(self, name: str) -> Record | None:
        """Return what is known of a set; None if it is not here."""
