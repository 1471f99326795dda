"""In which number format a run computes when that is left open: measured, not assumed.

Some processors and most GPUs multiply 16-bit numbers (bfloat16) two or more times as fast as 32-bit ones; others
emulate them and are slower. So the layer that does most of a run's arithmetic is timed in both, forward and
backward, for about a second, and what was found is kept in the cache for the next run.

In bfloat16 the layers multiply 16-bit numbers and add them up in 32 bits. Weights, optimisers, moving averages,
the statistics of batch normalisation, the image, the logit, losses and penalties stay in float32.
"""

import time
from collections.abc import Callable
from statistics import median
from typing import Any, NamedTuple

import keras
import numpy as np
from keras import ops

from ganlib.backend import engine
from ganlib.backend.number_formats import POLICIES
from ganlib.config import TrainConfig
from ganlib.data import cache
from ganlib.models import flops
from ganlib.models.networks.from_config import build_discriminator_for, build_generator_for

WORTHWHILE = 1.2
"""How many times as fast the busiest layer must be in bfloat16; the rest of a step gains less than it does."""

HEAVY = 50e6
"""FLOPs of a step for an image, below which most of its time is no arithmetic and bfloat16 brings nothing."""

_IMAGES, _ROUNDS = 32, 5
_LONG_ENOUGH, _MOST_REPEATS = 0.03, 256  # seconds, passes


class Decision(NamedTuple):
    """What a run computes in, "float32" or "bfloat16", and the busiest layer's speedup where that was asked."""

    precision: str
    speedup: float | None = None


def decide(config: TrainConfig) -> Decision:
    """Return the precision that a config names, or where it says `auto` the faster one; its `threads` are in force."""
    if config.precision in POLICIES:
        return Decision(config.precision)
    some = config.changed(precision="float32")
    generator, discriminator = build_generator_for(some), build_discriminator_for(some)
    if flops.of_step(config, generator, discriminator) < HEAVY:
        return Decision("float32")
    busiest = max(flops.layers(generator) + flops.layers(discriminator), key=lambda found: found.flops).layer
    try:
        key = {"of": _key(busiest, config.threads)}
        found = cache.remembered("speedup", key, lambda: {"speedup": np.array(measure(busiest))}, "precision")
    except Exception:  # a device that has no such kernels says so in its own way, and float32 is always there
        return Decision("float32")
    speedup = float(found["speedup"])
    return Decision("bfloat16" if speedup >= WORTHWHILE else "float32", speedup)


def measure(layer: keras.layers.Layer) -> float:
    """Return how many times as fast a layer's forward and backward pass is in bfloat16 as in float32."""
    passes = {name: _passes(layer, policy) for name, policy in POLICIES.items()}
    repeats = _repeats(passes["float32"])
    seconds: dict[str, list[float]] = {name: [] for name in passes}
    for _ in range(_ROUNDS):  # in turn, so that a busy machine slows both
        for name, run in passes.items():
            started = time.perf_counter()
            run(repeats)
            seconds[name].append(time.perf_counter() - started)
    return round(median(seconds["float32"]) / median(seconds["bfloat16"]), 2)


def _repeats(run: Callable[[int], Any]) -> int:
    """Return how many passes take long enough that what a call costs around them does not count: on a GPU, many."""
    repeats = 1
    while repeats < _MOST_REPEATS:
        started = time.perf_counter()
        run(repeats)
        if time.perf_counter() - started > _LONG_ENOUGH:
            break
        repeats *= 2
    return repeats


def _passes(layer: keras.layers.Layer, policy: str) -> Callable[[int], Any]:
    """Return a function that runs a copy of a layer forward and backward so many times, compiled and warm."""
    copy = layer.__class__.from_config({**layer.get_config(), "dtype": policy})
    inputs = keras.Variable(np.random.default_rng(0).normal(size=(_IMAGES, *layer.input.shape[1:])), dtype="float32")
    copy.build(inputs.shape)

    def step(_: Any) -> dict[str, Any]:
        with engine.tape() as tape:
            total = ops.sum(copy(inputs))
        found = tape.gradient(total, [copy.kernel, inputs])
        return {"slope": sum(ops.sum(ops.cast(gradient, "float32")) for gradient in found)}

    run = engine.compile_steps(step, ["slope"])
    run(np.zeros((1, 1, 1), np.int32))
    return lambda repeats: run(np.zeros((repeats, 1, 1), np.int32))


def _key(layer: keras.layers.Layer, threads: int) -> str:
    shape = f"{layer.__class__.__name__} {tuple(layer.kernel.shape)} of {tuple(layer.input.shape[1:])}"
    return f"{engine.device()}, {engine.versions()}, {threads} threads, {shape}"
