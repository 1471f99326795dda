"""One sitting of training: every way it can end is written into the run folder."""

import errno
import traceback
from contextlib import suppress
from dataclasses import replace
from threading import Event

from ganlib import runs
from ganlib.errors import UserError
from ganlib.models import backend
from ganlib.runs import Run, Status
from ganlib.training.fitting import fitting_batch_size
from ganlib.training.trainer import Trainer, Watch

_REASONS = {
    errno.ENOSPC: "the disk is full; make room and resume the run",
    errno.EDQUOT: "the disk quota is used up; make room and resume the run",
    errno.EACCES: "the run folder may not be written; mend its permissions and resume the run",
}


def train(run: Run, watch: Watch = lambda status: None, stop: Event | None = None) -> Status:
    """Train a run in this process, from its checkpoint if it has one, until it ends one way or another.

    Args:
        run: what to train; the caller holds its lock and its turn.
        watch: is told where the run stands, about twice a second.
        stop: set to end early with all that was learned.

    Returns:
        The last status: finished or stopped.

    Raises:
        UserError: the training failed; the sentence also stands in `status.json`.
    """
    trainer = None
    try:
        trainer = Trainer(run, watch, stop or Event())
        return trainer.train()
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
        if backend.is_out_of_memory(error):
            _let_go(error)
            message = _out_of_memory(run, trainer)
        else:
            message = f"Training failed with an unexpected {type(error).__name__}; the run's log.txt tells more."
        _fail(run, message)
        raise UserError(message) from error


def _out_of_memory(run: Run, trainer: Trainer | None) -> str:
    """Return what to do about it: which batch would have fitted is tried out."""
    config = run.config
    said = f"The memory of {backend.device()} is too small for {config.generator} with batches of {config.batch_size}"
    if trainer is None:
        return f"{said}: not even the networks fit; choose smaller ones, or close what else uses it."
    if config.devices > 1:
        return f"{said} on {config.devices} GPUs; set a smaller batch_size and start a new run."
    fitting = fitting_batch_size(trainer.steps, trainer.critic_steps, config.batch_size)
    if fitting:
        return f"{said}; {fitting} images fit: set batch_size={fitting} and start a new run."
    return f"{said}, and for smaller ones too; choose smaller networks, or close what else uses it."


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
        run.write_status(replace(run.status(), state=runs.FAILED, message=message, eta_s=None))
        run.add_event("failed", run.status().step, message=message)
