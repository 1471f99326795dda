"""Render every page, light and dark, wide and narrow: `make screenshots`."""

import sys
import tempfile
from pathlib import Path

from ganlib import presets, runs
from tests.e2e.browser import browser, server, settled

PAGES = ("train", "runs")
WIDTHS = {"wide": 1280, "narrow": 400}


def main(target: Path) -> None:
    """Train a short run, then photograph the pages with it."""
    from ganlib.training.session import train

    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        run = runs.create(
            presets.get("digits-quick").config.changed(max_seconds=8.0), {"preset": "digits-quick"}, folder=Path(folder)
        )
        with run.held():
            train(run)
        views = {**{name: name for name in PAGES}, "run": f"runs?run={run.id}"}
        with server(Path(folder)) as url, browser() as chromium:
            for scheme in ("light", "dark"):
                for size, width in WIDTHS.items():
                    page = chromium.new_page(color_scheme=scheme, viewport={"width": width, "height": 900})
                    for name, path in views.items():
                        page.goto(f"{url}/{path}")
                        settled(page).wait_for_timeout(1500)  # charts draw themselves after the script has ended
                        page.screenshot(path=target / f"{name}-{scheme}-{size}.png", full_page=True)
                    page.close()
    print(f"Screenshots are in {target}.")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
