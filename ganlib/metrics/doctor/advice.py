"""What to try against a fault: changes of a config, the first that makes sense for the one at hand."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from ganlib.catalog import losses
from ganlib.catalog.compatibility import RATES, Usual, far_rates, given_up, usual_training
from ganlib.config import FIELDS, TrainConfig
from ganlib.utils.errors import UserError

FORK, NEW = "fork", "new"

Changes = dict[str, Any]

_TIMID = 0.2


@dataclass(frozen=True)
class Remedy:
    """One thing to try."""

    advice: str  # one sentence; `{config.name}` stands for a setting as changed
    # The settings to change, given a config and what is usual for it; those that stay do not count.
    changes: Callable[[TrainConfig, Usual], Changes]
    apply: str  # `FORK` if the networks as they are can go on with it, `NEW` if it takes a run from scratch


@dataclass(frozen=True)
class Advice:
    """A remedy for one config: a sentence, and changes that are valid for it."""

    text: str
    changes: Changes
    apply: str


def prescribe(remedies: Sequence[Remedy], config: TrainConfig, preset: TrainConfig | None = None) -> Advice:
    """Return the first remedy that changes anything and goes with the other choices; one without changes if none."""
    usual = usual_training(config, preset)
    for remedy in remedies:
        wanted = remedy.changes(config, usual)
        changes = {name: value for name, value in wanted.items() if value != getattr(config, name)}
        with suppress(UserError):
            if changes:
                text = remedy.advice.format(config=config.changed(**changes), source=usual.source)
                return Advice(text, changes, remedy.apply)
    return Advice("Look at the pictures, and compare with a run of one of the presets.", {}, NEW)


def longer(config: TrainConfig, times: int = 2) -> Changes:
    """Return a multiple of the length, for a run that came to its end and shall go on."""
    limits = ("epochs", "max_steps", "max_seconds")
    changes = {name: times * getattr(config, name) for name in limits if getattr(config, name)}
    allowed = {name: min(value, FIELDS[name].high or value) for name, value in changes.items()}
    return {name: value for name, value in allowed.items() if value != getattr(config, name)}


def _even_game(config: TrainConfig, usual: Usual) -> Changes:
    """The same rate for both and one update of D a step, if D has more; G's rate, unless it is tiny."""
    g_rate, d_rate = config.g_learning_rate, config.d_learning_rate
    if config.critic_steps == 1 and d_rate <= g_rate:
        return {}
    rate = max(g_rate, min(d_rate, usual.settings["g_learning_rate"]))
    return {"critic_steps": 1, "g_learning_rate": rate, "d_learning_rate": rate}


def _divided(by: float, *names: str) -> Callable[[TrainConfig, Usual], Changes]:
    return lambda config, usual: {name: float(f"{getattr(config, name) / by:.3g}") for name in names}


def _noise_on_images(config: TrainConfig, usual: Usual) -> Changes:
    """Noise that stays: it fades over more steps than anyone trains."""
    steps = FIELDS["instance_noise_steps"].high
    return {"instance_noise": max(0.1, config.instance_noise), "instance_noise_steps": steps}


def _paper_rates(config: TrainConfig, usual: Usual) -> Changes:
    """The usual rates, if both are far below."""
    is_timid = all(getattr(config, name) < _TIMID * usual.settings[name] for name in RATES)
    return {name: usual.settings[name] for name in RATES} if is_timid else {}


def _fallback_loss(config: TrainConfig, usual: Usual) -> Changes:
    name = losses.get(config.loss).fallback_loss
    return {"loss": name} if name else {}


def _penalty(config: TrainConfig, usual: Usual) -> Changes:
    weight = max(FIELDS["penalty_weight"].default, config.penalty_weight)
    return {"penalty_weight": weight} if losses.get(config.loss).penalty else {}


_RATES = "{config.g_learning_rate:g} for G and {config.d_learning_rate:g} for D"

PAPER = Remedy(
    f"Go back to the settings of {{source}}: learning rates of {_RATES}.",
    lambda config, usual: dict(usual.settings) if far_rates(config, usual) else {},
    NEW,
)
PAPER_RATES = Remedy(f"Raise the learning rates to those of {{source}}: {_RATES}.", _paper_rates, FORK)
FALLBACK_LOSS = Remedy(
    "Take the loss {config.loss}, under which G learns even while D is winning.", _fallback_loss, NEW
)
PENALISED_LOSS = Remedy(
    "Take the loss {config.loss}: a critic under a gradient penalty gives G a gradient however well it tells fakes.",
    lambda config, usual: {"loss": "wgan_gp", **given_up(config, "wgan_gp")},
    NEW,
)
EVEN_GAME = Remedy(
    "Let D learn no faster than G: one update a step, and the rate {config.d_learning_rate:g} for both.",
    _even_game,
    NEW,
)
SLOWER_D = Remedy("Slow D down: lower its learning rate to {config.d_learning_rate:g}.", _divided(4, RATES[1]), FORK)
SLOWER_G = Remedy(
    "Let G learn no faster than D: the rate {config.g_learning_rate:g} for both.",
    lambda config, usual: {"g_learning_rate": min(config.g_learning_rate, config.d_learning_rate)},
    NEW,
)
PACKED = Remedy(
    "Let D judge {config.pack} samples at once (pack), so that it sees when they are all alike.",
    lambda config, usual: {"pack": 2} if config.pack == 1 else {},
    NEW,
)
MUCH_SLOWER_G = Remedy(
    "Slow G down: lower its learning rate to {config.g_learning_rate:g}.", _divided(4, RATES[0]), NEW
)
FASTER_D = Remedy(
    "Let D learn as fast as G: raise its learning rate to {config.d_learning_rate:g}.",
    lambda config, usual: {"d_learning_rate": max(config.g_learning_rate, config.d_learning_rate)},
    FORK,
)
MORE_D = Remedy("Help D: raise its learning rate to {config.d_learning_rate:g}.", _divided(0.25, RATES[1]), FORK)
SLOWER = Remedy(f"Take smaller steps: learning rates of {_RATES}.", _divided(4, *RATES), FORK)
MUCH_SLOWER = Remedy(f"Take much smaller steps: learning rates of {_RATES}.", _divided(10, *RATES), NEW)
LESS_MEMORY = Remedy(
    "Let both optimisers forget sooner: beta 1 of {config.g_beta_1:g} and {config.d_beta_1:g}.",
    lambda config, usual: {name: min(0.5, getattr(config, name)) for name in ("g_beta_1", "d_beta_1")},
    NEW,
)
PENALTY = Remedy("Give the gradient penalty its weight back: {config.penalty_weight:g}.", _penalty, NEW)
USUAL_CLIP = Remedy(
    "Clip at the paper's bound, {config.clip:g}.",
    lambda config, usual: {"clip": FIELDS["clip"].default} if losses.get(config.loss).clips else {},
    NEW,
)
TIGHTER_CLIP = Remedy("Clip tighter, at {config.clip:g}.", _divided(10, "clip"), NEW)
LOOSER_CLIP = Remedy("Clip less tightly, at {config.clip:g}.", _divided(1 / 3, "clip"), NEW)
WIDER_MARGIN = Remedy(
    "Widen the margin to {config.margin:g}, so that D goes on learning from fakes that it copies badly.",
    _divided(0.5, "margin"),
    NEW,
)
PROJECTION = Remedy(
    "Let D compare features with the label's (conditioning={config.conditioning}): it then tells classes apart sooner.",
    lambda config, usual: {"conditioning": "projection"},
    NEW,
)
NO_AUGMENTATION = Remedy(
    "Show D images as they are (augment={config.augment}): what is changed by chance cannot carry a code.",
    lambda config, usual: {"augment": "none"},
    NEW,
)
NOISE_ON_IMAGES = Remedy(
    "Show D every image with a little noise on it (instance noise {config.instance_noise:g}): less to learn by heart.",
    _noise_on_images,
    FORK,
)
OTHER_IMAGES = Remedy("Train on images that differ.", lambda config, usual: {}, NEW)
