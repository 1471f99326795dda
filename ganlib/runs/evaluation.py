"""An evaluation of a run, as `evaluations.jsonl` keeps it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ganlib.catalog import classifiers
from ganlib.catalog.metrics import METRICS
from ganlib.config import TrainConfig
from ganlib.runs import records
from ganlib.runs.folder import Run
from ganlib.utils import values
from ganlib.utils.intervals import Measured

OUTPUTS = ("d_train", "d_held_out", "d_fake")


@dataclass(frozen=True)
class Evaluation:
    """A line of `evaluations.jsonl` in full: what is not a number in it is not there."""

    step: int  # of the weights that were judged
    epoch: float | None  # the same in epochs, if it is known
    time: float | None  # when that was, in Unix seconds, or None
    count: int  # how many samples, and how many real images they were compared with
    seed: int  # what picked them
    seconds: float | None  # what it took, or None
    values: Mapping[str, float]  # metric by name; those that were not measured are not there
    intervals: Mapping[str, tuple[float, ...]]  # where the value of as many other samples would lie, 95 times in 100
    floor: Mapping[str, float]  # metric by name, of real images against others
    noise: Mapping[str, float]  # metric by name, of noise
    classes: tuple[float, ...]  # shares of samples by class, none without a classifier
    data_classes: tuple[float, ...]  # shares of real images by class
    # Of points, the share of samples that are good and of each mode; none where the data have no modes.
    modes: tuple[float, ...]
    # Of a conditional run, how many samples of each class that was asked for (row) the classifier takes for each
    # (column), and the same of real images by their labels; empty for any other.
    confusion: tuple[tuple[float, ...], ...]
    real_confusion: tuple[tuple[float, ...], ...]
    # D's mean output for training images (`d_train`), real images it never saw (`d_held_out`) and samples (`d_fake`),
    # as far as it was asked.
    outputs: Mapping[str, float]
    owner: str = ""  # who asked for it; nobody for the trainer's own

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
        """Read a line of `evaluations.jsonl`. Raises ValueError: step, count or seed of what was judged is missing."""
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
            modes=values.row(line.get("modes")),
            confusion=_square(line.get("confusion")),
            real_confusion=_square(line.get("real_confusion")),
            outputs={name: found for name in OUTPUTS if (found := values.number(line.get(name))) is not None},
            owner=owner if isinstance(owner := line.get("owner"), str) else "",
        )


def accuracies(confusion: Sequence[Sequence[float]]) -> list[float]:
    """Return which share of each row of a confusion matrix is on its diagonal, NaN for an empty row."""
    return [row[place] / sum(row) if sum(row) > 0 else float("nan") for place, row in enumerate(confusion)]


def gan_train_problem(config: TrainConfig) -> str:
    """Return why GAN-train means nothing for runs of a config, in one sentence, or "" if it does."""
    if not config.classes or config.conditioning == "infogan":
        return "GAN-train needs a generator that can be asked for a class; train one with conditioning=projection."
    if classifiers.find(config.dataset, config.grayscale) is None:
        return "GAN-train needs a published data set: for own images, no classifier is known that can learn them."
    return ""


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
