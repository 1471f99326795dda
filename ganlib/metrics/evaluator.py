"""One evaluation: draw samples, compare them with real images, and ask D what it thinks of both."""

import time
from typing import Any

import keras
import numpy as np

from ganlib import data
from ganlib.catalog import datasets, networks
from ganlib.catalog.metrics import ASKED, METRICS
from ganlib.catalog.points import EXTENT
from ganlib.config import TrainConfig
from ganlib.data import points
from ganlib.metrics import bootstrap, compute
from ganlib.metrics.mixture import good_shares, jensen_shannon, modes_covered, nearest, reverse_kl, wasserstein_1
from ganlib.metrics.reference import CATEGORIES, CLASSES, Reference
from ganlib.models import conditioning, priors
from ganlib.models.inference import generate, score
from ganlib.runs.evaluation import Evaluation
from ganlib.utils import seeds


class Evaluator:
    """Judges generators that learn from the same images, its `reference`; to prepare it takes longer than to use it."""

    def __init__(self, config: TrainConfig, count: int, seed: int = 0, finds_copies: bool = True) -> None:
        """Read the real images of what is trained; arguments and errors as for `Reference`.

        `count` is that of the samples to draw as well, and `seed` picks their latent vectors, too.
        """
        self.config, self.seed = config, seed
        data_set = config.dataset, config.split, config.grayscale
        self.reference = Reference(*data_set, count, seed, finds_copies, asks=_asks(config))
        self._labels: np.ndarray | None = None
        if config.conditioning == "infogan":
            shares = np.full(config.classes, 1 / config.classes)
            self._labels = conditioning.draw(shares, self.reference.count, seed)
        elif config.classes and (known := data.load(config.dataset, config.split).labels) is not None:
            self._labels = conditioning.draw(conditioning.shares(known, config.classes), self.reference.count, seed)
        self._asked = {"d_train": self._shown(*some_labelled(config, config.split, ASKED, seed))}
        if held_out := held_out_split(config):
            self._asked["d_held_out"] = self._shown(*some_labelled(config, held_out, ASKED, seed))

    def evaluate(self, generator: keras.Model, discriminator: keras.Model | None) -> dict[str, Any]:
        """Evaluate one state of the networks; without a discriminator, nobody is asked what it thinks.

        Returns:
            What `metrics.compute.evaluate` does, `time` (Unix) and `seconds` (what it took), and D's mean
            output for training images (`d_train`), real images it never learned from (`d_held_out`, where such are
            at hand) and samples (`d_fake`), each asked apart (see `models.inference.score`).
        """
        started = time.monotonic()
        config = self.config
        value_range = networks.get_generator(config.generator).output_range
        latents = priors.get(config.prior).sample(self.reference.count, config.latent_dim, self.seed)
        samples = generate(generator, conditioning.with_labels(latents, self._labels, config.classes), value_range)
        fakes = self._shown(samples[:ASKED], None if self._labels is None else self._labels[:ASKED])
        asked = {**self._asked, "d_fake": fakes} if discriminator else {}
        opinions = {
            name: float(np.mean(score(discriminator, images, value_range, config.batch_size)))
            for name, images in asked.items()
        }
        found = compute.evaluate(samples, self.reference, self.seed, self._labels)
        took = {"time": round(time.time(), 3), "seconds": round(time.monotonic() - started, 3)}
        return {**took, **found, **{name: float(f"{value:.5g}") for name, value in opinions.items()}}

    def _shown(self, images: np.ndarray, labels: np.ndarray | None) -> np.ndarray:
        """Return what D is given: images, or numbers with the planes of their labels."""
        if not self.config.planes:
            return images
        value_range = networks.get_generator(self.config.generator).output_range
        return conditioning.with_labels(data.scale(images, value_range), labels, self.config.planes)


def _asks(config: TrainConfig) -> str:
    """Return what a generator's samples are of, see `Reference`."""
    if config.conditioning == "infogan":
        names = datasets.get(config.dataset).classes
        return CATEGORIES if len(names) == config.classes else ""
    return CLASSES if config.classes else ""


COUNT = 2500
"""Points that an evaluation draws, as many as in PacGAN."""


class PointsEvaluator:
    """Evaluates generators of points in the plane; against the distribution itself."""

    def __init__(self, config: TrainConfig, count: int = COUNT, seed: int = 0) -> None:
        """Draw `count` real points to compare with as many samples; `seed` picks both."""
        self.config, self.count, self.seed = config, count, seed
        self.modes, distribution = points.modes(config.dataset), points.get(config.dataset)
        rng = seeds.rng(seed, "points to compare with")
        self.real, self.others = distribution.sample(count, rng), distribution.sample(count, rng)
        self._noise = rng.uniform(-EXTENT, EXTENT, (count, 2)).astype(np.float32)

    def evaluate(self, generator: keras.Model, discriminator: keras.Model | None) -> dict[str, Any]:
        """Evaluate one state of the networks.

        Returns:
            What `Evaluator.evaluate` does, without classes; with `modes`, the share of good samples at each mode, where
            the data have modes.
        """
        started = time.monotonic()
        config = self.config
        latents = priors.get(config.prior).sample(self.count, config.latent_dim, self.seed)
        samples = generate(generator, latents, (-1, 1))
        found: dict[str, Any] = {"count": self.count, "seed": self.seed, **self.values(samples)}
        if self.modes:
            shares = good_shares(*nearest(samples, self.modes), np.ones(self.count, int), len(self.modes.centres))
            found["modes"] = [float(f"{share:.6g}") for share in shares]
        found["interval"] = self._intervals(samples)
        found |= {"floor": self.values(self.others), "noise": self.values(self._noise)}
        asked = {"d_train": self.real, "d_held_out": self.others, "d_fake": samples} if discriminator else {}
        for name, some in asked.items():
            found[name] = float(f"{np.mean(score(discriminator, some, (-1, 1), config.batch_size)):.5g}")
        return {"time": round(time.time(), 3), "seconds": round(time.monotonic() - started, 3), **found}

    def values(self, samples: np.ndarray) -> dict[str, float]:
        """Return the metrics that apply to a set of points, shape (N, 2): those of modes only where there are modes."""
        once = np.ones(len(samples), int)
        found = {name: statistic(once) for name, statistic in self._statistics(samples).items()}
        found["wasserstein_1"] = wasserstein_1(samples, self.real)
        return {name: float(f"{value:.6g}") for name, value in found.items()}

    def _statistics(self, samples: np.ndarray) -> dict[str, Any]:
        found: dict[str, Any] = {"jensen_shannon": lambda weights: jensen_shannon(samples, self.real, weights)}
        if self.modes:
            (mode, good), count = nearest(samples, self.modes), len(self.modes.centres)
            found |= {
                "modes_covered": lambda weights: modes_covered(good_shares(mode, good, weights, count)),
                "good_share": lambda weights: float(np.average(good, weights=weights)),
                "reverse_kl": lambda weights: reverse_kl(mode, weights, count),
            }
        return found

    def _intervals(self, samples: np.ndarray) -> dict[str, list[float]]:
        weights = bootstrap.resamples(self.count, self.seed)
        once = np.ones(self.count, int)
        found = {}
        for name, statistic in self._statistics(samples).items():
            ends = bootstrap.interval(statistic, statistic(once), weights, METRICS[name].bounds)
            found[name] = [float(f"{end:.6g}") for end in ends]
        return found


def make_evaluator(
    config: TrainConfig, count: int, seed: int = 0, finds_copies: bool = True
) -> Evaluator | PointsEvaluator:
    """Return what evaluates GANs of a config, on images or on points; arguments and errors as for `Evaluator`."""
    if config.is_plane:
        return PointsEvaluator(config, count, seed)
    return Evaluator(config, count, seed, finds_copies)


def evaluate(images: np.ndarray, dataset: str, count: int = 10_000, split: str = "train", seed: int = 0) -> Evaluation:
    """Compare samples with as many real images of a data set, in greyscale if the samples are.

    Args:
        images: uint8, shape (N, H, W, C).
        dataset: name of the data set.
        count: how many of them to look at; fewer where there are fewer samples or real images.
        split: the real images to compare with.
        seed: picks the real images.

    Raises:
        UserError: the real images, or the classifier that looks at them, are not at hand or damaged; or there are too
            few samples.
    """
    reference = Reference(dataset, split, images.shape[-1] == 1, min(count, len(images)), seed)
    return Evaluation.from_json({"step": 0, **compute.evaluate(images, reference, seed)})


def held_out_split(config: TrainConfig) -> str | None:
    """Return a published split that is at hand and of which D has seen nothing, or None."""
    trained = datasets.SPLITS[config.split]
    published = datasets.get(config.dataset).counts
    return next((split for split in published if split not in trained and data.where(config.dataset, split)), None)


def some_images(config: TrainConfig, split: str, count: int, seed: int) -> np.ndarray:
    """Return real images of a split drawn at random, at most `count`, uint8, shape (N, H, W, C)."""
    return some_labelled(config, split, count, seed)[0]


def some_labelled(config: TrainConfig, split: str, count: int, seed: int) -> tuple[np.ndarray, np.ndarray | None]:
    """Return what `some_images` does, and the images' class numbers, None where they carry none."""
    found = data.load(config.dataset, split, config.grayscale)
    chosen = seeds.rng(seed, f"{split} images to look at").permutation(len(found))[:count]
    return found.images[chosen], None if found.labels is None else found.labels[chosen]
