"""A training as a person sees it: nothing twice, nothing late, each view from its top."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

from ganlib import presets
from ganlib.runs import queue
from ganlib.runs.folder import Run
from ganlib.runs.status import FINISHED, LIVE
from tests.e2e import browser as real
from tests.e2e.pictures import RECORD, gaps

pytestmark = pytest.mark.e2e

SECONDS = 1000.0  # milliseconds
LATE = 3.0
"""Seconds that a sample grid may be on disk before it, or a newer one, is seen."""

BUSY = 90.0
"""Seconds that a page may take on a busy core."""

RUNS = int(os.environ.get("GANLIB_LIVE_RUNS", "1"))
"""Trainings in a row that are followed."""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("runs")


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    page = chromium.new_page(viewport={"width": 1280, "height": 900})
    yield page
    page.close()


@contextmanager
def busy_core(home: Path) -> Iterator[str]:
    """Serve the app on the first processor alone, which is busy with something else; yields its address."""
    allowed = os.sched_getaffinity(0)
    first = min(allowed)
    os.sched_setaffinity(0, {first})  # what is started now inherits it
    try:
        with real.server(home) as address:
            rival = subprocess.Popen([sys.executable, "-c", "while 1: pass"])
            os.sched_setaffinity(0, allowed)
            try:
                yield address
            finally:
                rival.kill()
                rival.wait()
    finally:
        os.sched_setaffinity(0, allowed)


@pytest.mark.parametrize("size", [(1280, 720), (1280, 900), (1100, 1000)])
def test_the_view_of_a_run_fits_its_window(page: Page, url: str, size: tuple[int, int]) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.goto(f"{url}/runs?run=mnist-quick")
    real.settled(page, BUSY)
    expect(page.locator(".st-key-live_view .js-plotly-plot")).to_have_count(2, timeout=30 * SECONDS)
    assert page.get_by_test_id("stMain").evaluate("main => main.scrollHeight <= main.clientHeight")
    expect(page.get_by_role("button", name="Continue with other settings").last).to_be_attached()


def start(page: Page, url: str, home: Path, name: str) -> Run:
    """Start the quick digits from the Train page; what the page shows from then on is recorded."""
    page.goto(f"{url}/train?preset=digits-quick")
    real.settled(page, BUSY)
    page.get_by_role("button", name="Name, note, link").click()
    page.get_by_role("textbox", name="Name of the run (optional)").fill(name)
    page.get_by_role("textbox", name="Name of the run (optional)").press("Tab")
    page.keyboard.press("Escape")
    real.settled(page, BUSY)
    page.evaluate(RECORD)
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_role("heading", name=name)).to_be_visible(timeout=BUSY * SECONDS)
    return Run(home / name)


def finish(page: Page, run: Run) -> None:
    until = time.monotonic() + 240
    while run.status().state != FINISHED:
        assert time.monotonic() < until, run.status()
        page.wait_for_timeout(200)
    # Fork is there before the end as well: only this says that the page has heard of the end.
    expect(page.get_by_text("Training complete")).to_be_visible(timeout=BUSY * SECONDS)
    real.settled(page, BUSY)


def lateness(run: Run, times: list[tuple[float, int]]) -> list[float]:
    """Return, for each sample grid, the seconds from its file to the moment at which it or a newer one was seen."""
    found = []
    for sample in run.samples():
        drawn = sample.path.stat().st_mtime
        seen = min((moment for moment, step in times if step >= sample.step), default=float("inf"))
        found.append(max(0.0, seen - max(drawn, times[0][0])))
    return found


def test_the_picture_follows_trainings_on_a_busy_core_and_nothing_is_shown_twice(chromium, page, home):
    late = []
    with busy_core(home) as url:
        page.goto(url)
        real.settled(page, BUSY)
        for number in range(RUNS):
            run = start(page, url, home, f"followed-{number}")
            finish(page, run)
            seen = page.evaluate("seen")
            late.append(lateness(run, seen["times"]))
            print(
                f"{run.id}: {len(seen['times'])} pictures of {len(late[-1])} grids; at the end step "
                f"{seen['times'][-1][1]} of {run.samples()[-1].step}; seconds late: median {np.median(late[-1]):.1f}, "
                f"90th percentile {np.quantile(late[-1], 0.9):.1f}, most {max(late[-1]):.1f}; at once at most "
                f"{seen['grids']} grids, {seen['titles']} titles",
                flush=True,
            )
            assert seen["times"][-1][1] == run.samples()[-1].step
            assert (seen["grids"], seen["titles"]) == (1, 1)
    assert np.quantile(np.concatenate(late), 0.9) <= LATE  # a machine that others use too has its moments


PRESET = "mnist-quick" if os.environ.get("GANLIB_DATA") else "digits-quick"
WATCHED = 60.0
"""Seconds for which a training is watched."""

SLOTS = {
    "picture": ".st-key-live_grid img",
    "losses": ".st-key-live_chart_losses .sketch",
    "D's outputs": ".st-key-live_chart_scores .sketch",
    "progress": ".st-key-live_state [data-testid=stProgress]",
    "finding": ".st-key-doctor_finding",
    "details": ".st-key-doctor_line button",
    "views": "[class*=st-key-live_view_]",
    "pause": ".st-key-live_pause button",
    "stop": ".st-key-live_stop button",
}

_FOLLOW = """(slots) => {
  window.places = {}
  setInterval(() => Object.entries(slots).forEach(([name, where]) => {
    const found = document.querySelector(where)
    const box = found ? found.getBoundingClientRect() : {x: -1, y: -1, right: -1, bottom: -1}
    const place = [box.x, box.y, box.right, box.bottom].map(Math.round).join(" ")
    places[name] = [...new Set([...(places[name] || []), place])]
  }), 30)
}"""
"""Keeps, in the page itself, every place at which each slot was."""


@contextmanager
def training(home: Path, name: str, preset: str, **changes: object) -> Iterator[Run]:
    """Train for as long as the test needs, in a process of its own."""
    endless = {"max_steps": 0, "max_seconds": 600.0, "epochs": 10_000}
    run = queue.start(presets.get(preset).config.changed(**endless, **changes), {"preset": preset}, name, home)
    try:
        yield run
    finally:
        queue.stop(run)
        until = time.monotonic() + 30
        while run.status().state in LIVE and time.monotonic() < until:
            time.sleep(0.1)


def watch(page: Page, url: str, run: Run) -> Page:
    """Open a training at the size of a projector and wait until all there will be is there."""
    page.set_viewport_size({"width": 1280, "height": 720})
    page.goto(f"{url}/train?run={run.id}")
    for where in SLOTS.values():
        expect(page.locator(where).first).to_be_visible(timeout=BUSY * SECONDS)
    page.evaluate(_FOLLOW, SLOTS)
    page.evaluate(RECORD)
    return page


def boxes(page: Page) -> dict[str, list[list[int]]]:
    """Return where each slot was since `watch`: left, top, right and bottom; one place if it never moved."""
    found = page.evaluate("places")
    return {name: [[int(number) for number in place.split()] for place in found[name]] for name in found}


def test_a_training_is_one_screen_with_a_new_picture_every_two_seconds(page, url, home):
    # While samples are evaluated there is no step, and so no picture: an epoch of MNIST is a third of the time.
    with training(home, "watched", PRESET, evaluate_every=0) as run:
        watch(page, url, run)
        page.wait_for_timeout(WATCHED * SECONDS)
        found, waited = boxes(page), gaps(page)
        print(f"{len(waited) - 1} pictures; longest wait {max(waited):.1f} s, median {np.median(waited):.1f} s")
        assert {name: places for name, places in found.items() if len(places) > 1} == {}
        for name, [(left, top, right, bottom)] in found.items():
            assert 0 <= left < right <= 1280, name
            assert 0 <= top < bottom <= 720, name
        assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight") <= 720
        assert len(waited) > WATCHED / 2
        assert np.quantile(waited, 0.9) <= 2.0  # a machine that others use too has its moments


def test_nothing_moves_when_a_finding_appears(page, url, home):
    rates = {"g_learning_rate": 0.05, "d_learning_rate": 0.0002}
    with training(home, "ill", "digits-quick", **rates) as run:
        watch(page, url, run)
        grave = page.locator(".st-key-doctor_finding").get_by_role("img", name=re.compile("error|visibility"))
        expect(grave.first).to_be_visible(timeout=BUSY * SECONDS)
        page.wait_for_timeout(2 * SECONDS)
        assert {name: places for name, places in boxes(page).items() if len(places) > 1} == {}
        page.locator(".st-key-doctor_line button").click()
        expect(page.get_by_text("What it means").first).to_be_visible(timeout=20 * SECONDS)
        assert {name: places for name, places in boxes(page).items() if len(places) > 1} == {}


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (400, 800)])
def test_start_is_in_sight(chromium, url, width, height):
    page = chromium.new_page(viewport={"width": width, "height": height})
    page.goto(f"{url}/train?preset=digits-quick")
    real.settled(page, BUSY)
    for _ in range(2):
        expect(page.get_by_role("button", name="Start")).to_be_in_viewport(ratio=1.0)
        page.locator("[data-testid=stMain]").evaluate("main => main.scrollTo(0, main.scrollHeight)")
    page.close()


def test_the_next_view_begins_at_its_top(page, url, home):
    page.goto(f"{url}/runs?run=followed-0")
    real.settled(page, BUSY)
    page.get_by_text("Metrics", exact=True).click()
    expect(page.get_by_role("button", name=re.compile("All numbers"))).to_be_visible(timeout=BUSY * SECONDS)
    page.get_by_role("button", name=re.compile("All numbers")).click()
    expect(page).to_have_url(re.compile("view=judge"), timeout=BUSY * SECONDS)
    expect(page.get_by_role("button", name=re.compile("All numbers"))).to_have_count(0, timeout=BUSY * SECONDS)
    real.settled(page, BUSY)
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollTop") == 0
