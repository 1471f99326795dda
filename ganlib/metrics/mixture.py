"""How well points in the plane cover a distribution that is known: its modes, and two distances.

The three metrics of modes are those of PacGAN (Lin et al. 2018, arXiv 1712.04086, section 4.1), which took them from
VEEGAN (Srivastava et al. 2017, arXiv 1705.07761).
"""

import time
from typing import Any

import keras
import numpy as np
from scipy.optimize import linear_sum_assignment
from scipy.spatial.distance import cdist
from scipy.special import rel_entr

from ganlib.catalog.metrics import METRICS
from ganlib.catalog.points import EXTENT
from ganlib.config import TrainConfig
from ganlib.data import points as distributions
from ganlib.data.points import Mixture
from ganlib.metrics import bootstrap
from ganlib.models import priors
from ganlib.models.inference import generate, score
from ganlib.utils import seeds

COUNT = 2500
"""Samples that an evaluation draws, as many as in PacGAN."""

GOOD = 3.0
"""Standard deviations from its mode within which a sample is good."""

_MATCHED = 500  # points of either side whose best pairing gives the Wasserstein distance: exact, and a cubic effort

_CELLS = 24  # along each side of the square in which points are counted


def nearest(points: np.ndarray, mixture: Mixture) -> tuple[np.ndarray, np.ndarray]:
    """Return the nearest mode of each point, and whether it is good; both of shape (N,)."""
    distances = cdist(points, mixture.centres)
    mode = distances.argmin(axis=1)
    return mode, distances[np.arange(len(points)), mode] <= GOOD * mixture.deviation


def modes_covered(mode: np.ndarray, good: np.ndarray, weights: np.ndarray) -> float:
    """Return how many modes have a good sample; see `nearest`, and `weights` for how often each sample counts."""
    return float(len(np.unique(mode[good & (weights > 0)])))


def reverse_kl(mode: np.ndarray, weights: np.ndarray, modes: int) -> float:
    """Return the KL divergence of the samples' mix of modes from an even one, in nats: 0 to log(modes)."""
    shares = np.bincount(mode, weights, minlength=modes) / weights.sum()
    return float(np.sum(rel_entr(shares, 1 / modes)))


def jensen_shannon(points: np.ndarray, real: np.ndarray, weights: np.ndarray | None = None) -> float:
    """Return the Jensen-Shannon divergence of two sets of points, in nats, from counts in 24 x 24 squares.

    Args:
        points: shape (N, 2).
        real: shape (M, 2).
        weights: how often each of `points` counts, by default once.

    Returns:
        0 to log 2. Two draws of M points from one distribution are not at 0: compare with that, not with nothing.
    """
    p, q = _histogram(real), _histogram(points, weights)
    middle = (p + q) / 2
    return float(np.mean([rel_entr(one, middle).sum() for one in (p, q)]))


def wasserstein_1(points: np.ndarray, real: np.ndarray) -> float:
    """Return the Wasserstein-1 distance of the first 500 points of either set: the mean of their best pairing."""
    count = min(len(points), len(real), _MATCHED)
    costs = cdist(points[:count], real[:count])
    return float(costs[linear_sum_assignment(costs)].mean())


def _histogram(points: np.ndarray, weights: np.ndarray | None = None) -> np.ndarray:
    """Return shares of points in squares; what lies beyond the plane counts for the square at its rim."""
    inside = np.clip(points, -EXTENT, np.nextafter(EXTENT, 0))
    edges = np.linspace(-EXTENT, EXTENT, _CELLS + 1)
    counts, _, _ = np.histogram2d(inside[:, 0], inside[:, 1], bins=(edges, edges), weights=weights)
    return counts / counts.sum()


class PointsEvaluator:
    """Evaluates generators of points in the plane; what `metrics.evaluator.Evaluator` is for images."""

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
