"""Ours against the plain loop, in turn, so that a noisy machine disturbs both alike."""

import time
from collections.abc import Callable
from statistics import median
from typing import Any

import numpy as np

from ganlib import data, presets
from ganlib.bench.plain import PlainLoop
from ganlib.config import TrainConfig
from ganlib.models import backend
from ganlib.models.gan import GAN
from ganlib.training.schedule import Schedule

_CHUNK = 5


def run(preset: str, rounds: int, say: Callable[[str], None] | None = None) -> dict[str, Any]:
    """Measure images D sees per second of training, for our step and for the plain loop.

    Args:
        preset: whose networks, objective and data.
        rounds: how often each loop gets its turn of a few steps.
        say: is told what goes on.

    Returns:
        `preset`, `precision`, `threads`, `split`, the medians `ours` and `plain` in images/s, and their `ratio`:
        the median of the rounds' ratios, so that what disturbs a round disturbs both sides of it.

    Raises:
        UserError: there is no such preset, or its data are not at hand.
    """
    config = presets.get(preset).config.changed(precision="float32")
    threads = backend.set_threads(config.threads)
    images, split = _images(config)
    if say:
        say(f"{preset}: {len(images):,} images ({split}), {threads} threads, {rounds} rounds of {_CHUNK} steps each.")
    loops = {"ours": _ours(config, images), "plain": _plain(config, images)}
    rates: dict[str, list[float]] = {name: [] for name in loops}
    for number in range(rounds + 1):
        for name, loop in loops.items():
            rate = _rate(loop)
            if number:  # the first round compiles
                rates[name].append(rate)
    ratios = [ours / plain for ours, plain in zip(rates["ours"], rates["plain"], strict=True)]
    medians = {name: round(median(values), 1) for name, values in rates.items()}
    return {
        "preset": preset,
        "precision": config.precision,
        "threads": threads,
        "split": split,
        **medians,
        "ratio": round(median(ratios), 3),
    }


def _images(config: TrainConfig) -> tuple[np.ndarray, str]:
    """Return the preset's images, or those of the other split where only it is at hand."""
    split = next((s for s in (config.split, "test") if data.where(config.dataset, s)), config.split)
    return data.load(config.dataset, split, config.grayscale).images, split


def _ours(config: TrainConfig, images: np.ndarray) -> Callable[[], int]:
    steps = GAN(config).compile_steps(images)
    order = Schedule(len(images), config.batch_size, config.epochs, config.seed).order(0, _CHUNK, config.critic_steps)

    def loop() -> int:
        steps(order)
        return order.size

    return loop


def _plain(config: TrainConfig, images: np.ndarray) -> Callable[[], int]:
    plain = PlainLoop(config, images, GAN(config).value_range)

    def loop() -> int:
        for _ in range(_CHUNK):
            plain.step()
        return _CHUNK * config.critic_steps * config.batch_size

    return loop


def _rate(loop: Callable[[], int]) -> float:
    """Return images per second of one call, which returns how many images it took."""
    started = time.perf_counter()
    seen = loop()
    return seen / (time.perf_counter() - started)
