"""Packages that offer names of their modules and import a module only when one of its names is asked for (PEP 562)."""

import importlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any


def exports(
    package: str, names: Mapping[str, Sequence[str]], before: Mapping[str, Callable[[], object]] | None = None
) -> Callable[[str], Any]:
    """Return a package's `__getattr__`, from the names its modules offer, and what to call `before` each import."""
    homes = {name: module for module, offered in names.items() for name in offered}

    def __getattr__(name: str) -> Any:
        if name not in homes:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        module = homes[name]
        if before and module in before:
            before[module]()
        return getattr(importlib.import_module(f"{package}.{module}"), name)

    return __getattr__
