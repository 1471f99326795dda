"""Custom data sets, made of a person's images: what they are called, and what the name alone tells.

Of its data set, a run's `config.json` holds the name. It must stay readable after that set was deleted, and on
a machine that never had it, so the name of a custom data set ends in what a run has to know: the shape of its images.
The beginning keeps it apart from every data set that is or will be built in.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import NamedTuple, Protocol

from ganlib.utils.errors import UserError

SIZES = (28, 32, 64)
"""Height and width, in pixels, that custom images can be stored in."""

CHANNELS: Mapping[str, int] = {"grey": 1, "rgb": 3}

LONGEST_TITLE = 60
"""Characters of what a person calls their images."""

_LONGEST_WORD = 28
_WORD = re.compile(rf"[a-z0-9][a-z0-9-]{{0,{_LONGEST_WORD - 1}}}")
_NAME = re.compile(rf"own-({_WORD.pattern})-({'|'.join(map(str, SIZES))})-({'|'.join(CHANNELS)})")


class CustomName(NamedTuple):
    """The parts of a name such as own-cats-28-grey."""

    word: str
    """Made from what the person called the images: up to 28 small letters, digits and hyphens."""
    size: int  # height and width, in pixels
    colour: str  # grey or rgb

    def __str__(self) -> str:
        return f"own-{self.word}-{self.size}-{self.colour}"

    @property
    def title(self) -> str:
        """The name for a person, as far as the name alone tells."""
        return self.titled(self.word.replace("-", " ").strip().capitalize())

    def titled(self, title: str) -> str:
        """Return a person's title with what tells sets of one title apart."""
        return f"{title} ({self.size}, {'colour' if self.shape[2] == 3 else 'grey'})"

    @property
    def shape(self) -> tuple[int, int, int]:  # of an image: height, width, channels
        return self.size, self.size, CHANNELS[self.colour]


def read_name(name: str) -> CustomName | None:
    """Take the name of a custom data set apart; None if it is no such name."""
    match = _NAME.fullmatch(name)
    return CustomName(match[1], int(match[2]), match[3]) if match else None


def clean_title(title: str) -> str:
    """Return what a person calls their images, in letters, digits and spaces that no page can mistake for markup."""
    letters = re.sub(r"[\W_]+", " ", unicodedata.normalize("NFC", title))
    return letters.strip()[:LONGEST_TITLE].strip()


def make_name(title: str, size: int = 28, color: bool = False) -> CustomName:
    """Put a name together: "My Shapes" becomes own-my-shapes-28-grey. Raises UserError: title or size cannot be."""
    shown = clean_title(title)
    if not shown:
        raise UserError(f"{title[:80]!r} is no name for images; use at least one letter or digit.")
    if size not in SIZES:
        *others, last = map(str, SIZES)
        raise UserError(f"Custom images are {', '.join(others)} or {last} pixels high and wide, not {size}.")
    plain = unicodedata.normalize("NFKD", shown.lower().replace("ß", "ss")).encode("ascii", "ignore").decode()
    word = re.sub("[^a-z0-9]+", "-", plain).strip("-")[:_LONGEST_WORD].strip("-")
    # Other scripts leave nothing; a checksum keeps their titles apart.
    word = word or f"set-{hashlib.sha256(shown.encode()).hexdigest()[:8]}"
    return CustomName(word, size, "rgb" if color else "grey")


def batch_size(images: int) -> int:
    """Return a batch size for so many training images: a batch holds none twice, and an epoch should be many."""
    return 64 if images >= 256 else 16 if images >= 32 else 8


def absent(title: str) -> UserError:
    """The error for custom images that were deleted, or that only another machine has."""
    return UserError(f"The images of {title} are not on this machine; import them again, or choose another data set.")


class Record(NamedTuple):
    """What is known of a custom data set on this machine, besides its name."""

    counts: Mapping[str, int]  # number of images in each of the splits train and test
    classes: tuple[str, ...]  # class names; empty where the images carry no labels
    title: str = ""  # what the person called them; empty where it is not known


class CustomDatasets(Protocol):
    """Where custom data sets are: `ganlib.data.custom`, which reads the disk, as a table of facts should not."""

    def names(self) -> Iterable[str]:
        """Return the names of the sets that are here, in order."""

    def record(self, name: str) -> Record | None:
        """Return what is known of a set; None if it is not here."""
