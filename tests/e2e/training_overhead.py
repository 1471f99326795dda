"""What watching costs a training: `python -m tests.e2e.training_overhead`.

A preset is trained by the command line alone, then from the Train page with that page open in a browser, and so on in
turn. Both train at the same priority, so that whatever else the machine does counts alike. The browser runs on the
same processor, as a person's would.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Page, expect

from ganlib.runs import store
from ganlib.runs.folder import Run
from ganlib.runs.status import FAILED, FINISHED
from tests import machine
from tests.e2e.browser import ROOT, browser, server, settled

SETTLED = 3.0
"""Seconds of training after which its speed counts."""


class Share(NamedTuple):
    """Processor seconds a second, of the server and of the browser."""

    server: float
    browser: float


def main() -> None:
    """Measure in turn and print medians, the ratio of each round, and what took the rest."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--preset", default="mnist-quick")
    parser.add_argument("--seconds", type=float, default=60.0, help="of each training")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    alone, watched, shares = [], [], []
    for _ in range(options.rounds):
        alone.append(by_command(options.preset, options.seconds))
        speed, share = in_the_app(options.preset, options.seconds)
        watched.append(speed)
        shares.append(share)
        print(f"command line {alone[-1]:,.0f} images/s, app {speed:,.0f}; processors: {share}", flush=True)
    ratios = [b / a for a, b in zip(alone, watched, strict=True)]
    print(
        f"{options.preset}: medians {statistics.median(alone):,.0f} and {statistics.median(watched):,.0f} images/s; "
        f"the rounds' ratios: median {statistics.median(ratios):.3f}, from {min(ratios):.3f} to {max(ratios):.3f}"
    )
    print(
        f"While the page is watched, the server takes {statistics.median(s.server for s in shares):.1%} of one "
        f"processor and the browser {statistics.median(s.browser for s in shares):.1%}."
    )


def by_command(preset: str, seconds: float) -> float:
    """Train with the command line alone; return real images a second."""
    with tempfile.TemporaryDirectory() as folder:
        words = [
            "train",
            preset,
            "--set",
            f"max_seconds={seconds}",
            "--set",
            "max_steps=0",
            "--name",
            "alone",
            "--runs",
            folder,
        ]
        subprocess.run(
            [sys.executable, "-m", "ganlib", *words],
            cwd=ROOT,
            env={**os.environ, "GANLIB_BACKGROUND": "1"},  # as the app starts it: at low priority
            stdout=subprocess.DEVNULL,
            check=True,
        )
        return speed(Run(Path(folder, "alone")))


def in_the_app(preset: str, seconds: float) -> tuple[float, Share]:
    """Train from the Train page and watch; return real images a second, and what server and browser took."""
    with tempfile.TemporaryDirectory() as folder, server(Path(folder)) as url, browser() as chromium:
        page = chromium.new_page(viewport={"width": 1280, "height": 900})
        settled(_go(page, url))
        settled(_go(page, f"{url}/train?preset={preset}&max_seconds={seconds:g}&max_steps=0"))
        page.wait_for_timeout(8_000)  # a person reads; the trainer gets ready
        page.get_by_role("button", name="Start").click()
        run = _started(Path(folder))
        _wait(run, lambda: run.status().seconds >= SETTLED)
        before, began = _spent(), time.monotonic()
        _wait(run, lambda: run.status().seconds >= seconds - 1)
        after, took = _spent(), time.monotonic() - began
        _wait(run, lambda: run.status().state == FINISHED)
        expect(page.get_by_text("finished").first).to_be_visible(timeout=20_000)
        share = Share(*((b - a) / took for a, b in zip(before, after, strict=True)))
        return speed(run), share


def speed(run: Run) -> float:
    """Return real images a second of training time, without its first seconds."""
    columns, config = run.metrics(), run.config
    counts = columns["time_s"] >= SETTLED
    steps, times = columns["step"][counts], columns["time_s"][counts]
    return float((steps[-1] - steps[0]) * config.batch_size * config.critic_steps / (times[-1] - times[0]))


def _go(page: Page, address: str) -> Page:
    page.goto(address)
    return page


def _started(folder: Path) -> Run:
    until = time.monotonic() + 30
    while not (found := store.list_runs(folder)):
        assert time.monotonic() < until, "Start did nothing"
        time.sleep(0.1)
    return found[0]


def _wait(run: Run, what: Callable[[], bool]) -> None:
    until = time.monotonic() + 300
    while not what():
        assert time.monotonic() < until, run.status()
        assert run.status().state != FAILED, run.status()
        time.sleep(0.5)


def _spent() -> tuple[float, float]:
    """Return the processor seconds that the server and the browser, both started here, took so far."""
    own = dict(machine.below(os.getpid()))
    server = sum(machine.seconds(process) for process, words in own.items() if "streamlit" in words)
    browser = sum(machine.seconds(process) for process, words in own.items() if "chrom" in words)
    return server, browser


if __name__ == "__main__":
    main()
