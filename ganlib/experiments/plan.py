"""What an experiment will train: decided, checked and told before anything starts.

Runs of one seed share the order of the images, the fixed latent vectors and, where shapes allow, the first
weights, since all of these follow from `TrainConfig.seed` alone. So what differs in the end comes from what was
varied.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any
from uuid import uuid4

from ganlib import presets
from ganlib.catalog import labels, losses
from ganlib.catalog.compatibility import given_up
from ganlib.catalog.table import pick
from ganlib.config import FIELDS, FieldInfo, TrainConfig
from ganlib.runs.store import check_id
from ganlib.utils.errors import UserError

MOST_VALUES = 8
"""More lines are not told apart in a chart."""

MOST_SEEDS = 5

PRESET = "preset"
"""The field's name where whole presets are compared."""

SWEEP = "sweep"
"""The field's name where combinations of settings are compared."""

SAME, PAPER = "same", "paper"
SETTINGS: Mapping[str, str] = {
    SAME: "All losses train with the base's rates and optimisers; one brings only what it cannot do without.",
    PAPER: "Each loss brings the optimisers, rates, update order and critic steps of its paper.",
}
"""Where losses are compared, what else they bring."""

VARIABLE: Mapping[str, FieldInfo] = {name: info for name, info in FIELDS.items() if info.group != "run"}
"""The settings that can be varied: all but those that say how long and how often."""

_LONGEST_TITLE = 120

_NOT_VARIED = {
    "seed": "each value is trained with several random seeds instead: see --seeds",
    **dict.fromkeys(
        ("epochs", "max_steps", "max_seconds"),
        "all runs of an experiment have the same budget: see --steps, --epochs and --seconds",
    ),
}


@dataclass(frozen=True)
class Budget:
    """How long each run may train: seconds, epochs (passes through the data) or steps (updates of G), the first to end.

    What is given replaces all three limits of the preset; without any of them, those stay. A budget that is not above 0
    is a UserError.
    """

    seconds: float | None = None
    epochs: int | None = None
    steps: int | None = None

    def __post_init__(self) -> None:
        for given in (self.seconds, self.epochs, self.steps):
            if given is not None and not given > 0:
                raise UserError(f"Each run needs a budget above 0, not {given:g}.")

    def limit(self, config: TrainConfig) -> TrainConfig:
        """Return the config with this budget in place of its own limits."""
        if self == OWN_LIMITS:
            return config
        epochs = int(FIELDS["epochs"].high or 1) if self.epochs is None else self.epochs
        return config.changed(max_seconds=float(self.seconds or 0.0), epochs=epochs, max_steps=self.steps or 0)


OWN_LIMITS = Budget()


@dataclass(frozen=True)
class Planned:
    """One run of an experiment, before it is made: what it will be called, and all its settings.

    `value` is that of the setting that is varied, or a preset's name; `preset` is where its settings come from.
    """

    id: str
    value: Any
    seed: int
    preset: str
    config: TrainConfig


@dataclass(frozen=True)
class Plan:
    """An experiment before it starts."""

    id: str  # what its runs have in common
    title: str  # what people call it
    field: str  # the setting that is varied, or `PRESET`
    # In the order in which they train: all values with the first seed, then all with the second, so that an experiment
    # that is ended early still compares like with like.
    runs: tuple[Planned, ...]

    @property
    def values(self) -> tuple[Any, ...]:
        """The values that are compared, in the person's order."""
        return tuple(dict.fromkeys(run.value for run in self.runs))

    @property
    def first_of_each(self) -> tuple[Planned, ...]:
        """The first run of each value, in the order of `values`."""
        return tuple(run for run in self.runs if run.seed == self.runs[0].seed)


def plan(
    preset: str,
    base: TrainConfig,
    field: str,
    values: Sequence[Any],
    seeds: int = 1,
    budget: Budget = OWN_LIMITS,
    settings: str = SAME,
    title: str = "",
    fixed: Collection[str] = (),
) -> Plan:
    """Plan an experiment that varies one setting.

    Args:
        preset: where the base comes from, to be noted in its runs.
        base: all other settings.
        field: a key of `VARIABLE`.
        values: two or more of its values.
        seeds: how many runs each value gets, 1 to `MOST_SEEDS`.
        budget: how long each run may train.
        settings: where the loss is varied, a key of `SETTINGS`.
        title: what to call it; by default the setting and its values.
        fixed: settings of the base that stay as they are, whatever a loss brings.

    Raises:
        UserError: there is no such setting, or a value, a combination or a number is refused; the sentence names
            the value that it is about.
    """
    if field in _NOT_VARIED:
        raise UserError(f"There is no setting to vary {field!r}: {_NOT_VARIED[field]}.")
    info = pick(VARIABLE, field, "setting to vary")
    pick(SETTINGS, settings, "choice of settings")
    configs = {}
    for value in values:
        with _naming(field, value):
            changes = {field: value}
            if field == "loss":  # which brings its paper's settings, but must leave those of the base alone
                kept = {name: getattr(base, name) for name in losses.get(value).defaults}
                changes |= {**kept, **brought(base, value, settings)}
                changes |= {name: getattr(base, name) for name in fixed}
            config = budget.limit(base.changed(**changes))
        configs[getattr(config, field)] = (preset, config)
    named = ", ".join(labels.title(field, value) for value in configs)
    return _plan(field, configs, len(values), seeds, title or f"{info.label}: {named}")


def plan_presets(
    names: Sequence[str],
    seeds: int = 1,
    budget: Budget = OWN_LIMITS,
    title: str = "",
    changes: Mapping[str, Any] = MappingProxyType({}),
) -> Plan:
    """Plan an experiment that compares two or more presets, in which more than one setting may differ.

    `changes` are settings that all of them get in place of their own. All else is as for `plan`.
    """
    chosen = [presets.get(name) for name in names]
    configs = {}
    for preset in chosen:
        with _naming(PRESET, preset.name):
            configs[preset.name] = (preset.name, budget.limit(preset.config.changed(**changes)))
    return _plan(PRESET, configs, len(names), seeds, title or " / ".join(preset.title for preset in chosen))


def brought(base: TrainConfig, loss: str, settings: str) -> dict[str, Any]:
    """Return what a loss brings to the base: name -> value.

    With `SAME` it is what the loss cannot do without, which may be what the base says already but means nothing under
    its own loss. With `PAPER` the base's own loss brings its paper's, too.
    """
    if loss == base.loss and settings == SAME:
        return {}
    facts = losses.get(loss)
    needed = {**facts.needs, **given_up(base, loss)}
    paper = {name: value for name, value in facts.defaults.items() if getattr(base, name) != value}
    return {**needed, **(paper if settings == PAPER else {})}


def _plan(field: str, configs: Mapping[Any, tuple[str, TrainConfig]], given: int, seeds: int, title: str) -> Plan:
    if given != len(configs) or not 2 <= given <= MOST_VALUES:
        raise UserError(f"An experiment compares 2 to {MOST_VALUES} different values; choose as many, each once.")
    names = {value: _slug("" if field == PRESET else field, value) for value in configs}
    return assemble(field, configs, names, seeds, title)


def assemble(
    field: str, configs: Mapping[Any, tuple[str, TrainConfig]], names: Mapping[Any, str], seeds: int, title: str
) -> Plan:
    """Return a plan of runs with all configs, each with every seed.

    Args:
        field: what is varied.
        configs: for each value a preset's name and all settings.
        names: how the ids of each value's runs begin.
        seeds: how many, 1 to `MOST_SEEDS`.
        title: what people call it.

    Raises:
        UserError: too many seeds, or settings or names that cannot be.
    """
    if not 1 <= seeds <= MOST_SEEDS:
        raise UserError(f"An experiment takes 1 to {MOST_SEEDS} random seeds, not {seeds}.")
    mark = uuid4().hex[:4]
    runs = []
    for seed in range(1, seeds + 1):
        for value, (preset, config) in configs.items():
            with _naming(field, value):
                name = check_id(_slug(names[value], f"s{seed}", mark))
                runs.append(Planned(name, value, seed, preset, config.changed(seed=seed)))
    return Plan(_slug(field, mark), " ".join(title.split())[:_LONGEST_TITLE], field, tuple(runs))


@contextmanager
def _naming(field: str, value: Any) -> Iterator[None]:
    """Say of an error which value it is about."""
    try:
        yield
    except UserError as error:
        raise UserError(f"With {field}={value}: {error}") from error


def _slug(*parts: Any) -> str:
    """Return small letters, digits and hyphens, as a run's id has them."""
    words = (re.sub(r"[^a-z0-9]+", "-", str(part).lower()).strip("-") for part in parts)
    return "-".join(word for word in words if word)
