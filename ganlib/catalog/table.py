"""Look a name up in a table of choices."""

from collections.abc import Mapping
from typing import TypeVar

from ganlib.utils.errors import UserError

T = TypeVar("T")


def pick(table: Mapping[str, T], name: str, kind: str) -> T:
    """Return `table[name]`.

    Raises:
        UserError: there is no such name; the message lists the names there are.
    """
    try:
        return table[name]
    except (KeyError, TypeError):
        raise UserError(f"There is no {kind} {name!r}; choose one of: {', '.join(table)}.") from None
