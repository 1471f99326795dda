"""The Lab in a real browser: points move soon after Start, the browser plays by itself, a link shows the same."""

import time
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e import browser as real

pytestmark = pytest.mark.e2e

SECONDS = 1000.0  # milliseconds
PICTURES_A_SECOND = 15


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("runs")


@pytest.fixture
def page(chromium: Browser):
    page = chromium.new_page(viewport={"width": 1280, "height": 720})
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    yield page
    page.close()
    assert troubles == []


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
