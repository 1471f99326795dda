"""Trains a run folder: a `Trainer` with the callbacks that write it, and every way it can end written down."""

import errno
import traceback
from contextlib import suppress
from dataclasses import replace
from threading import Event

import numpy as np

from ganlib import __version__, data
from ganlib.backend import engine
from ganlib.config import FIELDS, SCHEMA_VERSION, TrainConfig
from ganlib.data import statistics
from ganlib.models import precision
from ganlib.models.gan import GAN
from ganlib.runs import queue
from ganlib.runs.folder import Run
from ganlib.runs.status import FAILED, Status
from ganlib.training import fork
from ganlib.training.callbacks.checkpoint import CheckpointCallback
from ganlib.training.callbacks.evaluation import EvaluationCallback
from ganlib.training.callbacks.frames import FramesCallback
from ganlib.training.callbacks.live_picture import LivePicture
from ganlib.training.callbacks.live_updates import LiveUpdates
from ganlib.training.callbacks.recorder import Recorder
from ganlib.training.callbacks.status import StatusCallback, StatusListener
from ganlib.training.trainer import Trainer
from ganlib.utils import environment
from ganlib.utils.errors import UserError

_REASONS = {
    errno.ENOSPC: "the disk is full; make room and resume the run",
    errno.EDQUOT: "the disk quota is used up; make room and resume the run",
    errno.EACCES: "the run folder may not be written; mend its permissions and resume the run",
}


def train(run: Run, watch: StatusListener = lambda status: None, stop: Event | None = None) -> Status:
    """Train a run in this process, from its checkpoint if it has one, until it ends one way or another.

    The caller holds its lock and its turn. `watch` is told where the run stands, about twice a second; `stop` is set to
    end early with all that was learned. Returns the last status: finished or stopped. Raises UserError: the training
    failed; the sentence also stands in `status.json`.
    """
    trainer = None
    try:
        trainer, status = assemble(run, watch, stop or Event())
        trainer.fit()
        return status.status
    except UserError as error:
        _fail(run, str(error))
        raise
    except OSError as error:
        if not run.path.exists():
            raise UserError(f"The run {run.id!r} was deleted while it trained; nothing is left to do.") from error
        reason = _REASONS.get(error.errno or 0, f"{error.strerror or error}; log.txt tells more")
        message = f"Training had to stop: {reason}."
        _log_trace(run)
        _fail(run, message)
        raise UserError(message) from error
    except Exception as error:
        _log_trace(run)
        if engine.is_out_of_memory(error):
            _let_go(error)
            message = _out_of_memory(run, trainer)
        else:
            message = f"Training failed with an unexpected {type(error).__name__}; the run's log.txt tells more."
        _fail(run, message)
        raise UserError(message) from error


def assemble(run: Run, watch: StatusListener, stop: Event) -> tuple[Trainer, StatusCallback]:
    """Put together what trains a run folder, as its checkpoint left it if it has one.

    Returns the trainer, and the last of its callbacks, which knows the run's status. Raises UserError: the data are not
    at hand or too few for a batch, or no checkpoint can be read.
    """
    config = resolve(run)
    found = data.load(config.dataset, config.split, config.grayscale)
    images = found.images
    if images.ndim > 2 and "images_alike" not in run.record:  # what the doctor should know of the images
        run.write_record({**run.record, "images_alike": round(statistics.share_alike(images), 3)})
    gan = GAN(config)
    trainer = Trainer(gan, images, stop=stop, labels=found.labels)
    if config.classes:  # so that samples can be drawn as the data have them
        run.write_record({**run.record, "class_shares": [round(float(share), 6) for share in gan.class_shares]})
    live_updates = LiveUpdates(run, queue.wait_for_turn)
    saving = CheckpointCallback(run, live_updates)
    resumed = saving.restore(trainer)
    if resumed is None and "parent" in run.record:
        fork.load_weights(gan, run.path / fork.START)
    status = StatusCallback(run, watch, resumed)
    recorder = Recorder(run, gan, is_resumed=resumed is not None)
    # Metrics are written before the checkpoint that contains their steps; the status comes last of all.
    frames = [FramesCallback(run, gan)] if images.ndim == 2 else []
    evaluating = EvaluationCallback(run, gan)
    trainer.callbacks = [recorder, *frames, LivePicture(recorder), evaluating, live_updates, saving, status]
    return trainer, status


def resolve(run: Run) -> TrainConfig:
    """Decide once what the config leaves open, and write it down with what the results depend on."""
    config = run.config.changed(threads=run.config.threads or environment.processors())
    engine.set_threads(config.threads)  # before anything is computed
    decision = precision.decide(config)
    config = config.changed(precision=decision.precision)
    if "versions" not in run.record:
        found = {
            "schema_version": SCHEMA_VERSION,
            "versions": {"ganlib": __version__, **engine.versions()},
            "device": f"{config.devices} x {engine.device()}" if config.devices > 1 else str(engine.device()),
            "bfloat16_speedup": decision.speedup,
        }
        run.write_record({**run.record, **config.to_dict(), **found})
    return config


def _out_of_memory(run: Run, trainer: Trainer | None) -> str:
    """Return what to do about it: which batch would have fitted is tried out."""
    config = run.config
    said = f"The memory of {engine.device()} is too small for {config.generator} with batches of {config.batch_size}"
    if trainer is None:
        return f"{said}: not even the networks fit; choose smaller ones, or close what else uses it."
    if config.devices > 1:
        return f"{said} on {config.devices} GPUs; set a smaller batch_size and start a new run."
    if fitting := _fitting_batch_size(trainer, config.batch_size):
        return f"{said}; {fitting} images fit: set batch_size={fitting} and start a new run."
    return f"{said}, and for smaller ones too; choose smaller networks, or close what else uses it."


def _fitting_batch_size(trainer: Trainer, too_large: int) -> int:
    """Return the largest half, quarter, ... of a batch size that there is memory for, 0 if there is none.

    Found by training, so nothing of the trainer may be saved afterwards.
    """
    size = too_large // 2
    while size >= int(FIELDS["batch_size"].low or 1):
        try:
            if size % trainer.config.pack == 0:  # D judges whole packs
                trainer.steps(np.zeros((1, trainer.config.critic_steps, size), np.int32))
                return size
        except Exception as error:
            if not engine.is_out_of_memory(error):
                raise
        size //= 2
    return 0


def _let_go(error: BaseException | None) -> None:
    """Free what the functions held in which an error was raised: their tensors would count as taken."""
    while error:
        traceback.clear_frames(error.__traceback__)
        error = error.__context__


def _log_trace(run: Run) -> None:
    with suppress(OSError), (run.path / "log.txt").open("a", encoding="utf-8") as log:
        traceback.print_exc(file=log)


def _fail(run: Run, message: str) -> None:
    with suppress(OSError):
        run.write_status(replace(run.status(), state=FAILED, message=message, eta_s=None))
        run.add_event("failed", run.status().step, message=message)
