"""Commands that make runs, train them, and steer them."""

import argparse
import os
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import Any

from ganlib import presets
from ganlib.backend.startup import load_backend
from ganlib.cli.terminal import Progress, stop_on_signals
from ganlib.config import TrainConfig, parse
from ganlib.runs import commands, queue, store
from ganlib.runs.folder import Run
from ganlib.runs.status import FINISHED, PAUSED, QUEUED, RUNNING, note_on_repeating
from ganlib.training import estimate
from ganlib.training import fork as forks
from ganlib.utils import files
from ganlib.utils.errors import UserError


def train(options: argparse.Namespace) -> None:
    """`train PRESET`: make a run and train it here."""
    config, record = _choices(options)
    lacks = estimate.shortfall(config, estimate.estimate(config, store.list_runs(options.runs)))
    run = store.create(config, record, options.name, options.runs)
    for warning in config.warnings(presets.config_of(record.get("preset"))):
        print(f"Note: {warning}")
    if lacks:
        print(f"Note: {lacks.sentence} Long enough: {as_sets(lacks.remedy)}")
    print(f"Run {run.id} in {run.path}", flush=True)
    _train(run, options.now)


def resume(options: argparse.Namespace) -> None:
    """`resume RUN`: go on with a run, here unless it is only paused."""
    run = store.find(options.run, options.runs)
    status = run.status()
    if status.state == PAUSED:
        queue.resume(run)
        print(f"{run.id} goes on in the process that paused it.")
        return
    if run.is_shipped or status.state in (RUNNING, FINISHED):
        raise UserError(f"The run {run.id!r} is {status.state} and cannot be resumed.")
    if trouble := queue.why_not_resume(run, status):
        raise UserError(trouble)
    if not options.now:
        store.check_id(run.id)  # a folder of another name is in no queue
    if status.state != QUEUED:
        commands.forget(run, commands.PAUSE, commands.RESUME, commands.STOP)  # these were said to an earlier trainer
    _train(run, options.now)


def pause(options: argparse.Namespace) -> None:
    """`pause RUN`."""
    queue.pause(store.find(options.run, options.runs))


def stop(options: argparse.Namespace) -> None:
    """`stop RUN` and `cancel RUN`."""
    queue.stop(store.find(options.run, options.runs))


def change(options: argparse.Namespace) -> None:
    """`change RUN --set KEY=VALUE`: tell a living trainer to go on with another rate."""
    queue.change(store.find(options.run, options.runs), settings(options.set))


def fork(options: argparse.Namespace) -> None:
    """`fork RUN`: make the new run; `resume` trains it."""
    parent = store.find(options.run, options.runs)
    run = forks.fork(parent, options.at, settings(options.set), options.name, options.runs)
    print(f"{run.status().message} Train it with: python -m ganlib resume {run.id}")


def delete(options: argparse.Namespace) -> None:
    """`delete RUN`."""
    run = store.find(options.run, options.runs)
    if not options.yes and sys.stdin.isatty() and input(f"Delete {run.path} for good? [y/N] ").lower() != "y":
        print("Kept.")
        return
    store.delete(run)
    print(f"{run.id} is deleted.")


def lower_priority() -> None:
    """Leave the processor to others where they want it: the app that started this process stays quick."""
    if hasattr(os, "setpriority"):
        os.setpriority(os.PRIO_PROCESS, 0, 10)


def _choices(options: argparse.Namespace) -> tuple[TrainConfig, dict[str, Any]]:
    """Return what to train, and what to note beside it, from PRESET, --config and --set."""
    if bool(options.preset) == bool(options.config):
        raise UserError("Name a preset (`python -m ganlib presets` lists them) or a --config file, one of the two.")
    record: dict[str, Any] = {}
    if options.config:
        config, record = _from_file(options.config)
    else:
        config, record = presets.get(options.preset).config, {"preset": options.preset}
    return config.changed(**settings(options.set)), record


def _from_file(path: Path) -> tuple[TrainConfig, dict[str, Any]]:
    values = files.read_json(path)
    if values is None:
        raise UserError(f"{path} is no readable config.json.")
    preset = presets.named(values.get("preset"))
    return TrainConfig.from_record(values), {"preset": preset.name} if preset else {}


def _train(run: Run, now: bool) -> None:
    """Hold the run's lock, wait for its turn, train, and let the next in the queue have its own."""
    background = bool(os.environ.get("GANLIB_BACKGROUND"))
    if background:
        lower_priority()
    stop = Event()
    try:
        # Importing Keras takes seconds: hold the lock first, so that nobody else starts the same run.
        with run.held(), Progress() as progress, stop_on_signals(stop):
            if background and run.status().state != QUEUED:
                return  # cancelled while this process started
            if now:
                run.write_status(replace(run.status(), state=RUNNING, message="Getting ready."))
            elif not queue.wait_for_turn(run, stop, progress.say):
                progress.say(f"{run.id} was cancelled before its turn came.")
                return
            load_backend()
            from ganlib.training.start_or_resume import train

            status = train(run, progress.show, stop)
            progress.say(f"{run.id} is {status.state} at step {status.step}, after {status.seconds:.0f} s of training.")
            if note := note_on_repeating(status, run.config.max_seconds):
                progress.say(f"Note: {note}")
    finally:
        queue.advance(run.path.parent)


def settings(pairs: list[str]) -> dict[str, Any]:
    """Return what a number of --set KEY=VALUE ask for."""
    changes = {}
    for pair in pairs:
        name, separator, text = pair.partition("=")
        if not separator:
            raise UserError(f"--set takes KEY=VALUE, such as --set epochs=5, not {pair!r}.")
        changes[name] = parse(name, text)
    return changes


def as_sets(changes: Mapping[str, Any]) -> str:
    """Return settings as a command line takes them, without rounding any."""
    exact = {
        name: int(value) if isinstance(value, float) and value.is_integer() else value
        for name, value in changes.items()
    }
    return " ".join(f"--set {name}={value}" for name, value in exact.items())
