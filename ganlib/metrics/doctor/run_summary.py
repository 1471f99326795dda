"""What the rules look at, a run's numbers cut and put into words the same way for all of them, and what they return."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

import numpy as np
import numpy.typing as npt

from ganlib.catalog import losses, networks
from ganlib.config import TrainConfig
from ganlib.runs.evaluation import Evaluation
from ganlib.runs.status import LIVE, QUEUED, Status
from ganlib.utils.intervals import Measured, are_apart

Floats = npt.NDArray[np.float64]

ENOUGH = 20
"""Lines of the metrics, 200 steps, below which curves are still the start's."""

_RECENT = (10, 50)  # least and most lines of what is called recent
_TREND = 200  # lines in which to look for a pattern
# Without a classifier there is only the second; points have the third.
_DISTANCES = ("frechet_distance", "sliced_wasserstein", "jensen_shannon")

_BESIDE_THE_GAME = ("penalty", "class_loss_real", "class_loss_fake", "code_loss")  # parts of D's loss

ERRORS = 1.64
"""Standard errors by which a level must be beyond a threshold: just at it, chance alone gets there 1 time in 20."""

_STEPS_A_LINE = 10  # where the steps themselves do not tell


class Severity(StrEnum):
    """How bad a finding is, the worst first."""

    ERROR = "error"
    WARNING = "warning"
    OK = "ok"


@dataclass(frozen=True)
class Evidence:
    """What a rule saw."""

    severity: Severity  # how bad it is
    text: str  # the numbers, in one or two sentences
    # Where to see it: losses, scores, errors, equilibrium, norms, evaluations (with classes), distances (without),
    # outputs (of D, image by image), or "".
    chart: str
    steps: tuple[int, int]  # first and last step of what was looked at


@dataclass(frozen=True, eq=False)
class RunSummary:
    """One run, as the rules see it."""

    config: TrainConfig  # its choices, with what was changed while it trained
    # Columns of `metrics.jsonl`, as `Run.metrics` returns them; any may be missing.
    metrics: Mapping[str, npt.ArrayLike]
    evaluations: Sequence[Evaluation]  # in any order
    status: Status  # where it stands
    # The share of its training images that are nearly the same picture, NaN where it is not known.
    alike: float = float("nan")
    preset: TrainConfig | None = None  # the choices of the preset that it came from, or None

    @property
    def loss(self) -> losses.Loss:
        """The facts of its objective."""
        return losses.get(self.config.loss)

    @cached_property
    def _columns(self) -> dict[str, Floats]:
        """The columns as floats, NaN for what is infinite, without the lines that name no step."""
        columns = {name: np.asarray(values, dtype=float) for name, values in self.metrics.items()}
        columns = {name: np.where(np.isfinite(values), values, np.nan) for name, values in columns.items()}
        steps = columns.get("step", np.empty(0))
        kept = np.isfinite(steps)
        whole = {name: values[kept] for name, values in columns.items() if len(values) == len(steps)}
        return whole | {"step": steps[kept]}

    @property
    def steps(self) -> Floats:
        """The step of each line of the metrics, shape (N,)."""
        return self._columns["step"]

    @property
    def lines(self) -> int:
        """Number of lines of the metrics."""
        return len(self.steps)

    @property
    def recent(self) -> slice:
        """The last quarter of the lines, but 10 to 50 of them: what the run is like now."""
        return slice(max(0, self.lines - int(np.clip(self.lines // 4, *_RECENT))), self.lines)

    @property
    def trend(self) -> slice:
        """The last half of the lines, but 20 to 200 of them."""
        return slice(max(0, self.lines - int(np.clip(self.lines // 2, ENOUGH, _TREND))), self.lines)

    @property
    def has_ended(self) -> bool:
        """Whether nothing trains it any more, nor is about to."""
        return self.status.state not in (*LIVE, QUEUED)

    def column(self, name: str) -> Floats:
        """Return a column of the metrics, NaN where it was not measured, shape (N,)."""
        return self._columns.get(name, np.full(self.lines, np.nan))

    def now(self, values: Floats) -> float:
        """Return the median over the recent lines, NaN if none was measured."""
        return middle(values[self.recent])

    def level(self, name: str) -> float:
        """Return what a column is at now, see `now`."""
        return self.now(self.column(name))

    def least(self, values: Floats) -> float:
        """Return the lowest that the median of the recent lines may be, given how they scatter; NaN if none is there.

        By counting lines: of N lines, N/2 lie below their true median, with a standard error of sqrt(N)/2. That holds
        however the lines are distributed, also where a few are far out.
        """
        return _ranked(values[self.recent], -ERRORS)

    def most(self, values: Floats) -> float:
        """Return the highest that the median of the recent lines may be, see `least`."""
        return _ranked(values[self.recent], ERRORS)

    @property
    def images_a_line(self) -> float:
        """How many real images, and as many fake ones, a line of the metrics is a mean of."""
        steps = np.diff(self.steps[self.trend])
        return self.config.batch_size * (middle(steps) if len(steps) else _STEPS_A_LINE)

    def span(self, lines: slice) -> tuple[int, int]:
        """Return the steps at which a stretch of lines begins and ends."""
        stretch = self.steps[lines]
        return (int(stretch[0]), int(stretch[-1])) if len(stretch) else (0, self.status.step)

    @property
    def gap(self) -> Floats:
        """By how much D scores real images above fake ones, shape (N,)."""
        return self.column("d_real") - self.column("d_fake")

    @property
    def left(self) -> Floats:
        """What is left of D's loss, without penalties: 0 where D has won, 1 where it cannot tell; NaN for critics."""
        if self.loss.d_balance is None:
            return np.full(self.lines, np.nan)
        lowest = self.loss.d_lowest(self.config.label_smoothing, self.config.label_flips)
        others = [np.nan_to_num(self.column(name)) for name in _BESIDE_THE_GAME]
        loss = self.column("d_loss") - sum(others)
        return (loss - lowest) / (self.loss.d_balance - lowest)

    @property
    def farthest(self) -> float:
        """The largest distance there is between two images, as D sees them: a slope of 1 allows no larger gap."""
        low, high = networks.get_generator(self.config.generator).output_range
        return float((high - low) * np.sqrt(np.prod(self.config.image_shape)))

    @cached_property
    def newest(self) -> Evaluation | None:
        """The evaluation that counts: of the newest weights, with the most samples, the last of equals.

        One whose distances are not numbers was not measured and does not count.
        """
        measured = [each for each in self.evaluations if any(name in each.values for name in _DISTANCES)]
        return max(reversed(measured), key=lambda each: (each.step, each.count), default=None)

    @cached_property
    def compared(self) -> tuple[Evaluation, Evaluation] | None:
        """An earlier evaluation and the newest there is to compare it with, one of as many samples; None if none is.

        The earlier one is the last of the first half of the steps, or else the first.
        """
        by_step = sorted(self.evaluations, key=lambda each: each.step)
        for newest in reversed(by_step):
            if before := [each for each in by_step if each.count == newest.count and each.step < newest.step]:
                in_first_half = [each for each in before if each.step <= newest.step / 2]
                return [before[0], *in_first_half][-1], newest
        return None

    @property
    def distances(self) -> tuple[Measured, Measured] | None:
        """The distance from real images in the two compared evaluations: the first kind that both have in full."""
        if self.compared is None:
            return None
        before, after = self.compared
        both = (name for name in _DISTANCES if name in before.intervals and name in after.intervals)
        return next(((before.measured(name), after.measured(name)) for name in both), None)

    @property
    def is_improving(self) -> bool:
        """Whether pictures have come nearer to the real ones from the one to the other, beyond chance."""
        if self.distances is None:
            return False
        before, after = self.distances
        return after.value < before.value and are_apart(before, after)


Rule = Callable[[RunSummary], Evidence | None]


def middle(values: Floats) -> float:
    """Return the median of what was measured, NaN if nothing was."""
    measured = values[np.isfinite(values)]
    return float(np.median(measured)) if len(measured) else float("nan")


def _ranked(values: Floats, errors: float) -> float:
    """Return the value that lies so many standard errors of the median, in ranks, from the middle one."""
    measured = np.sort(values[np.isfinite(values)])
    if not len(measured):
        return float("nan")
    rank = (len(measured) - 1) / 2 + errors * np.sqrt(len(measured)) / 2
    return float(measured[int(np.clip(round(rank), 0, len(measured) - 1))])


def scatter(values: Floats) -> float:
    """Return the standard deviation of single lines about their slow trend, NaN if there are fewer than two.

    From the differences between neighbours, in which a trend hardly shows (von Neumann et al. 1941).
    """
    steps = np.diff(values[np.isfinite(values)])
    return float(np.sqrt(np.mean(steps**2) / 2)) if len(steps) else float("nan")


def percent(value: float) -> str:
    """Return a share as people write it."""
    return f"{100 * value:.0f} %" if value >= 0.01 or value == 0 else "less than 1 %"


def sentence(parts: Sequence[str]) -> str:
    """Return parts as one sentence."""
    text = "; ".join(parts)
    return f"{text[0].upper()}{text[1:]}."
