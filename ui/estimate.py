"""How long a training will take, told before it starts: from earlier runs on this machine, else roughly."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import prod

from ganlib.choices import datasets, losses
from ganlib.config import TrainConfig
from ganlib.errors import UserError
from ganlib.runs import Run
from ganlib.training.schedule import Schedule

GETTING_READY = 10.0
"""Seconds from Start to the first step: a new process, Keras, the images, compiling."""

# Microseconds for a real image of 28 x 28 pixels, measured in float32 on two processor cores at batch size 64:
# what a network adds when its update takes one step of alternating training.
_GENERATORS: Mapping[str, float] = {
    "dcgan": 1300, "dcgan-3x3": 780, "dcgan-2x2": 350, "infogan": 540, "compact": 110, "mlp": 70,
}  # fmt: skip
_DISCRIMINATORS: Mapping[str, float] = {
    "dcgan": 1000, "dcgan-pool": 330, "dcgan-relu": 710, "svhn-deep": 1100, "svhn-deeper": 1330,
    "infogan": 1060, "compact": 90, "mlp": 60,
}  # fmt: skip
_UPDATE = 1900.0  # microseconds an update of D takes, however few and small its images are
_UNMEASURED = 1000.0

_ALIKE = ("generator", "discriminator", "dataset", "grayscale", "loss", "batch_size", "critic_steps", "spectral_norm")
"""Settings that decide the speed; two runs that share them go about equally fast."""

_MOST_RUNS = 100


@dataclass(frozen=True)
class Estimate:
    """What a training will amount to.

    Attributes:
        seconds: training time.
        steps: updates of G.
        epochs: times D will see as many images as there are.
        images_per_s: real images D sees in a second of training.
        source: the id of the run that was as fast, or None where the speed is a rough guess.
    """

    seconds: float
    steps: int
    epochs: float
    images_per_s: float
    source: str | None


def estimate(config: TrainConfig, earlier: Iterable[Run] = ()) -> Estimate:
    """Foretell a training.

    Args:
        config: its choices.
        earlier: runs of this machine, newest first.
    """
    speed, source = _measured(config, earlier) or (_guess(config), None)
    images = datasets.get(config.dataset).count(config.split)
    schedule = Schedule(images, config.batch_size, config.epochs, config.seed)
    per_step = config.critic_steps * config.batch_size / speed
    steps = schedule.steps_left(0, config.critic_steps)
    if config.max_steps:
        steps = min(steps, config.max_steps)
    if config.max_seconds:
        steps = min(steps, max(1, round(config.max_seconds / per_step)))
    epochs = schedule.epoch(steps * config.critic_steps)
    return Estimate(steps * per_step, steps, epochs, speed, source)


def _measured(config: TrainConfig, earlier: Iterable[Run]) -> tuple[float, str] | None:
    """Return the speed and the id of the newest run that goes as fast as this one would."""
    wanted = config.to_dict()
    for run, _ in zip(earlier, range(_MOST_RUNS), strict=False):
        try:
            record = run.record
        except UserError:
            continue
        if all(record.get(name) == wanted[name] for name in _ALIKE) and (speed := run.status().images_per_s) > 0:
            return speed, run.id
    return None


def _guess(config: TrainConfig) -> float:
    """Return images/s on two processor cores, off by a factor of two at worst for what was measured."""
    generator = _GENERATORS.get(config.generator, _UNMEASURED)
    discriminator = _DISCRIMINATORS.get(config.discriminator, _UNMEASURED)
    if losses.get(config.loss).penalty or config.r1_gamma:
        discriminator *= 2  # the gradient of a gradient
    height, width, _ = config.image_shape
    share = prod((height, width)) / 28**2
    per_image = (discriminator + generator / config.critic_steps) * share + _UPDATE / config.batch_size
    return 1e6 / per_image
