"""In which settings the runs of an experiment differ."""

from collections.abc import Iterable
from typing import Any

from ganlib.config import FIELDS, RESOLVED, TrainConfig
from ganlib.experiments.plan import Plan


def differences(plan: Plan) -> dict[str, list[Any]]:
    """Return the settings in which runs of the same seed differ: name -> the value in each, as in `plan.values`.

    Among them is the field that is varied; whatever else there is came with a loss or with a preset.
    """
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
