"""The best discriminator there could be against the present generator, where the density of the data is known.

For densities p of the data and q of the samples it is D*(x) = p(x) / (p(x) + q(x)) (Goodfellow et al. 2014, arXiv
1406.2661, proposition 1). Here both are averages over squares of the plane, so that the answer is exact for whoever
sees no finer than these squares.
"""

from typing import NamedTuple

import keras
import numpy as np
from scipy.special import rel_entr
from scipy.stats import qmc

from ganlib.catalog.points import EXTENT
from ganlib.config import TrainConfig
from ganlib.data.points import Distribution
from ganlib.models import priors
from ganlib.models.inference import generate

_POWER = 18  # of 2, latent vectors that are spread evenly
_EVEN_DIMENSIONS = 8  # beyond which so many vectors are no more even than draws
_DRAWN = 100_000
_LEAST = 1e-7  # of a square's mass in both, below which nobody has an opinion on it


class Masses(NamedTuple):
    """Shares of the data and of the samples in each square of the plane, shape (cells, cells), rows from the bottom."""

    real: np.ndarray
    fake: np.ndarray

    @property
    def discriminator(self) -> np.ndarray:
        """D* in each square: 1 where only data are, 0 where only samples are, NaN where neither is."""
        total = self.real + self.fake
        return np.where(total > _LEAST, self.real / np.maximum(total, _LEAST), np.nan)

    @property
    def jensen_shannon(self) -> float:
        """The Jensen-Shannon divergence of the two, in nats, 0 to log 2; D*'s own loss is 2 (log 2 - it)."""
        middle = (self.real + self.fake) / 2
        return float(np.mean([rel_entr(mass, middle).sum() for mass in (self.real, self.fake)]))


def masses(generator: keras.Model, config: TrainConfig, real: Distribution, cells: int) -> Masses:
    """Measure how data and samples are spread over the plane, in `cells` x `cells` squares.

    The data's share of a square is known exactly. For the samples, 262,144 latent vectors that fill the
    prior evenly (a scrambled Sobol sequence, each vector with the same share) are pushed through G: the change of
    variables, square by square. Beyond eight latent dimensions 100,000 vectors are drawn, and shares carry the error of
    a count.
    """
    pushed = generate(generator, _even(config), (-1, 1))
    edges = np.linspace(-EXTENT, EXTENT, cells + 1)
    counts, _, _ = np.histogram2d(pushed[:, 1], pushed[:, 0], bins=(edges, edges))
    return Masses(real.masses(edges), counts / len(pushed))


def _even(config: TrainConfig) -> np.ndarray:
    """Return latent vectors that fill the prior as evenly as may be, float32, shape (N, latent_dim)."""
    prior = priors.get(config.prior)
    if config.latent_dim > _EVEN_DIMENSIONS:
        return prior.sample(_DRAWN, config.latent_dim, config.seed)
    return prior.quantile(qmc.Sobol(config.latent_dim, rng=config.seed).random_base2(_POWER))
