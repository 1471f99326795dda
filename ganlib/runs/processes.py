"""The processes that train: a new one for a run, or one that waits for a run with everything imported.

To start Python and to import Keras takes longer than all else between Start and the first step. So the app calls
`prepare` while people still choose: a process imports what a training needs, computes nothing, and waits. The next
run goes to it. It ends by itself when this process does.
"""

import json
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import Any, NamedTuple

from ganlib.runs.folder import Run
from ganlib.utils import environment

_CODE = Path(__file__).parents[1]
_OWN = "GANLIB_"  # variables that are read when they are needed, not at an import

Process = subprocess.Popen[bytes]


class WarmWorker(NamedTuple):
    """A process that waits for a run, or has ended without one."""

    process: Process
    fingerprint: Any

    @property
    def is_alive(self) -> bool:
        return self.process.poll() is None


_lock = Lock()
_warm_worker: WarmWorker | None = None
_trainers: dict[Path, Process] = {}  # by run, until they are known to have ended
_handed: dict[Path, Process] = {}  # by run: those that had waited


def prepare() -> None:
    """Let a process get ready for the next run, unless one waits already or `GANLIB_WARM` is 0. Safe to call often."""
    global _warm_worker
    if not environment.prewarm_enabled():
        return
    with _lock:
        # One that ended by itself stays where it is: another one would end the same way.
        if _warm_worker is None:
            # Where no process can be had now, the next run gets a new one, and says what is wrong if it must.
            with suppress(OSError):
                _warm_worker = WarmWorker(_start("ganlib.cli.warm_worker", stdin=subprocess.PIPE), _environment())


def is_prepared() -> bool:
    with _lock:
        return _warm_worker is not None and _warm_worker.is_alive


def dismiss() -> None:
    """Let the process go that waits, if there is one."""
    global _warm_worker
    with _lock:
        if _warm_worker:
            assert _warm_worker.process.stdin  # it was started with a pipe
            with suppress(OSError):
                _warm_worker.process.stdin.close()
            _warm_worker.process.kill()  # it may still be importing; there is nothing to lose
            _warm_worker.process.wait()
        _warm_worker = None


def launch(run: Run, is_new: bool = True) -> None:
    """Let a process train a queued run, at the first try (`is_new`) a warm one; its errors go to `log.txt`."""
    _handed.pop(run.path, None)
    if is_new and (worker := _take_over(run)):
        _trainers[run.path] = _handed[run.path] = worker
    else:
        _trainers[run.path] = _train(run)


def reap() -> None:
    """Let the system forget the trainers that have ended."""
    for path, process in list(_trainers.items()):
        if process.poll() is not None:
            _trainers.pop(path, None)


def is_lost(run: Run) -> bool:
    """Whether the run was handed to a process in waiting that has ended since."""
    process = _handed.get(run.path)
    return process is not None and process.poll() is not None


def _train(run: Run) -> Process:
    words = "resume", run.id, "--runs", str(run.path.parent.resolve())
    with (run.path / "log.txt").open("ab") as log:
        return _start("ganlib", *words, stdin=subprocess.DEVNULL, stderr=log)


def _take_over(run: Run) -> Process | None:
    """Hand the run to the process that waits, and return it; None if there is none that would do."""
    global _warm_worker
    if not environment.prewarm_enabled() or (_warm_worker and _warm_worker.fingerprint != _environment()):
        dismiss()
    with _lock:
        if _warm_worker is None or not _warm_worker.is_alive:
            return None
        process, _warm_worker = _warm_worker.process, None
    own = {name: value for name, value in os.environ.items() if name.startswith(_OWN)}
    order = {"run": run.id, "folder": str(run.path.parent.resolve()), "environment": own}
    assert process.stdin
    try:
        with process.stdin as pipe:
            pipe.write(json.dumps(order).encode())
    except OSError:  # it ended this very moment
        process.wait()
        return None
    return process


def _environment() -> Any:
    """Return what makes a process that waits useless when it changes: code that was edited since, the folder."""
    return Path.cwd(), max(_changed(path) for path in _CODE.rglob("*.py"))


def _changed(path: Path) -> int:
    with suppress(FileNotFoundError):  # an editor writes files anew
        return path.stat().st_mtime_ns
    return 0


def _start(module: str, *words: str, **streams: Any) -> Process:
    """Start `python -m module` in the background: it outlives this process and its terminal."""
    return subprocess.Popen(
        python_command(module, *words),
        start_new_session=True,
        env=python_environment(GANLIB_BACKGROUND="1"),
        **{"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, **streams},
    )


def python_command(module: str, *words: str) -> list[str]:
    """Return the command of `python -m module words`."""
    return [sys.executable, "-m", module, *words]


def python_environment(**more: str) -> dict[str, str]:
    """Return this process's environment variables with some more, such that this library is found."""
    path = os.pathsep.join(filter(None, [str(_CODE.parent), os.environ.get("PYTHONPATH", "")]))
    return {**os.environ, "PYTHONPATH": path, **more}
