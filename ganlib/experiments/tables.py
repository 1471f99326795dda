"""An experiment in rows: what its values differ in, what was measured, what it took; for the report and the app."""

from collections.abc import Collection, Mapping
from contextlib import suppress
from typing import Any, NamedTuple

from ganlib.catalog.metrics import METRICS, Metric
from ganlib.config import TrainConfig
from ganlib.experiments.results import TIMES, Experiment, Spread, finals, floors, has_one_measure, repeats
from ganlib.experiments.settings import differing
from ganlib.utils.errors import UserError
from ganlib.utils.intervals import Measured, are_apart

CONFOUNDED = (
    "Confounded: several settings differ at once, so no single one explains the outcome, and no value is called the "
    "best."
)
"""What to say where `is_confounded`."""


class Cell(NamedTuple):
    """A number in a table as text, "" where it is not known, and whether it is the best of its row."""

    text: str
    is_best: bool


class MetricRow(NamedTuple):
    """A metric of an experiment: a cell a value, in the order of `Experiment.values`, and real images' value or ""."""

    metric: Metric
    cells: list[Cell]
    floor: str


def configs(experiment: Experiment) -> dict[Any, TrainConfig]:
    """Return the settings of each value's first run, as far as they can be read."""
    found: dict[Any, TrainConfig] = {}
    for member in reversed(experiment.members):
        with suppress(UserError):
            found[member.value] = member.run.config
    return {value: found[value] for value in experiment.values if value in found}


def differences(configs: Mapping[Any, TrainConfig]) -> dict[str, list[Any]]:
    """Return the settings in which the values of an experiment differ, see `settings.differing`; never the seed."""
    found = differing(configs.values())
    found.pop("seed", None)  # some value's first run may be gone
    return found


def is_confounded(experiment: Experiment) -> bool:
    """Whether several settings differ at once, so that nobody can tell which of them made a difference."""
    return len(differences(configs(experiment))) > 1


def metrics(experiment: Experiment) -> list[MetricRow]:
    """Return a row for each metric that was measured: means over seeds of each run's last evaluation.

    None is the best where several settings differ at once; nor is one, or has a floor, where runs learned from
    different images.
    """
    ends, floor = finals(experiment), floors(experiment)
    compares = has_one_measure(experiment) and not is_confounded(experiment)
    rows = []
    for name, metric in METRICS.items():
        found = {value: ends[value][name] for value in experiment.values if name in ends[value]}
        if not found:
            continue
        means = {value: format(spread.mean, metric.form) for value, spread in found.items()}
        real = floor[name].mean if name in floor else None
        values = {value: spread.mean for value, spread in found.items()}
        best = winner(metric, values, means, real) if compares else None
        bold = level(repeats(experiment, name), [value for value in means if means[value] == best])
        cells = [Cell(_text(found.get(value), metric.form), value in bold) for value in experiment.values]
        rows.append(MetricRow(metric, cells, format(floor[name].mean, metric.form) if name in floor else ""))
    return rows


def winner(metric: Metric, values: Mapping[Any, float], texts: Mapping[Any, str], real: float | None) -> str | None:
    """Return how the best value reads; None where all read the same, or where repeating one picture can win.

    What reads the same is equally good. `real` is what real images get, if it is known; of some metrics, the value
    nearest to it is the best.
    """
    if metric.rewards_collapse or len(set(texts.values())) < 2:
        return None
    if metric.peaks_at_real:
        return None if real is None else texts[min(values, key=lambda each: abs(values[each] - real))]
    return texts[(min if metric.is_better == "lower" else max)(values, key=values.__getitem__)]


def level(measured: Mapping[Any, Measured], best: Collection[Any]) -> set[Any]:
    """Return the best ones and those that chance may have set apart from them; none where that is everybody.

    Each of them is apart from each of the others, see `intervals.are_apart`.
    """
    found, size = set(best), 0
    while len(found) != size:
        size = len(found)
        found |= {one for one in measured if any(not are_apart(measured[one], measured[other]) for other in found)}
    return found if len(found) < len(measured) else set()


def ranking(experiment: Experiment, metric: str) -> list[tuple[Any, dict[str, Spread]]]:
    """Return the values for which a metric was measured with all that was, see `finals`, the best of it first."""
    ends = {value: found for value, found in finals(experiment).items() if metric in found}
    sign = 1 if METRICS[metric].is_better == "lower" else -1
    return sorted(ends.items(), key=lambda end: sign * end[1][metric].mean)


def times(experiment: Experiment) -> list[tuple[str, list[str]]]:
    """Return title and cells, one a value, of what training took."""
    ends = finals(experiment)
    return [
        (title, [_text(ends[value].get(name), form) for value in experiment.values])
        for name, (title, form) in TIMES.items()
    ]


def _text(spread: Spread | None, form: str) -> str:
    return "" if spread is None else spread.text(form)
