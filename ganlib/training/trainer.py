"""The training loop: it steps, writes down, listens, and knows nothing of networks or losses."""

import time
from collections.abc import Callable
from dataclasses import replace
from threading import Event

import numpy as np

from ganlib import __version__, control, data, jobs, limits, runs
from ganlib.config import SCHEMA_VERSION, TrainConfig
from ganlib.data import statistics
from ganlib.errors import UserError
from ganlib.models import backend, precision
from ganlib.models.gan import GAN
from ganlib.runs import Run, Status
from ganlib.training import checkpoint, fork
from ganlib.training.exams import Exams
from ganlib.training.meter import Meter
from ganlib.training.recorder import Recorder, draws_epoch, is_grid_due
from ganlib.training.schedule import Schedule
from ganlib.training.steering import Steering

LOG_EVERY = 10
"""Steps between two lines of `metrics.jsonl`."""

_CHUNK_SECONDS = 0.25  # how long a command may wait, and how often the page can show something new
_STATUS_SECONDS = 0.5
_CHECKPOINT_SECONDS = 20.0
_CHECKPOINT_SHARE = 0.02  # of the training time

Watch = Callable[[Status], None]


class Trainer:
    """Trains one run to its end in this process. The caller holds the run's lock and its turn."""

    def __init__(self, run: Run, watch: Watch, stop: Event) -> None:
        """Load data and build networks.

        Args:
            run: what to train.
            watch: is told where the run stands, about twice a second.
            stop: set to end the training early, with all that it has learned.

        Raises:
            UserError: the data are not at hand, or too few for a batch.
        """
        self.run, self.watch, self.stop = run, watch, stop
        self.status = replace(run.status(), state=runs.RUNNING, message="", ended_by="")
        self.config = resolve(run)
        images = data.load(self.config.dataset, self.config.split, self.config.grayscale).images
        if "images_alike" not in run.record:  # what the doctor should know of the images
            run.write_record({**run.record, "images_alike": round(statistics.share_alike(images), 3)})
        self.schedule = Schedule(len(images), self.config.batch_size, self.config.epochs, self.config.seed)
        self.gan = GAN(self.config)
        self.steps = self.gan.compile_steps(images)
        self.recorder = Recorder(run, self.gan)
        self.exams = Exams(run, self.gan)
        self.meter = Meter()
        self.steering = Steering(run, self.config, self._change)
        self.is_warm = False
        self._drawn = 0.0  # seconds of training at the newest sample grid
        self._told = 0.0
        self._saved = time.monotonic()
        self._saving_took = 0.0

    def train(self) -> Status:
        """Train until the run is finished or told to stop, and return its last status.

        Raises:
            UserError: a loss is no number any more, or no checkpoint can be read.
            OSError: the run's folder cannot be written any more.
        """
        self._begin()
        while not self.stop.is_set() and (count := self._steps_until_something_is_due()):
            self._advance(count)
            self._tell()
            self.steering.make_again(self.meter.step)
            self._obey()
            self._save_when_due()
        return self._end()

    def _begin(self) -> None:
        folder = self.run.path / "checkpoint"
        if checkpoint.exists(folder):
            counts, trouble = checkpoint.load(folder, self.gan.variables)
            self.meter = Meter(**counts["meter"])
            self.steering.go_back_to(counts["steering"])
            self.recorder.go_back_to(self.meter.step)
            self.run.add_event("resumed", self.meter.step, message=trouble)
        else:
            self.steering.go_back_to({"made": [], "settings": {}})
            self.recorder.go_back_to(-1)
            if "parent" in self.run.record:
                self.gan.load_weights(self.run.path / fork.START)
            self.run.add_event("started", 0)
            self.recorder.sheet(0, 0.0, at_epoch_end=True)
        self._drawn = self.meter.seconds
        self.steering.make_again(self.meter.step)
        self._tell(runs.RUNNING)

    def _end(self) -> Status:
        """Leave everything that someone who looks at the run later may want."""
        state = runs.STOPPED if self._steps_until_something_is_due() else runs.FINISHED
        if state == runs.FINISHED:
            self.status = replace(self.status, ended_by=self._reached_limit())
        if state == runs.FINISHED and self.meter.rows:
            self._log()
        self._save()
        if self.recorder.last_sheet < self.meter.step:
            self.recorder.sheet(self.meter.step, self.epoch, at_epoch_end=False)
        self.recorder.weights()
        self.exams.at_end(self.meter.step, self.epoch, self.meter.seconds)
        self.recorder.animation()
        self.run.add_event(state, self.meter.step)
        self._tell(state)
        return self.status

    def _steps_until_something_is_due(self) -> int:
        """Return how many steps to do with the next call; 0 when the run is finished."""
        left = self._steps_left()
        if left <= 0 or (self.config.max_seconds and self.meter.seconds >= self.config.max_seconds):
            return 0
        if not self.is_warm:
            return 1
        chunk = _CHUNK_SECONDS / (self.critic_steps * (self.meter.seconds_per_batch or _CHUNK_SECONDS))
        due = [left, LOG_EVERY - self.meter.step % LOG_EVERY, max(1, int(chunk))]
        due.append(self.schedule.steps_to_epoch_end(self.meter.batches, self.critic_steps))
        if self.config.sample_every:
            due.append(self.config.sample_every - self.meter.step % self.config.sample_every)
        if change := self.steering.steps_to_next(self.meter.step):
            due.append(change)
        return min(due)

    def _steps_left(self) -> int:
        left = self.schedule.steps_left(self.meter.batches, self.critic_steps)
        return min(left, self.config.max_steps - self.meter.step) if self.config.max_steps else left

    def _reached_limit(self) -> str:
        """Return the limit that ends the run: of several that are reached at once, one that any machine reaches."""
        if self.config.max_steps and self.meter.step >= self.config.max_steps:
            return "max_steps"
        return "epochs" if self._steps_left() <= 0 else "max_seconds"

    def _advance(self, count: int) -> None:
        """Do some steps, and what falls due after the last of them."""
        epochs_before = int(self.epoch)
        order = self.schedule.order(self.meter.batches, count, self.critic_steps)
        started = time.perf_counter()
        rows = self.steps(order)
        # The first call of a process compiles, which is no training time.
        self.meter.count(rows, self.critic_steps, time.perf_counter() - started if self.is_warm else None)
        self.is_warm = True
        self._refuse_nonsense(rows)
        at_epoch_end = int(self.epoch) > epochs_before
        if self.meter.step % LOG_EVERY == 0 or self._steps_left() == 0:
            self._log()
        self._draw_when_due(at_epoch_end)
        if at_epoch_end:
            self.recorder.epoch(self.epoch, self.meter.step, self.meter.epoch_means())
            self.exams.after_epoch(self.meter.step, self.epoch, self.meter.seconds)

    def _draw_when_due(self, at_epoch_end: bool) -> None:
        """Draw a sample grid by epoch, by step or by time; only the first two are the same when a run is repeated."""
        config, seconds = self.config, self.meter.seconds
        by_epoch = at_epoch_end and draws_epoch(int(self.epoch))
        by_step = config.sample_every and self.meter.step % config.sample_every == 0
        if by_epoch or by_step or is_grid_due(seconds, self._drawn, config.sample_seconds):
            self.recorder.sheet(self.meter.step, self.epoch, by_epoch)
            self._drawn = seconds

    def _log(self) -> None:
        line = self.meter.line(self.gan.metric_names, self.config.batch_size)
        self.recorder.metrics({"step": self.meter.step, "epoch": round(self.epoch, 4), **line})

    @property
    def epoch(self) -> float:
        """Epochs done, with fraction."""
        return self.schedule.epoch(self.meter.batches)

    def _refuse_nonsense(self, rows: np.ndarray) -> None:
        bad = np.flatnonzero(~np.isfinite(rows).all(axis=1))
        if len(bad):
            step = self.meter.step - len(rows) + int(bad[0]) + 1
            raise UserError(
                f"A loss became infinite or not a number at step {step}; try smaller learning rates, "
                "or a loss that is held in check (wgan_gp, or spectral_norm=true)."
            )

    def _tell(self, state: str | None = None) -> None:
        """Write down where the run stands: at every change of state, else about twice a second."""
        if state is None and time.monotonic() - self._told < _STATUS_SECONDS:
            return
        self._told = time.monotonic()
        per_batch = self.meter.seconds_per_batch
        per_step = per_batch * self.critic_steps if per_batch else None
        left = self._steps_left()
        if self.config.max_seconds and per_step:
            in_time = max(0.0, self.config.max_seconds - self.meter.seconds) / per_step
            left = min(left, round(in_time))
        self.status = replace(
            self.status,
            state=state or self.status.state,
            step=self.meter.step,
            total_steps=self.meter.step + left,
            epoch=round(self.epoch, 3),
            eta_s=round(left * per_step, 1) if per_step else None,
            images_per_s=round(self.config.batch_size / per_batch, 1) if per_batch else 0.0,
            seconds=round(self.meter.seconds, 2),
        )
        self.run.write_status(self.status)
        self.watch(self.status)

    def _obey(self) -> None:
        """Carry out what people asked for since the last time; a pause lasts until they ask again."""
        state = self._carry_out()
        if state != runs.PAUSED:
            return
        self._save()
        self.recorder.animation()
        self.run.add_event("paused", self.meter.step)
        self._tell(runs.PAUSED)
        while state != runs.RUNNING and not self.stop.wait(0.1):
            state = self._carry_out() or state
        # The slot was free for others meanwhile.
        if not self.stop.is_set() and jobs.wait_for_turn(self.run, self.stop):
            self.run.add_event("resumed", self.meter.step)
            self._tell(runs.RUNNING)
        else:
            self.stop.set()

    def _carry_out(self) -> str | None:
        """Carry out the commands that wait; return the state they ask for last, if they do."""
        state = None
        for command in control.pending(self.run):
            if command.name == control.STOP:
                self.stop.set()
            elif command.name == control.CHANGE:
                self.steering.change(command, self.meter.step)
            else:
                state = {control.PAUSE: runs.PAUSED, control.RESUME: runs.RUNNING}.get(command.name, state)
            control.done(self.run, command)
        return state

    def _change(self, config: TrainConfig) -> None:
        if config.critic_steps != self.critic_steps:
            self.is_warm = False  # another number of batches is another graph to compile, which is no training time
        self.gan.set_learning_rates(config.g_learning_rate, config.d_learning_rate)

    @property
    def critic_steps(self) -> int:
        """Updates of D in a step, which may change while the run trains."""
        return self.steering.config.critic_steps

    def _save_when_due(self) -> None:
        waited = time.monotonic() - self._saved
        if waited >= max(_CHECKPOINT_SECONDS, self._saving_took / _CHECKPOINT_SHARE):
            self._save()

    def _save(self) -> None:
        started = time.monotonic()
        limits.check_room(self.run.path)
        counts = {"meter": self.meter.to_dict(), "steering": self.steering.to_dict()}
        checkpoint.save(self.run.path / "checkpoint", self.gan.variables, counts)
        self._saved = time.monotonic()
        self._saving_took = self._saved - started


def resolve(run: Run) -> TrainConfig:
    """Decide once what the config leaves open, and write it down with what the results depend on."""
    config = run.config.changed(threads=run.config.threads or limits.processors())
    backend.set_threads(config.threads)  # before anything is computed
    decision = precision.decide(config)
    config = config.changed(precision=decision.precision)
    if "versions" not in run.record:
        found = {
            "schema_version": SCHEMA_VERSION,
            "versions": {"ganlib": __version__, **backend.versions()},
            "device": f"{config.devices} x {backend.device()}" if config.devices > 1 else str(backend.device()),
            "bfloat16_speedup": decision.speedup,
        }
        run.write_record({**run.record, **config.to_dict(), **found})
    return config
