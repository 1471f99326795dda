"""Packages that offer names of their modules and import a module only when one of its names is asked for (PEP 562)."""

import importlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any


def exports(
    package: str, names: Mapping[str, Sequence[str]], before: Mapping[str, Callable[[], object]] | None = None
) -> Callable[[str], Any]:
    """Return the `__getattr__` of a package, from the names that each of its modules offers.

    `before` is what to call before a module is imported, by module.
    """
    homes = {name: module for module, offered in names.items() for name in offered}

    def __getattr__(name: str) -> Any:
        if name not in homes:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        module = homes[name]
        if before and module in before:
            before[module]()
        return getattr(importlib.import_module(f"{package}.{module}"), name)

    return __getattr__
