"""The same latent vectors at every snapshot of a training."""

from collections.abc import Iterator

import numpy as np

from ganlib.explore.sampler import Sampler, load
from ganlib.runs.folder import Run
from ganlib.utils.errors import UserError


def through_training(run: Run, latents: np.ndarray, label: int | None = None) -> Iterator[tuple[int, np.ndarray]]:
    """Draw the same latent vectors, (count, latent_dim), at every snapshot of a run and at its end; it may be training.

    With a label, which a conditional GAN alone takes, all are of that class. Yields a step and its images, uint8
    (count, height, width, channels), in order of training. Raises UserError: there are no weights yet, or they do not
    fit.
    """
    sampler = Sampler(run) if label is None else Sampler(run).of_class(label)
    newest = sampler.step
    last = sampler.images(latents)
    for step, folder in run.snapshots():
        if step >= newest:
            break
        try:
            load(sampler.generator, run, folder)
        except UserError:
            if folder.exists():
                raise
            continue  # a trainer thins its snapshots out as it goes
        yield step, sampler.images(latents)
    yield newest, last


def history(run: Run, latents: np.ndarray, label: int | None = None) -> tuple[list[int], np.ndarray]:
    """Return all that `through_training` yields: steps, and images, uint8 (steps, count, height, width, channels)."""
    steps, drawn = zip(*through_training(run, latents, label), strict=True)
    return list(steps), np.stack(drawn)
