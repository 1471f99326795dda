"""The run folder: one process trains and writes into it, everything else reads it.

A run is a folder `runs/<id>/`; shipped models are run folders in `pretrained/`. This module knows the names
in it, its states, and how to tell whether a trainer is alive. It imports nothing heavy.
"""

import os
import re
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, fields, replace
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from filelock import FileLock, Timeout

from ganlib import files
from ganlib.config import FIELDS, TrainConfig
from ganlib.errors import UserError

QUEUED, RUNNING, PAUSED = "queued", "running", "paused"
STOPPED, FINISHED, FAILED, INTERRUPTED = "stopped", "finished", "failed", "interrupted"
STATES = (QUEUED, RUNNING, PAUSED, STOPPED, FINISHED, FAILED, INTERRUPTED)
LIVE = (RUNNING, PAUSED)

SHIPPED = Path(__file__).parent.parent / "pretrained"
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,60}")


def home() -> Path:
    """Return the folder of own runs: `GANLIB_RUNS`, else `runs/` below the working directory."""
    return Path(os.environ.get("GANLIB_RUNS") or "runs")


@dataclass(frozen=True)
class Status:
    """What `status.json` says: where a run stands.

    Attributes:
        state: one of `STATES`.
        step: steps done.
        total_steps: steps the run will have at its end, as far as known.
        epoch: epochs done, with fraction.
        eta_s: seconds of training still to come, or None where unknown.
        images_per_s: real images D saw per second of training time, lately.
        seconds: training time so far, summed over resumes.
        message: one sentence for a person, or "".
        queued_at: Unix time at which the run asked for its turn.
        launched_at: Unix time at which a process was started for it, 0 before.
    """

    state: str
    step: int = 0
    total_steps: int = 0
    epoch: float = 0.0
    eta_s: float | None = None
    images_per_s: float = 0.0
    seconds: float = 0.0
    message: str = ""
    queued_at: float = field(default_factory=time.time)
    launched_at: float = 0.0

    @property
    def progress(self) -> float:
        """Share of the run that is done, 0 to 1."""
        return min(1.0, self.step / self.total_steps) if self.total_steps else 0.0


_STATUS_TYPES: Mapping[str, type | tuple[type, ...]] = {
    "state": str,
    "step": int,
    "total_steps": int,
    "epoch": (int, float),
    "eta_s": (int, float, type(None)),
    "images_per_s": (int, float),
    "seconds": (int, float),
    "message": str,
    "queued_at": (int, float),
    "launched_at": (int, float),
}


@dataclass(frozen=True)
class About:
    """What people say of a run; written by the app at any time, never by the trainer.

    Attributes:
        title: a name of its own, or "" to go by the id.
        note: free text.
        owner: who started it, or "".
    """

    title: str = ""
    note: str = ""
    owner: str = ""


class Sample(NamedTuple):
    """A sheet of generated images on disk, and when in the training it was drawn."""

    step: int
    epoch: float
    path: Path


class Run:
    """A run folder, by path. Reading never raises for what a trainer or a deletion may leave behind."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __repr__(self) -> str:
        return f"Run({str(self.path)!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Run) and self.path == other.path

    def __hash__(self) -> int:
        return hash(self.path)

    @property
    def id(self) -> str:
        """The folder's name."""
        return self.path.name

    @property
    def is_shipped(self) -> bool:
        """Whether the run came with the project and is therefore read-only."""
        return self.path.parent == SHIPPED

    # Reading

    @cached_property
    def record(self) -> dict[str, Any]:
        """All of `config.json`: the choices, and what was found out when training began.

        Raises:
            UserError: the file is missing or damaged.
        """
        record = files.read_json(self.path / "config.json")
        if record is None:
            raise UserError(f"The run {self.id!r} has no readable config.json; delete it or restore the file.")
        return record

    @property
    def config(self) -> TrainConfig:
        """The run's choices, as resolved.

        Raises:
            UserError: `config.json` is missing, damaged or holds a refused value.
        """
        return config_of(self.record)

    def status(self) -> Status:
        """Return where the run stands. A run whose trainer is gone reads as interrupted."""
        values = files.read_json(self.path / "status.json") or {}
        known: dict[str, Any] = {
            key: value
            for key, value in values.items()
            if key in _STATUS_TYPES and isinstance(value, _STATUS_TYPES[key]) and not isinstance(value, bool)
        }
        if known.get("state") not in STATES:
            return Status(FAILED, message="This run's status.json is missing or damaged.", queued_at=0.0)
        status = Status(**known)
        if status.state in LIVE and not self.is_locked():
            # The trainer may have ended between the two looks; what it wrote last then counts.
            again = files.read_json(self.path / "status.json") or {}
            if again.get("state") == status.state:
                return replace(status, state=INTERRUPTED, eta_s=None)
            return self.status()
        return status

    def about(self) -> About:
        """Return what people say of the run."""
        values = files.read_json(self.path / "about.json") or {}
        return About(**{f.name: str(values[f.name]) for f in fields(About) if f.name in values})

    def metrics(self) -> dict[str, np.ndarray]:
        """Return `metrics.jsonl` as columns: name -> float array, NaN where a line lacks the value."""
        lines = files.read_lines(self.path / "metrics.jsonl")
        names = dict.fromkeys(name for line in lines for name in line)
        return {name: np.array([_number(line.get(name)) for line in lines], dtype=float) for name in names}

    def events(self) -> list[dict[str, Any]]:
        """Return `events.jsonl`: what happened (`event`), at which `step` and Unix `time`."""
        return files.read_lines(self.path / "events.jsonl")

    def evaluations(self) -> list[dict[str, Any]]:
        """Return `evaluations.jsonl`, one object an evaluation."""
        return files.read_lines(self.path / "evaluations.jsonl")

    def samples(self) -> list["Sample"]:
        """Return the sample sheets on disk, in order of training."""
        folder = self.path / "samples"
        found = [
            Sample(
                int(_number(line.get("step"))), _number(line.get("epoch")), folder / Path(str(line.get("file"))).name
            )
            for line in files.read_lines(folder / "index.jsonl")
            if isinstance(line.get("step"), int)
        ]
        return sorted(sample for sample in found if sample.path.is_file())

    def snapshots(self) -> list[tuple[int, Path]]:
        """Return the weights kept along the way as (step, folder), in order of training."""
        found = ((path.name.rpartition("_")[2], path) for path in (self.path / "snapshots").glob("step_*"))
        return sorted((int(step), path) for step, path in found if step.isdigit())

    def size(self) -> int:
        """Return the bytes that the folder takes on disk."""
        return sum(entry.stat().st_size for entry in _entries(self.path))

    # Liveness

    def lock(self) -> FileLock:
        """Return the lock that the training process holds."""
        return FileLock(self.path / "lock", thread_local=False)

    def is_locked(self) -> bool:
        """Whether a process holds the run's lock, which is the one sign of a living trainer.

        To look is to take the lock for an instant, so two readers can meet; a lock held by a trainer is
        still held a moment later, a reader's is not.
        """
        if not (self.path / "lock").exists():
            return False
        for _ in range(3):
            try:
                with self.lock().acquire(blocking=False):
                    return False
            except Timeout:
                time.sleep(0.002)
            except OSError:  # the folder is being deleted, or may not be written
                return False
        return True

    # Writing: only the holder of the lock, or `jobs` before there is one

    def write_status(self, status: Status) -> None:
        """Replace `status.json` at once."""
        files.write_json(self.path / "status.json", asdict(status))

    def write_record(self, record: Mapping[str, Any]) -> None:
        """Replace `config.json` at once."""
        files.write_json(self.path / "config.json", record)
        self.__dict__.pop("record", None)

    def write_about(self, **changes: str) -> None:
        """Change the title, note or owner; these belong to people, so no lock is needed."""
        files.write_json(self.path / "about.json", asdict(replace(self.about(), **changes)))

    def add_event(self, event: str, step: int, **details: Any) -> None:
        """Append to `events.jsonl` what happened, when and at which step."""
        files.append_lines(
            self.path / "events.jsonl", [{"event": event, "step": step, "time": round(time.time(), 3), **details}]
        )

    @contextmanager
    def held(self, timeout: float = 2.0) -> Iterator[None]:
        """Hold the run's lock, as its one writer.

        Raises:
            UserError: another process holds it.
        """
        lock = self.lock()
        try:
            lock.acquire(timeout=timeout, poll_interval=0.01)
        except Timeout:
            raise UserError(f"Another process is working on the run {self.id!r}; stop it first.") from None
        try:
            yield
        finally:
            lock.release()


def config_of(record: Mapping[str, Any]) -> TrainConfig:
    """Return the choices inside a `config.json`, which holds findings such as versions beside them.

    Raises:
        UserError: a value is refused.
    """
    return TrainConfig.from_dict({key: value for key, value in record.items() if key in FIELDS})


def check_id(name: str) -> str:
    """Return the name if it can be a run's.

    Raises:
        UserError: it cannot; the message says what a run's name looks like.
    """
    if not _ID.fullmatch(name):
        raise UserError(
            f"{name!r} is no name for a run; use up to 61 small letters, digits and hyphens, such as my-first-gan."
        )
    if (SHIPPED / name).exists():
        raise UserError(f"{name!r} is the name of a shipped model; choose another name.")
    return name


def create(config: TrainConfig, record: Mapping[str, Any], name: str | None = None, folder: Path | None = None) -> Run:
    """Make a queued run.

    Args:
        config: its choices.
        record: what else `config.json` should say; `preset` names the run where `name` does not.
        name: its id; by default the preset's name and the first free number.
        folder: where runs live, by default `home()`.

    Raises:
        UserError: the name is taken or cannot be one, or the folder cannot be written.
    """
    folder = folder or home()
    stem = str(record.get("preset") or config.dataset)
    candidates = [check_id(name)] if name else (f"{stem}-{number}" for number in range(1, 1_000_000))
    for candidate in candidates:
        run = Run(folder / candidate)
        if not name and (SHIPPED / candidate).exists():
            continue
        try:
            run.path.mkdir(parents=True)
        except FileExistsError:
            continue
        except OSError as error:
            raise UserError(
                f"No run can be kept in {folder} ({error.strerror}); choose another with --runs."
            ) from error
        try:
            files.write_json(run.path / "config.json", {**config.to_dict(), **record})
            run.write_status(Status(QUEUED))
            (run.path / "control").mkdir()
        except OSError as error:
            shutil.rmtree(run.path, ignore_errors=True)
            raise UserError(
                f"The run could not be written to {folder} ({error.strerror}); make room and try again."
            ) from error
        return run
    raise UserError(f"There is already a run named {name!r}; choose another name or delete it.")


def find(name: str, folder: Path | None = None) -> Run:
    """Return the run of that name: a path, else the id of an own run, else the name of a shipped model.

    Raises:
        UserError: there is none.
    """
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
    """Return the models that came with the project."""
    return _in_folder(SHIPPED)


def delete(run: Run) -> None:
    """Delete a run for good.

    Raises:
        UserError: it came with the project, or its trainer is alive.
    """
    if run.is_shipped:
        raise UserError(f"{run.id!r} came with the project and cannot be deleted.")
    with run.held(timeout=0.2):
        # Out of sight first, so that no reader meets a folder that is half gone.
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


def _entries(path: Path) -> Iterator[os.DirEntry[str]]:
    try:
        for entry in os.scandir(path):
            if entry.is_dir(follow_symlinks=False):
                yield from _entries(Path(entry.path))
            elif entry.is_file(follow_symlinks=False):
                yield entry
    except OSError:
        return


def _number(value: Any) -> float:
    return float(value) if isinstance(value, (int, float)) else float("nan")
