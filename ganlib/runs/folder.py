"""One run folder: the names in it, how to read them, and how to tell whether a trainer is alive.

One process trains and writes into the folder; everything else only reads it.
"""

import os
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, replace
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import numpy as np
from filelock import FileLock, Timeout

from ganlib.config import TrainConfig
from ganlib.data import shipped
from ganlib.runs import records
from ganlib.runs.records import About, Sample
from ganlib.runs.status import INTERRUPTED, LIVE, Status
from ganlib.utils import files
from ganlib.utils.errors import UserError

SHIPPED = shipped.HOME
"""Models that came with the project: run folders that are only read."""


def home() -> Path:
    """Return the folder of own runs: `GANLIB_RUNS`, else `runs/` below the working directory."""
    return Path(os.environ.get("GANLIB_RUNS") or "runs")


SHIPPED_EVALUATIONS = ".shipped"
"""Folder among own runs of what was evaluated of shipped models."""

_SNAPSHOT = re.compile(r"step_([0-9]{1,15})")


class Run:
    """A run folder, by path.

    Reading never raises for what a trainer, a deletion or a stranger may leave behind: see `records`.
    """

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path)

    def __repr__(self) -> str:
        return f"Run({str(self.path)!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Run) and self.path == other.path

    def __hash__(self) -> int:
        return hash(self.path)

    @property
    def id(self) -> str:
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
        """All of `config.json`: the choices, and what the start found out. Raises UserError: missing or damaged."""
        record = files.read_json(self.path / "config.json")
        if record is None:
            raise UserError(
                f"The run {self.id!r} has no readable config.json; restore the file, or delete the run's folder."
            )
        return record

    @property
    def config(self) -> TrainConfig:
        """The choices, as resolved. Raises UserError: `config.json` is missing, damaged or holds a refused value."""
        return TrainConfig.from_record(self.record)

    def config_now(self) -> TrainConfig:
        """Return the choices with those changed live, as far as the others allow that; errors as for `config`."""
        config = self.config
        for event in self.events():
            if event["event"] == records.CHANGED:
                with suppress(UserError):
                    config = config.changed(**event["settings"])
        return config

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
        with suppress(ValueError):
            return About.from_json(files.read_json(self.path / "about.json") or {})
        return About()

    def metrics(self) -> dict[str, np.ndarray]:
        """Return `metrics.jsonl` as columns: name -> float array, NaN where a line lacks the value."""
        lines = records.sound(files.read_lines(self.path / "metrics.jsonl"), records.metrics)
        names = list(dict.fromkeys(name for line in lines for name in line))[: records.MOST_COLUMNS]
        return {name: np.array([line.get(name, np.nan) for line in lines], dtype=float) for name in names}

    def events(self) -> list[dict[str, Any]]:
        """Return `events.jsonl`: what happened (`event`), at which `step` and Unix `time`; see `records.event`."""
        return records.sound(files.read_lines(self.path / "events.jsonl"), records.event)

    def evaluations(self) -> list[dict[str, Any]]:
        """Return `evaluations.jsonl`, one object an evaluation; `evaluation.Evaluation` reads one in full."""
        paths = dict.fromkeys((self.path / "evaluations.jsonl", self.evaluations_path))  # two, if it is only read
        return records.sound((line for path in paths for line in files.read_lines(path)), records.evaluated)

    @property
    def evaluations_path(self) -> Path:
        """Where an evaluation is written down: in the folder, or among own runs if the folder is only read."""
        return home() / SHIPPED_EVALUATIONS / f"{self.id}.jsonl" if self.is_shipped else self.path / "evaluations.jsonl"

    def samples(self) -> list["Sample"]:
        """Return the sample grids on disk, in order of training."""
        folder = self.path / "samples"
        found = records.sound(files.read_lines(folder / "index.jsonl"), partial(Sample.from_json, folder=folder))
        return sorted(sample for sample in found if sample.path.is_file())

    def snapshots(self) -> list[tuple[int, Path]]:
        """Return the weights kept along the way as (step, folder), in order of training."""
        found = ((_SNAPSHOT.fullmatch(path.name), path) for path in (self.path / "snapshots").glob("step_*"))
        return sorted((int(match[1]), path) for match, path in found if match)

    def size(self) -> int:
        return sum(_sizes(self.path))

    # Liveness

    def lock(self) -> FileLock:
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

    # Writing: only the holder of the lock, or `queue` before there is one

    def write_status(self, status: Status) -> None:
        files.write_json(self.path / "status.json", asdict(status))

    def write_record(self, record: Mapping[str, Any]) -> None:
        files.write_json(self.path / "config.json", record)
        self.__dict__.pop("record", None)

    def write_about(self, **changes: Any) -> None:
        """Change the title, note, owner or tags; these belong to people, so no lock is needed."""
        files.write_json(self.path / "about.json", asdict(replace(self.about(), **changes)))

    def add_event(self, event: str, step: int, **details: Any) -> None:
        """Append to `events.jsonl` what happened, when and at which step."""
        line = {"event": event, "step": step, "time": round(time.time(), 3), **details}
        files.append_lines(self.path / "events.jsonl", [line])

    @contextmanager
    def held(self, timeout: float = 2.0) -> Iterator[None]:
        """Hold the run's lock, as its one writer. Raises UserError: another process holds it, or the run is gone."""
        if not (self.path / "config.json").exists():  # to lock it would make an empty folder
            raise UserError(f"There is no run {self.id!r} any more.")
        try:
            held = self.lock().acquire(timeout=timeout, poll_interval=0.01)
        except Timeout:
            raise UserError(f"Another process is working on the run {self.id!r}; stop it first.") from None
        with held:
            yield


def _sizes(path: Path) -> Iterator[int]:
    """Yield the size of each file below a folder; what is deleted meanwhile is left out."""
    with suppress(OSError):
        for entry in os.scandir(path):
            if entry.is_dir(follow_symlinks=False):
                yield from _sizes(Path(entry.path))
            elif entry.is_file(follow_symlinks=False):
                with suppress(OSError):
                    yield entry.stat().st_size
