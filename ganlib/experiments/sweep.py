"""A sweep: an experiment over the combinations of several settings, all of a grid or some at random.

It answers another question than an experiment on one setting: not what one setting does, but which combination does
best. So its runs are told apart by name, such as `latent_dim=8, loss=hinge`, and ranked.
"""

import math
import re
from collections.abc import Mapping
from typing import Any

from scipy.stats import loguniform, randint, uniform
from sklearn.model_selection import ParameterGrid, ParameterSampler

from ganlib import presets
from ganlib.catalog.table import pick
from ganlib.config import FIELDS, TrainConfig, parse
from ganlib.experiments.plan import OWN_LIMITS, SAME, SWEEP, VARIABLE, Budget, Plan, assemble, brought
from ganlib.utils.errors import UserError

MOST_SETTINGS, MOST_RUNS = 3, 32

_RANGE = re.compile(r"(?P<low>[^,]+?)\.\.(?P<high>[^,]+)")
_WIDE = 20  # times the lower end, from which on a range is drawn from by its logarithm


def sweep(
    preset: str,
    over: Mapping[str, str],
    draws: int = 0,
    seeds: int = 1,
    budget: Budget = OWN_LIMITS,
    seed: int = 0,
    title: str = "",
) -> Plan:
    """Plan a sweep.

    Args:
        preset: where all other settings come from. A loss that is swept keeps them, too.
        over: for each of two or three keys of `VARIABLE` its values, such as "2,8,64"; or, where combinations are
            drawn, a range such as "1e-4..1e-2".
        draws: how many combinations to draw at random, 0 for all of the grid.
        seeds: how many runs each combination gets, 1 to `MOST_SEEDS`.
        budget: how long each run may train.
        seed: of the drawing.
        title: what to call it; by default the settings.

    Raises:
        UserError: there is no such setting or preset, a value or a combination is refused, or they are too many.
    """
    if not 2 <= len(over) <= MOST_SETTINGS:
        raise UserError(f"A sweep is over 2 to {MOST_SETTINGS} settings; to vary one, use --vary.")
    base = presets.get(preset).config
    chosen = _combinations({name: _space(name, text, draws > 0) for name, text in over.items()}, draws, seed)
    if not 2 <= len(chosen) * seeds <= MOST_RUNS:
        raise UserError(
            f"That makes {len(chosen) * seeds} runs, and a sweep has 2 to {MOST_RUNS}: take other values, fewer seeds, "
            "or draw some combinations at random (--draws)."
        )
    configs: dict[Any, tuple[str, TrainConfig]] = {}
    for combination in chosen:
        needed = brought(base, combination.get("loss", base.loss), SAME)
        kept = {key: value for key, value in (base.to_dict() | needed).items() if key not in over}
        try:
            configs[named(combination)] = (preset, budget.limit(base.changed(**kept, **combination)))
        except UserError as error:
            raise UserError(f"With {named(combination)}: {error}") from error
    names = {name: f"{SWEEP}-{place:02}" for place, name in enumerate(configs, 1)}
    labels = ", ".join(FIELDS[name].label for name in over)
    return assemble(SWEEP, configs, names, seeds, title or f"Sweep: {labels}")


def _space(name: str, text: str, is_drawn: bool) -> Any:
    """Return the values of a setting, or what to draw them from."""
    info = pick(VARIABLE, name, "setting to vary")
    ends = _RANGE.fullmatch(text)
    if not ends:
        return [info.checked(info.parse(part)) for part in text.split(",")]
    if not is_drawn:
        raise UserError(f"{name}={text} is a range, from which values are drawn: say how many with --draws.")
    low, high = (info.checked(info.parse(ends[end])) for end in ("low", "high"))
    if isinstance(low, str | bool) or not low < high:
        raise UserError(f"{name}={text} is no range of numbers, the smaller one first.")
    if isinstance(low, int):
        return randint(low, high + 1)
    return loguniform(low, high) if low > 0 and high >= _WIDE * low else uniform(low, high - low)


def _combinations(spaces: Mapping[str, Any], draws: int, seed: int) -> list[dict[str, Any]]:
    """Return all combinations, or some of them, in the settings' own types; floats with four digits."""
    if draws:
        sizes = [len(space) if isinstance(space, list) else draws for space in spaces.values()]
        found = list(ParameterSampler(spaces, min(draws, math.prod(sizes)), random_state=seed))
    else:
        found = list(ParameterGrid(spaces))
    rows = [{name: _own(name, combination[name]) for name in spaces} for combination in found]
    return list({named(row): row for row in rows}.values())


def _own(name: str, value: Any) -> Any:
    kind = type(FIELDS[name].default)
    return float(f"{value:.4g}") if kind is float else kind(value)


def named(combination: Mapping[str, Any]) -> str:
    """Return what a combination of settings is called."""
    return ", ".join(f"{name}={value}" for name, value in combination.items())


def settings_of(name: Any) -> dict[str, Any]:
    """Return the combination that is called so; {} for what `named` did not write."""
    if not isinstance(name, str):
        return {}
    try:
        return {key: parse(key, text) for key, _, text in (part.partition("=") for part in name.split(", "))}
    except UserError:
        return {}
