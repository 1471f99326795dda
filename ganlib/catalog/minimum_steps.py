"""Steps until pictures are recognisable: what a training needs at least, as it was measured.

Recognisable: a classifier is sure of half as many samples as of real images, and sees 8 of 10 classes or more (see
`ganlib.training.benchmarks.time_to_recognisable`). Part of the rows of the compact networks come from

    python -m ganlib bench --least-steps --preset PRESET --set loss=LOSS

with one random seed, judged every 100 steps at first and every half of what was done later on; all others from the
grids and evaluations that came with the shipped models, judged in the same way. Images were those of MNIST, for
`infogan` those of Fashion-MNIST. Those take the compact networks longer: 800 steps, and under WGAN-GP at a rate of 4e-3
a quarter of the samples is recognised after 1,200 to 2,000 steps, all ten kinds among them; of real images it is 80 %.
BEGAN's row is that of `mnist-began-quick`; without normalised codes it was not seen to get there. House numbers take
longest: within 3,000 steps no network got there. For points, it is the steps until all modes of `ring` had a good
sample, and half of the samples were good.
"""

from dataclasses import dataclass
from math import log


@dataclass(frozen=True)
class Measured:
    """A training, and when its pictures became recognisable."""

    generator: str  # its network, a key of `GENERATORS`
    loss: str  # its objective, a key of `LOSSES`
    rate: float  # G's learning rate
    steps: int  # updates of G it took
    is_reached: bool = True  # whether it got there; if not, it was not watched for longer


MEASURED = (
    Measured("compact", "non_saturating", 4e-3, 400),
    Measured("compact", "lsgan", 2e-3, 600),
    Measured("compact", "lsgan", 2e-4, 1200),
    Measured("compact", "hinge", 2e-3, 400),
    Measured("compact", "hinge", 2e-4, 1200),
    Measured("compact", "dragan", 2e-3, 600),
    Measured("compact", "dragan", 2e-4, 1600, is_reached=False),
    Measured("compact", "minimax", 1e-3, 600),
    Measured("compact", "minimax", 2e-4, 1600, is_reached=False),
    Measured("compact", "wgan_gp", 4e-3, 1200, is_reached=False),
    Measured("compact", "wgan_gp", 1e-4, 2400),
    Measured("compact", "wgan", 4e-3, 2400, is_reached=False),
    Measured("compact", "ebgan", 1e-3, 900),
    Measured("compact", "began", 1e-3, 1200),
    Measured("mlp", "non_saturating", 2e-4, 5600),
    Measured("dcgan", "non_saturating", 2e-4, 1900),
    Measured("dcgan-3x3", "non_saturating", 1e-4, 1900),
    Measured("dcgan-2x2", "wgan_gp", 1e-4, 1900),
    Measured("infogan", "non_saturating", 1e-3, 600),
    Measured("points", "non_saturating", 1e-3, 2500),
)


def minimum_steps(generator: str, loss: str, rate: float) -> int:
    """Return the steps before which pictures are unlikely to be recognisable.

    It is a lower bound: where the training that counts was `not is_reached`, nobody knows how many more it takes.
    """
    return nearest(generator, loss, rate).steps


def nearest(generator: str, loss: str, rate: float) -> Measured:
    """Return the training that tells most about one of this generator, loss and learning rate of G.

    Of several that were measured, the one of the most similar learning rate counts. A network and a loss that were not
    measured together need what each of them needed by itself, and one that was never measured needs what others do.
    """
    together = [row for row in MEASURED if (row.generator, row.loss) == (generator, loss)]
    if together:
        return _of_rate(together, rate)
    of_network = sorted((row for row in MEASURED if row.generator == generator), key=lambda row: row.steps)[:1]
    of_loss = [row for row in MEASURED if row.loss == loss]
    known = [*of_network, *([_of_rate(of_loss, rate)] if of_loss else [])]
    return max(known or [min(MEASURED, key=lambda row: row.steps)], key=lambda row: row.steps)


def _of_rate(rows: list[Measured], rate: float) -> Measured:
    return min(rows, key=lambda row: abs(log(row.rate / rate)))
