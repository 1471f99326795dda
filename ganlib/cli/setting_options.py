"""Settings that a command is given."""

from collections.abc import Mapping
from typing import Any

from ganlib.config import parse
from ganlib.utils.errors import UserError


def settings(pairs: list[str]) -> dict[str, Any]:
    """Return what a number of --set KEY=VALUE ask for."""
    changes = {}
    for pair in pairs:
        name, separator, text = pair.partition("=")
        if not separator:
            raise UserError(f"--set takes KEY=VALUE, such as --set epochs=5, not {pair!r}.")
        changes[name] = parse(name, text)
    return changes


def as_sets(changes: Mapping[str, Any]) -> str:
    """Return settings as a command line takes them, without rounding any."""
    exact = {
        name: int(value) if isinstance(value, float) and value.is_integer() else value
        for name, value in changes.items()
    }
    return " ".join(f"--set {name}={value}" for name, value in exact.items())
