"""Settings that know their label, their help, their bounds, and what is wrong with a value.

A dataclass declares its settings with `setting`; `describe` then returns what forms, `--help` and validation
need, by name.
"""

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from ganlib.catalog.table import pick
from ganlib.utils.errors import UserError

SCHEMA_VERSION = 1

RESOLVED = ("precision", "threads")
"""Settings that the machine decides when a run begins, where they are left open."""

GROUPS: Mapping[str, str] = {
    "data": "Data",
    "networks": "Networks",
    "objective": "Objective",
    "optimisation": "Optimisation",
    "run": "Length",
}

_KINDS = {bool: "true or false", int: "a whole number", float: "a number", str: "a name"}


class Explained(Mapping[str, str]):
    """The names in a table, each with its one-line explanation: the entry itself, or its `about`.

    A view and no copy, because custom data sets join the table of data sets while a program runs.
    """

    def __init__(self, table: Mapping[str, Any]) -> None:
        self._table = table

    def __getitem__(self, name: str) -> str:
        entry = self._table[name]
        return str(getattr(entry, "about", entry))

    def __iter__(self) -> Iterator[str]:
        return iter(self._table)

    def __len__(self) -> int:
        return len(self._table)


@dataclass(frozen=True)
class FieldInfo:
    """What a form or `--help` shows of one setting."""

    name: str  # the field's name
    label: str  # two or three words for a widget
    doc: str  # one plain line
    group: str  # the heading it stands under
    low: float | None  # smallest value allowed, or None
    high: float | None  # largest value allowed, or None
    unit: str  # unit of the number, "" for a pure number
    choices: Mapping[str, str]  # the names allowed, each with its one-line explanation; empty for numbers and switches
    default: Any  # the value where none is given; its type is the setting's
    advanced: bool  # rarely changed, so a form may fold it away

    def parse(self, text: str) -> Any:
        """Read text of `--set` or of a URL as the setting's type, whatever its bounds. Raises UserError: it is none."""
        kind, text = type(self.default), text.strip()
        try:
            return {"true": True, "false": False}[text.lower()] if kind is bool else kind(text)
        except (KeyError, ValueError):
            raise UserError(f"{self.name} must be {_KINDS[kind]}, not {text!r}.") from None

    def checked(self, value: Any) -> Any:
        """Return the value in the setting's own type. Raises UserError: another type, unknown or out of bounds."""
        kind = type(self.default)
        # A whole number is a fine float, for JSON does not tell them apart; True, Python's other 1, is not.
        if type(value) is not kind and not (kind is float and type(value) is int):
            raise UserError(f"{self.name} must be {_KINDS[kind]}, not {value!r}.")
        if kind is str:
            pick(self.choices, value, self.name.replace("_", " "))
        # Written so that NaN, which compares as False with everything, is refused too.
        if self.low is not None and self.high is not None and not self.low <= value <= self.high:
            low, high, found = map(_plain, (self.low, self.high, value))
            raise UserError(f"{self.name} must be between {low} and {high}, not {found}.")
        return kind(value)


def setting(
    default: Any,
    label: str,
    doc: str,
    group: str,
    *,
    low: float | None = None,
    high: float | None = None,
    unit: str = "",
    choices: Mapping[str, Any] = MappingProxyType({}),
    advanced: bool = False,
) -> Any:
    """Declare a setting: a dataclass field whose metadata is its `FieldInfo` but for name and default.

    Arguments as for `FieldInfo`; an entry of `choices` is its explanation, or has it as `about`.
    """
    info = {"label": label, "doc": doc, "group": group, "low": low, "high": high, "unit": unit}
    return dataclasses.field(default=default, metadata={**info, "choices": Explained(choices), "advanced": advanced})


def describe(settings: type) -> Mapping[str, FieldInfo]:
    """Return the settings that a dataclass declares, by name, in their order."""
    fields = dataclasses.fields(settings)
    return MappingProxyType({f.name: FieldInfo(name=f.name, default=f.default, **f.metadata) for f in fields})


def _plain(number: float) -> str:
    """Write a number as a person would: all digits of a whole one, no `.0` after a round one."""
    return str(number) if isinstance(number, int) else f"{number:.15g}"
