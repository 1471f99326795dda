"""Who watches a training now, and the picture drawn for them: `live/` of a run folder.

A training draws sample grids to keep, ever more seldom. Whoever watches wants news sooner, so while somebody does the
trainer draws further pictures, each in the place of the last. They leave no trace in the run.
"""

import os
import re
import shutil
import time
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from ganlib.runs.folder import Run
from ganlib.utils import files

FOLDER = "live"

_UNTIL = "watched"  # an empty file whose time of change is the Unix time until which somebody watches
_PICTURE = re.compile(r"step_([0-9]{1,15})\.png")


class Picture(NamedTuple):
    """A grid of generated images that will soon be replaced by a newer one."""

    step: int
    path: Path


def watch(run: Run, seconds: float) -> None:
    """Tell the trainer that somebody looks, and will look again within so many seconds; a full disk is no trouble."""
    path = run.path / FOLDER / _UNTIL
    with suppress(OSError):
        path.parent.mkdir(exist_ok=True)
        path.touch(exist_ok=True)
        os.utime(path, (time.time() + seconds,) * 2)


def until(run: Run) -> float:
    """Return until when somebody watches, as Unix time; each look moves it on. 0 if nobody watches now."""
    try:
        moment = (run.path / FOLDER / _UNTIL).stat().st_mtime
    except OSError:
        return 0.0
    return moment if moment > time.time() else 0.0


def write(run: Run, step: int, png: bytes) -> None:
    """Put a picture in the place of the last; the one before stays, for whoever is about to read it."""
    before = _pictures(run)
    files.write_bytes(run.path / FOLDER / f"step_{step:08d}.png", png)
    for picture in before[:-1]:
        picture.path.unlink(missing_ok=True)


def newest(run: Run) -> Picture | None:
    """Return the picture of the latest step, None where nobody watched."""
    return next(reversed(_pictures(run)), None)


def forget(run: Run) -> None:
    """Leave nothing behind: the training is over, or goes back to an earlier step."""
    shutil.rmtree(run.path / FOLDER, ignore_errors=True)


def _pictures(run: Run) -> list[Picture]:
    found = ((_PICTURE.fullmatch(path.name), path) for path in (run.path / FOLDER).glob("step_*.png"))
    return sorted(Picture(int(match[1]), path) for match, path in found if match)
