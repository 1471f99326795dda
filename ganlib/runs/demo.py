"""A public demo keeps nothing: whatever a visitor made is deleted after an hour. What was there before it stays."""

import time
from collections.abc import Callable
from contextlib import suppress
from functools import cache, partial
from pathlib import Path
from threading import Thread

from ganlib.data import custom
from ganlib.runs import queue, store
from ganlib.runs.class_answers import FOLDER
from ganlib.runs.folder import SHIPPED_EVALUATIONS, Run, home
from ganlib.runs.status import ACTIVE
from ganlib.utils.errors import UserError

LIFETIME = 3600.0
"""Seconds."""

_PAUSE = 30.0

MARKER = ".demo"
"""A file in the folder of runs, as old as the demo."""

_since: dict[tuple[Path, int], float] = {}  # by path and inode: when it was first seen, or made if that was before


@cache
def keep_tidy() -> None:
    """Sweep the folder of runs twice a minute, for as long as this process lives. Safe to call often."""
    Thread(target=_forever, name="demo-sweep", daemon=True).start()


def sweep(lifetime: float = LIFETIME) -> None:
    """Delete runs, own images, evaluations and answers that are older than so many seconds.

    A run that still trains is told to stop, and deleted by a later sweep.
    """
    doomed: dict[Path, Callable[[], None]] = {run.path: partial(_remove, run) for run in store.list_runs()}
    doomed |= {custom.folder(name): partial(custom.delete, name) for name in custom.names()}
    for folder in (home() / FOLDER, home() / SHIPPED_EVALUATIONS):
        doomed |= {path: path.unlink for path in folder.glob("*.jsonl")}
    for key in [key for key in _since if key[0] not in doomed]:
        del _since[key]
    began = _began()
    for path, remove in doomed.items():
        with suppress(UserError, OSError):
            found = path.stat()
            key = path, found.st_ino
            # Once seen, a file that is written again does not live longer.
            made = _since.setdefault(key, found.st_mtime)
            if made >= began and time.time() - made > lifetime:
                remove()
                del _since[key]  # another of that name is another


def _began() -> float:
    """Return when the demo on this folder began: at its first sweep."""
    marker = home() / MARKER
    if not marker.exists():
        home().mkdir(parents=True, exist_ok=True)
        marker.touch()
    return marker.stat().st_mtime


def _remove(run: Run) -> None:
    if run.status().state in ACTIVE:
        queue.stop(run)
    store.delete(run)  # raises while the trainer is at work


def _forever() -> None:
    while True:
        with suppress(OSError):
            sweep()
        time.sleep(_PAUSE)
