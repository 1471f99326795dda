"""The number formats that networks compute in."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import keras

POLICIES: Mapping[str, str] = {"float32": "float32", "bfloat16": "mixed_bfloat16"}
"""Keras's name of each precision."""


@contextmanager
def computing_in(precision: str) -> Iterator[None]:
    """Build layers in that precision; Keras keeps it as a global setting, so put the old one back."""
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(POLICIES[precision])
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)
