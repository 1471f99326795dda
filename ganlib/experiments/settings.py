"""In which settings the runs of an experiment differ, and the command line that makes one of them again."""

import shlex
from collections.abc import Iterable
from typing import Any

from ganlib import presets
from ganlib.catalog import compatibility
from ganlib.config import FIELDS, RESOLVED, TrainConfig
from ganlib.experiments.plan import Plan

_ANY = "digits-quick"


def differences(plan: Plan) -> dict[str, list[Any]]:
    """Return the settings in which runs of one seed differ, the varied field too: name -> values, as `plan.values`."""
    return differing([run.config for run in plan.first_of_each])


def differing(configs: Iterable[TrainConfig]) -> dict[str, list[Any]]:
    """Return the settings in which some configs differ, in the order of the fields: name -> the value in each.

    A normalisation that is left open is decided by the loss; where that makes a difference, it is told as well. What
    the machine decides when a run begins is none: runs that wait have not asked it yet.
    """
    rows = [config.changed(**{name: FIELDS[name].default for name in RESOLVED}) for config in configs]
    columns = {name: [getattr(config, name) for config in rows] for name in FIELDS}
    if len(set(columns["discriminator_norm"])) == 1:
        columns["discriminator_norm"] = [config.norm for config in rows]
    return {name: column for name, column in columns.items() if any(value != column[0] for value in column)}


def train_command(config: TrainConfig, preset: str | None = None) -> str:
    """Return the command that trains with these settings; a preset's own are not told, an unknown one is replaced."""
    name = preset if preset and presets.named(preset) else _ANY
    base = presets.get(name).config
    sets = {} if config.loss == base.loss else {"loss": config.loss}
    # As `train` does: a loss brings its paper's settings, so only other ones need to be told.
    brought = {**base.to_dict(), **(compatibility.brought(config.loss, base.discriminator) if sets else {}), **sets}
    sets |= {key: getattr(config, key) for key in FIELDS if getattr(config, key) != brought[key]}
    words = ["python", "-m", "ganlib", "train", name]
    for key, value in sets.items():
        words += ["--set", f"{key}={str(value).lower() if isinstance(value, bool) else value}"]
    return shlex.join(words)
