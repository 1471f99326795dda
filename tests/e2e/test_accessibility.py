"""Every page as people with poor sight and screen readers meet it: axe-core's rules, and the contrast inside charts.

axe-core looks at no text of an SVG, hence the second measure.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.e2e import browser as real

pytestmark = pytest.mark.e2e

PAGES = (
    "",
    "learn",
    "learn?lesson=05-saturation&p_times=3&p_moves=2",
    "train",
    "lab",
    "explore?run=mnist-2d",
    "explore?run=mnist-2d&view=plane",
    "explore?run=mnist-quick&view=inside&net=d&grad=1",
    "compare?runs=mnist-lsgan,mnist-hinge",
    "compare?view=experiments",
    "runs",
    "runs?run=mnist-quick",
    "runs?run=mnist-quick&view=judge",
    "data",
)
GRAVE = ("serious", "critical")

LABEL_COLOURS = """() => {
  const ground = getComputedStyle(document.querySelector("[data-testid=stApp]")).backgroundColor
  const texts = document.querySelectorAll(".js-plotly-plot :is(.xtick, .ytick, .g-xtitle, .g-ytitle, .annotation) text")
  return [...texts].map(text => [getComputedStyle(text).fill, ground])
}"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("runs")


@pytest.fixture(scope="module", params=["light", "dark"])
def page(request: Any, chromium: Browser) -> Iterator[Page]:
    page = chromium.new_page(color_scheme=request.param, viewport={"width": 1280, "height": 720})
    yield page
    page.close()


@pytest.mark.parametrize("address", PAGES)
def test_no_page_bars_anyone(page: Page, url: str, address: str) -> None:
    page.set_viewport_size({"width": 1280, "height": 720})
    shown(page, f"{url}/{address}")
    check(page)


@pytest.mark.parametrize("address", ["", "train", "runs?run=mnist-quick"])
def test_no_page_bars_anyone_on_a_telephone(page: Page, url: str, address: str) -> None:
    page.set_viewport_size({"width": 400, "height": 720})
    shown(page, f"{url}/{address}")
    menu = page.get_by_test_id("stExpandSidebarButton")
    said = menu.evaluate("button => getComputedStyle(button, '::after').content")
    assert "Pages" in said
    check(page)


def test_a_runs_page_has_headings_to_move_by(page: Page, url: str) -> None:
    shown(page, f"{url}/runs?run=mnist-quick")
    expect(page.get_by_role("heading", level=3)).not_to_have_count(0)
    assert {"Losses", "Discriminator's mean output"} <= set(page.get_by_role("heading", level=3).all_inner_texts())


def shown(page: Page, address: str) -> None:
    page.goto(address)
    real.settled(page, seconds=60)  # the first page that draws loads the backend
    page.wait_for_load_state("networkidle")  # pictures and what draws the charts


def check(page: Page) -> None:
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    assert [(rule["id"], told(rule)) for rule in found if rule["impact"] in GRAVE] == []
    pale = {colours for fill, ground in page.evaluate(LABEL_COLOURS) if contrast(*(colours := (fill, ground))) < 4.5}
    assert pale == set()


def told(rule: dict[str, Any]) -> list[str]:
    return [f"{node['failureSummary']} {node['html'][:200]}" for node in rule["nodes"][:3]]


def contrast(first: str, second: str) -> float:
    """Return the contrast of two colours such as "rgb(0, 0, 0)" (WCAG 2.2, relative luminance)."""
    high, low = sorted((luminance(first), luminance(second)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def luminance(colour: str) -> float:
    values = [float(part) / 255 for part in colour[colour.index("(") + 1 : -1].split(",")[:3]]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in values]
    return sum(share * value for share, value in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
