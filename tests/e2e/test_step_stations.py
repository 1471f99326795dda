"""One step, taken apart, in a real browser: ten stations in sight, whatever the screen and its colours."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from ganlib import presets
from ganlib.runs import store
from tests.e2e import browser as real
from ui.common.step_pictures import STATIONS

pytestmark = pytest.mark.e2e

SECONDS = 1000.0  # milliseconds
DISTANCE = """() => {
    const top = name => document.querySelector(`.st-key-${name}`).getBoundingClientRect().top;
    return top("step_move_d") - top("step_forward");
}"""  # at one instant, for the page may scroll between two questions
SCREENS = {"wide": (1280, 720), "telephone": (400, 800)}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a run on points and one on images, each trained for a moment."""
    from ganlib.training.start_or_resume import train

    folder = tmp_path_factory.mktemp("runs")
    for preset in ("ring-quick", "digits-quick"):
        config = presets.get(preset).config.changed(max_seconds=0.0, max_steps=60)
        run = store.create(config, {"preset": preset}, preset.partition("-")[0], folder)
        with run.held():
            train(run)
    return folder


def forward(page: Page):
    return page.get_by_role("button", name="Forward")


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("address", ["lab?run=ring&apart=1", "explore?run=digits&view=step"])
def test_ten_stations_are_walked_through_and_nothing_jumps(
    chromium: Browser, url: str, home: Path, address: str, screen: str, scheme: str
) -> None:
    width, height = SCREENS[screen]
    page = chromium.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.goto(f"{url}/{address}")
    moves = page.get_by_role("button", name="Only D")
    expect(moves).to_be_visible(timeout=90 * SECONDS)
    expect(page.locator(".st-key-explore_batch input")).to_be_visible()  # loaded last, it is the highest of its row
    expect(page.get_by_text("As code").last).to_be_visible(timeout=30 * SECONDS)
    below = []
    for place, station in enumerate(STATIONS.values()):
        expect(page.get_by_text(station.happens)).to_be_visible(timeout=30 * SECONDS)
        real.settled(page, 60)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        below.append(page.evaluate(DISTANCE))
        if place < len(STATIONS) - 1:
            forward(page).click()
    assert max(below) - min(below) <= 1  # pixel
    expect(forward(page)).to_be_disabled()
    assert "station=g" in page.url
    page.close()
    assert troubles == []


def test_play_goes_on_by_itself_and_a_link_shows_the_same(chromium: Browser, url: str, home: Path) -> None:
    page = chromium.new_page(viewport={"width": 1280, "height": 720})
    page.goto(f"{url}/lab?run=ring&apart=1&station=d")
    expect(page.get_by_text("As code").last).to_be_visible(timeout=90 * SECONDS)
    real.settled(page, 60)  # while it is drawn, what is to be clicked moves from under the pointer
    page.locator(".st-key-step_play button").click()
    expect(page.get_by_text(STATIONS["g"].happens)).to_be_visible(timeout=40 * SECONDS)
    page.get_by_role("button", name="Only D").click()
    expect(page.get_by_text("Moves: Only D")).to_be_visible(timeout=30 * SECONDS)
    other = chromium.new_page()
    other.goto(page.url)
    expect(other.get_by_text("Moves: Only D")).to_be_visible(timeout=90 * SECONDS)
    expect(other.get_by_text(STATIONS["g"].happens)).to_be_visible()
    other.close()
    page.close()
