"""Whose turn it is: several trainings advance in turn, a slice at a time, so that all are worth a look early.

Each slice is a training of its own process, `python -m ganlib resume`, that is asked to stop and goes on later exactly
where it was. Whoever ends this loses nothing.
"""

import subprocess
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from threading import Event

from ganlib.runs import commands, processes, store
from ganlib.runs.commands import Command
from ganlib.runs.folder import Run
from ganlib.runs.records import CHANGED
from ganlib.runs.status import FINISHED, RUNNING, STOPPED
from ganlib.utils.errors import UserError
from tools.release.recipes import Work

SHORTEST = 20.0
"""Seconds of a budget that are not worth the start of a process."""

_LIMITS = ("epochs", "max_steps", "max_seconds")
_POLL = 0.5  # seconds
_LAST = 1 / 6  # of the epochs

Say = Callable[[str], None]


def share(work: Work, folder: Path) -> float:
    """Return how much of its goal a run has reached, 0 to 1, by whichever limit comes first."""
    run = Run(folder / work.name)
    if not run.path.exists():
        return 0.0
    status, config = run.status(), work.config
    if status.state == FINISHED and not _falls_short(run, work):
        return 1.0
    done = {"epochs": status.epoch, "max_steps": status.step, "max_seconds": status.seconds}
    return min(1.0, max(done[name] / limit for name in _LIMITS if (limit := getattr(config, name))))


def next_up(works: Iterable[Work], folder: Path) -> Work | None:
    """Return the run with the least share of its goal, the first of equals; None when all are done."""
    left = [(reached, place, work) for place, work in enumerate(works) if (reached := share(work, folder)) < 1]
    return min(left, key=lambda entry: entry[:2])[2] if left else None


def train(works: Sequence[Work], folder: Path, slice_seconds: float, budget: float, stop: Event, say: Say) -> None:
    """Train runs in turn, the most important first, until all have reached their goals; those that are there go on.

    Each turn lasts `slice_seconds` of training, all together `budget` seconds, processes' starts included. Raises
    UserError: a run could not be made; or some failed, after all others were trained.
    """
    until = time.monotonic() + budget
    left, failed = {work.name: work for work in works}, []
    while (work := next_up(left.values(), folder)) and not stop.is_set():
        if until - time.monotonic() < SHORTEST:
            return
        say(f"{time.strftime('%H:%M:%S')} {work.name} goes on, {share(work, folder):.0%} of its goal")
        try:
            run = prepare(work, folder, say)
            is_well = not run.is_locked() and _sit(run, work, slice_seconds, until, stop)
        except UserError as error:
            say(str(error))
            is_well = False
        if not is_well:
            failed.append(left.pop(work.name).name)
    if failed:
        raise UserError(f"No more could be done for {', '.join(failed)}; their log.txt or the lines above say why.")


def prepare(work: Work, folder: Path, say: Say) -> Run:
    """Make the run's folder, or let the one that is there go as far as the goal now is."""
    run = Run(folder / work.name)
    with suppress(FileExistsError):
        # Stopped, not queued: whoever looks at the folder meanwhile must not start it.
        return store.make(run.path, work.config, work.record, STOPPED)
    if _falls_short(run, work):
        with run.held():
            longer = {name: getattr(work.config, name) for name in _LIMITS}
            run.write_record({**run.record, **longer})
            if run.status().state == FINISHED:
                run.write_status(replace(run.status(), state=STOPPED))
    kept = {**work.config.to_dict(), **{name: getattr(run.config, name) for name in (*_LIMITS, "precision", "threads")}}
    if other := [name for name, value in run.config.to_dict().items() if value != kept[name]]:
        say(f"  with the settings that it began with, which differ from today's in: {', '.join(other)}")
    return run


def _falls_short(run: Run, work: Work) -> bool:
    """Whether the run would end before the goal; a goal that came nearer changes nothing."""
    unlimited = float("inf")
    limits = [(getattr(run.config, name) or unlimited, getattr(work.config, name) or unlimited) for name in _LIMITS]
    return any(mine < wanted for mine, wanted in limits)


def _due(run: Run, work: Work, epoch: float) -> bool:
    """Whether the settings of the last sixth are still to be told to the run."""
    if not work.last_sixth or epoch < work.config.epochs * (1 - _LAST):
        return False
    return not any(event.get("event") == CHANGED and event["settings"] == work.last_sixth for event in run.events())


def _sit(run: Run, work: Work, seconds: float, until: float, stop: Event) -> bool:
    """Train in a process of its own, for so many seconds of training or until a time; return whether it ended well."""
    place = run.path.resolve()
    command = processes.python_command("ganlib", "resume", str(place), "--now", "--runs", str(place.parent))
    enough = run.status().seconds + seconds
    # Ctrl-C reaches this process too, and ends the training in good order; what else asks to stop is told to it here.
    child = subprocess.Popen(command, env=processes.python_environment(), stdin=subprocess.DEVNULL)
    is_told = is_calmed = False
    while child.poll() is None:
        status = run.status()
        is_over = stop.is_set() or status.seconds >= enough or time.monotonic() > until
        # Before it runs, the process forgets what an earlier trainer was told.
        if is_over and not is_told and status.state == RUNNING:
            commands.send(run, Command(commands.STOP))
            is_told = True
        elif status.state == RUNNING and not is_calmed and _due(run, work, status.epoch):
            commands.send(run, Command(commands.CHANGE, dict(work.last_sixth)))
            is_calmed = True
        time.sleep(_POLL)
    return child.returncode == 0
