"""The memory of a server that people look at for long: the real server, driven without a browser."""

import itertools
import os
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from ganlib import presets
from ganlib.runs import store
from ganlib.runs.folder import Run
from ganlib.runs.status import FINISHED, RUNNING, Status
from ganlib.utils import files, images
from tests import machine
from tests.e2e import browser as real
from tests.e2e.test_class import ask

pytestmark = [pytest.mark.slow, machine.needs_proc, pytest.mark.timeout(900)]

RUNS_OF_PAGES = 300
WARM = 200  # page runs after which what is kept is full: 64 metrics, 96 figures
MOST = 15.0  # MB, 50 KB a page run: a figure that nobody lets go of takes more

LIVE, OVER = "live", "over"
PAGES = (
    {"page": "", "query_params": {}},
    {"page": "train", "query_params": {"run": [LIVE]}},
    {"page": "runs", "query_params": {}},
    {"page": "runs", "query_params": {"run": [OVER]}},
)


class Pretender:
    """Writes what a training would, as fast as it is asked to."""

    def __init__(self, run: Run) -> None:
        self.run, self.step, self.random = run, 0, np.random.default_rng(0)
        (run.path / "samples").mkdir()
        run.add_event("started", 0)

    def go_on(self) -> None:
        """Write ten steps more and, each hundredth, a grid."""
        if self.step % 100 == 0:
            name = f"image_at_step_{self.step:08d}.png"
            sample_grid = images.sample_grid(self.random.integers(0, 255, (64, 8, 8, 1), np.uint8))
            files.write_bytes(self.run.path / "samples" / name, images.png_bytes(sample_grid))
            line = {"file": name, "step": self.step, "epoch": self.step / 20}
            files.append_lines(self.run.path / "samples" / "index.jsonl", [line])
        self.step += 10
        names = ("g_loss", "d_loss", "d_real", "d_fake", "g_grad_norm", "d_grad_norm")
        values = dict(zip(names, self.random.random(len(names)).tolist(), strict=True))
        line = {"step": self.step, "epoch": self.step / 20, "time_s": self.step / 100, "images_per_s": 6400.0}
        files.append_lines(self.run.path / "metrics.jsonl", [{**line, **values}])

    def tell(self, state: str) -> None:
        """Say where the training stands."""
        self.run.write_status(Status(state, self.step, 10_000, self.step / 20, 90.0, 6400.0, self.step / 100))


@pytest.fixture
def live(tmp_path: Path) -> Iterator[Pretender]:
    """A run that goes on, beside one that is over."""
    recipe = presets.get("digits-quick")
    over, live = (
        Pretender(store.create(recipe.config, {"preset": recipe.name}, name, tmp_path)) for name in (OVER, LIVE)
    )
    for _ in range(60):
        over.go_on()
    over.tell(FINISHED)
    with live.run.held():
        live.go_on()
        live.tell(RUNNING)
        yield live


def test_memory_stays_flat_over_hundreds_of_page_runs(live: Pretender, tmp_path: Path) -> None:
    with real.server(tmp_path, "--server.enableAgentApi", "true") as url:
        (server,) = [process for process, words in machine.below(os.getpid()) if str(url.rpartition(":")[2]) in words]
        sessions = [ask(url, **page)[0]["session_id"] for page in PAGES]
        taken = []
        for number, (session, page) in enumerate(itertools.cycle(zip(sessions, PAGES, strict=True))):
            if number == WARM + RUNS_OF_PAGES:
                break
            live.go_on()
            live.tell(RUNNING)
            answer, _ = ask(url, session_id=session, **page)
            assert answer["status"] != "error", answer
            taken.append(machine.resident(server))
            time.sleep(0.01)
    before, after = max(taken[WARM - 20 : WARM]), max(taken[-20:])
    print(f"{before:.0f} MB after {WARM} page runs, {after:.0f} MB after {RUNS_OF_PAGES} more")
    assert after - before < MOST, taken[::50]
