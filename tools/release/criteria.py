"""The bars that a shipped model must reach, and what of it does not."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from ganlib.catalog import losses
from tools.release.recipes import Recipe

Numbers = Mapping[str, Any]
"""An evaluation in the manifest: metrics, `floor`, `noise`, `classes`."""


class Criterion(NamedTuple):
    """One demand: what it says, and whether an evaluation meets it."""

    says: str
    holds: Callable[[Numbers], bool]


RECOGNISED = Criterion("at least 75 % recognised", lambda found: found["recognised"] >= 0.75)
EVERY_CLASS = Criterion("every class above 3 %", lambda found: min(found["classes"]) > 0.03)
NEAR = Criterion(
    "Fréchet distance under a tenth of noise's",
    lambda found: found["frechet_distance"] < found["noise"]["frechet_distance"] / 10,
)
# Of real house numbers, 81 % are recognised; noise is at a distance of 33.
SOME_RECOGNISED = Criterion("at least 35 % recognised", lambda found: found["recognised"] >= 0.35)
NEAR_ON_SVHN = Criterion("Fréchet distance at most 4.5", lambda found: found["frechet_distance"] <= 4.5)
NEARER_ON_SVHN = Criterion("Fréchet distance at most 6", lambda found: found["frechet_distance"] <= 6)
SCORE = Criterion("classifier score at least 6.5", lambda found: found["score"] >= 6.5)
NONE_MISSING = Criterion("no class missing", lambda found: found["classes_missing"] == 0)
NO_COPIES = Criterion(
    "no more near-copies of training images than real images have",
    # Within what chance does to a share of so many samples.
    lambda found: found["copies"] <= found["floor"]["copies"] + 0.005,
)

_GAN_BARS: Mapping[str, tuple[Criterion, ...]] = {
    "mnist": (RECOGNISED, EVERY_CLASS, NEAR),
    "fashion-mnist": (SCORE, NONE_MISSING),
    "svhn": (SOME_RECOGNISED, NEAR_ON_SVHN),
}
_CRITIC_BARS: Mapping[str, tuple[Criterion, ...]] = {
    "mnist": (NONE_MISSING,),
    "fashion-mnist": (NONE_MISSING,),
    "svhn": (NONE_MISSING, NEARER_ON_SVHN),
}


def bars(recipe: Recipe) -> tuple[Criterion, ...]:
    """Return what is demanded of a model: of the source projects' systems most, of every model no copies."""
    config = recipe.config
    if not recipe.full_epochs:
        return (NO_COPIES,)
    demands = _CRITIC_BARS if losses.get(config.loss).is_critic else _GAN_BARS
    return (*demands[config.dataset], NO_COPIES)


def missed(recipe: Recipe, found: Numbers) -> list[str]:
    """Return the demands that an evaluation does not meet."""
    return [bar.says for bar in bars(recipe) if not bar.holds(found)]
