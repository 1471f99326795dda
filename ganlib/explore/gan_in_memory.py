"""A run's GAN in memory, to try things on: how it is loaded, and put back as it was."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import keras
import numpy as np
from keras import ops

from ganlib.explore.sampler import load, weights
from ganlib.models.gan import GAN
from ganlib.runs.folder import Run


def load_gan(run: Run, step: int | None = None) -> GAN:
    """Return a run's GAN in memory, as it was at a snapshot or ended; arguments and errors as for `Sampler`.

    Snapshots hold weights alone: G's are those of its moving average, both optimisers begin without a memory, and a
    BEGAN's k is what the run's metrics say. It
    computes in float32 on one device: what a single step changes may be less than a coarser number shows.
    """
    folder, done = weights(run, step)
    gan = GAN(run.config.changed(precision="float32", devices=1))
    gan.step_count.assign(done)
    for network in (gan.generator, gan.discriminator):
        load(network, run, folder)
    gan.ema.set_weights(gan.generator.get_weights())
    columns = run.metrics()
    if gan.balance and {"step", "k"} <= columns.keys():
        gan.balance.k.assign(float(np.interp(done, columns["step"], columns["k"])))
    return gan


@contextmanager
def unchanged(gan: GAN, chance: Sequence[tuple[keras.Variable, Any]] = ()) -> Iterator[None]:
    """Put every variable back after a look in training mode, which moves batch statistics and random streams.

    With `chance`, streams are first set back to an earlier state: the same noise and dropout as in a look before.
    """
    before = copies(gan.variables)
    try:
        put_back(chance)
        yield
    finally:
        put_back(before)


def copies(variables: Iterable[keras.Variable]) -> list[tuple[keras.Variable, Any]]:
    return [(variable, ops.copy(variable.value)) for variable in variables]


def put_back(values: Iterable[tuple[keras.Variable, Any]]) -> None:
    for variable, value in values:
        variable.assign(value)
