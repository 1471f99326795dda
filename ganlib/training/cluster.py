"""Trains runs as tasks of a Dask cluster (https://distributed.dask.org), on other machines or on all cores of this one.

Which worker takes which run, and who takes over the runs of a worker that is lost, is Dask's business. Where all
workers see the folder of runs, each trains there: the app shows its run like any other, and a lost worker's run goes on
from its checkpoint. Where they do not, a run travels as an archive to a worker and back; its status is told meanwhile,
and after the loss of a worker it begins anew.

A task is an ordinary training, so a run becomes the same, bit for bit, as on this machine alone.
"""

import io
import logging
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Lock
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from ganlib.backend.startup import load_backend
from ganlib.runs import archive, commands
from ganlib.runs.commands import Command
from ganlib.runs.folder import Run
from ganlib.runs.importer import import_run
from ganlib.runs.status import FAILED, FINISHED, GETTING_READY, RUNNING, STOPPED, Status
from ganlib.utils import environment
from ganlib.utils.errors import UserError

if TYPE_CHECKING:
    from distributed import Client, Future

LOCAL = "local-dask"
"""In place of a scheduler's address: workers on all cores of this machine, for as long as the runs train."""

_WAITS = "Waits for a worker of the cluster."
_GPU = "GPU"
"""The resource that a worker with a GPU is started with (`dask worker --resources GPU=1`), and that a run takes."""

_POLL = 0.5  # seconds
_PATIENCE = 10  # seconds for a scheduler to answer

_one_at_a_time = Lock()
"""Of a worker's process: the backend's threads and memory are one run's, however many threads Dask gives it."""


@contextmanager
def connected(where: str, runs: int) -> Iterator["Client"]:
    """Connect to a scheduler, or start one with workers here.

    Args:
        where: a scheduler's address such as `dask://HOST:PORT`, or `LOCAL`.
        runs: how many are to be trained; more workers are not started here.

    Raises:
        UserError: Dask is not installed, nobody answers at that address, or the cluster has no workers.
    """
    try:
        from distributed import Client, LocalCluster
    except ImportError as error:
        raise UserError(
            "Dask is not installed; install it with: python -m pip install -r requirements-cluster.txt"
        ) from error
    if where == LOCAL:
        count = min(runs, environment.processors())
        options = {"n_workers": count, "threads_per_worker": 1, "memory_limit": None, "dashboard_address": None}
        with LocalCluster(**options, silence_logs=logging.ERROR) as cluster, Client(cluster) as client:
            yield client
        return
    scheme, separator, place = where.partition("://")
    if not separator:
        raise UserError(f"--on takes dask://HOST:PORT or {LOCAL}, not {where!r}.")
    address = f"tcp://{place}" if scheme == "dask" else where
    try:
        client = Client(address, timeout=_PATIENCE)
    except (OSError, ValueError) as error:
        raise UserError(f"No Dask scheduler answers at {where}; start one with: dask scheduler") from error
    with client:
        if not _workers(client):
            raise UserError(f"The scheduler at {where} has no workers; start some with: dask worker {address}")
        yield client


def train(client: "Client", runs: Sequence[Run], say: Callable[[str], None], stop: Event | None = None) -> list[str]:
    """Train runs on a cluster until all have ended.

    Args:
        client: what `connected` yields.
        runs: all of one folder, and none of them in a queue.
        say: is told a sentence when a run has ended.
        stop: set to end early; what runs of a shared folder have learned is kept.

    Returns:
        The ids of runs that failed.
    """
    stop = stop or Event()
    for run in runs:
        run.write_status(replace(run.status(), state=STOPPED, message=_WAITS))
    failed = []
    with ExitStack() as held:
        away = _Away()
        left = _submit(client, runs, held, away)
        while left and not stop.is_set():
            for future in _ended(list(left)):
                run = left.pop(future)
                away.is_back(run)
                trouble = _take_back(run, future)
                status = run.status()
                say(trouble or f"{run.id} is {status.state} at step {status.step}; {len(left)} of {len(runs)} left.")
                if trouble or status.state == FAILED:
                    failed.append(run.id)
        for run in left.values():
            away.is_back(run)
            if run.status().state == RUNNING:
                commands.send(run, Command(commands.STOP))
            else:
                run.write_status(replace(run.status(), message="Cancelled before its turn came."))
        client.cancel(list(left))
    return failed


def train_in_place(path: str) -> None:
    """Train a run of a folder that this worker sees; it says itself how it ended."""
    with _one_at_a_time, suppress(UserError):
        _train(Run(Path(path)), lambda status: None)


def train_archive(name: str, packed: bytes, topic: str) -> bytes:
    """Train a run that came as an archive, and return it as one; `topic` is where its status is told."""
    from distributed import get_worker

    worker = get_worker()
    with _one_at_a_time, TemporaryDirectory() as folder:
        run = import_run(io.BytesIO(packed), name, Path(folder))
        with suppress(UserError):  # its status says so
            _train(run, lambda status: worker.log_event(topic, {"run": name, "status": asdict(status)}))
        return archive.zip_bytes(run, checkpoint=True)


def _train(run: Run, watch: Callable[[Status], None]) -> None:
    """Train a run in this process, unless another worker has just finished it and was lost before it could say so."""
    with run.held():
        if run.status().state == FINISHED:
            return
        commands.forget(run, commands.PAUSE, commands.RESUME, commands.STOP)  # these were said to an earlier trainer
        run.write_status(replace(run.status(), state=RUNNING, message=GETTING_READY))
        load_backend()
        from ganlib.training.start_or_resume import train as train_here

        train_here(run, watch)


def _workers(client: "Client") -> dict[str, Any]:
    found: dict[str, Any] = client.scheduler_info(n_workers=-1)["workers"]
    return found


class _Away:
    """Runs that travelled: what their workers say of them is written down until they are back."""

    def __init__(self) -> None:
        self._runs: dict[str, Run] = {}
        self._lock = Lock()  # words come in a thread of Dask's

    def leave(self, runs: Sequence[Run]) -> None:
        with self._lock:
            self._runs.update({run.id: run for run in runs})

    def is_back(self, run: Run) -> None:
        """Take no more words about a run, such as late ones."""
        with self._lock:
            self._runs.pop(run.id, None)

    def note(self, told: dict[str, Any]) -> None:
        with self._lock, suppress(OSError):
            if run := self._runs.get(told["run"]):
                run.write_status(Status.from_dict(told["status"]))


def _submit(client: "Client", runs: Sequence[Run], held: ExitStack, away: "_Away") -> "dict[Future, Run]":
    """Make a task of each run, with a GPU for each where workers offer some; runs that travel are held meanwhile."""
    offers_gpu = any(worker["resources"].get(_GPU) for worker in _workers(client).values())
    options: dict[str, Any] = {"resources": {_GPU: 1} if offers_gpu else None, "pure": False}
    if _is_shared(client, runs[0].path.parent):
        return {client.submit(train_in_place, str(run.path.resolve()), **options): run for run in runs}
    topic = f"runs-{uuid4().hex}"
    away.leave(runs)
    held.callback(client.unsubscribe_topic, topic)
    client.subscribe_topic(topic, lambda event: away.note(event[1]))
    found = {}
    for run in runs:
        held.enter_context(run.held())
        packed = archive.zip_bytes(run, checkpoint=True)
        found[client.submit(train_archive, run.id, packed, topic, **options)] = run
    return found


def _is_shared(client: "Client", folder: Path) -> bool:
    """Whether every worker sees the files of a folder of this machine."""
    token = folder.resolve() / f".cluster-{uuid4().hex}"
    token.touch()
    try:
        return all(client.run(_exists, str(token)).values())
    finally:
        token.unlink()


def _exists(path: str) -> bool:
    return Path(path).exists()


def _ended(futures: "list[Future]") -> "list[Future]":
    from distributed import TimeoutError, wait

    with suppress(TimeoutError):
        wait(futures, timeout=_POLL, return_when="FIRST_COMPLETED")
    return [future for future in futures if future.done()]


def _take_back(run: Run, future: "Future") -> str:
    """Put the run in its place if it comes as an archive; return what went wrong with the task, or ""."""
    if error := future.exception():
        message = f"The cluster could not train it ({type(error).__name__}: {error})."
        run.write_status(replace(run.status(), state=FAILED, message=message, eta_s=None))
        return f"{run.id}: {message}"
    packed = future.result()
    try:
        if packed is not None:
            _unpack(run, packed)
    except (UserError, OSError) as error:
        message = f"It was trained, but could not be brought back: {error}"
        run.write_status(replace(run.status(), state=FAILED, message=message, eta_s=None))
        return f"{run.id}: {message}"
    return ""


def _unpack(run: Run, packed: bytes) -> None:
    """Put what a worker made in a run's place, but for what people may have written meanwhile."""
    with TemporaryDirectory(dir=run.path.parent, prefix=".cluster-") as folder:
        back = import_run(io.BytesIO(packed), run.id, Path(folder))
        for path in sorted(back.path.iterdir(), key=lambda path: path.name == "status.json"):  # that one last
            target = run.path / path.name
            if path.name != "about.json":
                shutil.rmtree(target) if target.is_dir() else target.unlink(missing_ok=True)
                path.rename(target)
