"""Commands to a trainer: files in the run's `control/`, written by anyone, consumed by the trainer in order.

A command's file goes away only when the command is done, so that one given to a trainer that dies before it
looked is heard by the next. The file's name is the command's identity: nothing is done twice.
"""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

from ganlib.config import TrainConfig
from ganlib.runs.folder import Run
from ganlib.runs.records import LIVE_SETTINGS
from ganlib.utils import files
from ganlib.utils.errors import UserError

PAUSE, RESUME, STOP, CHANGE = "pause", "resume", "stop", "change"


@dataclass(frozen=True)
class Command:
    """One command."""

    name: str  # what to do
    settings: dict[str, Any] = field(default_factory=dict)  # the settings to change, for `CHANGE`
    id: str = field(default="", compare=False)  # its identity, made when it is sent


def send(run: Run, command: Command) -> None:
    """Leave a command for the run's trainer. Raises UserError: the run is gone or its disk is full."""
    # Names sort by time, so that commands are executed in the order they were given.
    path = _folder(run) / f"{time.time_ns():020d}-{uuid4().hex[:8]}.json"
    try:
        files.write_json(path, {"command": command.name, "settings": command.settings})
    except OSError as error:
        raise UserError(f"The run {run.id!r} could not be told to {command.name} ({error.strerror}).") from error


def pending(run: Run) -> list[Command]:
    """Return the commands that wait, oldest first. Damaged ones are removed."""
    found = []
    for path in sorted(_folder(run).glob("*.json")):
        try:
            values = json.loads(path.read_text(encoding="utf-8"))
            found.append(Command(str(values["command"]), dict(values["settings"]), path.stem))
        except FileNotFoundError:
            continue
        except (ValueError, KeyError, TypeError, RecursionError):
            path.unlink(missing_ok=True)
    return found


def done(run: Run, command: Command) -> None:
    """Remove a command that was carried out."""
    (_folder(run) / f"{command.id}.json").unlink(missing_ok=True)


def forget(run: Run, *names: str) -> bool:
    """Remove waiting commands of these names; return whether there were any."""
    old = [command for command in pending(run) if command.name in names]
    for command in old:
        done(run, command)
    return bool(old)


def live_change(config: TrainConfig, settings: Mapping[str, Any]) -> TrainConfig:
    """Return the choices after a live change. Raises UserError: a setting cannot change now, or not to this value."""
    for name in settings:
        if name not in LIVE_SETTINGS:
            raise UserError(f"{name} cannot be changed while a run trains; only {', '.join(LIVE_SETTINGS)} can.")
    return config.changed(**settings)


def _folder(run: Run) -> Path:
    return run.path / "control"
