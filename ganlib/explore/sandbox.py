"""A run's GAN in memory, to try updates on: what a step does, and what it would do after others."""

import numpy as np
from keras import ops

from ganlib import data
from ganlib.catalog import losses
from ganlib.catalog.training import WITH_LABELS
from ganlib.data.images import places_of_some
from ganlib.explore.gan_in_memory import copies, load_gan, put_back, unchanged
from ganlib.explore.step_anatomy import StepAnatomy, take_apart
from ganlib.models import conditioning, priors
from ganlib.models.step import discriminator_step, generator_step, simultaneous_step
from ganlib.runs.folder import Run
from ganlib.utils import seeds
from ganlib.utils.errors import UserError

_STEPS = {"t": 10}  # of a move that is more than one
_POOL = 4096  # samples of the data set that are kept in memory


class Sandbox:
    """Updates of a run's GAN, from a snapshot on. Nothing in the run's folder changes.

    Each update and each step has a batch of its own, as in a training, so that the same moves always end the same.
    Learning rates are the config's, also where a training has let them fall. One thread at a time may use it.
    """

    def __init__(self, run: Run, step: int | None = None) -> None:
        """Load the networks and real samples; arguments as for `ganlib.explore.sampler.Sampler`.

        Raises:
            UserError: weights or data are not there or damaged, or the run came without its discriminator.
        """
        if run.is_without_discriminator:
            raise UserError(f"The model {run.id!r} came without its discriminator, so there is no step to show.")
        self.gan = load_gan(run, step)
        config = self.gan.config
        found = data.load(config.dataset, config.split, config.grayscale)
        chosen = places_of_some(found, _POOL, seed=0)
        self._pool = found.images[chosen]
        knows = config.conditioning in WITH_LABELS
        self._labels = found.labels[chosen] if knows and found.labels is not None else None
        has_copies = losses.get(config.loss).has_autoencoder
        self._others = [] if has_copies else [name for name in losses.LOSSES if not losses.get(name).has_autoencoder]
        self._start = copies(self.gan.variables)
        self._done = ("", 0, False)

    def at(self, moves: str = "", seed: int = 0, same_batch: bool = False) -> StepAnatomy:
        """Take the step apart that comes after some moves.

        Args:
            moves: a letter each: an update of D alone (d), of G alone (g), a step of both (b), ten such steps (t).
                Those that were done last are not done again.
            seed: of the batches.
            same_batch: show both networks the first batch every time.

        Returns:
            The step, with the pushes of all losses that go with such a D; it is not done, a move "b" does it.
        """
        before, *same = self._done
        if same != [seed, same_batch] or not moves.startswith(before):
            put_back(self._start)
            before = ""
        self._done = ("", -1, False)  # until all is done
        for place in range(len(before), len(moves)):
            self._move(moves[place], _batches(moves[:place]), seed, same_batch)
        self._done = (moves, seed, same_batch)
        with unchanged(self.gan):
            return take_apart(self.gan, *self._batch(_batches(moves), seed, same_batch), self._others)

    def _move(self, move: str, first: int, seed: int, same_batch: bool) -> None:
        for number in range(first, first + _STEPS.get(move, 1)):
            real, z = map(ops.convert_to_tensor, self._batch(number, seed, same_batch))
            if move == "d":
                discriminator_step(self.gan, real, z)
            elif move == "g":
                generator_step(self.gan, z)
            elif self.gan.config.update == "simultaneous":
                simultaneous_step(self.gan, real, z)
            else:
                discriminator_step(self.gan, real, z)
                generator_step(self.gan, z)
            if move not in "dg":
                self.gan.step_count.assign_add(1)

    def _batch(self, number: int, seed: int, same_batch: bool) -> tuple[np.ndarray, np.ndarray]:
        """Return real samples in the GAN's value range, and what G is given: latent vectors, with labels if any."""
        config = self.gan.config
        rng = seeds.rng(seed, "batch of a sandbox", 0 if same_batch else number)
        places = rng.integers(len(self._pool), size=config.batch_size)
        drawn = self._pool[places]
        real = drawn if config.is_plane else data.scale(drawn, self.gan.value_range)
        latents = priors.get(config.prior).sample(config.batch_size, config.latent_dim, int(rng.integers(2**31)))
        if not config.classes:
            return real, latents
        drawn_by_chance = rng.integers(config.classes, size=config.batch_size)
        labels = drawn_by_chance if self._labels is None else self._labels[places]
        return real, conditioning.with_labels(latents, labels, config.classes)


def _batches(moves: str) -> int:
    """Return how many batches moves take."""
    return sum(_STEPS.get(move, 1) for move in moves)
