"""How long a training will take, told before it starts: from earlier runs on this machine, else roughly."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from math import ceil
from typing import Any, NamedTuple

from ganlib.catalog import datasets
from ganlib.catalog.minimum_steps import minimum_steps
from ganlib.catalog.networks import DISCRIMINATOR_COSTS, GENERATOR_COSTS
from ganlib.config import FIELDS, TrainConfig
from ganlib.runs.folder import Run
from ganlib.training.schedule import Schedule
from ganlib.utils import environment
from ganlib.utils.errors import UserError

GETTING_READY = 8.0
"""Seconds from Start to the first step: a new process, Keras, the images, compiling."""

_READY_SOON = 3.0  # the same where Keras is imported already: the images, compiling

_UPDATE = 1900.0  # microseconds an update of D takes, however few and small its images are

_POINTS_SPEED = 1500.0
"""Steps a second on points in the plane."""

_ALIKE = ("generator", "discriminator", "loss", "image_shape", "batch_size", "critic_steps", "spectral_norm")
"""What decides the speed: the more of these two runs share, the better one foretells the other."""

_ENOUGH = 1.5  # times the least number of steps: then pictures are not only just recognisable

_TELLING_SECONDS, _TELLING_STEPS = 3.0, 30  # of training, before which a speed is mostly noise
_MOST_RUNS = 50


@dataclass(frozen=True)
class Estimate:
    """What a training will amount to."""

    seconds: float  # training time
    steps: int  # updates of G
    epochs: float  # times D will see as many images as there are
    images_per_s: float  # real images D sees in a second of training
    ended_by: str  # the setting that ends it: epochs, max_steps or max_seconds
    source: str | None  # the id of the run that the speed is judged by, or None where it is a rough guess


class Shortfall(NamedTuple):
    """A training that is likely to end before its pictures are recognisable."""

    steps: int  # how many its networks will have behind them
    least: int  # how many it needs at least, see `catalog.minimum_steps`
    remedy: Mapping[str, Any]  # settings that make it long enough

    @property
    def sentence(self) -> str:
        """What is wrong, for a person."""
        steps = float(f"{self.steps:.2g}")
        return (
            f"The pictures will hardly be recognisable: training ends after about {steps:,.0f} step"
            f"{'' if steps == 1 else 's'}, and with this network and loss it takes at least {self.least:,}."
        )


def shortfall(config: TrainConfig, expected: Estimate, learned: int = 0) -> Shortfall | None:
    """Return what a training lacks to show recognisable pictures, or None where it is long enough.

    `learned` are steps that the networks it begins with have behind them, and that it does not count itself.
    """
    least = minimum_steps(config.generator, config.loss, config.g_learning_rate)
    if learned + expected.steps >= least:
        return None
    steps = ceil(_ENOUGH * least) - learned
    per_step = config.critic_steps * config.batch_size / expected.images_per_s
    batches = datasets.get(config.dataset).count(config.split) // config.batch_size
    needed = {
        "epochs": ceil(steps * config.critic_steps / batches),
        "max_steps": steps,
        "max_seconds": float(_rounded_up(steps * per_step)),
    }
    # A limit of 0 is none.
    remedy = {name: value for name, value in needed.items() if 0 < getattr(config, name) < value}
    return Shortfall(
        learned + expected.steps,
        least,
        {name: min(value, FIELDS[name].high or value) for name, value in remedy.items()},
    )


def getting_ready(is_alone: bool) -> float:
    """Return the seconds from Start to the first step; only where nothing else trains a process waits with Keras."""
    return _READY_SOON if is_alone and environment.prewarm_enabled() else GETTING_READY


def estimate(config: TrainConfig, earlier: Iterable[Run] = ()) -> Estimate:
    """Foretell a training from its choices and from earlier runs of this machine, newest first."""
    factor, source = _machine(config, earlier)
    speed = factor * _guess(config)
    images = datasets.get(config.dataset).count(config.split)
    schedule = Schedule(images, config.batch_size, config.epochs, config.seed)
    per_step = config.critic_steps * config.batch_size / speed
    ends = {"epochs": schedule.steps_left(0, config.critic_steps)}
    if config.max_steps:
        ends["max_steps"] = config.max_steps
    if config.max_seconds:
        ends["max_seconds"] = max(1, round(config.max_seconds / per_step))
    steps, ended_by = min((steps, name) for name, steps in ends.items())
    epochs = schedule.epoch(steps * config.critic_steps)
    return Estimate(steps * per_step, steps, epochs, speed, ended_by, source)


def rounded(seconds: float) -> float:
    """Return a time span without a precision that an estimate cannot have."""
    steps = ((60, 5), (600, 30), (7200, 300), (float("inf"), 1800))
    step = next(step for limit, step in steps if seconds < limit)
    return max(step, round(seconds / step) * step)


def _rounded_up(seconds: float) -> int:
    """Return a time limit as people set it, no shorter."""
    step = 10 if seconds < 120 else 60
    return ceil(seconds / step) * step


def _machine(config: TrainConfig, earlier: Iterable[Run]) -> tuple[float, str | None]:
    """Return how much faster this machine is than the one of the table, and the run that tells."""
    telling = []
    for run in islice(earlier, _MOST_RUNS):
        status = run.status()
        if status.seconds >= _TELLING_SECONDS and status.step >= _TELLING_STEPS:
            with suppress(UserError):  # a damaged run tells nothing
                config = run.config
                # Of the whole training: its last stretch may have been disturbed, or cut short.
                images = status.step * config.critic_steps * config.batch_size
                telling.append((config, images / status.seconds, run.id))
    if not telling:
        return 1.0, None
    # Of equally good ones, max takes the first: the newest.
    theirs, speed, source = max(
        telling, key=lambda one: sum(getattr(config, name) == getattr(one[0], name) for name in _ALIKE)
    )
    return speed / _guess(theirs), source


def _guess(config: TrainConfig) -> float:
    """Return images/s on two processor cores, off by a factor of two at worst for what was measured."""
    generator, discriminator = GENERATOR_COSTS[config.generator], DISCRIMINATOR_COSTS[config.discriminator]
    if config.has_penalty:
        discriminator *= 2  # the gradient of a gradient
    if config.is_plane:
        return config.batch_size * _POINTS_SPEED / config.critic_steps
    height, width, _ = config.image_shape
    share = height * width / 28**2
    per_image = (discriminator + generator / config.critic_steps) * share + _UPDATE / config.batch_size
    return 1e6 / per_image
