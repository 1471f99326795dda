"""How fast a GAN on points learns, and how many modes it finds: a preset under several seeds."""

from collections.abc import Callable
from typing import Any

import numpy as np

from ganlib.backend import engine
from ganlib.config import TrainConfig
from ganlib.data import points
from ganlib.explore.sampler import Sampler
from ganlib.metrics import mixture
from ganlib.models.gan import GAN
from ganlib.training.trainer import Trainer
from ganlib.utils.errors import UserError

SAMPLES = 2500  # as in PacGAN


def run(config: TrainConfig, seeds: int, say: Callable[[str], None] | None = None) -> list[dict[str, Any]]:
    """Train a config of a data set with modes to the end, with the seeds 0, 1 and so on, and look at the samples.

    Returns for each: `seed`, `steps`, `seconds` of training, `modes` that are covered, and the share of `good` samples.
    """
    engine.set_threads(config.threads)
    distribution, found = points.modes(config.dataset), []
    if distribution is None:
        raise UserError(f"The data set {config.dataset!r} has no modes to count; take one that has, such as ring.")
    for seed in range(seeds):
        gan = GAN(config.changed(seed=seed))
        trainer = Trainer(gan, points.draw(config.dataset, "train"))
        trainer.fit()
        mode, good = mixture.nearest(Sampler(gan).generate(SAMPLES, seed=0), distribution)
        found.append(
            {
                "seed": seed,
                "steps": trainer.progress.step,
                "seconds": round(trainer.progress.seconds, 2),
                "modes": len(np.unique(mode[good])),
                "good": round(float(good.mean()), 4),
            }
        )
        if say:
            say("seed {seed}: {steps:,} steps in {seconds:.1f} s, {modes} modes, {good:.1%} good".format(**found[-1]))
    return found
