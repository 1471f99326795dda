"""A person in the discriminator's place: images to tell apart at several steps of a training, and what D says of each.

Nothing here loads Keras: whoever plays brings the networks.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from ganlib.catalog import losses
from ganlib.runs.folder import Run
from ganlib.utils.errors import UserError
from ganlib.utils.images import Pixels

if TYPE_CHECKING:
    from ganlib.explore.sampler import Discriminator, Sampler

STEPS = 3
"""Steps of a training that a game is spread over, at most; 12 images then are 4 at each."""

COUNT = 12

POOL = 256
"""Real images, and as many generated ones, that D is asked about at each step: the images of the game among them."""

MOST_CHANGES = 2 / 3
"""How often, in images, the kind may change from one image to the next; by chance it does so half of the times."""

Networks = Callable[[int], "tuple[Sampler, Discriminator]"]
"""Returns the generator and the discriminator of a run at a step."""

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Game:
    """Images in the order of their steps, and D's verdict on each."""

    images: Pixels  # uint8, (count, height, width, channels)
    steps: tuple[int, ...]  # (count,): of the snapshot whose D is asked, and whose G drew what is generated
    is_real: Flags  # (count,)
    d_says_real: Flags  # (count,)
    seed: int
    d_errors: Mapping[int, float]  # by step: D's error on all `2 * POOL` images, the mean of its two kinds

    def errors(self, says_real: npt.ArrayLike) -> dict[int, float]:
        """Return the share of wrong verdicts by step; `says_real`, shape (count,), holds a verdict on each image."""
        is_wrong, at = np.asarray(says_real, bool) != self.is_real, np.array(self.steps)
        return {step: float(is_wrong[at == step].mean()) for step in dict.fromkeys(self.steps)}


def snapshots(run: Run) -> list[int]:
    """Return the steps after the first whose snapshots hold both networks, in order: before it, D knows nothing."""
    files = ("generator.weights.h5", "discriminator.weights.h5")
    return [step for step, path in run.snapshots() if step > 0 and all((path / name).is_file() for name in files)]


def is_playable(run: Run) -> bool:
    """Whether a run has images, a D that says real or fake, and both networks at two steps or more."""
    try:
        config = run.config
    except UserError:
        return False
    says_which = losses.get(config.loss).decision_threshold is not None
    return not config.is_plane and says_which and len(snapshots(run)) >= 2


def choose(steps: list[int], most: int = STEPS) -> list[int]:
    """Choose the first and the last of some steps, increasing and above 0, and between them some at equal ratios."""
    wanted = np.geomspace(steps[0], steps[-1], min(most, len(steps)))
    return sorted({min(steps, key=lambda step: abs(np.log(step / each))) for each in wanted})


def draw(
    networks: Networks,
    steps: list[int],
    real: Pixels,
    labels: npt.NDArray[np.integer] | None = None,
    count: int = COUNT,
    seed: int = 0,
) -> Game:
    """Draw the images of a game, half of them real, equally many at each step and there in a random order.

    Args:
        networks: the run's, see `Networks`.
        steps: of the snapshots, in order.
        real: images to draw from, uint8, (N, height, width, channels), best such as D was not trained on.
        labels: their classes, shape (N,), where D judges an image by its class.
        count: images in all, at least two for each step.
        seed: the same gives the same game.

    Raises:
        UserError: there are fewer real images than a step may show.
    """
    if len(real) < count // len(steps):
        raise UserError(f"A game takes {count // len(steps)} real images or more; here are {len(real)}.")
    rng = np.random.default_rng(seed)
    flags = _arrange(len(steps), count // len(steps), rng)
    drawn = [_at(*networks(step), here, real, labels, rng) for step, here in zip(steps, flags, strict=True)]
    pictures, verdicts, errors = zip(*drawn, strict=True)
    at = tuple(step for step in steps for _ in range(flags.shape[1]))
    per_step = dict(zip(steps, errors, strict=True))
    return Game(np.concatenate(pictures), at, flags.ravel(), np.concatenate(verdicts), seed, per_step)


def _arrange(steps: int, each: int, rng: np.random.Generator) -> Flags:
    """Say which images are real, shape (steps, each): half of all, and one of both kinds at each step.

    Any such order is as likely as any other, but for those in which kinds nearly alternate: whoever notices would
    answer by the order instead of by the images.
    """
    half = np.arange(steps * each) % 2 == 0
    while True:
        order = rng.permutation(half)
        flags = order.reshape(steps, each)
        changes = np.count_nonzero(order[1:] != order[:-1])
        if flags.any(axis=1).all() and not flags.all(axis=1).any() and changes <= MOST_CHANGES * len(order):
            return flags


def _at(
    sampler: "Sampler",
    discriminator: "Discriminator",
    is_real: Flags,
    real: Pixels,
    labels: npt.NDArray[np.integer] | None,
    rng: np.random.Generator,
) -> tuple[Pixels, Flags, float]:
    """Return the images of one step, D's verdict on each, and its share of errors on all it was asked about.

    D gets real and generated images apart, many at a time, as `Discriminator.scores` wants it.
    """
    chosen, seed = rng.choice(len(real), min(POOL, len(real)), replace=False), int(rng.integers(2**31))
    threshold = losses.get(discriminator.config.loss).decision_threshold or 0.0
    true, made = real[chosen], sampler.generate(POOL, seed)
    true_labels = None if labels is None else labels[chosen]
    trusted = discriminator.scores(true, labels=true_labels) > threshold
    believed = discriminator.scores(made, labels=sampler.labels(POOL, seed)) > threshold
    place = np.arange(len(is_real))
    pictures = np.where(is_real[:, None, None, None], true[place], made[place])
    error = (float(np.mean(~trusted)) + float(np.mean(believed))) / 2
    return pictures, np.where(is_real, trusted[place], believed[place]), error
