"""Render every page, light and dark, wide and narrow: `make screenshots`."""

import sys
import tempfile
from pathlib import Path

from ganlib import presets
from ganlib.runs import store
from tests.e2e.browser import browser, server, settled

PAGES = {
    "gallery": "",
    "learn": "learn",
    "lesson": "learn?lesson=03-losses-do-not-fall&p_flat=2&p_start=2&p_worse=2",
    "train": "train",
    "explore": "explore",
    "runs": "runs",
    "data": "data",
    "experiments": "compare?view=experiments",
}
WIDTHS = {"wide": 1280, "narrow": 400}


def main(target: Path) -> None:
    """Train a short run, then photograph the pages with it."""
    from ganlib.training.start_or_resume import train

    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        run = store.create(
            presets.get("digits-quick").config.changed(max_seconds=8.0), {"preset": "digits-quick"}, folder=Path(folder)
        )
        with run.held():
            train(run)
        views = {**PAGES, "run": f"runs?run={run.id}", "compare": f"compare?runs={run.id}"}
        with server(Path(folder)) as url, browser() as chromium:
            for scheme in ("light", "dark"):
                for size, width in WIDTHS.items():
                    page = chromium.new_page(color_scheme=scheme, viewport={"width": width, "height": 900})
                    for name, path in views.items():
                        page.goto(f"{url}/{path}")
                        settled(page)
                        # The page scrolls inside the window, so the window must be as high as the page.
                        height = page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")
                        page.set_viewport_size({"width": width, "height": max(900, height)})
                        page.wait_for_timeout(1500)  # charts draw themselves after the script has ended
                        page.screenshot(path=target / f"{name}-{scheme}-{size}.png")
                        page.set_viewport_size({"width": width, "height": 900})
                    page.close()
    print(f"Screenshots are in {target}.")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
