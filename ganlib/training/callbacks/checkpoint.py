"""Saves, now and then, everything needed to continue a run as if nothing had happened."""

import time
from dataclasses import asdict
from typing import TYPE_CHECKING

from ganlib.runs.folder import Run
from ganlib.runs.records import LIVE_SETTINGS, CheckpointHeader
from ganlib.training import checkpoint
from ganlib.training.callbacks.live_updates import LiveUpdates
from ganlib.training.progress import Progress
from ganlib.utils import environment
from ganlib.utils.errors import UserError

if TYPE_CHECKING:
    from ganlib.training.trainer import Trainer

_SECONDS = 20.0  # between two checkpoints, at least
_SHARE = 0.02  # of the training time that saving may take


class CheckpointCallback:
    """Writes `checkpoint/` of a run."""

    def __init__(self, run: Run, live_updates: LiveUpdates) -> None:
        self.folder, self.live_updates = run.path / "checkpoint", live_updates
        self._saved_at = time.monotonic()
        self._saved_step = -1
        self._saving_took = 0.0

    def restore(self, trainer: "Trainer") -> str | None:
        """Put a trainer where the newest whole checkpoint stands; call it before `Trainer.fit`.

        Returns None if there is no checkpoint; else a sentence if the newest one was damaged and the one before it was
        taken, or "". Raises UserError: no checkpoint is whole, or none fits.
        """
        if not checkpoint.exists(self.folder):
            return None
        header, trouble = checkpoint.load(self.folder, trainer.gan.variables)
        try:
            trainer.progress = Progress(**header.progress)
        except TypeError as error:
            raise UserError("The checkpoint counts what this version does not know; start the run anew.") from error
        self.live_updates.restored = header
        return trouble

    def on_step_chunk(self, trainer: "Trainer") -> None:
        """Save if it is time to, and when the training is over: before anything else is done at its end."""
        is_due = time.monotonic() - self._saved_at >= max(_SECONDS, self._saving_took / _SHARE)
        if is_due or trainer.is_over:
            self._save(trainer)

    def on_pause(self, trainer: "Trainer") -> None:
        """Save: a paused run may wait for long."""
        self._save(trainer)

    def on_end(self, trainer: "Trainer") -> None:
        """Save where the training stands, if that was not just done."""
        if self._saved_step != trainer.progress.step:
            self._save(trainer)

    def _save(self, trainer: "Trainer") -> None:
        started = time.monotonic()
        environment.check_room(self.folder.parent)
        live = {name: getattr(trainer.config, name) for name in LIVE_SETTINGS}
        header = CheckpointHeader(asdict(trainer.progress), self.live_updates.made, live)
        checkpoint.save(self.folder, trainer.gan.variables, header)
        self._saved_at = time.monotonic()
        self._saved_step = trainer.progress.step
        self._saving_took = self._saved_at - started
