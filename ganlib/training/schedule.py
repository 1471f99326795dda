"""Which images a step sees, and what counts as an epoch: plain arithmetic."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from ganlib.utils import seeds
from ganlib.utils.errors import UserError


@dataclass(frozen=True)
class Schedule:
    """The order in which D sees the real images.

    An epoch is one pass through the data set in a random order of its own, without the last partial batch.
    A step takes as many batches as D has updates in it; they may straddle two epochs.

    Raises:
        UserError: there are fewer images than a batch takes.
    """

    images: int  # number of real images
    batch_size: int  # images in a batch
    epochs: int  # passes through the data set
    seed: int  # the run's seed

    def __post_init__(self) -> None:
        if self.images < self.batch_size:
            raise UserError(
                f"A batch of {self.batch_size} images cannot be drawn from a data set of {self.images}; "
                f"set batch_size to {self.images} or less."
            )

    @property
    def batches_per_epoch(self) -> int:
        """Whole batches in the data set."""
        return self.images // self.batch_size

    def epoch(self, batch: int) -> float:
        """Epochs done when that many batches were seen."""
        return batch / self.batches_per_epoch

    def steps_left(self, batch: int, critic_steps: int) -> int:
        """Steps that still fit into the run."""
        return (self.batches_per_epoch * self.epochs - batch) // critic_steps

    def steps_to_epoch_end(self, batch: int, critic_steps: int) -> int:
        """Steps until the current epoch is over, at least 1."""
        missing = self.batches_per_epoch - batch % self.batches_per_epoch
        return -(-missing // critic_steps)

    def order(self, batch: int, steps: int, critic_steps: int) -> np.ndarray:
        """Return the indices of the images for the next steps, int32, shape (steps, critic_steps, batch_size)."""
        wanted = range(batch, batch + steps * critic_steps)
        places = (divmod(each, self.batches_per_epoch) for each in wanted)
        rows = [_epoch_order(self.images, self.batch_size, self.seed, epoch)[row] for epoch, row in places]
        return np.stack(rows).reshape(steps, critic_steps, self.batch_size)


@lru_cache(maxsize=2)
def _epoch_order(images: int, batch_size: int, seed: int, epoch: int) -> np.ndarray:
    """Return one epoch's batches of indices, int32; each epoch has a random stream of its own."""
    order = seeds.rng(seed, "data order", epoch).permutation(images).astype(np.int32)
    return order[: images // batch_size * batch_size].reshape(-1, batch_size)
