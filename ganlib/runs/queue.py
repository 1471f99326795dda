"""Starting, pausing and stopping trainings, and whose turn it is.

A run waits in the state `queued` until one of the slots is free (`GANLIB_SLOTS`, one by default); several people's
runs take turns. Whoever
starts, ends or lists runs may call `advance`; a lock on the folder keeps two from starting the same run.
This module is light: what trains is another process (`ganlib.runs.processes`).
"""

import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import Any

from filelock import FileLock, Timeout

from ganlib.config import TrainConfig
from ganlib.runs import commands, limits, processes, store
from ganlib.runs.commands import Command
from ganlib.runs.folder import Run, home
from ganlib.runs.status import (
    ACTIVE,
    FAILED,
    GETTING_READY,
    INTERRUPTED,
    LIVE,
    PAUSED,
    QUEUED,
    RUNNING,
    STOPPED,
    Status,
)
from ganlib.utils import environment
from ganlib.utils.errors import UserError

_START_SECONDS = 60.0
"""A process that has not taken its run's lock this long after its start never will."""


def start(
    config: TrainConfig,
    record: dict[str, Any] | None = None,
    name: str | None = None,
    folder: Path | None = None,
    owner: str = "",
) -> Run:
    """Make a run and let it train in a process of its own as soon as it is its turn.

    Arguments and errors as for `store.create`; `owner` is who starts it, for the queue to be fair and for `limits`.
    """
    with limits.admitted(owner, [config], folder) as (config,):
        run = store.create(config, record or {}, name, folder)
        if owner:
            run.write_about(owner=owner)
    advance(run.path.parent)
    return run


def pause(run: Run) -> None:
    """Ask a training to pause, which frees its slot but not its memory. Raises UserError: the run is not running."""
    _demand(run, "paused", RUNNING)
    commands.send(run, Command(commands.PAUSE))


def resume(run: Run) -> None:
    """Let a run go on: at once if paused, else from its checkpoint in its turn. Raises UserError: it cannot now."""
    status = _demand(run, "resumed", PAUSED, STOPPED, FAILED, INTERRUPTED)
    if trouble := why_not_resume(run, status):
        raise UserError(trouble)
    if status.state == PAUSED:
        commands.send(run, Command(commands.RESUME))
        return
    with run.held():
        commands.forget(run, commands.PAUSE, commands.RESUME, commands.STOP)  # these were said to an earlier trainer
        run.write_status(replace(status, state=QUEUED, message="", eta_s=None, queued_at=time.time(), launched_at=0.0))
    advance(run.path.parent)


def why_not_resume(run: Run, status: Status) -> str:
    """Return why a run would begin anew when resumed, and forget what it has learned, or "" if it would go on."""
    has_learned = (run.path / "generator.weights.h5").exists() or (status.state == STOPPED and status.step > 0)
    if not has_learned or any((run.path / "checkpoint").glob("[!.]*.npz")):
        return ""
    return (
        f"The run {run.id!r} is here without its checkpoint, so it cannot go on; export it with the checkpoint, or "
        "continue from a snapshot with other settings: a fork."
    )


def stop(run: Run) -> None:
    """End a training and keep what it learned, or take a run out of the queue. Raises UserError: it does neither."""
    status = _demand(run, "stopped", *ACTIVE)
    if status.state == QUEUED:
        with suppress(UserError), run.held(timeout=0.1):
            run.write_status(replace(status, state=STOPPED, message="Cancelled before its turn came."))
            return
    commands.send(run, Command(commands.STOP))


def change(run: Run, settings: dict[str, Any]) -> None:
    """Ask a training to go on with other live settings. Raises UserError: it does not train, or cannot have these."""
    _demand(run, "changed", *LIVE)
    commands.live_change(run.config, settings)
    commands.send(run, Command(commands.CHANGE, settings))


def waiting(folder: Path | None = None) -> list[Run]:
    """Return the queued runs, the next one first."""
    return _survey(folder or home())[1]


def advance(folder: Path | None = None) -> None:
    """Start queued runs for which there is a slot. Cheap when there is nothing to do; safe to call often."""
    processes.reap()
    folder = folder or home()
    if not waiting(folder):
        return
    with suppress(Timeout), _queue_lock(folder, timeout=0.5):
        for run in _next(folder):
            if not run.is_locked():  # else a process holds it and watches for its turn by itself
                _launch(run)


def take_turn(run: Run) -> bool:
    """Take a slot for a run whose lock the caller holds, if it is its turn; return whether it is now `running`."""
    folder = run.path.parent
    with suppress(Timeout), _queue_lock(folder, timeout=5.0):
        if run in _next(folder):
            run.write_status(replace(run.status(), state=RUNNING, message=GETTING_READY, launched_at=0.0))
            return True
    return False


def wait_for_turn(run: Run, stop: Event, tell: Callable[[str], None] = lambda sentence: None) -> bool:
    """Wait until a run whose lock the caller holds may train; meanwhile it is queued.

    `tell` is given one sentence if there is a wait. Returns whether it is the run's turn; it is not when the run was
    told to stop, or `stop` was set.
    """
    status = run.status()
    # A process that was started for a waiting run keeps the run's place in the queue.
    if status.state != QUEUED:
        run.write_status(replace(status, state=QUEUED, message="", queued_at=time.time(), launched_at=0.0))
    told = False
    while not take_turn(run):
        if not told:
            run.write_status(replace(run.status(), launched_at=0.0))  # its process is there, and yet it waits
            tell("Another run is training; this one starts when it is done (or use --now).")
            told = True
        advance(run.path.parent)  # the slot may be for another, and nobody else may be there to start it
        if commands.forget(run, commands.STOP) or stop.wait(0.5):
            run.write_status(replace(run.status(), state=STOPPED, message="Cancelled before its turn came."))
            return False
    return True


def _demand(run: Run, what: str, *states: str) -> Status:
    status = run.status()
    if run.is_shipped:
        raise UserError(f"{run.id!r} came with the project and cannot be {what}.")
    if status.state not in states:
        raise UserError(f"The run {run.id!r} is {status.state} and cannot be {what}.")
    return status


def _queue_lock(folder: Path, timeout: float) -> FileLock:
    return FileLock(folder / ".queue.lock", timeout=timeout)


def _survey(folder: Path) -> tuple[int, list[Run]]:
    """Return how many slots are taken, and the queued runs in their order.

    A run for which a process was just started takes a slot, although that process does not hold its lock yet.
    The order is fair between owners: a person's second run waits behind everybody's first, and so on; among
    equals, who came first is first.
    """
    busy: Counter[str] = Counter()
    queued: list[tuple[float, Run, str]] = []
    for run in store.list_runs(folder):
        status = run.status()
        if status.state == RUNNING or (status.state == QUEUED and _is_starting(run, status)):
            busy[run.about().owner] += 1
        if status.state == QUEUED:
            queued.append((status.queued_at, run, run.about().owner))
    taken, turns = busy.total(), []
    for queued_at, run, owner in sorted(queued, key=lambda entry: entry[0]):
        turns.append((busy[owner], queued_at, run.id, run))
        busy[owner] += 1
    return taken, [run for *_, run in sorted(turns, key=lambda entry: entry[:3])]


def _is_starting(run: Run, status: Status) -> bool:
    is_expected = time.time() - status.launched_at < _START_SECONDS and not processes.is_lost(run)
    return is_expected and not run.is_locked()


def _next(folder: Path) -> list[Run]:
    """Return the queued runs for which there is a slot now. The caller holds the queue's lock."""
    taken, queued = _survey(folder)
    ready = [run for run in queued if not _is_starting(run, run.status())]
    return ready[: max(0, environment.slots() - taken)]


def _launch(run: Run) -> None:
    """Start the process that will train a queued run. The caller holds the queue's lock."""
    status = run.status()
    is_new = not status.launched_at
    if is_new or processes.is_lost(run):
        run.write_status(replace(status, launched_at=time.time()))
        processes.launch(run, is_new)
    elif time.time() - status.launched_at > _START_SECONDS:
        message = "The training process could not be started; log.txt says why."
        run.write_status(replace(status, state=FAILED, message=message))
