"""Commands to a trainer: files in the run's `control/`, written by anyone, consumed by the trainer in order."""

import json
import time
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from ganlib import files
from ganlib.errors import UserError
from ganlib.runs import Run

PAUSE, RESUME, STOP = "pause", "resume", "stop"


@dataclass(frozen=True)
class Command:
    """One command, with its settings if it has any."""

    name: str
    settings: dict[str, Any] = field(default_factory=dict)


def send(run: Run, command: Command) -> None:
    """Leave a command for the run's trainer.

    Raises:
        UserError: the run is gone or its disk is full.
    """
    # Names sort by time, so that commands are executed in the order they were given.
    path = run.path / "control" / f"{time.time_ns():020d}-{uuid4().hex[:8]}.json"
    try:
        files.write_json(path, {"command": command.name, **command.settings})
    except OSError as error:
        raise UserError(f"The run {run.id!r} could not be told to {command.name} ({error.strerror}).") from error


def take(run: Run) -> list[Command]:
    """Return the commands that wait, oldest first, and remove them. For the trainer alone."""
    found = []
    for path in sorted((run.path / "control").glob("*.json")):
        try:
            values = json.loads(path.read_text())
        except ValueError:
            values = {}
        path.unlink(missing_ok=True)
        if isinstance(values, dict) and "command" in values:
            found.append(Command(str(values.pop("command")), values))
    return found
