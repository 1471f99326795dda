"""What settings and their values are called wherever people read them."""

from collections.abc import Mapping
from typing import Any

from ganlib.catalog import datasets, initializers, losses, networks

_TABLES: Mapping[str, Mapping[str, Any]] = {
    "dataset": datasets.DATASETS, "generator": networks.GENERATORS, "discriminator": networks.DISCRIMINATORS,
    "initializer": initializers.INITIALIZERS, "prior": initializers.PRIORS, "loss": losses.LOSSES,
}  # fmt: skip
_TITLES = {
    "rmsprop": "RMSprop",
    "sgd": "SGD",
    "simultaneous": "At once",
    "alternating": "D before G",
    "diffaugment": "DiffAugment",
    "concat": "Concatenation",
    "acgan": "ACGAN",
    "infogan": "InfoGAN",
}


def title(name: str, value: Any) -> str:
    """Return what a person reads for the value of the setting `name`."""
    if name in _TABLES:
        return str(_TABLES[name][value].title)
    if isinstance(value, str):
        return _TITLES.get(value, value.capitalize())
    return ("on" if value else "off") if isinstance(value, bool) else number(value)


def number(value: float) -> str:
    """Write a number so that it is read at a glance: 60,000 or 0.0002 or 1e-07."""
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:g}"
