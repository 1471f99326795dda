from collections.abc import Callable, Iterable
from typing import Any

import pytest


def slow_unless(quick: Callable[[Any], bool], values: Iterable[object]) -> list[object]:
    """Return values to parametrize a test with; `make test` takes those that are quick, `make slow` the others."""
    return [value if quick(value) else pytest.param(value, marks=pytest.mark.slow) for value in values]
