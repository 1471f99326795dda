"""Values out of files: whatever a file says, its numbers are finite and bounded and its texts can be shown.

JSON knows no bounds, and files come from anywhere: a number of 400 digits ends a chart, a lone surrogate a page.
"""

import re
from collections.abc import Mapping
from typing import Any

LARGEST = 1e15
"""No step, time, size or loss is larger; what is cannot be reckoned with, and counts as not there."""

LONGEST_TEXT = 2_000
"""Characters of a text that are kept: as long as a note may be."""

_DEEPEST = 10  # lists and objects inside each other; ours have three
_UNSHOWABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")  # not among them: tab and end of line


def number(value: Any, low: float = -LARGEST) -> float | None:
    """Return a plausible number that is not below `low`, and None for anything else."""
    is_plausible = type(value) in (int, float) and -LARGEST < value < LARGEST
    return float(value) if is_plausible and value >= low else None


def whole(value: Any, low: int = 0) -> int | None:
    """Return a plausible whole number that is not below `low`, and None for anything else."""
    return value if type(value) is int and low <= value < LARGEST else None


def text(value: str, longest: int = LONGEST_TEXT) -> str:
    """Return a text without what no page can show: control characters and halves of characters; cut if too long."""
    value = value[:longest]
    return value if value.isprintable() else _UNSHOWABLE.sub("", value)


def clean(value: Any, depth: int = 0) -> Any:
    """Return a value of JSON with clean texts, and None for numbers beyond reason and for what is nested too deep."""
    kind = type(value)
    if kind is float or kind is int:
        return value if -LARGEST < value < LARGEST else None
    if kind is str:
        return text(value)
    if kind is dict:
        return {text(key): clean(item, depth + 1) for key, item in value.items()} if depth < _DEEPEST else None
    if kind is list:
        return [clean(item, depth + 1) for item in value] if depth < _DEEPEST else None
    return value


def demand_whole(line: Mapping[str, Any], name: str, low: int = 0) -> int:
    """Return the whole number that a line has under a name; a ValueError if it has none, or one below `low`."""
    if (found := whole(line.get(name), low)) is None:
        raise ValueError(f"{name} must be a whole number from {low} on")
    return found


def demand_number(line: Mapping[str, Any], name: str) -> float:
    """Return the number that a line has under a name; a ValueError if it has none, or one below 0."""
    if (found := number(line.get(name), low=0.0)) is None:
        raise ValueError(f"{name} must be a number from 0 on")
    return found


def table(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def row(value: Any) -> tuple[float, ...]:
    """Return a list of numbers as it is, and nothing for anything else."""
    found = [number(each) for each in value] if isinstance(value, list) else []
    return tuple(each for each in found if each is not None) if None not in found else ()
