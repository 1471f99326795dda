"""The Lab in a real browser: points move soon after Start, the browser plays by itself, a link shows the same."""

import time
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

from ganlib.catalog import drawing
from ganlib.catalog.points import EXTENT
from ganlib.runs import frames
from tests.e2e import browser as real

pytestmark = pytest.mark.e2e

SECONDS = 1000.0  # milliseconds
PICTURES_A_SECOND = 15


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("runs")


def canvas(page: Page):
    return page.locator("canvas[data-step]")


def read(page: Page, what: str) -> int:
    return int(canvas(page).get_attribute(f"data-{what}"))


def test_points_move_while_the_gan_trains_and_play_again_afterwards(page: Page, url: str) -> None:
    page.goto(f"{url}/lab?preset=ring-quick&latent_dim=1&layers=surface,fake,lattice,pushes")
    real.settled(page, 60)
    page.get_by_role("button", name="Start").click()
    expect(canvas(page)).to_be_visible(timeout=60 * SECONDS)
    seen = {read(page, "step")}
    until = time.monotonic() + 120
    while not page.get_by_text("Finished").count():
        assert time.monotonic() < until
        page.wait_for_timeout(500)
        seen.add(read(page, "step"))
    assert len(seen) >= 5
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    # A link to the run shows its end; played again, it asks the server for nothing.
    address = page.url
    page.goto(address)
    expect(canvas(page)).to_be_visible(timeout=60 * SECONDS)
    assert "latent_dim=1" in address
    assert "pushes" in canvas(page).get_attribute("aria-label")
    last = read(page, "step")
    page.get_by_role("button", name="Play film").click()
    before = read(page, "drawn")
    page.wait_for_timeout(2 * SECONDS)
    assert read(page, "step") < last
    assert read(page, "drawn") - before >= 2 * PICTURES_A_SECOND
    page.get_by_role("button", name="Pause film").click()
    step = read(page, "step")
    page.get_by_role("button", name="One frame on").click()
    assert read(page, "step") > step


def test_a_click_chooses_a_point_and_a_link_shows_it_again(page: Page, url: str, home: Path) -> None:
    run = next(path for path in home.iterdir() if (path / "frames").is_dir())
    frame = frames.read(run, frames.steps(run)[-2:-1])[0]
    page.goto(f"{url}/lab?run={run.name}")
    expect(canvas(page)).to_be_visible(timeout=60 * SECONDS)
    page.get_by_role("button", name="One frame back").click()
    expect(canvas(page)).to_have_attribute("data-step", str(frame.step))
    box = canvas(page).bounding_box()
    x, y = frame.points[5].astype(float)
    canvas(page).click(position={"x": (x / EXTENT + 1) / 2 * box["width"], "y": (1 - y / EXTENT) / 2 * box["height"]})
    said = page.get_by_text(f"at step {frame.step:,}: D's output there is")
    expect(said).to_be_visible(timeout=60 * SECONDS)
    chosen = canvas(page).get_attribute("data-chosen")
    near = np.linalg.norm(frame.points.astype(float) - (x, y), axis=1)
    assert near[int(chosen) - 1] == pytest.approx(near.min(), abs=0.02)
    page.goto(page.url)
    expect(canvas(page)).to_have_attribute("data-step", str(frame.step), timeout=60 * SECONDS)
    expect(canvas(page)).to_have_attribute("data-chosen", chosen)
    expect(said).to_be_visible(timeout=60 * SECONDS)


def test_a_density_is_painted_and_a_link_shows_it_again(page: Page, url: str) -> None:
    page.goto(f"{url}/lab?dataset={drawing.EMPTY}")
    cells = page.locator("canvas[data-cells]")
    expect(cells).to_have_attribute("data-cells", "0", timeout=60 * SECONDS)
    box = cells.bounding_box()
    side = box["width"] / drawing.SIDE
    page.mouse.move(box["x"] + 2.5 * side, box["y"] + 4.5 * side)
    page.mouse.down()
    page.mouse.move(box["x"] + 9.5 * side, box["y"] + 4.5 * side)
    page.mouse.up()
    expect(cells).to_have_attribute("data-cells", "8")
    painted = [3 if place // drawing.SIDE == 4 and 2 <= place % drawing.SIDE <= 9 else 0 for place in range(576)]
    page.wait_for_url(f"**dataset={drawing.make_name(painted)}**")
    cells.focus()
    page.keyboard.press("Space")
    expect(cells).to_have_attribute("data-cells", "9")
    page.wait_for_timeout(1 * SECONDS)
    page.goto(page.url)
    expect(cells).to_have_attribute("data-cells", "9", timeout=60 * SECONDS)


def test_the_ideal_discriminator_takes_the_place_of_ds_opinion(page: Page, url: str, home: Path) -> None:
    run = next(path.name for path in home.iterdir() if (path / "frames").is_dir())
    page.goto(f"{url}/lab?run={run}&opinion=ideal")
    expect(page.get_by_text("Jensen-Shannon divergence")).to_be_visible(timeout=60 * SECONDS)
    expect(canvas(page)).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_a_telephone_nothing_is_wider_than_the_screen(chromium: Browser, url: str, home: Path, scheme: str) -> None:
    run = next(path.name for path in home.iterdir() if (path / "frames").is_dir())
    page = chromium.new_page(viewport={"width": 400, "height": 800}, color_scheme=scheme)
    page.goto(f"{url}/lab?run={run}")
    expect(canvas(page)).to_be_visible(timeout=60 * SECONDS)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert canvas(page).bounding_box()["width"] > 300
    page.close()
