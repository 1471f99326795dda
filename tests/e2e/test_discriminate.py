"""You be D in a real browser: with the buttons and with the keys, against a bar of time, to the end."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from ganlib.runs.class_answers import ClassAnswers
from tests.e2e import browser as real

pytestmark = pytest.mark.e2e

SECONDS = 1000.0  # milliseconds
LESSON = "12-you-be-d"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("runs")


def test_a_game_is_played_with_keys_and_buttons(page: Page, url: str, home: Path) -> None:
    page.goto(f"{url}/learn?lesson={LESSON}&p_early=3&p_late=1&on=digits-quick&game=3&me=ann")
    real.settled(page, 60)
    page.get_by_role("button", name="Begin").click()
    for number in range(1, 13):
        expect(page.get_by_text(f"Image {number} of 12")).to_be_visible(timeout=90 * SECONDS)
        real.settled(page)
        bar = page.locator(f".time-left[data-number='{number - 1}'] span")
        assert bar.evaluate("bar => bar.getAnimations()[0].currentTime") < 5 * SECONDS, "a new bar for each image"
        page.wait_for_timeout(300)  # faster ones are taken for a double click
        if number % 2:
            page.keyboard.press("ArrowLeft")
        else:
            page.get_by_role("button", name="Fake").click()
    expect(page.get_by_text("You were wrong")).to_be_visible(timeout=20 * SECONDS)
    expect(page.locator(".js-plotly-plot")).to_have_count(2, timeout=30 * SECONDS)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert set(ClassAnswers(LESSON, home).errors()["digits-quick"]) == {"ann"}
