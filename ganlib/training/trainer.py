"""The training loop: it takes steps, counts them, and calls whoever wants to know. It needs no run folder."""

import time
from collections.abc import Iterable
from threading import Event
from typing import Any

import numpy as np

from ganlib.config import TrainConfig
from ganlib.models.gan import GAN
from ganlib.training.progress import History, Progress, demand_finite
from ganlib.training.schedule import Schedule

LOG_EVERY, LOG_POINTS_EVERY = 10, 50
"""Steps between two lines of the metrics; of points in the plane, ten steps take a few milliseconds."""

_CHUNK_SECONDS = 0.25  # how long a command may wait, and how often a page can show something new


class Trainer:
    """Trains a GAN until the first limit of its config is reached.

    Attributes:
        config: all choices; learning rates and critic steps may change while it trains, see `change`.
        progress: steps, batches and seconds so far.
        history: the metrics so far.
        epoch_losses: mean losses of G and D over the epoch that ended last.
        activity: what takes the time now, "" for the training itself; see `announce`.
        stop: set to end early.
    """

    def __init__(
        self,
        gan: GAN,
        images: np.ndarray,
        callbacks: Iterable[Any] = (),
        stop: Event | None = None,
        labels: np.ndarray | None = None,
    ) -> None:
        """Bind a GAN to a data set.

        Args:
            gan: what learns.
            images: uint8, shape (N, H, W, C), those of the config's image shape; or points, float32, shape (N, 2).
            callbacks: objects as described in `ganlib.training.callbacks`, called in this order.
            stop: set by others to end the training early.
            labels: class numbers, shape (N,), for a conditional GAN.

        Raises:
            UserError: there are fewer images than a batch takes, or no labels for a conditional GAN.
        """
        self.gan, self.config, self.callbacks = gan, gan.config, list(callbacks)
        self.stop = stop or Event()
        self.progress, self.history = Progress(), History()
        self.epoch_losses = [0.0, 0.0]
        self.activity = ""
        self.schedule = Schedule(len(images), self.config.batch_size, self.config.epochs, self.config.seed)
        self.steps = gan.compile_steps(images, labels)
        self._log_every = LOG_EVERY if images.ndim > 2 else LOG_POINTS_EVERY
        self._is_warm = False

    def fit(self) -> History:
        """Train to the end, and return the metrics. Raises UserError: a loss is infinite or not a number."""
        self.notify("on_start")
        while not self.is_over:
            self._advance(self._next_chunk_size())
        self.notify("on_end")
        return self.history

    def notify(self, hook: str) -> None:
        """Call a method of every callback that has it."""
        for callback in self.callbacks:
            if method := getattr(callback, hook, None):
                method(self)

    def announce(self, activity: str) -> None:
        """Tell callbacks what takes the time now: a few words, "" for the training itself."""
        self.activity = activity
        self.notify("on_activity")

    def change(self, config: TrainConfig) -> None:
        """Continue with other learning rates or critic steps."""
        if config.critic_steps != self.config.critic_steps:
            self._is_warm = False  # another number of batches is another graph to compile, which is no training time
        self.gan.rates.set(config.g_learning_rate, config.d_learning_rate)
        self.config = config

    @property
    def epoch(self) -> float:
        """Epochs done, with fraction."""
        return self.schedule.epoch(self.progress.batches)

    @property
    def seconds_per_step(self) -> float | None:
        """How long a step takes lately; None before it was measured."""
        per_batch = self.progress.seconds_per_batch
        return per_batch * self.config.critic_steps if per_batch else None

    @property
    def reached_limit(self) -> str:
        """The limit that ends the training: max_steps, epochs or max_seconds; "" while it goes on.

        Of several that are reached at once, one that any machine reaches.
        """
        if self.config.max_steps and self.progress.step >= self.config.max_steps:
            return "max_steps"
        if self.steps_by_count <= 0:
            return "epochs"
        is_late = self.config.max_seconds and self.progress.seconds >= self.config.max_seconds
        return "max_seconds" if is_late else ""

    @property
    def is_over(self) -> bool:
        """Whether a limit is reached, or someone asked to stop."""
        return self.stop.is_set() or bool(self.reached_limit)

    @property
    def steps_by_count(self) -> int:
        """Steps left, were there no time limit."""
        left = self.schedule.steps_left(self.progress.batches, self.config.critic_steps)
        return min(left, self.config.max_steps - self.progress.step) if self.config.max_steps else left

    def _next_chunk_size(self) -> int:
        """Return how many steps to do with the next call, so that nothing falls due in the middle of them."""
        if not self._is_warm:
            return 1
        step = self.progress.step
        in_time = max(1, int(_CHUNK_SECONDS / (self.seconds_per_step or _CHUNK_SECONDS)))
        to_epoch_end = self.schedule.steps_to_epoch_end(self.progress.batches, self.config.critic_steps)
        to_line = self._log_every - step % self._log_every
        due = [callback.steps_until_due(self) for callback in self.callbacks if hasattr(callback, "steps_until_due")]
        return min(self.steps_by_count, to_line, in_time, to_epoch_end, *filter(None, due))

    def _advance(self, count: int) -> None:
        """Do some steps, then what falls due after the last of them."""
        epochs_before = int(self.epoch)
        order = self.schedule.order(self.progress.batches, count, self.config.critic_steps)
        started = time.perf_counter()
        rows = self.steps(order)
        # The first call of a process compiles, which is no training time.
        seconds = time.perf_counter() - started if self._is_warm else None
        self._is_warm = True
        self.progress.count(rows, self.config.critic_steps, seconds)
        demand_finite(rows, self.progress.step)
        if self.progress.step % self._log_every == 0 or self.reached_limit:
            line = self.progress.line(self.config.metric_names, self.config.batch_size)
            self.history.lines.append({"step": self.progress.step, "epoch": round(self.epoch, 4), **line})
        if int(self.epoch) > epochs_before:
            self.epoch_losses = self.progress.epoch_means()
            self.notify("on_epoch_end")
        self.notify("on_step_chunk")
