"""Tables of choices by name, and looking one up."""

from collections.abc import Mapping
from typing import NamedTuple, Protocol, TypeVar

from ganlib.utils.errors import UserError


class Choice(NamedTuple):
    """What is known of something to choose that needs no more than words."""

    name: str  # its key in a table
    title: str
    about: str  # one plain line
    source: str = ""


class _Named(Protocol):
    @property
    def name(self) -> str: ...


T = TypeVar("T")
N = TypeVar("N", bound=_Named)


def by_name(*entries: N) -> dict[str, N]:
    return {entry.name: entry for entry in entries}


def pick(table: Mapping[str, T], name: str, kind: str) -> T:
    """Return `table[name]`. Raises UserError: there is no such name; the message lists the names there are."""
    try:
        return table[name]
    except (KeyError, TypeError):
        raise UserError(f"There is no {kind} {name!r}; choose one of: {', '.join(table)}.") from None
