import gc
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event

import pytest

from ganlib import presets
from ganlib.runs import queue, store
from ganlib.runs.folder import Run
from ganlib.runs.status import Status
from tests.tiny import TINY

LONGEST = ("test_kill_storm", "test_memory", "test_quick_quality")
"""Files of minutes each, which begin: one of them at the end would leave the other processes with nothing to do."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: item.path.stem not in LONGEST)


def pytest_collection_finish() -> None:
    """Let garbage collections pass over what stays until the end: TensorFlow's half a million objects, the tests'."""
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def own_folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep downloads and runs of the tests, and of the processes they start, out of the person's folders.

    Nothing is loaded ahead either: that is for the tests that look at it.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GANLIB_CACHE", str(tmp_path_factory.mktemp("cache")))
        patch.setenv("GANLIB_RUNS", str(tmp_path_factory.mktemp("runs")))
        patch.setenv("GANLIB_WARM", "0")
        yield


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder with real MNIST, Fashion-MNIST and SVHN files that GANLIB_DATA names."""
    value = os.environ.get("GANLIB_DATA")
    if not value:
        pytest.skip("no real data: GANLIB_DATA is not set")
    if not Path(value).is_dir():
        pytest.fail(f"GANLIB_DATA names no folder: {value}")
    return Path(value)


@pytest.fixture
def make_run(tmp_path: Path) -> Callable[..., Run]:
    """Make a queued run of tiny networks on the bundled digits; keyword arguments change its settings."""

    def make(name: str = "tiny", **changes: object) -> Run:
        config = presets.get("digits-quick").config.changed(**{**TINY, **changes})
        return store.create(config, {"preset": "digits-quick"}, name, tmp_path)

    return make


@pytest.fixture
def calm_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder of runs beside the shipped ones, where what is queued waits for ever."""
    monkeypatch.setenv("GANLIB_RUNS", str(tmp_path))
    monkeypatch.setattr(queue, "advance", lambda folder=None: None)
    return tmp_path


@pytest.fixture
def train_here() -> Callable[..., Status]:
    """Train a run in this process, as the command line does."""

    def train_here(run: Run, **options: object) -> Status:
        from ganlib.training.start_or_resume import train

        with run.held():
            return train(run, **options)

    return train_here


@pytest.fixture
def stop_at() -> Callable[[int], dict[str, object]]:
    """Return options for `train_here` that stop a training soon after a step."""

    def stop_at(step: int) -> dict[str, object]:
        stop = Event()
        return {"stop": stop, "watch": lambda status: stop.set() if status.step >= step else None}

    return stop_at
