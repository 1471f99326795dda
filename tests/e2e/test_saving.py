"""A chart saved from its one button, in a real browser."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.e2e import browser as real

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("runs")


def test_a_chart_is_saved_as_numbers_and_as_pictures(chromium: Browser, url: str) -> None:
    page = chromium.new_page(viewport={"width": 1280, "height": 720})
    page.goto(f"{url}/runs?run=mnist-quick")
    real.settled(page, 60)
    chart = page.locator(".js-plotly-plot").first
    saved = {}
    for name in ("CSV", "SVG", "PNG"):
        chart.hover()
        chart.locator(".modebar-btn").click()
        with page.expect_download() as waiting:
            page.get_by_role("menuitem", name=name).click()
        assert waiting.value.suggested_filename == f"live-losses-mnist-quick.{name.lower()}"
        saved[name] = Path(waiting.value.path()).read_bytes()
    header, first, *others = saved["CSV"].decode().splitlines()
    assert header == "series,step,y"
    assert first.startswith("Generator,")
    assert any(line.startswith("Discriminator,") for line in others)
    assert saved["SVG"].startswith(b"<svg")
    assert saved["PNG"].startswith(b"\x89PNG")
    page.close()
