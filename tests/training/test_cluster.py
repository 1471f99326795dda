"""Runs trained by a real Dask scheduler and two worker processes are those that are trained here."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import asdict
from pathlib import Path
from threading import Thread
from types import SimpleNamespace

import numpy as np
import pytest

from ganlib import presets
from ganlib.experiments import launch
from ganlib.experiments.plan import Budget, Plan, plan
from ganlib.runs import processes, store
from ganlib.runs.folder import Run
from ganlib.runs.status import FAILED, FINISHED, RUNNING, STOPPED, Status
from ganlib.training import cluster
from ganlib.utils.errors import UserError
from tests.tiny import TINY

distributed = pytest.importorskip("distributed", reason="Dask is not installed (requirements-cluster.txt)")

EAGER = """
from ganlib.backend.startup import load_backend
load_backend()
from ganlib.training.callbacks import checkpoint
checkpoint._SECONDS, checkpoint._SHARE = 2.0, 1e9
"""
"""Lets a worker save a checkpoint soon."""

WAIT = 240  # seconds; a worker imports TensorFlow first


@contextmanager
def process(*words: str) -> Iterator[subprocess.Popen[bytes]]:
    environment = processes.python_environment()
    started = subprocess.Popen([sys.executable, "-m", *words], env=environment, stderr=subprocess.DEVNULL)
    try:
        yield started
    finally:
        started.kill()
        started.wait()


def worker(address: str) -> AbstractContextManager[subprocess.Popen[bytes]]:
    options = ("--nthreads", "1", "--no-nanny", "--no-dashboard", "--memory-limit", "0", "--preload", EAGER)
    return process("distributed.cli.dask_worker", address, *options)


@pytest.fixture
def scheduler(tmp_path: Path) -> Iterator[str]:
    """The address of a scheduler without workers."""
    told = tmp_path / "scheduler.json"
    words = ("--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(told))
    with process("distributed.cli.dask_scheduler", *words):
        until(told.exists)
        with distributed.Client(scheduler_file=str(told), timeout=60) as client:
            address = client.scheduler.address
        yield address.replace("tcp://", "dask://")


@pytest.fixture
def workers(scheduler: str) -> Iterator[SimpleNamespace]:
    """A scheduler with two workers."""
    address = scheduler.replace("dask://", "tcp://")
    with worker(address) as first, worker(address) as second, distributed.Client(address) as client:
        client.wait_for_workers(2, timeout=WAIT)
        yield SimpleNamespace(address=scheduler, processes=[first, second])


def until(is_so: Callable[[], bool]) -> None:
    end = time.monotonic() + WAIT
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.05)


def made(folder: Path, steps: int = 30) -> list[Run]:
    base = presets.get("digits-quick").config.changed(**TINY, precision="float32", threads=1)
    planned: Plan = plan("digits-quick", base, "loss", ["hinge", "lsgan"], budget=Budget(steps=steps))
    return launch.make(planned, folder=folder)


def trained_here(runs: list[Run], folder: Path) -> list[Run]:
    """The same runs, trained by the command line."""
    found = []
    for run in runs:
        own = store.create(run.config, {"preset": "digits-quick"}, run.id, folder, STOPPED)
        command = processes.python_command("ganlib", "resume", run.id, "--now", "--runs", str(folder))
        subprocess.run(command, env=processes.python_environment(), check=True, capture_output=True)
        found.append(own)
    return found


def trained(runs: list[Run], address: str, say: Callable[[str], None] = print) -> list[str]:
    with cluster.connected(address, len(runs)) as client:
        return cluster.train(client, runs, say)


def weights(run: Run) -> list[np.ndarray]:
    with np.load(run.path / "checkpoint" / "latest.npz") as saved:
        return [saved[name] for name in sorted(saved.files) if saved[name].dtype == np.float32]


def assert_same(runs: list[Run], others: list[Run]) -> None:
    for run, other in zip(runs, others, strict=True):
        assert run.status().state == other.status().state == FINISHED
        for ours, theirs in zip(weights(run), weights(other), strict=True):
            np.testing.assert_array_equal(ours, theirs)


@pytest.mark.slow
@pytest.mark.parametrize("is_shared", [True, False], ids=["shared folder", "archives"])
def test_two_workers_train_the_runs_of_an_experiment_as_this_machine_does(workers, tmp_path, monkeypatch, is_shared):
    if not is_shared:
        monkeypatch.setattr(cluster, "_is_shared", lambda *_: False)
    runs, said, states = made(tmp_path / "runs"), [], set()

    def say(sentence: str) -> None:
        said.append(sentence)

    write = Run.write_status
    monkeypatch.setattr(Run, "write_status", lambda run, status: (states.add(status.state), write(run, status))[1])
    assert trained(runs, workers.address, say) == []
    monkeypatch.undo()
    assert len(said) == len(runs)
    assert (RUNNING in states) != is_shared, "on a shared folder the worker says so itself"
    assert [run.record["experiment"]["value"] for run in runs] == ["hinge", "lsgan"]
    assert not list((tmp_path / "runs").glob(".cluster-*"))
    assert not any(run.is_locked() for run in runs)
    assert_same(runs, trained_here(runs, tmp_path / "here"))


@pytest.mark.slow
def test_a_killed_workers_run_goes_on_elsewhere_from_its_checkpoint(workers, tmp_path):
    runs, failed = made(tmp_path / "runs", steps=400), []
    training = Thread(target=lambda: failed.extend(trained(runs, workers.address)))
    training.start()
    until(lambda: all((run.path / "checkpoint" / "latest.npz").exists() for run in runs))
    os.kill(workers.processes[0].pid, signal.SIGKILL)
    training.join(timeout=WAIT)
    assert not training.is_alive()
    assert failed == []
    assert [event["step"] > 0 for run in runs for event in run.events() if event["event"] == "resumed"] == [True]
    assert_same(runs, trained_here(runs, tmp_path / "here"))


@pytest.mark.slow
def test_a_run_that_fails_on_a_worker_says_why_and_leaves_the_others_alone(workers, tmp_path):
    broken, well = made(tmp_path)
    broken.write_record({**broken.record, "dataset": "own-that-is-nowhere"})
    assert trained([broken, well], workers.address) == [broken.id]
    assert broken.status().state == FAILED
    assert broken.status().message
    assert well.status().state == FINISHED


def test_a_worker_s_words_count_until_its_run_is_back(tmp_path):
    run, away = made(tmp_path)[0], cluster._Away()
    words = {"run": run.id, "status": asdict(Status(RUNNING, step=7))}
    away.leave([run])
    away.note(words)
    assert run.status().step == 7
    away.is_back(run)
    run.write_status(Status(FINISHED))
    away.note(words)
    assert run.status().state == FINISHED


@pytest.mark.parametrize(("offered", "taken"), [({"GPU": 1.0}, {"GPU": 1}), ({}, None)])
def test_where_workers_offer_gpus_each_run_takes_one(tmp_path, offered, taken):
    asked = []
    client = SimpleNamespace(
        scheduler_info=lambda **_: {"workers": {"one": {"resources": offered}, "other": {"resources": {}}}},
        run=lambda *_: {"one": True, "other": True},
        submit=lambda function, path, **options: asked.append(options["resources"]) or path,
    )
    runs = [Run(tmp_path / name) for name in ("a", "b")]
    assert list(cluster._submit(client, runs, ExitStack(), cluster._Away()).values()) == runs
    assert asked == [taken, taken]


@pytest.mark.parametrize(
    ("where", "says"), [("somewhere", "dask://HOST:PORT or local-dask"), ("dask://127.0.0.1:1", "dask scheduler")]
)
def test_an_address_without_a_scheduler_is_a_sentence(tmp_path, where, says, monkeypatch):
    monkeypatch.setattr(cluster, "_PATIENCE", 1)
    with pytest.raises(UserError, match=says):
        trained(made(tmp_path), where)


@pytest.mark.slow
def test_a_scheduler_without_workers_and_a_missing_dask_say_what_to_do(scheduler, tmp_path, monkeypatch):
    with pytest.raises(UserError, match="dask worker"):
        trained(made(tmp_path), scheduler)
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(UserError, match=r"requirements-cluster\.txt"):
        trained(made(tmp_path), scheduler)
