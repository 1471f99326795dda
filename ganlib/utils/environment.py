"""What one installation allows, so that a class-room machine is neither filled nor cluttered."""

import os
import shutil
from pathlib import Path

from ganlib.utils.errors import UserError


def free_megabytes() -> int:
    """Return the room on the disk that runs leave untouched: `GANLIB_FREE_MB`, 300 by default."""
    return _whole("GANLIB_FREE_MB", 300)


def most_runs() -> int:
    """Return how many own runs there may be: `GANLIB_MAX_RUNS`, 5,000 by default."""
    return _whole("GANLIB_MAX_RUNS", 5_000)


def most_snapshots() -> int:
    """Return how many snapshots a run keeps, besides its final weights: `GANLIB_SNAPSHOTS`, 16 by default."""
    return max(2, _whole("GANLIB_SNAPSHOTS", 16))


def slots() -> int:
    """Return how many runs may train at once: `GANLIB_SLOTS`, 1 by default."""
    return max(1, _whole("GANLIB_SLOTS", 1))


def is_class() -> bool:
    """Return whether many people share this server, each with runs of their own: `GANLIB_CLASS`, off by default."""
    return _whole("GANLIB_CLASS", 0) > 0


def is_demo() -> bool:
    """Return whether anybody may try this server, and nothing is kept: `GANLIB_DEMO`, off by default."""
    return _whole("GANLIB_DEMO", 0) > 0


def allows_uploads() -> bool:
    """Return whether people may bring files along: `GANLIB_UPLOADS`, on by default but in a demo."""
    return _whole("GANLIB_UPLOADS", 0 if is_demo() else 1) > 0


def teachers() -> frozenset[str]:
    """Return the e-mail addresses in `GANLIB_TEACHERS`, separated by commas, in small letters."""
    listed = os.environ.get("GANLIB_TEACHERS", "").lower().split(",")
    return frozenset(filter(None, map(str.strip, listed)))


def person_limits() -> tuple[int, int, int]:
    """Return how many runs at once, seconds of training a run and megabytes each person may have; 0 is no limit.

    `GANLIB_LIMIT_RUNS`, `GANLIB_LIMIT_SECONDS` and `GANLIB_LIMIT_MB`: 2, 120 and 100 in a demo, else none.
    """
    runs, seconds, megabytes = (2, 120, 100) if is_demo() else (0, 0, 0)
    return (
        _whole("GANLIB_LIMIT_RUNS", runs),
        _whole("GANLIB_LIMIT_SECONDS", seconds),
        _whole("GANLIB_LIMIT_MB", megabytes),
    )


def longest_queue() -> int:
    """Return how many people's runs may train or wait together: `GANLIB_LIMIT_QUEUE`, 10 in a demo, else 0, any."""
    return _whole("GANLIB_LIMIT_QUEUE", 10 if is_demo() else 0)


def processors() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def prewarm_enabled() -> bool:
    """Return whether the app imports what it may need before it does, unless `GANLIB_WARM` is 0."""
    return _whole("GANLIB_WARM", 1) > 0


def check_room(folder: Path) -> None:
    """Refuse, by a `UserError`, to write more where less than `free_megabytes` are free on the folder's disk."""
    place = next((path for path in (folder, *folder.absolute().parents) if path.exists()), Path())
    free = shutil.disk_usage(place).free // 10**6
    if free < free_megabytes():
        raise UserError(
            f"Only {free:,} MB are free on the disk of {folder}, and {free_megabytes():,} MB are kept free "
            "(GANLIB_FREE_MB); make room, then start or resume."
        )


def check_count(runs: int) -> None:
    """Refuse, by a `UserError`, one more run where there are `most_runs` already."""
    if runs >= most_runs():
        raise UserError(f"There are already {runs:,} runs, the most allowed (GANLIB_MAX_RUNS); delete some first.")


def _whole(name: str, default: int) -> int:
    text = os.environ.get(name, "")
    return int(text) if text.isdigit() else default
