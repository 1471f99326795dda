"""One evaluation of a GAN on points in the plane: what `metrics.evaluator` is for images."""

import time
from typing import Any

import keras
import numpy as np

from ganlib.catalog.metrics import METRICS
from ganlib.catalog.points import EXTENT
from ganlib.config import TrainConfig
from ganlib.data import points as distributions
from ganlib.metrics import bootstrap
from ganlib.metrics.mixture import jensen_shannon, modes_covered, nearest, reverse_kl, wasserstein_1
from ganlib.models import priors
from ganlib.models.inference import generate, score
from ganlib.utils import seeds

COUNT = 2500
"""Samples that an evaluation draws, as many as in PacGAN."""


class PointsEvaluator:
    """Evaluates generators of points in the plane; against the distribution itself."""

    def __init__(self, config: TrainConfig, count: int = COUNT, seed: int = 0) -> None:
        """Draw real points to compare with.

        Args:
            config: what is trained, and on what.
            count: how many samples, and real points.
            seed: picks both.
        """
        self.config, self.count, self.seed = config, count, seed
        self.mixture = distributions.get(config.dataset)
        rng = seeds.rng(seed, "points to compare with")
        self.real, self.others = self.mixture.sample(count, rng), self.mixture.sample(count, rng)
        self._noise = rng.uniform(-EXTENT, EXTENT, (count, 2)).astype(np.float32)

    def evaluate(self, generator: keras.Model, discriminator: keras.Model | None) -> dict[str, Any]:
        """Evaluate one state of the networks; returns what `Evaluator.evaluate` does, without classes."""
        started = time.monotonic()
        config = self.config
        latents = priors.get(config.prior).sample(self.count, config.latent_dim, self.seed)
        samples = generate(generator, latents, (-1, 1))
        found: dict[str, Any] = {"count": self.count, "seed": self.seed, **self.values(samples)}
        found["interval"] = self._intervals(samples)
        found |= {"floor": self.values(self.others), "noise": self.values(self._noise)}
        asked = {"d_train": self.real, "d_held_out": self.others, "d_fake": samples} if discriminator else {}
        for name, points in asked.items():
            found[name] = float(f"{np.mean(score(discriminator, points, (-1, 1), config.batch_size)):.5g}")
        return {"time": round(time.time(), 3), "seconds": round(time.monotonic() - started, 3), **found}

    def values(self, samples: np.ndarray) -> dict[str, float]:
        """Return the metrics that apply to a set of points, shape (N, 2): those of modes only where there are modes."""
        once = np.ones(len(samples), int)
        found = {name: statistic(once) for name, statistic in self._statistics(samples).items()}
        found["wasserstein_1"] = wasserstein_1(samples, self.real)
        return {name: float(f"{value:.6g}") for name, value in found.items()}

    def _statistics(self, samples: np.ndarray) -> dict[str, Any]:
        found: dict[str, Any] = {"jensen_shannon": lambda weights: jensen_shannon(samples, self.real, weights)}
        if not self.mixture.is_curve:
            mode, good = nearest(samples, self.mixture)
            found |= {
                "modes_covered": lambda weights: modes_covered(mode, good, weights),
                "good_share": lambda weights: float(np.average(good, weights=weights)),
                "reverse_kl": lambda weights: reverse_kl(mode, weights, len(self.mixture.centres)),
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
