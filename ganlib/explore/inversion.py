"""From an image back to the latent vector that the generator makes it from, as nearly as it can."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
from keras import ops

from ganlib import data
from ganlib.backend import engine
from ganlib.explore.sampler import Sampler
from ganlib.models import conditioning, priors
from ganlib.utils.errors import UserError

Tensor = Any
Progress = Callable[[int, int, float], object]

_RATE = 0.3
"""Adam's first step, in standard deviations of the prior; it falls to 0 along a half cosine."""

_AT_ONCE = 10
"""Steps between two reports of progress."""


@dataclass(frozen=True, eq=False)
class Inversion:
    """What came out of an inversion."""

    latent: np.ndarray  # the best latent vector found, float32, shape (latent_dim,)
    image: np.ndarray  # what the generator makes of it, uint8, shape (height, width, channels)
    # Mean squared difference of the pixels, taken from 0 to 1, before each step and after the last, float32, shape
    # (steps + 1, starts).
    errors: np.ndarray
    best: int  # the start that `latent` comes from

    @property
    def error(self) -> float:
        """The error that is left."""
        return float(self.errors[-1, self.best])


class Inverter:
    """Finds latent vectors of images by gradient descent through one generator, from several starts at once.

    After each step of Adam (Kingma and Ba 2014, arXiv 1412.6980), z is brought back to the nearest vector that the
    prior could well have drawn, as in Lipton and Tripathi 2017 (arXiv 1702.04782): far from there the generator draws
    better copies of any image, but with a z that is good for nothing else. The descent can end in a place from which
    every direction leads uphill, hence several starts.

    It compiles its steps once, and each compilation takes memory for good: keep it as long as the sampler. One thread
    at a time may use it.
    """

    def __init__(self, sampler: Sampler, starts: int = 8, steps: int = 300) -> None:
        self.sampler, self.starts, self.steps = sampler, starts, steps
        config = sampler.config
        self._z = keras.Variable(np.zeros((starts, config.latent_dim)), dtype="float32")
        prior = priors.get(config.prior)
        self._z.constraint = prior.constraint(config.latent_dim)
        self._labels = sampler.labels(starts)
        self._one_hot = None if self._labels is None else conditioning.one_hot(self._labels, config.classes)
        self._wanted = keras.Variable(np.zeros(config.image_shape), dtype="float32", trainable=False)
        schedule = keras.optimizers.schedules.CosineDecay(_RATE * prior.deviation, steps)
        self._optimizer = keras.optimizers.Adam(schedule)
        self._optimizer.build([self._z])
        self._names = [str(start) for start in range(starts)]
        self._descend = engine.compile_steps(self._step, self._names)

    def invert(self, image: np.ndarray, seed: int = 0, progress: Progress = lambda *told: None) -> Inversion:
        """Find the latent vector of an image, uint8 (height, width, channels); `seed` picks the starts.

        `progress` is told the steps done, the steps in all and the least error so far. An image of another shape than
        the run's is a UserError.
        """
        if image.shape != self._wanted.shape:
            theirs, ours = (" x ".join(map(str, shape)) for shape in (image.shape, self._wanted.shape))
            raise UserError(
                f"The image is {theirs} and the run makes {ours}; choose an image of the run's own data set."
            )
        self._wanted.assign(data.scale(image, self.sampler.value_range))
        self._z.assign(self.sampler.latents(self.starts, seed))
        for variable in self._optimizer.variables:  # which remember the last image
            variable.assign(ops.zeros_like(variable))
        errors: list[np.ndarray] = []
        for done in range(0, self.steps, _AT_ONCE):
            count = min(_AT_ONCE, self.steps - done)
            errors += list(self._descend(np.zeros((count, 1), np.int32)))
            progress(done + count, self.steps, float(errors[-1].min()))
        errors.append(ops.convert_to_numpy(self._errors()))
        best = int(np.argmin(np.nan_to_num(errors[-1], nan=np.inf)))
        latent = ops.convert_to_numpy(self._z)[best]
        label = None if self._labels is None else self._labels[best : best + 1]
        return Inversion(latent, self.sampler.images(latent[None], label)[0], np.stack(errors), best)

    def _step(self, _: Tensor) -> dict[str, Tensor]:
        """Go one step downhill; report the error of each start ahead of it."""
        with engine.tape() as tape:
            errors = self._errors()
            total = ops.sum(errors)
        # Each start's error depends on its own z alone, so the gradient of the sum is that of each.
        self._optimizer.apply(tape.gradient(total, [self._z]), [self._z])
        return dict(zip(self._names, ops.unstack(errors, self.starts), strict=True))

    def _errors(self) -> Tensor:
        """Return how far each start's image is from the wanted one, shape (starts,)."""
        low, high = self.sampler.value_range
        drawn = self.sampler.generator(conditioning.beside(self._z.value, self._one_hot), training=False)
        difference = (drawn - self._wanted) / (high - low)
        return ops.mean(ops.square(difference), axis=(1, 2, 3))
