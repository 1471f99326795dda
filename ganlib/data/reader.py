"""What every reader of image files offers, and how it reports a file it cannot use."""

from pathlib import Path
from typing import Protocol

from ganlib.data.images import Images, Labels
from ganlib.utils.errors import UserError


class Reader(Protocol):
    """One file format; each is a module with these two functions."""

    def find(self, folder: Path, split: str) -> tuple[Path, ...] | None:
        """Name the files of `split` in `folder`, without opening them; None if one is missing."""

    def read(self, files: tuple[Path, ...], split: str) -> tuple[Images, Labels]:
        """Read what `find` named.

        Returns:
            Images, bytes N x H x W x C, and N labels.

        Raises:
            UserError: a file is damaged or of another format; the message names it.
        """


def unusable(file: Path, why: str) -> UserError:
    """The error for a file that is there but cannot be read."""
    return UserError(f"{file} cannot be used ({why}): replace it with a fresh copy, or delete it.")
