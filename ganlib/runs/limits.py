"""What one person may have on a server that many share: runs at once, seconds of training a run, megabytes.

The environment sets limits for everybody (`environment.person_limits`); teachers may set others, for everybody or for
one person, which are kept in `.class/limits.json` below the folder of runs. Teachers have none.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from ganlib.config import TrainConfig
from ganlib.data import custom
from ganlib.runs import store
from ganlib.runs.class_answers import FOLDER
from ganlib.runs.folder import Run, home
from ganlib.runs.status import ACTIVE
from ganlib.utils import environment, files, values
from ganlib.utils.errors import UserError

EVERYBODY = "*"
"""Stands for all who have no limits of their own."""

_WAIT = 10.0  # seconds


@dataclass(frozen=True)
class Limits:
    """The limits of one person; 0 is none."""

    runs: int = 0  # that train or wait at once
    seconds: int = 0  # of training, for each run
    megabytes: int = 0  # on disk, of all runs and custom data sets together

    @classmethod
    def from_json(cls, entry: Any) -> "Limits":
        """Read an entry of `limits.json`. Raises ValueError: it is none."""
        table = values.table(entry)
        return cls(*(values.demand_whole(table, name) for name in ("runs", "seconds", "megabytes")))

    def clamped(self, config: TrainConfig) -> TrainConfig:
        """Return a config that trains for no longer than allowed."""
        if not self.seconds or 0 < config.max_seconds <= self.seconds:
            return config
        return config.changed(max_seconds=float(self.seconds))


def of(owner: str, folder: Path | None = None) -> Limits:
    """Return the limits of a person, by the name that their runs carry; nobody ("") and teachers have none."""
    if not owner or owner in environment.teachers():
        return Limits()
    table = _table(folder or home())
    for name in (owner, EVERYBODY):
        try:
            return Limits.from_json(table[name])
        except (KeyError, ValueError):
            continue
    return Limits(*environment.person_limits())


def has_own(owner: str, folder: Path | None = None) -> bool:
    """Return whether limits were set for this person, or for `EVERYBODY`."""
    return owner in _table(folder or home())


def are_set(owner: str, folder: Path | None = None) -> bool:
    """Return whether any limit could stop this person from training one more run."""
    return bool(owner) and (of(owner, folder) != Limits() or bool(environment.longest_queue()))


def put(owner: str, limits: Limits | None, folder: Path | None = None) -> None:
    """Set the limits of a person, or of `EVERYBODY`; with None those are taken back that were set.

    A person then has everybody's, and everybody those of the environment. Raises UserError: they could not be written.
    """
    path = _path(folder or home())
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(path.with_suffix(".lock"), timeout=_WAIT):
            others = {name: entry for name, entry in _table(folder or home()).items() if name != owner}
            files.write_json(path, others if limits is None else {**others, owner: asdict(limits)})
    except (OSError, Timeout) as error:
        raise UserError("The limits could not be kept; make room on the disk and try again.") from error


@contextmanager
def admitted(owner: str, configs: Sequence[TrainConfig], folder: Path | None = None) -> Iterator[list[TrainConfig]]:
    """Yield a person's configs as they may train, while nobody else is admitted; make the runs inside.

    Raises UserError: a limit allows no more runs.
    """
    folder = folder or home()
    if not are_set(owner, folder):
        yield list(configs)
        return
    limits = of(owner, folder)
    with one_at_a_time(folder):
        check(owner, len(configs), folder)
        yield [limits.clamped(config) for config in configs]


@contextmanager
def one_at_a_time(folder: Path) -> Iterator[None]:
    """Let nobody else be admitted meanwhile. Raises UserError: too many ask, or the folder cannot be written."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / ".limits.lock").acquire(timeout=_WAIT)
    except Timeout:
        raise UserError("Too many start a run at this moment; try again.") from None
    except OSError as error:
        raise files.unwritable(f"No run can be kept in {folder}", error, "GANLIB_RUNS") from error
    with lock:
        yield


def check(owner: str, wanted: int, folder: Path | None = None) -> None:
    """Refuse runs beyond a limit; none are `wanted` by who only brings something along. Raises UserError: why."""
    folder = folder or home()
    limits, runs = of(owner, folder), store.list_runs(folder)
    going = [run for run in runs if run.status().state in ACTIVE] if wanted else []
    mine = sum(run.about().owner == owner for run in going)
    if limits.runs and mine + wanted > limits.runs:
        raise UserError(
            f"At most {limits.runs} of your runs may train or wait at once; with {wanted} more it would be "
            f"{mine + wanted}. Wait for one to end, or stop it."
        )
    most = 0 if owner in environment.teachers() else environment.longest_queue()
    if most and len(going) + wanted > most:
        raise UserError(
            f"{len(going)} runs train or wait here already, and {most} is the most (GANLIB_LIMIT_QUEUE); try again in "
            "some minutes."
        )
    if limits.megabytes and (used := _megabytes(owner, runs)) >= limits.megabytes:
        raise UserError(
            f"Your runs and images take {used:,} MB, and {limits.megabytes:,} MB are allowed; delete some first."
        )


def check_again(run: Run) -> None:
    """Refuse to go on with a run beyond its owner's limits. Raises UserError: why."""
    owner, folder = run.about().owner, run.path.parent
    if run.status().state not in ACTIVE:
        check(owner, 1, folder)
    limits, config = of(owner, folder), run.config
    if limits.clamped(config) != config:
        raise UserError(
            f"This run may train for longer than {limits.seconds} s, the most allowed; continue it with other settings."
        )


def _megabytes(owner: str, runs: Sequence[Run]) -> int:
    size = sum(run.size() for run in runs if run.about().owner == owner)
    size += sum(custom.size(name) for name in custom.names() if custom.owner(name) == owner)
    return size // 10**6


def _path(folder: Path) -> Path:
    return folder / FOLDER / "limits.json"


def _table(folder: Path) -> Mapping[str, Any]:
    return files.read_json(_path(folder)) or {}
