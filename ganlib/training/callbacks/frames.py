"""Keeps frames of a training on points: many at its beginning, when most happens, and at least one a second."""

import time
from typing import TYPE_CHECKING

from ganlib.explore.frame_maker import FrameMaker
from ganlib.models.gan import GAN
from ganlib.runs import frames
from ganlib.runs.folder import Run
from ganlib.training.callbacks.recorder import surplus

if TYPE_CHECKING:
    from ganlib.training.trainer import Trainer

_FIRST, _GROWTH = 5, 0.025  # steps between two frames: so many, and this share of the steps so far
_SECONDS = 0.8  # or so much time, if that is shorter
_SHARE = 0.05  # of the training time that frames may take


class FramesCallback:
    """Writes `frames/` of a run."""

    def __init__(self, run: Run, gan: GAN) -> None:
        self.run, self._maker = run, FrameMaker(gan)
        self._kept: list[int] = []
        self._taken, self._at = 0.0, time.monotonic()

    def steps_until_due(self, trainer: "Trainer") -> int | None:
        """Return how many steps may pass before the next frame."""
        step = trainer.progress.step
        return max(1, int(_FIRST + _GROWTH * step) - (step - self._kept[-1])) if self._kept else None

    def on_start(self, trainer: "Trainer") -> None:
        """Forget what was kept after the checkpoint that the training continues from; look at where it begins."""
        step = trainer.progress.step
        frames.drop(self.run.path, [one for one in frames.steps(self.run.path) if one > step])
        self._kept = frames.steps(self.run.path)
        self._keep(trainer)
        self._taken = 0.0  # the first one compiles

    def on_step_chunk(self, trainer: "Trainer") -> None:
        """Keep a frame if one is due."""
        step = trainer.progress.step
        is_due = step - self._kept[-1] >= int(_FIRST + _GROWTH * self._kept[-1])
        is_late = time.monotonic() - self._at >= _SECONDS
        if is_late or (is_due and self._taken <= _SHARE * trainer.progress.seconds + _SHARE):
            self._keep(trainer)

    def on_end(self, trainer: "Trainer") -> None:
        """Keep where the training ended."""
        self._keep(trainer)

    def _keep(self, trainer: "Trainer") -> None:
        step = trainer.progress.step
        if self._kept and self._kept[-1] == step:
            return
        started = time.monotonic()
        frames.write(self.run.path, self._maker.frame(step))
        doomed = surplus([*self._kept, step], frames.MOST)
        frames.drop(self.run.path, doomed)
        self._kept = [one for one in (*self._kept, step) if one not in doomed]
        self._at = time.monotonic()
        self._taken += self._at - started
