"""What settings and their values are called on the pages: as everywhere else."""

from collections.abc import Mapping
from typing import Any

from ganlib.catalog.labels import number, title
from ganlib.config import FIELDS

__all__ = ["listed", "number", "title"]


def listed(settings: Mapping[str, Any]) -> str:
    """Return settings with their values on one line, such as "Epochs = 5, Loss = Hinge"."""
    return ", ".join(f"{FIELDS[name].label} = {title(name, value)}" for name, value in settings.items())
