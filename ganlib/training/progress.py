"""What a training counts, and the metrics it gives."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ganlib.config import TrainConfig
from ganlib.utils.errors import UserError

_TELLING = 0.1  # share of a time limit after which the speed so far tells how many steps it leaves room for


@dataclass
class Progress:
    """Counts what a training has done; part of the checkpoint, so that a resumed run counts on."""

    step: int = 0  # updates of G done
    batches: int = 0  # real batches D has seen
    seconds: float = 0.0  # training time, without compiling, sampling and waiting, summed over resumes
    rows: list[list[float]] = field(default_factory=list)  # the steps' scalars since the last line of the metrics
    row_batches: int = 0  # `batches` at that line, and those since then whose time was not taken
    row_seconds: float = 0.0  # `seconds` at that line
    # Sums of G's and D's losses since the epoch began.
    epoch_sums: list[float] = field(default_factory=lambda: [0.0, 0.0])
    epoch_steps: int = 0  # steps since then
    seconds_per_batch: float | None = None  # how long a batch takes lately; None before it was measured

    def count(self, rows: np.ndarray, critic_steps: int, seconds: float | None) -> None:
        """Count steps by their scalars, shape (steps, names), of which G's and D's loss come first.

        Each took `critic_steps` batches; all took so many `seconds` together, or None if they warmed the backend up.
        """
        self.step += len(rows)
        self.batches += len(rows) * critic_steps
        self.rows += [[float(value) for value in row] for row in rows]
        self.epoch_sums = [sums + float(rows[:, i].sum()) for i, sums in enumerate(self.epoch_sums)]
        self.epoch_steps += len(rows)
        if seconds is None:
            self.row_batches += len(rows) * critic_steps
            return
        self.seconds += seconds
        latest = seconds / (len(rows) * critic_steps)
        before = self.seconds_per_batch or latest
        self.seconds_per_batch = 0.8 * before + 0.2 * latest

    def steps_left(self, config: TrainConfig, by_count: int) -> int:
        """Return how many steps are left until the first limit, of which `by_count` are left by their number.

        A time limit beside a number of steps is a safety: it counts once enough of it has passed to foretell which of
        the two comes first. The first steps are slow, and what is left would jump.
        """
        limit = config.max_seconds
        is_telling = bool(self.seconds) and (not config.max_steps or self.seconds >= _TELLING * limit)
        if not (limit and is_telling):
            return by_count
        per_step = self.seconds / self.batches * config.critic_steps
        return int(min(by_count, max(0.0, limit - self.seconds) / per_step))

    def seconds_left(self, config: TrainConfig, by_count: int) -> float | None:
        """Return the training time until the first limit, at today's speed; None before that was measured."""
        if not self.seconds_per_batch:
            return None
        seconds = by_count * config.critic_steps * self.seconds_per_batch
        return min(seconds, max(0.0, config.max_seconds - self.seconds)) if config.max_seconds else seconds

    def line(self, names: Sequence[str], batch_size: int) -> dict[str, Any]:
        """Return the line for the steps since the last one, and start the next."""
        images, seconds = (self.batches - self.row_batches) * batch_size, self.seconds - self.row_seconds
        means = np.mean(self.rows, axis=0)
        line = {
            "time_s": round(self.seconds, 3),
            "images_per_s": round(images / seconds, 1) if seconds > 0 else None,
            **{name: float(f"{mean:.6g}") for name, mean in zip(names, means, strict=True)},
        }
        self.rows, self.row_batches, self.row_seconds = [], self.batches, self.seconds
        return line

    def epoch_means(self) -> list[float]:
        """Return the means of G's and D's losses over the epoch that just ended, and start the next."""
        means = [sums / max(1, self.epoch_steps) for sums in self.epoch_sums]
        self.epoch_sums, self.epoch_steps = [0.0, 0.0], 0
        return means


def demand_finite(rows: np.ndarray, step: int) -> None:
    """Raise a UserError if the scalars of the last steps, of which `step` is the last, are not all finite."""
    bad = np.flatnonzero(~np.isfinite(rows).all(axis=1))
    if len(bad):
        first = step - len(rows) + int(bad[0]) + 1
        raise UserError(
            f"A loss became infinite or not a number at step {first}; try smaller learning rates, "
            "or a loss that is held in check (wgan_gp, or spectral_norm=true)."
        )


class History:
    """The metrics of a training, a line every `trainer.LOG_EVERY` steps.

    Attributes:
        lines: step, epoch, time_s, images_per_s and the scalars of `TrainConfig.metric_names` (their means).
    """

    def __init__(self) -> None:
        self.lines: list[dict[str, Any]] = []

    def __getitem__(self, name: str) -> np.ndarray:
        """Return one column, float64, shape (lines,)."""
        return np.array([line[name] for line in self.lines], np.float64)

    def columns(self) -> dict[str, np.ndarray]:
        """Return all columns by name, as `ganlib.plots` takes them."""
        return {name: self[name] for name in (self.lines[0] if self.lines else ())}
