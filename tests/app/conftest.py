from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from streamlit.components.v2 import manifest_scanner
from streamlit.runtime.pages_manager import PagesManager
from streamlit.runtime.scriptrunner import script_runner
from streamlit.testing.v1 import app_test

from ganlib import presets
from ganlib.runs import folder as run
from ganlib.runs import queue, store
from ganlib.runs.folder import Run
from ui.common import refresh_rate


@pytest.fixture(scope="session", autouse=True)
def no_idle_work() -> Iterator[None]:
    """Leave out what Streamlit does around each run of a page and no test looks at: half of the time they take.

    It looks through all installed packages for components; and once any test has loaded Keras, it clears its session,
    which is a full garbage collection.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", cache(manifest_scanner.scan_component_manifests))
        patch.setattr(script_runner, "_clean_problem_modules", lambda: None)
        yield


class WarmPages(PagesManager):
    """The pages as a server knows them once `app.py` has run in it: before, Streamlit makes them of `pages/`."""

    def __init__(self, *args: Any, **options: Any) -> None:
        PagesManager.uses_pages_directory = False
        super().__init__(*args, **options)


@pytest.fixture(autouse=True)
def warm_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """`AppTest` begins every run as if its server had just started; a person meets that once."""
    monkeypatch.setattr(app_test, "PagesManager", WarmPages)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder of runs and no shipped ones; no process is started, and no backend loaded in the background."""
    monkeypatch.setenv("GANLIB_RUNS", str(tmp_path))
    monkeypatch.setenv("GANLIB_WARM", "0")
    for module in (run, store):
        monkeypatch.setattr(module, "SHIPPED", tmp_path / "shipped")
    monkeypatch.setattr(queue, "advance", lambda folder=None: None)
    return tmp_path


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody else looks on: pages that were opened before are no audience, so nothing is kept for a second."""
    monkeypatch.setattr(refresh_rate, "viewers", lambda: 1)


@pytest.fixture(scope="session")
def ring(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A short, finished training on the ring of points; to be copied into `home`."""
    from ganlib.training.start_or_resume import train

    config = presets.get("ring-quick").config.changed(max_steps=60, width=8, depth=1)
    run = store.create(config, {"preset": "ring-quick"}, "ring", tmp_path_factory.mktemp("ring"))
    with run.held():
        train(run)
    return run
