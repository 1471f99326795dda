"""Writes where a run stands: `status.json` about twice a second, `events.jsonl` at every change of state."""

import time
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from ganlib.runs.folder import Run
from ganlib.runs.status import FINISHED, PAUSED, RUNNING, STOPPED, Status

if TYPE_CHECKING:
    from ganlib.training.trainer import Trainer

_SECONDS = 0.5  # between two writings, at least

StatusListener = Callable[[Status], None]


class StatusCallback:
    """Writes the status of a run, and tells it to a watcher."""

    def __init__(self, run: Run, watch: StatusListener, resumed: str | None) -> None:
        """Begin from the run's last status.

        `watch` is given each status that is written; `resumed` is None for a new training, else what is to be said of
        the checkpoint it continues from, or "".
        """
        self.run, self.watch, self.resumed = run, watch, resumed
        self.status = replace(run.status(), state=RUNNING, message="", ended_by="")
        self._written_at = 0.0

    def on_start(self, trainer: "Trainer") -> None:
        if self.resumed is None:
            self.run.add_event("started", 0)
        else:
            self.run.add_event("resumed", trainer.progress.step, message=self.resumed)
        self._write(trainer, RUNNING)

    def on_step_chunk(self, trainer: "Trainer") -> None:
        """Write how far it is, now and then; at once when a pause is over."""
        if self.status.state == PAUSED and not trainer.stop.is_set():
            self.run.add_event("resumed", trainer.progress.step)
            self._write(trainer, RUNNING)
        elif time.monotonic() - self._written_at >= _SECONDS:
            self._write(trainer, self.status.state)

    def on_activity(self, trainer: "Trainer") -> None:
        """Write what takes the time, so that nobody wonders why no step is done."""
        self._write(trainer, self.status.state)

    def on_pause(self, trainer: "Trainer") -> None:
        self.run.add_event("paused", trainer.progress.step)
        self._write(trainer, PAUSED)

    def on_end(self, trainer: "Trainer") -> None:
        state = FINISHED if trainer.reached_limit else STOPPED
        self.status = replace(self.status, ended_by=trainer.reached_limit)
        self.run.add_event(state, trainer.progress.step)
        self._write(trainer, state)

    def _write(self, trainer: "Trainer", state: str) -> None:
        self._written_at = time.monotonic()
        progress = trainer.progress
        limits = (trainer.config, trainer.steps_by_count)
        seconds_left = progress.seconds_left(*limits)
        per_batch = progress.seconds_per_batch
        self.status = replace(
            self.status,
            state=state,
            message=trainer.activity,
            step=progress.step,
            total_steps=progress.step + progress.steps_left(*limits),
            epoch=round(trainer.epoch, 3),
            eta_s=None if seconds_left is None else round(seconds_left, 1),
            images_per_s=round(trainer.config.batch_size / per_batch, 1) if per_batch else 0.0,
            seconds=round(progress.seconds, 2),
        )
        self.run.write_status(self.status)
        self.watch(self.status)
