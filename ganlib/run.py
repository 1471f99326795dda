"""One run folder: the names in it, how to read them, and how to tell whether a trainer is alive.

One process trains and writes into the folder; everything else only reads it.
"""

import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, fields, replace
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from filelock import FileLock, Timeout

from ganlib import files, shipped
from ganlib.config import FIELDS, TrainConfig
from ganlib.errors import UserError
from ganlib.status import INTERRUPTED, LIVE, Status, is_plausible

SHIPPED = shipped.HOME
"""Models that came with the project: run folders that are only read."""


def home() -> Path:
    """Return the folder of own runs: `GANLIB_RUNS`, else `runs/` below the working directory."""
    return Path(os.environ.get("GANLIB_RUNS") or "runs")


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

    @property
    def is_without_discriminator(self) -> bool:
        """Whether the run has a generator alone: some shipped models do, to keep the project small."""
        generator, discriminator = (self.path / f"{name}.weights.h5" for name in ("generator", "discriminator"))
        return generator.exists() and not discriminator.exists()

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
        status = Status.from_dict(files.read_json(self.path / "status.json") or {})
        if status.state in LIVE and not self.is_locked():
            # The trainer may have ended between the two looks; what it wrote last then counts.
            again = Status.from_dict(files.read_json(self.path / "status.json") or {})
            return replace(status, state=INTERRUPTED, eta_s=None) if again.state == status.state else self.status()
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
        shipped = files.read_lines(self.path / "evaluations.jsonl") if self.is_shipped else []
        return shipped + files.read_lines(self.evaluations_path)

    @property
    def evaluations_path(self) -> Path:
        """Where an evaluation is written down: in the folder, or among own runs if the folder is only read."""
        return home() / ".shipped" / f"{self.id}.jsonl" if self.is_shipped else self.path / "evaluations.jsonl"

    def samples(self) -> list["Sample"]:
        """Return the sample sheets on disk, in order of training."""
        folder = self.path / "samples"
        found = [
            Sample(
                int(_number(line.get("step"))), _number(line.get("epoch")), folder / Path(str(line.get("file"))).name
            )
            for line in files.read_lines(folder / "index.jsonl")
            if isinstance(line.get("step"), int) and is_plausible(line["step"])
        ]
        return sorted(sample for sample in found if sample.path.is_file())

    def snapshots(self) -> list[tuple[int, Path]]:
        """Return the weights kept along the way as (step, folder), in order of training."""
        found = ((path.name.rpartition("_")[2], path) for path in (self.path / "snapshots").glob("step_*"))
        return sorted((int(step), path) for step, path in found if step.isdigit())

    def size(self) -> int:
        """Return the bytes that the folder takes on disk."""
        return sum(_sizes(self.path))

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
            UserError: another process holds it, or the run is gone.
        """
        if not (self.path / "config.json").exists():  # to lock it would make an empty folder
            raise UserError(f"There is no run {self.id!r} any more.")
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


def _sizes(path: Path) -> Iterator[int]:
    """Yield the size of each file below a folder; what is deleted meanwhile is left out."""
    with suppress(OSError):
        for entry in os.scandir(path):
            if entry.is_dir(follow_symlinks=False):
                yield from _sizes(Path(entry.path))
            elif entry.is_file(follow_symlinks=False):
                with suppress(OSError):
                    yield entry.stat().st_size


def _number(value: Any) -> float:
    return float(value) if isinstance(value, (int, float)) and is_plausible(value) else float("nan")
