"""The first lesson in a real browser: it waits, trains in sight of the reader, and a reload shows the same."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import browser as real

pytestmark = pytest.mark.e2e

SECONDS = 1000.0  # milliseconds


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("runs")


def test_the_first_lesson_from_the_list_to_the_next_one(page: Page, url: str) -> None:
    page.goto(f"{url}/learn")
    real.settled(page, 60)
    # By its own key: while the list is being built, the first "Begin" may be another lesson's.
    page.locator(".st-key-lesson_begin_01-two-players button").click()
    page.wait_for_url("**lesson=01-two-players**", timeout=20 * SECONDS)
    expect(page.get_by_role("button", name="Train", exact=True)).to_have_count(0)
    page.get_by_text("It takes the islands for real").click()
    expect(page.get_by_text("Not so:")).to_be_visible(timeout=20 * SECONDS)
    assert "p_colour=2" in page.url
    marked = page.locator("[data-testid=stRadioOption][data-selected=true]")
    expect(marked).to_have_text("It takes the islands for real, because they are the data.")
    expect(page.get_by_role("button", name="Train", exact=True)).to_have_count(0)
    page.get_by_text("1/2: it cannot know").click()

    page.get_by_role("button", name="Train", exact=True).click()
    canvas = page.locator("canvas[data-step]")
    expect(canvas).to_be_visible(timeout=60 * SECONDS)
    expect(page.get_by_text("All modes found")).to_be_visible(timeout=150 * SECONDS)
    expect(page.get_by_text("Your turn.")).to_be_visible(timeout=20 * SECONDS)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    page.goto(page.url)  # the address alone brings it all back
    real.settled(page, 60)
    expect(canvas).to_be_visible(timeout=20 * SECONDS)
    expect(page.get_by_text("Not so:")).to_be_visible()
    page.get_by_role("button", name="A training step in slow motion").click()
    expect(page.get_by_role("heading", name="A training step in slow motion")).to_be_visible(timeout=20 * SECONDS)
    assert "p_colour" not in page.url


@pytest.mark.parametrize("width", [1280, 400])
def test_the_menu_leads_from_a_lesson_back_to_the_list(page: Page, url: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 720})
    page.goto(f"{url}/learn?lesson=04-mode-collapse&p_many=2")
    real.settled(page, 60)
    if width < 640:
        page.get_by_test_id("stExpandSidebarButton").click()
    page.wait_for_function("window.ganExplorerMenu")
    page.get_by_role("link", name="Learn").click()
    expect(page.get_by_text("1 of 5 answered")).to_be_visible(timeout=20 * SECONDS)
    assert "lesson=" not in page.url


def test_what_is_trained_in_a_lesson_comes_into_sight(page: Page, url: str) -> None:
    page.set_viewport_size({"width": 1280, "height": 720})
    page.goto(f"{url}/learn?lesson=04-mode-collapse&p_many=2")
    real.settled(page, 60)
    page.get_by_role("button", name="Train", exact=True).click()
    canvas = page.locator("canvas[data-step]")
    expect(canvas).to_be_in_viewport(ratio=0.9, timeout=60 * SECONDS)


def test_a_page_that_a_lesson_opens_leads_back_to_the_same_place(page: Page, url: str) -> None:
    page.goto(f"{url}/learn?lesson=04-mode-collapse&p_many=1&p_loss=3&p_slow=2&p_hills=2")
    real.settled(page, 60)
    leads = page.get_by_role("link", name="R1 at the high rates, in the Lab")
    leads.click()
    page.get_by_role("link", name="Back to lesson 4").click(timeout=20 * SECONDS)
    expect(page.get_by_text("Not so:")).to_be_attached(timeout=20 * SECONDS)
    expect(leads).to_be_in_viewport(timeout=20 * SECONDS)


def test_a_line_of_text_is_short_enough_to_read(page: Page, url: str) -> None:
    page.goto(f"{url}/learn?lesson=03-losses-do-not-fall")
    real.settled(page, 60)
    text = page.get_by_text("With a classifier, the loss falls").bounding_box()
    chart = page.locator(".js-plotly-plot").first.bounding_box()
    assert text is not None
    assert chart is not None
    assert text["width"] <= 760 < chart["width"]
