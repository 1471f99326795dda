"""Looks at a GAN on points while it trains: what is in a frame, and how it is computed."""

from collections.abc import Callable
from typing import Any

import numpy as np
from keras import ops

from ganlib.backend import engine
from ganlib.config import TrainConfig
from ganlib.models import losses, priors
from ganlib.models.gan import GAN
from ganlib.models.packing import with_companions
from ganlib.runs.frames import CELLS, LATTICE, POINTS, PUSHED, Frame, places

_RIM = 0.02  # share of draws left out at either end of each latent number: the lattice shows where samples are usual


class FrameMaker:
    """Makes frames of a GAN while it trains; compiled once, because one frame takes a few milliseconds at most."""

    def __init__(self, gan: GAN) -> None:
        """Draw the latent vectors that all frames share."""
        config = gan.config
        prior = priors.get(config.prior)
        latents = prior.sample(POINTS, config.latent_dim, config.seed)
        self._inputs = [np.concatenate([latents, latent_lattice(config)]), places(CELLS)]
        self._make = engine.compiled(lambda latents, places: _look(gan, latents, places))

    def frame(self, step: int) -> Frame:
        """Look at the GAN as it is now."""
        drawn, scores, logits, pushes, slopes = (
            ops.convert_to_numpy(each).astype(np.float16) for each in self._make(*self._inputs)
        )
        bent = drawn[POINTS:].reshape(-1, LATTICE, 2)
        return Frame(step, drawn[:POINTS], scores.reshape(POINTS), logits.reshape(CELLS, CELLS), bent, pushes, slopes)


def _look(gan: GAN, latents: Any, places: Any) -> tuple[Any, ...]:
    drawn = gan.ema(latents, training=False)

    def discriminator(points: Any, training: bool = False) -> Any:
        # A D that judges several points together sees each beside the same generated ones.
        companions = drawn[None, POINTS - gan.config.pack + 1 : POINTS]
        return gan.discriminator(with_companions(points, companions), training=training)

    scores, logits = (discriminator(points) for points in (drawn[:POINTS], places))
    slopes = engine.input_gradient(discriminator, drawn[:POINTS])
    return drawn, scores, logits, push(discriminator, gan.objective, drawn[:PUSHED]), slopes


def push(discriminator: Callable[..., Any], objective: losses.Objective, points: Any) -> Any:
    """Return the direction in which each sample should move for G's loss to fall fastest, and how steeply it falls.

    Args:
        discriminator: D, which is asked in inference mode.
        objective: G's loss of one sample, by its logit.
        points: samples in the range that D was trained on, a tensor.

    Returns:
        Minus the gradient of the loss of each sample alone, of the shape of `points`.
    """
    return -engine.input_gradient(lambda x: objective.generator(discriminator(x, training=False)), points)


def latent_lattice(config: TrainConfig) -> np.ndarray:
    """Return the latent vectors of a lattice that holds the middle 96 % of each latent number.

    Its lines are as far apart as draws are dense: between two neighbours lie equally many.

    Returns:
        float32, shape (LATTICE ** latent_dim, latent_dim) for one and two latent dimensions; (0, latent_dim) for more.
    """
    if config.latent_dim > 2:
        return np.zeros((0, config.latent_dim), np.float32)
    steps = priors.get(config.prior).quantile(np.linspace(_RIM, 1 - _RIM, LATTICE))
    return np.stack(np.meshgrid(*[steps] * config.latent_dim), axis=-1).reshape(-1, config.latent_dim)
