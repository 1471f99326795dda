"""Ours against plain loops, in turn, so that a noisy machine disturbs all alike."""

import time
from collections.abc import Callable
from importlib.util import find_spec
from statistics import median
from typing import Any

import keras
import numpy as np
from keras import ops

from ganlib import data, presets
from ganlib.backend import engine
from ganlib.config import TrainConfig
from ganlib.models import flops, precision
from ganlib.models.gan import GAN
from ganlib.training.schedule import Schedule
from ganlib.utils import environment

Loop = Callable[[], float]
"""Does some work and returns how much: images seen, or FLOPs done."""

_IMAGES = 512
"""Images of a turn, at least."""

_SIDE = 2048  # of the matrices that the peak is measured with


def run(
    preset: str,
    rounds: int,
    wanted: str = "float32",
    say: Callable[[str], None] | None = None,
    *,
    is_made_up: bool = False,
) -> dict[str, Any]:
    """Measure images D sees per second of training, for our step and for the plain loops that can run here.

    Args:
        preset: whose networks, objective and data.
        rounds: how often each loop gets its turn of a few steps.
        wanted: the precision: float32, bfloat16 or auto.
        say: is told what goes on.
        is_made_up: take noise in place of the preset's images: it is as fast, and needs no data set.

    Returns:
        `preset`, `backend`, `device`, `precision`, `threads`, `split`; `images_per_s`, the median of each loop (`ours`,
        `plain_tensorflow`, `plain_torch`); `ratios`, ours to each other one: the median of the rounds' ratios, so that
        what disturbs a round disturbs both sides of it; `mflop_per_image` of a step, `peak_gflops` that a matrix
        product reaches in that precision in the same rounds, and the `share` of it that our step reaches;
        `memory_mb`, the most that the process
        had held when ours had done its first steps.

    Raises:
        UserError: there is no such preset or precision, or its data are not at hand.
    """
    config = presets.get(preset).config.changed(precision=wanted, threads=environment.processors())
    engine.set_threads(config.threads)
    config = config.changed(precision=precision.decide(config).precision)
    images, split = _noise(config) if is_made_up else _images(config)
    gan = GAN(config)
    ours = _ours(config, gan, images)
    ours()  # compiles, and takes what memory a training takes, before the others take theirs
    memory = engine.peak_memory()
    loops = {"ours": ours, **_others(config, gan, images), "peak": _peak(config.precision)}
    if say:
        say(f"{preset}, {config.precision}: {len(images):,} images ({split}), {rounds} rounds of {', '.join(loops)}.")
    rates = _rates(loops, rounds)
    peak = rates.pop("peak")
    per_image = flops.of_step(config, gan.generator, gan.discriminator)
    return {
        "preset": preset,
        "backend": keras.backend.backend(),
        "device": str(engine.device()),
        "precision": config.precision,
        "threads": config.threads,
        "split": split,
        "images_per_s": {name: round(median(values), 1) for name, values in rates.items()},
        "ratios": {name: round(_ratio(rates["ours"], values), 3) for name, values in rates.items() if name != "ours"},
        "mflop_per_image": round(per_image / 1e6, 1),
        "peak_gflops": round(median(peak) / 1e9, 1),
        "share": round(_ratio(rates["ours"], peak) * per_image, 3),
        "memory_mb": round(memory / 1e6),
    }


def _others(config: TrainConfig, gan: GAN, images: np.ndarray) -> dict[str, Loop]:
    """Return the plain loops of the backends that are installed."""
    loops = {}
    if keras.backend.backend() == "tensorflow":  # the plain loop takes Keras's layers as they are
        from ganlib.training.benchmarks import plain_tensorflow

        loops["plain_tensorflow"] = _plain(plain_tensorflow.PlainLoop(config, images, gan.value_range))
    if find_spec("torch"):
        import torch

        from ganlib.training.benchmarks import plain_torch

        torch.set_num_threads(config.threads)
        loops["plain_torch"] = _plain(plain_torch.PlainLoop(config, images, gan.value_range))
    return loops


def _rates(loops: dict[str, Loop], rounds: int) -> dict[str, list[float]]:
    """Let each loop have its turn, round after round; return its work per second in each."""
    rates: dict[str, list[float]] = {name: [] for name in loops}
    for number in range(rounds + 1):
        for name, loop in loops.items():
            started = time.perf_counter()
            done = loop()
            if number:  # the first round compiles
                rates[name].append(done / (time.perf_counter() - started))
    return rates


def _ratio(ours: list[float], theirs: list[float]) -> float:
    return median(one / other for one, other in zip(ours, theirs, strict=True))


def _images(config: TrainConfig) -> tuple[np.ndarray, str]:
    """Return the preset's images, or those of the other split where only it is at hand."""
    split = next((s for s in (config.split, "test") if data.where(config.dataset, s)), config.split)
    return data.load(config.dataset, split, config.grayscale).images, split


def _noise(config: TrainConfig) -> tuple[np.ndarray, str]:
    images = np.random.default_rng(0).integers(0, 256, (2 * config.batch_size, *config.image_shape), np.uint8)
    return images, "noise"


def _steps(config: TrainConfig) -> int:
    return -(-_IMAGES // (config.batch_size * config.critic_steps))


def _ours(config: TrainConfig, gan: GAN, images: np.ndarray) -> Loop:
    steps = gan.compile_steps(images)
    schedule = Schedule(len(images), config.batch_size, config.epochs, config.seed)
    order = schedule.order(0, _steps(config), config.critic_steps)

    def loop() -> float:
        steps(order)
        return order.size

    return loop


def _plain(plain: Any) -> Loop:
    config: TrainConfig = plain.config

    def loop() -> float:
        for _ in range(_steps(config)):
            plain.step()
        plain.wait()  # ours fetches its losses, so it has waited too
        return _steps(config) * config.critic_steps * config.batch_size

    return loop


def _peak(name: str) -> Loop:
    """Return a loop that multiplies two large matrices: nothing keeps the processor busier."""
    rng = np.random.default_rng(0)
    one, other = (ops.cast(rng.normal(size=(_SIDE, _SIDE)).astype(np.float32), name) for _ in range(2))

    def loop() -> float:
        # One number of the product is fetched, so that it is done when the clock is stopped.
        ops.convert_to_numpy(ops.cast(ops.matmul(one, other)[0, 0], "float32"))
        return 2 * _SIDE**3

    return loop
