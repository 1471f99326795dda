"""Seconds, or steps, to recognisable pictures: what a classifier makes of samples while a preset trains.

The clock runs as a trainer's does: after the first step, which compiles, and not while samples are judged. Steps do
not depend on the machine: what is measured in them stands in `catalog.minimum_steps`.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from statistics import median
from types import MappingProxyType
from typing import Any

import numpy as np

from ganlib import data, presets
from ganlib.backend import engine
from ganlib.config import TrainConfig
from ganlib.metrics import classifier
from ganlib.metrics.classifier import Classifier
from ganlib.models import priors
from ganlib.models.gan import GAN
from ganlib.models.inference import generate
from ganlib.training.schedule import Schedule

CHECKPOINTS = (10.0, 15.0, 20.0, 30.0, 60.0)
"""Seconds of training after which samples are judged."""

SURE = 0.9
"""A sample is recognised when the classifier gives its best class more than this probability."""

PRESENT = 0.03
"""A class is present when more than this share of the samples is taken for it."""

SHARE, CLASSES = 0.5, 0.8
"""Pictures are recognisable once they get this share of what real images get, in this share of the classes."""

STEPS = (100, 200, 300, 400, 600, 800, 1200, 1600, 2400, 3200, 4800, 6400, 9600)
"""Steps after which samples are judged where steps count."""

_CHUNK_SECONDS = 0.1  # how far a checkpoint may be overrun
_MOST_STEPS = 10
_SEED = 1  # of the latent vectors, the same for all

Say = Callable[[str], None]


def run(
    names: Sequence[str],
    checkpoints: Sequence[float] = CHECKPOINTS,
    seeds: Sequence[int] = (0, 1, 2),
    count: int = 2000,
    say: Say | None = None,
) -> list[dict[str, Any]]:
    """Train presets in turn, all of them with one seed before the next, and judge them on the way.

    Args:
        names: the presets, of data sets that have a classifier.
        checkpoints: seconds of training after which to judge, rising.
        seeds: one training each.
        count: samples to draw from the averaged generator at each checkpoint.
        say: is told each result as it comes.

    Returns:
        One dictionary for each training and checkpoint: `preset`, `seed`, `seconds` (the checkpoint), `step` and
        `images_per_s` until then, the `recognised` share, and how many `classes` are present.

    Raises:
        UserError: there is no such preset, no classifier for its data, or the data are not at hand.
    """
    found = []
    for seed in seeds:
        for name in names:
            for row in _train(presets.get(name).config.changed(seed=seed, precision="float32"), checkpoints, count):
                found.append({"preset": name, "seed": seed, **row})
                if say:
                    say(_line(found[-1]))
    return found


def minimum_steps(
    names: Sequence[str],
    checkpoints: Sequence[int] = STEPS,
    changes: Mapping[str, Any] = MappingProxyType({}),
    seeds: Sequence[int] = (0,),
    count: int = 1000,
    say: Say | None = None,
) -> list[dict[str, Any]]:
    """Train presets until their pictures are recognisable, and count the steps; arguments and errors as for `run`.

    `checkpoints` are steps, whose last ends a training that never gets there; `changes` are settings in place of the
    presets' own. Returns for each training `preset`, `seed`, and of its last judgement `step`, the `recognised` share,
    how many `classes` are present, and whether that `is_recognisable` (see `SHARE` and `CLASSES`).
    """
    found = []
    for seed in seeds:
        for name in names:
            config = presets.get(name).config.changed(**changes).changed(seed=seed, precision="float32")
            last: dict[str, Any] = {}
            for row in _until_recognisable(config, checkpoints, count):
                last = {"preset": name, "seed": seed, **row}
                if say:
                    say(_line(last))
            found.append(last)
    return found


def summary(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Put the seeds of each preset and checkpoint together, in the order of `rows`.

    Returns for each `preset` and `seconds` the median of `recognised` and of `images_per_s`, `least` and `most`
    recognised, and the least number of `classes` present.
    """
    found = []
    for preset, seconds in dict.fromkeys((row["preset"], row["seconds"]) for row in rows):
        seeds = [row for row in rows if (row["preset"], row["seconds"]) == (preset, seconds)]
        shares = [row["recognised"] for row in seeds]
        found.append(
            {
                "preset": preset,
                "seconds": seconds,
                "recognised": median(shares),
                "least": min(shares),
                "most": max(shares),
                "classes": min(row["classes"] for row in seeds),
                "images_per_s": median(row["images_per_s"] for row in seeds),
            }
        )
    return found


def _until_recognisable(config: TrainConfig, checkpoints: Sequence[int], count: int) -> Iterator[dict[str, Any]]:
    training = _Training(config, count)
    real = look(training.eye, training.images[:count])
    for step in checkpoints:
        while training.step < step:
            training.advance(min(_MOST_STEPS, step - training.step))
        seen = training.look()
        is_recognisable = (
            seen["recognised"] >= SHARE * real["recognised"] and seen["classes"] >= CLASSES * real["classes"]
        )
        yield {"step": step, "seconds": round(training.seconds, 1), **seen, "is_recognisable": is_recognisable}
        if is_recognisable:
            return


def _train(config: TrainConfig, checkpoints: Sequence[float], count: int) -> Iterator[dict[str, Any]]:
    training = _Training(config, count)
    for seconds in checkpoints:
        while training.seconds < seconds:
            timed = training.step - 1
            per_step = training.seconds / timed if timed else _CHUNK_SECONDS
            training.advance(max(1, min(_MOST_STEPS, int(_CHUNK_SECONDS / per_step))))
        images = (training.step - 1) * config.critic_steps * config.batch_size
        speed = round(images / training.seconds, 1)
        yield {"seconds": seconds, "step": training.step, "images_per_s": speed, **training.look()}


class _Training:
    """A GAN that trains, a clock that runs as a trainer's does, and a classifier that looks at what it draws."""

    def __init__(self, config: TrainConfig, count: int) -> None:
        engine.set_threads(config.threads)
        self.images = data.load(config.dataset, config.split, config.grayscale).images
        self.eye = classifier.load(config.dataset, config.grayscale)
        self.gan = GAN(config)
        self.latents = priors.get(config.prior).sample(count, config.latent_dim, _SEED)
        # However fast the machine, the clock ends it and not the number of epochs.
        self.schedule = Schedule(len(self.images), config.batch_size, 10_000, config.seed)
        self.critic_steps = config.critic_steps
        self.steps = self.gan.compile_steps(self.images)
        self.step, self.seconds = 0, 0.0
        self.advance(1)  # compiles
        self.seconds = 0.0

    def advance(self, count: int) -> None:
        started = time.perf_counter()
        self.steps(self.schedule.order(self.step * self.critic_steps, count, self.critic_steps))
        self.seconds += time.perf_counter() - started
        self.step += count

    def look(self) -> dict[str, Any]:
        """Judge samples of the averaged generator, see `look`."""
        return look(self.eye, generate(self.gan.ema, self.latents, self.gan.value_range))


def look(eye: Classifier, samples: np.ndarray) -> dict[str, Any]:
    """Return the share of samples that are `recognised`, and how many `classes` are present."""
    probabilities = eye.predict(samples).probabilities
    shares = np.bincount(probabilities.argmax(axis=1), minlength=probabilities.shape[1]) / len(samples)
    return {
        "recognised": round(float((probabilities.max(axis=1) > SURE).mean()), 4),
        "classes": int((shares > PRESENT).sum()),
    }


def _line(row: dict[str, Any]) -> str:
    return (
        f"{row['preset']}, seed {row['seed']}: after {row['seconds']:g} s and {row['step']:,} steps "
        f"{row['recognised']:.3f} recognised, {row['classes']} classes."
    )
