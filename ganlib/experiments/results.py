"""What came of an experiment, read from the folders of its runs, whatever has become of them."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from scipy.special import stdtrit

from ganlib import presets
from ganlib.catalog import labels
from ganlib.catalog.metrics import METRICS
from ganlib.catalog.table import pick
from ganlib.config import FIELDS
from ganlib.experiments.plan import PRESET, SWEEP
from ganlib.plots.series import SMOOTHED_SHARE, Band, Columns, band
from ganlib.runs import store
from ganlib.runs.evaluation import Evaluation, evaluations
from ganlib.runs.folder import Run
from ganlib.runs.records import Membership
from ganlib.runs.status import ACTIVE
from ganlib.utils.errors import UserError
from ganlib.utils.intervals import Measured

TIMES: Mapping[str, tuple[str, str]] = {
    "seconds": ("Training time, s", ",.0f"),
    "step": ("Steps", ",.0f"),
    "epoch": ("Epochs", ".1f"),
    "images_per_s": ("Images/s", ",.0f"),
}
"""Parts of a run's status that are compared, with their title and format specification."""


class Spread(NamedTuple):
    """A number of several runs: their mean, the lowest and the highest of them, and how many runs they are of."""

    mean: float
    low: float
    high: float
    runs: int

    def text(self, form: str) -> str:
        """Write the mean and, where runs differ as far as is written, lowest and highest."""
        mean, low, high = (format(number, form) for number in self[:3])
        return f"{mean} ({low} to {high})" if low != high else mean


def spread(numbers: Iterable[float]) -> Spread | None:
    """Sum up numbers; those that are not finite are left out, and of none there is nothing to say."""
    finite = [number for number in numbers if np.isfinite(number)]
    return Spread(float(np.mean(finite)), min(finite), max(finite), len(finite)) if finite else None


class Member(NamedTuple):
    """A run of an experiment, and what stands for it there."""

    value: Any
    seed: int
    run: Run


@dataclass(frozen=True)
class Experiment:
    """Runs that were started together to be compared."""

    id: str  # what they have in common
    title: str  # what people call it
    field: str  # the setting that was varied, or "preset"
    values: tuple[Any, ...]  # what was compared, in the order of the plan
    members: tuple[Member, ...]  # the runs that are still there, by value and seed

    @property
    def runs(self) -> list[Run]:
        """All runs, by value and seed."""
        return [member.run for member in self.members]

    @property
    def seeds(self) -> list[int]:
        """The random seeds there are, rising."""
        return sorted({member.seed for member in self.members})

    def by_value(self) -> dict[Any, dict[int, Run]]:
        """Return the runs of each value by seed; a value whose runs were all deleted has none."""
        return {value: {each.seed: each.run for each in self.members if each.value == value} for value in self.values}

    def states(self) -> Counter[str]:
        """Return how many runs are in each state."""
        return Counter(run.status().state for run in self.runs)

    @property
    def is_over(self) -> bool:
        """Whether none of its runs waits or trains any more."""
        return not set(ACTIVE) & self.states().keys()

    @property
    def is_sweep(self) -> bool:
        """Whether its values are combinations of several settings, see `experiments.sweep`."""
        return self.field == SWEEP

    @property
    def field_title(self) -> str:
        """What people call that which was varied."""
        return FIELDS[self.field].label if self.field in FIELDS else self.field.capitalize()

    def label(self, value: Any) -> str:
        """Return what people call a value."""
        return label(self.field, value)


def label(field: str, value: Any) -> str:
    """Return what people call a value of a setting that is varied; a name that is not known is told as it is."""
    if field == SWEEP:
        return str(value)
    if field == PRESET and value in presets.PRESETS:
        return presets.PRESETS[value].title
    try:
        return labels.title(field, value)
    except (KeyError, ValueError):  # a name that this version does not know
        return str(value)


def find(folder: Path | None = None) -> list[Experiment]:
    """Return the experiments whose runs are in a folder, by default `folder.home()`, the most recent first."""
    groups: dict[str, list[tuple[Membership, Run]]] = {}
    for run in store.list_runs(folder):
        with suppress(UserError, ValueError):  # the file may come from elsewhere
            entry = Membership.from_json(run.record.get("experiment"))
            groups.setdefault(entry.id, []).append((entry, run))
    return [_experiment(group) for group in groups.values()]


def get(name: str, folder: Path | None = None) -> Experiment:
    """Return the experiment of that id. Raises UserError: there is none; the message lists those there are."""
    return pick({experiment.id: experiment for experiment in find(folder)}, name, "experiment")


def _experiment(group: Sequence[tuple[Membership, Run]]) -> Experiment:
    """Put an experiment together from its runs, newest first; one that somebody else imported is none of them."""
    owner = group[-1][1].about().owner
    group = [(entry, run) for entry, run in group if run.about().owner == owner]
    first = group[-1][0]
    values = tuple(dict.fromkeys([*first.values, *(entry.value for entry, _ in group)]))
    members = [Member(entry.value, entry.seed, run) for entry, run in group]
    members.sort(key=lambda member: (values.index(member.value), member.seed, member.run.id))
    return Experiment(first.id, first.title, first.field, values, tuple(members))


# Curves


def metric_band(runs: Iterable[Run], key: str) -> Band | None:
    """Return mean, lowest and highest of a column of `metrics.jsonl` over runs, each smoothed; None without values."""
    return band([run.metrics() for run in runs], key, SMOOTHED_SHARE)


def evaluation_band(runs: Iterable[Run], metric: str) -> Band | None:
    """Return mean, lowest and highest of a key of `METRICS` over runs; None where none was evaluated."""
    return band([evaluation_columns(run) for run in runs], metric)


def evaluation_columns(run: Run) -> Columns:
    """Return a run's evaluations as columns: `step` and each metric; of several at a step, the latest."""
    found = list({each.step: each for each in evaluations(run)}.values())
    columns = {name: np.array([each.values.get(name, np.nan) for each in found]) for name in METRICS}
    return {"step": np.array([each.step for each in found], float), **columns}


# Ends


def finals(experiment: Experiment) -> dict[Any, dict[str, Spread]]:
    """Return what the runs of each value ended with: the metrics of their last evaluations, and `TIMES`."""
    found = {}
    for value, by_seed in experiment.by_value().items():
        measured = [each.values for each in _last_evaluations(by_seed.values())]
        statuses = [vars(status) for run in by_seed.values() if (status := run.status()).step]  # others have not begun
        found[value] = {**_spreads(measured, METRICS), **_spreads(statuses, TIMES)}
    return found


def repeats(experiment: Experiment, metric: str) -> dict[Any, Measured]:
    """Return a metric's mean over the runs of each value, with the interval in which as many other runs would lie.

    Of several seeds, the interval comes from how runs of one value differ (a standard deviation pooled over the
    values, with Student's t); it is at least what the intervals of the evaluations allow.
    """
    found = {}
    for value, by_seed in experiment.by_value().items():
        if few := [each.measured(metric) for each in _last_evaluations(by_seed.values()) if metric in each.values]:
            found[value] = few
    squares = sum(len(few) * float(np.var([each.value for each in few])) for few in found.values())
    degrees = sum(len(few) - 1 for few in found.values())
    # As in an interval of an evaluation: of a difference between two, so the root of 2 as wide as one's own.
    seeds = float(stdtrit(degrees, 0.975)) * np.sqrt(2 * squares / degrees) if degrees else 0.0
    means = {}
    for value, few in found.items():
        mean = float(np.mean([each.value for each in few]))
        reach = max(seeds, float(np.sqrt(np.mean([each.reach**2 for each in few])))) / np.sqrt(len(few))
        means[value] = Measured(mean, mean - reach, mean + reach)
    return means


def has_one_measure(experiment: Experiment) -> bool:
    """Return whether all runs learned from the same images, without which their metrics do not compare."""
    images = set()
    for run in experiment.runs:
        with suppress(UserError):
            images.add((run.config.dataset, run.config.split, run.config.grayscale))
    return len(images) < 2


def floors(experiment: Experiment) -> dict[str, Spread]:
    """Return what real images get against real ones in the runs' last evaluations; nothing if their images differ."""
    if not has_one_measure(experiment):
        return {}
    return _spreads([each.floor for each in _last_evaluations(experiment.runs)], METRICS)


def _last_evaluations(runs: Iterable[Run]) -> list[Evaluation]:
    """Return of each run that was evaluated what was said of its most advanced weights."""
    evaluated = [found for run in runs if (found := evaluations(run))]
    return [max(reversed(found), key=lambda each: each.step) for found in evaluated]


def _spreads(rows: Sequence[Mapping[str, Any]], names: Iterable[str]) -> dict[str, Spread]:
    columns = {name: spread(row[name] for row in rows if row.get(name) is not None) for name in names}
    return {name: found for name, found in columns.items() if found}
