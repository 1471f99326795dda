"""Draws for whoever watches a training, between the sample grids that are kept."""

import time
from typing import TYPE_CHECKING

from ganlib.runs import watching
from ganlib.training.callbacks.recorder import Recorder

if TYPE_CHECKING:
    from ganlib.training.trainer import Trainer

SECONDS = 0.8
"""Between two pictures, at least, however many look on."""

_SHARE = 0.05  # of the time that drawing them may take of the processors


class LivePicture:
    """Writes `live/` of a run while somebody watches, which changes nothing in the training.

    After each look there is one picture, so that the next look finds a new one and none is drawn in vain.
    """

    def __init__(self, recorder: Recorder) -> None:
        self._recorder, self._run = recorder, recorder.run
        self._next = 0.0  # time before which no further picture is drawn
        self._seen = 0.0  # until when somebody watched, as it was at the newest picture

    def on_start(self, trainer: "Trainer") -> None:
        watching.forget(self._run)

    def on_step_chunk(self, trainer: "Trainer") -> None:
        """Draw a picture if somebody has looked since the last one."""
        now, until = time.monotonic(), watching.until(self._run)
        if now < self._next or until in (0.0, self._seen):
            return
        step, began = trainer.progress.step, time.process_time()  # which a busy machine does not lengthen
        if step > self._recorder.last_grid:
            watching.write(self._run, step, self._recorder.picture(compression=1))
        self._seen, self._next = until, now + max(SECONDS, (time.process_time() - began) / _SHARE)

    def on_end(self, trainer: "Trainer") -> None:
        watching.forget(self._run)
