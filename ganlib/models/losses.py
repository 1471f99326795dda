"""The objectives, on logits s = D(x): three small functions each, and everything else is a mean of them.

The discriminator minimises  E real(D(x)) + E fake(D(G(z))),  the generator minimises  E generator(D(G(z))).
Softplus on logits is exact where log(sigmoid(s)) would overflow. For the Wasserstein losses the sign is the
usual one: real images score high, so a negative loss is normal. What a person should know of each objective
(formula, paper, how to read its curves) stands in `ganlib.catalog.losses` under the same name.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from keras import ops

from ganlib.backend.hardware import Tensor
from ganlib.catalog import losses as facts
from ganlib.catalog.table import pick
from ganlib.config import FIELDS, TrainConfig


class Objective(NamedTuple):
    """Loss of one image as a function of its logit; each maps a tensor to one of the same shape."""

    real: Callable[[Tensor], Tensor]
    fake: Callable[[Tensor], Tensor]
    generator: Callable[[Tensor], Tensor]


def with_margin(margin: float) -> Objective:
    """Zhao et al. 2016, arXiv 1609.03126, equations 1 and 2: D is an autoencoder, s minus its error."""
    return Objective(real=lambda s: -s, fake=lambda s: ops.relu(margin + s), generator=lambda s: -s)


LOSSES: Mapping[str, Objective] = {
    # Goodfellow et al. 2014, arXiv 1406.2661, equation 1: G minimises what D maximises.
    "minimax": Objective(real=lambda s: ops.softplus(-s), fake=ops.softplus, generator=lambda s: -ops.softplus(s)),
    # The same paper, section 3: G maximises log D(G(z)) instead, for a gradient that does not fade.
    "non_saturating": Objective(
        real=lambda s: ops.softplus(-s), fake=ops.softplus, generator=lambda s: ops.softplus(-s)
    ),
    # Mao et al. 2017, arXiv 1611.04076, equation 9: targets 1 for real, 0 for fake, and 1 for G.
    "lsgan": Objective(
        real=lambda s: ops.square(s - 1) / 2,
        fake=lambda s: ops.square(s) / 2,
        generator=lambda s: ops.square(s - 1) / 2,
    ),
    # Arjovsky et al. 2017, arXiv 1701.07875: D estimates the Wasserstein distance E D(x) - E D(G(z)).
    "wgan": Objective(real=lambda s: -s, fake=lambda s: s, generator=lambda s: -s),
    # Gulrajani et al. 2017, arXiv 1704.00028: the same, with a gradient penalty in place of clipping.
    "wgan_gp": Objective(real=lambda s: -s, fake=lambda s: s, generator=lambda s: -s),
    # Lim and Ye 2017, arXiv 1705.02894: D cares only for images within the margin.
    "hinge": Objective(real=lambda s: ops.relu(1 - s), fake=lambda s: ops.relu(1 + s), generator=lambda s: -s),
    # Kodali et al. 2017, arXiv 1705.07215: the non-saturating game, with a penalty around real images.
    "dragan": Objective(real=lambda s: ops.softplus(-s), fake=ops.softplus, generator=lambda s: ops.softplus(-s)),
    "ebgan": with_margin(FIELDS["margin"].default),
    # Berthelot et al. 2017, arXiv 1703.10717, section 3.3: D is an autoencoder, s minus its error; fakes count k times.
    "began": Objective(real=lambda s: -s, fake=lambda s: s, generator=lambda s: -s),
}


def get(name: str) -> Objective:
    """Return the objective of that name. Raises UserError: there is none; the message lists all names."""
    return pick(LOSSES, name, "loss")


def of(config: TrainConfig) -> Objective:
    """Return the objective of a run, with its margin if it has one."""
    return with_margin(config.margin) if facts.get(config.loss).has_margin else get(config.loss)


def discriminator_loss(
    objective: Objective,
    real: Tensor,
    fake: Tensor,
    smoothing: float = 0.0,
    flipped: Sequence[Tensor] | None = None,
    k: Tensor | None = None,
) -> Tensor:
    """Return what D minimises, a scalar, without penalties, from its logits, float32 of shape (batch, 1).

    Args:
        objective: the loss of one image, by its logit.
        real: D's logits for real images.
        fake: D's logits for generated images.
        smoothing: one-sided label smoothing a: real images count as real by 1 - a and as fake by a
            (Salimans et al. 2016, arXiv 1606.03498, section 3.4), 0 to 0.5.
        flipped: whose label is swapped, for `real` and for `fake`, boolean, of their shapes: such a real image counts
            as fake, and such a fake one as real (by 1 - a, if labels are smoothed); None swaps none.
        k: how much fakes count, see `ganlib.models.autoencoders.Balance`; None is fully.
    """

    def as_real(logits: Tensor) -> Tensor:
        as_told = objective.real(logits)
        return (1 - smoothing) * as_told + smoothing * objective.fake(logits) if smoothing else as_told

    of_real, of_fake = as_real(real), objective.fake(fake)
    if flipped:
        of_real = ops.where(flipped[0], objective.fake(real), of_real)
        of_fake = ops.where(flipped[1], as_real(fake), of_fake)
    return ops.mean(of_real) + (ops.mean(of_fake) if k is None else k * ops.mean(of_fake))


def generator_loss(objective: Objective, fake: Tensor) -> Tensor:
    """Return what G minimises, given D's logits for its images, shape (batch, 1). A scalar."""
    return ops.mean(objective.generator(fake))
