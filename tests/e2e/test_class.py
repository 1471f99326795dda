"""Sixty people on one server while a run trains: the real server, driven without a browser."""

import json
import os
import threading
import time
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ganlib import presets
from ganlib.runs import queue
from ganlib.runs.folder import Run
from ganlib.runs.status import LIVE
from tests.e2e import browser as real
from ui.common import refresh_rate
from ui.run import live

pytestmark = [pytest.mark.slow, pytest.mark.exclusive]

SESSIONS = 60
ALONE_SECONDS = 15.0
LOOK_SECONDS = 30.0
PRESET = "mnist-quick" if os.environ.get("GANLIB_DATA") else "digits-quick"
NAME = "lesson"

WATCH = ("train", {"run": [NAME]})
LIST = ("runs", {})


class Session(threading.Thread):
    """One person: opens the app, and looks again as often as a page refreshes itself for that many.

    Attributes:
        took: seconds that each page run took, but for the first.
        troubles: what went wrong.
    """

    def __init__(self, url: str, number: int, over: threading.Event) -> None:
        super().__init__(daemon=True)
        self.url, self.over = url, over
        self.page, self.parameters = LIST if number % 3 == 0 else WATCH
        self.pace = max(live.REFRESH_SECONDS, refresh_rate.SHARE * SESSIONS)
        self.delay = self.pace * number / SESSIONS
        self.took: list[float] = []
        self.troubles: list[str] = []

    def run(self) -> None:
        try:
            self.over.wait(self.delay)  # sixty people do not click in the same instant
            session = ask(self.url, page=self.page, query_params=self.parameters)[0]["session_id"]
            while not self.over.wait(self.pace):
                answer, seconds = ask(self.url, session_id=session, page=self.page, query_params=self.parameters)
                self.took.append(seconds)
                if answer["status"] == "error" or "exception" in json.dumps(answer).lower():
                    self.troubles.append(json.dumps(answer)[:500])
        except Exception as error:
            self.troubles.append(repr(error))


def ask(url: str, **body: Any) -> tuple[Mapping[str, Any], float]:
    """Let the server run a page once; return its answer and the seconds it took."""
    request = urllib.request.Request(
        f"{url}/_stcore/agent/interact", json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    started = time.perf_counter()
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer), time.perf_counter() - started


@pytest.fixture
def lesson(tmp_path: Path) -> Iterator[Run]:
    """A run that trains for as long as the test needs, in a process of its own."""
    changes = {"max_steps": 0, "max_seconds": 600.0, "epochs": 10_000, "sample_every": 500, "sample_seconds": 0.0}
    config = presets.get(PRESET).config.changed(**changes)
    run = queue.start(config, {"preset": PRESET}, NAME, tmp_path)
    try:
        wait_for_step(run, 200)
        yield run
    finally:
        queue.stop(run)
        until = time.monotonic() + 30
        while run.status().state in LIVE and time.monotonic() < until:
            time.sleep(0.1)


def wait_for_step(run: Run, step: int) -> None:
    until = time.monotonic() + 120
    while run.status().step < step:
        assert time.monotonic() < until, run.status()
        time.sleep(0.2)


def speed_between(run: Run, first: int, last: int) -> float:
    """Return the median images/s of the steps from first to last."""
    metrics = run.metrics()
    chosen = (metrics["step"] > first) & (metrics["step"] <= last)
    assert chosen.sum() >= 3, "the training hardly moved"
    return float(np.median(metrics["images_per_s"][chosen]))


def test_sixty_people_look_on_while_a_run_trains(lesson: Run, tmp_path: Path) -> None:
    over = threading.Event()
    with real.server(
        tmp_path, "--server.enableAgentApi", "true", "--server.agentMaxSessions", str(2 * SESSIONS)
    ) as url:
        ask(url)  # the first answer of a server takes longest
        steps = [lesson.status().step]
        time.sleep(ALONE_SECONDS)
        steps.append(lesson.status().step)
        sessions = [Session(url, number, over) for number in range(SESSIONS)]
        for session in sessions:
            session.start()
        time.sleep(sessions[-1].delay + 2)  # until the last one has arrived
        steps.append(lesson.status().step)
        time.sleep(LOOK_SECONDS)
        steps.append(lesson.status().step)
        over.set()
        for session in sessions:
            session.join(timeout=30)

    alone, watched = speed_between(lesson, *steps[:2]), speed_between(lesson, *steps[2:])
    took = [seconds for session in sessions for seconds in session.took]
    slow = float(np.quantile(took, 0.95))
    print(
        f"{len(took)} page runs, median {np.median(took):.2f} s, 95th percentile {slow:.2f} s; "
        f"{alone:,.0f} images/s alone, {watched:,.0f} watched"
    )
    assert [trouble for session in sessions for trouble in session.troubles] == []
    assert len(took) >= SESSIONS
    assert slow < 10.0  # 1.8 s on two quiet cores
    assert watched >= 0.4 * alone  # 0.72 of it there
