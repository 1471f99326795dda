"""Densities that a person draws: what the data set made of one is called.

Of its data set, a run's `config.json` holds the name, and so does a link. The name of a drawing is all of it, so that
it can be trained on again by whoever reads that name, on any machine.
"""

import hashlib
import re
from collections.abc import Sequence

SIDE = 24
"""Cells along each side of the plane."""

LEVELS = 4
"""How dense a cell can be: 0 is empty, and a cell of level 3 gets three times the points of one of level 1."""

_PREFIX = "drawn-"
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_EACH = 3  # cells that a letter stands for
_LENGTH = SIDE**2 // _EACH
_NAME = re.compile(rf"{_PREFIX}([A-Za-z0-9_-]{{{_LENGTH}}})")

EMPTY = _PREFIX + _LETTERS[0] * _LENGTH
"""The name of the drawing on which there is nothing yet: no data set, but where a person begins."""


def make_name(levels: Sequence[int]) -> str:
    """Return the name of a drawing.

    Args:
        levels: of each cell, 0 to 3, row by row from the top left: SIDE ** 2 of them.

    Raises:
        ValueError: there are not so many, or one is no level.
    """
    if len(levels) != SIDE**2 or not set(levels) <= set(range(LEVELS)):
        raise ValueError(f"a drawing has {SIDE**2} levels from 0 to {LEVELS - 1}")
    triples = zip(*(levels[place::_EACH] for place in range(_EACH)), strict=True)
    return _PREFIX + "".join(_LETTERS[(one * LEVELS + two) * LEVELS + three] for one, two, three in triples)


def read_name(name: str) -> tuple[int, ...] | None:
    """Return the levels of a drawing, as `make_name` takes them; None where the name is that of no drawing."""
    match = _NAME.fullmatch(name)
    if not match:
        return None
    values = (_LETTERS.index(letter) for letter in match[1])
    return tuple(level for value in values for level in (value // LEVELS**2, value // LEVELS % LEVELS, value % LEVELS))


def is_empty(name: str) -> bool:
    """Whether it is the drawing on which there is nothing."""
    return name == EMPTY


def title(name: str) -> str:
    """Return what to call a drawing; two that differ have titles that differ, but for a chance of 1 in 65,536."""
    return f"Drawing {hashlib.sha256(name.encode()).hexdigest()[:4]}"
