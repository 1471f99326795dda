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


def run(preset: str, seconds: float, rounds: int, say: Callable[[str], None] | None = None) -> dict[str, Any]:
    """Measure images D sees per second of training, for our step and for the plain loop.

    Args:
        preset: whose networks, objective and data.
        seconds: how long each is measured, in each round.
        rounds: how often each gets its turn.
        say: is told what goes on.

    Returns:
        `preset`, `precision`, `threads`, the medians `ours` and `plain` in images/s, and their `ratio`: the
        median of the rounds' ratios.

    Raises:
        UserError: there is no such preset, or its data are not at hand.
    """
    config = presets.get(preset).config.changed(precision="float32")
    threads = backend.set_threads(config.threads)
    images, split = _images(config)
    if say:
        say(f"{preset}: {len(images):,} images ({split}), {threads} threads, {rounds} rounds of {seconds:g} s each.")
    loops = {"ours": _ours(config, images), "plain": _plain(config, images)}
    for loop in loops.values():
        loop()  # compiles
    rates: dict[str, list[float]] = {name: [] for name in loops}
    for number in range(rounds):
        for name, loop in loops.items():
            rates[name].append(_rate(loop, seconds))
        if say:
            say(f"  round {number + 1}: " + ", ".join(f"{name} {rates[name][-1]:,.0f} images/s" for name in loops))
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


def _rate(loop: Callable[[], int], seconds: float) -> float:
    started, seen = time.perf_counter(), 0
    while time.perf_counter() - started < seconds:
        seen += loop()
    return seen / (time.perf_counter() - started)
