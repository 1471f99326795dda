"""An evaluation of a run, as `evaluations.jsonl` keeps it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ganlib.catalog.metrics import METRICS
from ganlib.runs import records
from ganlib.runs.folder import Run
from ganlib.utils import values
from ganlib.utils.intervals import Measured

OUTPUTS = ("d_train", "d_held_out", "d_fake")


@dataclass(frozen=True)
class Evaluation:
    """A line of `evaluations.jsonl` in full: what is not a number in it is not there.

    Attributes:
        step: of the weights that were judged.
        epoch: the same in epochs, if it is known.
        time: when that was, in Unix seconds, or None.
        count: how many samples, and how many real images they were compared with.
        seed: what picked them.
        seconds: what it took, or None.
        values: metric by name; those that were not measured are not there.
        intervals: where the value of as many other samples would lie, 95 times in 100.
        floor: metric by name, of real images against others.
        noise: metric by name, of noise.
        classes: shares of samples by class, none without a classifier.
        data_classes: shares of real images by class.
        confusion: of a conditional run, how many samples of each class that was asked for (row) the classifier takes
            for each (column); empty for any other.
        real_confusion: the same of real images, by their labels.
        outputs: D's mean output for training images (`d_train`), real images it never saw (`d_held_out`) and samples
            (`d_fake`), as far as it was asked.
    """

    step: int
    epoch: float | None
    time: float | None
    count: int
    seed: int
    seconds: float | None
    values: Mapping[str, float]
    intervals: Mapping[str, tuple[float, ...]]
    floor: Mapping[str, float]
    noise: Mapping[str, float]
    classes: tuple[float, ...]
    data_classes: tuple[float, ...]
    confusion: tuple[tuple[float, ...], ...]
    real_confusion: tuple[tuple[float, ...], ...]
    outputs: Mapping[str, float]

    @property
    def basis(self) -> tuple[int, int]:
        """What two evaluations must share for their numbers to be compared: count and seed."""
        return self.count, self.seed

    def measured(self, name: str) -> Measured:
        """Return a metric that was measured with its interval."""
        value = self.values[name]
        low, high = self.intervals.get(name, (value, value))
        return Measured(value, low, high)

    @classmethod
    def from_json(cls, line: Mapping[str, Any]) -> "Evaluation":
        """Read a line of `evaluations.jsonl`.

        Raises:
            ValueError: it does not say what was judged: step, count and seed.
        """
        measured = _metrics(line)
        intervals = values.table(line.get("interval"))
        return cls(
            step=values.demand_whole(line, "step"),
            epoch=values.number(line.get("epoch"), low=0.0),
            time=values.number(line.get("time"), low=0.0),
            count=values.demand_whole(line, "count", low=1),
            seed=values.demand_whole(line, "seed"),
            seconds=values.number(line.get("seconds"), low=0.0),
            values=measured,
            intervals={name: pair for name in measured if len(pair := values.row(intervals.get(name))) == 2},
            floor=_metrics(values.table(line.get("floor"))),
            noise=_metrics(values.table(line.get("noise"))),
            classes=values.row(line.get("classes")),
            data_classes=values.row(line.get("data_classes")),
            confusion=_square(line.get("confusion")),
            real_confusion=_square(line.get("real_confusion")),
            outputs={name: found for name in OUTPUTS if (found := values.number(line.get(name))) is not None},
        )


def accuracies(confusion: Sequence[Sequence[float]]) -> list[float]:
    """Return which share of each row of a confusion matrix is on its diagonal, NaN for an empty row."""
    return [row[place] / sum(row) if sum(row) > 0 else float("nan") for place, row in enumerate(confusion)]


def _square(rows: Any) -> tuple[tuple[float, ...], ...]:
    """Return a square matrix of counts, empty for anything else."""
    found = tuple(values.row(row) for row in rows) if isinstance(rows, list) else ()
    is_sound = all(len(row) == len(found) and min(row) >= 0 for row in found)
    return found if is_sound else ()


def evaluations(run: Run) -> list[Evaluation]:
    """Return the evaluations of a run that can be read in full, as they were made one after the other."""
    return records.sound(run.evaluations(), Evaluation.from_json)


def _metrics(table: Mapping[str, Any]) -> dict[str, float]:
    return {name: found for name in METRICS if (found := values.number(table.get(name))) is not None}
