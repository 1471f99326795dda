"""The pictures of the README: `python -m tests.e2e.tour docs/images`. They need MNIST and the models that ship."""

import sys
import tempfile
from pathlib import Path

import numpy as np
from PIL import Image
from playwright.sync_api import Page, expect

from ganlib.runs import store
from ganlib.runs.folder import Run
from ganlib.runs.status import FAILED, FINISHED
from ganlib.utils import images
from tests.e2e.browser import browser, server, settled

STILLS = {
    "gallery": "",
    "explore": "explore?run=mnist-2d&view=plane",
    "judge": "runs?run=mnist-dragan&view=judge",
    "compare": "compare?runs=mnist-lsgan,mnist-hinge,mnist-dragan,mnist-minimax",
}
PRESET, STEPS = "mnist-quick", 900  # a minute of a machine with other work to do
WINDOW = {"width": 1100, "height": 1000}
FILM = {"width": 1280, "height": 720}
WIDTH = 720  # pixels of the animation
MOST_FRAMES = 16  # of a training; a slow machine takes more pictures of it


def main(target: Path) -> None:
    """Photograph some pages, and film a training from the form to its end."""
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, server(Path(folder)) as url, browser() as chromium:
        page = chromium.new_page(viewport=WINDOW)
        page.goto(url)
        for name, path in STILLS.items():
            page.goto(f"{url}/{path}")
            _still(page)
            page.screenshot(path=target / f"{name}.png")
            _slim(target / f"{name}.png")
        page.set_viewport_size(FILM)
        frames = _film(page, url, Path(folder))
        (target / "training.gif").write_bytes(images.gif_bytes(frames, seconds_per_frame=0.8, hold_last=3.0))
    print(f"The pictures are in {target}.")


def _film(page: Page, url: str, folder: Path) -> list[images.Pixels]:
    page.goto(f"{url}/train?preset={PRESET}&max_steps={STEPS}")
    _still(page)
    frames = [_frame(page)]
    page.get_by_role("button", name="Start").click()
    while not (found := store.list_runs(folder)) or found[0].status().state != FINISHED:
        page.wait_for_timeout(1_500)
        frames.append(_frame(page))
        assert not found or found[0].status().state != FAILED, _trouble(found[0])
    expect(page.get_by_text("Training complete").first).to_be_visible(timeout=20_000)
    _still(page)
    frames.pop()  # taken as the view of a finished run was drawn
    return [*frames[:: -(-len(frames) // MOST_FRAMES)], _frame(page)]


def _still(page: Page) -> None:
    settled(page, seconds=90)  # the first view that generates loads the networks' library
    page.wait_for_timeout(4_000)  # charts and pictures come after the script has ended


def _frame(page: Page) -> images.Pixels:
    path = Path(tempfile.gettempdir(), "frame.png")
    page.screenshot(path=path)
    with Image.open(path) as picture:
        height = round(picture.height * WIDTH / picture.width)
        return np.asarray(picture.convert("RGB").resize((WIDTH, height), Image.Resampling.LANCZOS))


def _slim(path: Path) -> None:
    with Image.open(path) as picture:
        picture.convert("RGB").quantize(256).save(path, optimize=True)


def _trouble(run: Run) -> str:
    return run.status().message


if __name__ == "__main__":
    main(Path(sys.argv[1]))
