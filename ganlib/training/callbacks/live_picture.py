"""Draws for whoever watches a training, between the sample grids that are kept."""

import time
from typing import TYPE_CHECKING

from ganlib.runs import watching
from ganlib.training.callbacks.recorder import Recorder

if TYPE_CHECKING:
    from ganlib.training.trainer import Trainer

SECONDS = 1.0
"""Between two pictures, at least."""

_SHARE = 0.03  # of the time that drawing them may take


class LivePicture:
    """Writes `live/` of a run while somebody watches, which changes nothing in the training."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder, self._run = recorder, recorder.run
        self._next = 0.0  # time at which the next picture is due
        self._step = -1  # step of the newest one

    def on_start(self, trainer: "Trainer") -> None:
        watching.forget(self._run)

    def on_step_chunk(self, trainer: "Trainer") -> None:
        """Draw a picture if one is due and somebody is there to see it."""
        now, step = time.monotonic(), trainer.progress.step
        if now < self._next or not watching.is_watched(self._run):
            return
        if step > max(self._step, self._recorder.last_grid):
            watching.write(self._run, step, self._recorder.picture())
            self._step = step
        took = time.monotonic() - now
        self._next = now + max(SECONDS, took / _SHARE)

    def on_end(self, trainer: "Trainer") -> None:
        watching.forget(self._run)
