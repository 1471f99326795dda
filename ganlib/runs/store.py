"""All runs: making, finding, listing and deleting the folders `runs/<id>/`."""

import os
import re
import shutil
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from ganlib import presets
from ganlib.catalog import drawing
from ganlib.config import TrainConfig
from ganlib.runs.folder import SHIPPED, Run, home
from ganlib.runs.status import QUEUED, Status
from ganlib.utils import environment, files
from ganlib.utils.errors import UserError

_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,60}")


def check_id(name: str) -> str:
    """Return the name if it can be a run's. Raises UserError: it cannot; the message says what one looks like."""
    if not _ID.fullmatch(name):
        raise UserError(
            f"{name!r} is no name for a run; use up to 61 small letters, digits and hyphens, such as my-first-gan."
        )
    if (SHIPPED / name).exists():
        raise UserError(f"{name!r} is the name of a shipped model; choose another name.")
    return name


def create(
    config: TrainConfig,
    record: Mapping[str, Any],
    name: str | None = None,
    folder: Path | None = None,
    state: str = QUEUED,
) -> Run:
    """Make a run's folder.

    `record` is what else `config.json` should say. The run's id is its name, by default the preset's name in the record
    and the first free number; runs live in a folder, by default `home()`. A queued run may be started at once by
    whoever looks. Raises UserError: the name is taken or cannot be one, a limit is reached, or the folder cannot be
    written.
    """
    folder = folder or home()
    environment.check_count(len(list_runs(folder)))
    environment.check_room(folder)
    preset = presets.named(record.get("preset"))
    stem = preset.name if preset else "drawn" if drawing.read_name(config.dataset) else config.dataset
    candidates = [check_id(name)] if name else (f"{stem}-{number}" for number in range(1, 1_000_000))
    for candidate in candidates:
        if not name and (SHIPPED / candidate).exists():
            continue
        with suppress(FileExistsError):
            return make(folder / candidate, config, record, state)
    raise UserError(f"There is already a run named {name!r}; choose another name or delete it.")


def make(path: Path, config: TrainConfig, record: Mapping[str, Any], state: str = QUEUED) -> Run:
    """Make a run's folder at any path, else as `create`. Raises FileExistsError, or UserError: it cannot be written."""
    run = Run(path)
    try:
        path.mkdir(parents=True)
    except FileExistsError:
        raise
    except OSError as error:
        raise files.unwritable(f"No run can be kept in {path.parent}", error, "GANLIB_RUNS") from error
    try:
        files.write_json(path / "config.json", {**config.to_dict(), **record})
        run.write_status(Status(state))
        (path / "control").mkdir()
    except OSError as error:
        shutil.rmtree(path, ignore_errors=True)
        raise UserError(
            f"The run could not be written to {path.parent} ({error.strerror}); make room and try again."
        ) from error
    return run


def find(name: str, folder: Path | None = None) -> Run:
    """Return the run of a path, an own run's id, or a shipped model's name, in this order. Raises UserError: none."""
    if ("/" in name or "\\" in name) and (Path(name) / "config.json").is_file():
        return Run(Path(name).resolve())
    if _ID.fullmatch(name):
        for path in ((folder or home()) / name, SHIPPED / name):
            if (path / "status.json").is_file() or (path / "config.json").is_file():
                return Run(path)
    raise UserError(f"There is no run {name!r}; `python -m ganlib runs` lists those there are.")


def list_runs(folder: Path | None = None) -> list[Run]:
    """Return own runs, newest first."""
    return _in_folder(folder or home())


def list_shipped() -> list[Run]:
    return _in_folder(SHIPPED)


def delete(run: Run) -> None:
    """Delete a run for good. Raises UserError: it came with the project, or its trainer is alive."""
    if run.is_shipped:
        raise UserError(f"{run.id!r} came with the project and cannot be deleted.")
    with run.held(timeout=0.2):
        pass
    # Out of sight first, so that no reader meets a folder that is half gone. Windows renames no locked folder.
    doomed = run.path.with_name(f".deleted-{run.id}-{time.time_ns()}")
    run.path.rename(doomed)
    shutil.rmtree(doomed, ignore_errors=True)


def _in_folder(folder: Path) -> list[Run]:
    try:
        paths = [Path(entry.path) for entry in os.scandir(folder) if _ID.fullmatch(entry.name)]
    except OSError:
        return []
    created = {}
    for path in paths:
        with suppress(OSError):  # a folder that is no run, or is being deleted
            created[path] = (path / "config.json").stat().st_mtime_ns
    return [Run(path) for path in sorted(created, key=created.__getitem__, reverse=True)]
