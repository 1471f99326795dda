"""What watching costs a training: `python -m tests.e2e.training_overhead`.

One training goes on and on; a browser on the same processors opens its view (of points, the Lab) and leaves it, in
turn, and the steps a second of both are compared, pair by pair, so that whatever else the machine does counts alike.
The picture is to be a new one every two seconds or sooner meanwhile, which is reported, too.
"""

import argparse
import os
import statistics
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Page

from ganlib import presets
from ganlib.runs import queue
from ganlib.runs.folder import Run
from ganlib.runs.status import FAILED, LIVE
from tests import machine
from tests.e2e.browser import browser, server, settled
from tests.e2e.pictures import RECORD, gaps

ARRIVING, LEAVING = 5.0, 5.0
"""Seconds until the page that was opened is still, and until the trainer has noticed that nobody watches."""


class Window(NamedTuple):
    """Some seconds of a training: its speed in steps a second, and processors taken by the server and the browser."""

    speed: float
    server: float
    browser: float


def main() -> None:
    """Measure in turn and print the ratio of each pair, their median, and what took the rest."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--preset", default="mnist-quick")
    parser.add_argument("--seconds", type=float, default=15.0, help="of each window")
    parser.add_argument("--pairs", type=int, default=6)
    options = parser.parse_args()
    endless = {"max_steps": 0, "max_seconds": 0.0, "epochs": 10_000, "evaluate_every": 0, "rate_decay": 0.0}
    config = presets.get(options.preset).config.changed(**endless)
    with tempfile.TemporaryDirectory() as folder, server(Path(folder)) as url, browser() as chromium:
        page = chromium.new_page(viewport={"width": 1280, "height": 720})
        run = queue.start(config, {"preset": options.preset}, "watched", Path(folder))
        try:
            _wait_for_step(run, 300)
            address = f"{url}/{'lab' if config.is_plane else 'runs'}?run=watched"
            pairs = [_pair(page, address, run, options.seconds, n % 2) for n in range(options.pairs)]
        finally:
            queue.stop(run)
            _wait_until_over(run)
    ratios = [watched.speed / alone.speed for alone, watched in pairs]
    watched = [pair[1] for pair in pairs]
    print(
        f"{options.preset}: {statistics.median(alone.speed for alone, _ in pairs):,.1f} steps/s alone, "
        f"{statistics.median(each.speed for each in watched):,.1f} watched; ratio {statistics.median(ratios):.3f} "
        f"(median of {len(ratios)} pairs, from {min(ratios):.3f} to {max(ratios):.3f}). While it is watched, the "
        f"server takes {statistics.median(each.server for each in watched):.1%} of one processor and the browser "
        f"{statistics.median(each.browser for each in watched):.1%}."
    )


def _pair(page: Page, address: str, run: Run, seconds: float, watched_first: int) -> tuple[Window, Window]:
    """Return a window without and one with a watcher, the one or the other first."""
    if watched_first:
        watched, alone = _watched(page, address, run, seconds), _alone(page, run, seconds)
    else:
        alone, watched = _alone(page, run, seconds), _watched(page, address, run, seconds)
    print(
        f"alone {alone.speed:,.1f} steps/s, watched {watched.speed:,.1f}: {watched.speed / alone.speed:.3f}", flush=True
    )
    return alone, watched


def _alone(page: Page, run: Run, seconds: float) -> Window:
    page.goto("about:blank")
    time.sleep(LEAVING)
    return _window(run, seconds)


def _watched(page: Page, address: str, run: Run, seconds: float) -> Window:
    page.goto(address)
    settled(page)
    page.evaluate(RECORD)
    page.wait_for_timeout(ARRIVING * 1000)
    window = _window(run, seconds)
    if not run.config.is_plane:
        print(f"longest time without a new picture: {max(gaps(page)):.1f} s", flush=True)
    return window


def _window(run: Run, seconds: float) -> Window:
    before, spent = _standing(run), _spent()
    time.sleep(seconds)
    after, spent_after = _standing(run), _spent()
    took = after[0] - before[0]
    return Window((after[1] - before[1]) / took, *((b - a) / seconds for a, b in zip(spent, spent_after, strict=True)))


def _standing(run: Run) -> tuple[float, int]:
    """Return when the trainer last said where it is, and the step."""
    path = run.path / "status.json"
    while True:
        when, step = path.stat().st_mtime, run.status().step
        if path.stat().st_mtime == when:
            return when, step


def _wait_for_step(run: Run, step: int) -> None:
    until = time.monotonic() + 180
    while run.status().step < step:
        assert time.monotonic() < until
        assert run.status().state != FAILED, run.status().message
        time.sleep(0.5)


def _wait_until_over(run: Run) -> None:
    until = time.monotonic() + 30
    while run.status().state in LIVE and time.monotonic() < until:
        time.sleep(0.1)


def _spent() -> tuple[float, float]:
    """Return the processor seconds that the server and the browser, both started here, took so far."""
    own = dict(machine.below(os.getpid()))
    server = sum(machine.seconds(process) for process, words in own.items() if "streamlit" in words)
    browser = sum(machine.seconds(process) for process, words in own.items() if "chrom" in words)
    return server, browser


if __name__ == "__main__":
    main()
