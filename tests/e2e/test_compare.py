"""An experiment from its start to its report, and its runs side by side, in a real browser."""

import time
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from ganlib.experiments import results
from tests.e2e import browser as real

pytestmark = pytest.mark.e2e

SECONDS = 1000.0  # milliseconds


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("runs")


def test_experiment_from_start_to_report_and_side_by_side(chromium: Browser, url: str, home: Path, tmp_path: Path):
    page = chromium.new_page(viewport={"width": 1280, "height": 1000})
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.goto(f"{url}/compare?view=experiments")
    real.settled(page)
    steps = page.get_by_role("spinbutton", name="Steps")
    steps.fill("200")
    steps.press("Enter")
    real.settled(page)
    page.locator(".st-key-compare_built_seeds").get_by_role("radio", name="1", exact=True).click()
    start = page.get_by_role("button", name="Start 2 runs")
    expect(start).to_be_enabled(timeout=20 * SECONDS)
    start.dblclick()
    expect(page.get_by_role("button", name="Download the report")).to_be_visible(timeout=20 * SECONDS)
    (experiment,) = results.find(home)  # a double click starts one
    assert f"exp={experiment.id}" in page.url
    wait_until_over(home)

    expect(page.get_by_text("Finished")).to_have_count(2, timeout=30 * SECONDS)
    expect(page.locator("[data-testid=stImage] img")).to_have_count(2, timeout=20 * SECONDS)
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the report").click()
    download.value.save_as(tmp_path / "report.html")
    assert experiment.title in (tmp_path / "report.html").read_text(encoding="utf-8")

    page.get_by_role("button", name="See them side by side").click()
    expect(page.get_by_role("radio", name="Curves")).to_be_visible(timeout=20 * SECONDS)
    page.locator(".st-key-compare_fresh label").first.click()
    expect(page.get_by_text("All are drawn with seed 0", exact=False)).to_be_visible(timeout=60 * SECONDS)
    real.settled(page)
    assert pictures(chromium, page.url) == sources(page)  # somebody else sees the same
    assert troubles == []
    page.close()


def wait_until_over(home: Path) -> None:
    """Wait for the trainings; the page that looks on starts the second one."""
    until = time.monotonic() + 120
    while not results.find(home)[0].is_over:
        assert time.monotonic() < until, results.find(home)[0].states()
        time.sleep(0.3)


def pictures(chromium: Browser, address: str) -> list[str]:
    """Return what the pictures of an address are, as a browser sees it that was never there."""
    page = chromium.new_context().new_page()
    page.goto(address)
    expect(page.get_by_text("All are drawn with seed 0", exact=False)).to_be_visible(timeout=60 * SECONDS)
    found = sources(real.settled(page))
    page.close()
    return found


def sources(page: Page) -> list[str]:
    """Return the addresses of the pictures, which Streamlit makes from what is in them."""
    shown = page.locator("[data-testid=stImage] img")
    expect(shown).to_have_count(2, timeout=20 * SECONDS)
    return [str(shown.nth(number).get_attribute("src")).partition("/media/")[2] for number in range(2)]
