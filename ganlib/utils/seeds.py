"""Independent random streams out of a run's one seed."""

from zlib import crc32

import numpy as np


def derive(seed: int, purpose: str) -> int:
    """Return a seed for one purpose, 0 to 2**31 - 1.

    Streams of different purposes are independent, and one stays the same when another is used more or less:
    two runs that differ in the loss alone share their first weights, data order and fixed latents.
    """
    return int(np.random.SeedSequence([seed, crc32(purpose.encode())]).generate_state(1)[0] >> 1)


def rng(seed: int, purpose: str, *index: int) -> np.random.Generator:
    """Return NumPy's generator for one purpose, and for one epoch or grid of it where `index` is given."""
    # In `spawn_key`, unlike in the entropy itself, an index of 0 differs from none.
    return np.random.default_rng(np.random.SeedSequence([seed, crc32(purpose.encode())], spawn_key=index))
