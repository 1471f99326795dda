"""The metrics of a training that needs no run folder."""

from typing import Any

import numpy as np


class History:
    """The metrics of a training, a line every `trainer.LOG_EVERY` steps.

    Attributes:
        lines: step, epoch, time_s, images_per_s and the scalars of `GAN.metric_names` (means over the line's steps).
    """

    def __init__(self) -> None:
        self.lines: list[dict[str, Any]] = []

    def __getitem__(self, name: str) -> np.ndarray:
        """Return one column, float64, shape (lines,)."""
        return np.array([line[name] for line in self.lines], np.float64)

    def columns(self) -> dict[str, np.ndarray]:
        """Return all columns by name, as `ganlib.plots` takes them."""
        return {name: self[name] for name in (self.lines[0] if self.lines else ())}
