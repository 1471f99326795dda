from collections.abc import Callable, Iterable
from typing import Any

import pytest

from ganlib.catalog.losses import LOSSES

ON_LOGITS = [name for name, loss in LOSSES.items() if not loss.has_autoencoder]
"""Objectives that any D can play; for the others see `tests/models/test_autoencoders.py`."""


def slow_unless(quick: Callable[[Any], bool], values: Iterable[object]) -> list[object]:
    """Return values to parametrize a test with; `make test` takes those that are quick, `make slow` the others."""
    return [value if quick(value) else pytest.param(value, marks=pytest.mark.slow) for value in values]
