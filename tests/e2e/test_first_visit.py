"""A link that is the first thing opened after a start of the server, as by a class whose server was restarted."""

from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e import browser as real

pytestmark = pytest.mark.e2e

LINKS = {
    "train?preset=mnist-quick&max_seconds=30": "Train a GAN",
    "lab?preset=ring-quick&latent_dim=1": "Lab",
    "explore?run=mnist-2d&view=plane&seed=7": "Explore",
    "compare?runs=mnist-lsgan,mnist-hinge": "Compare",
    "runs?me=ann": "Runs",
    "data?data_set=MNIST": "Data",
}


@pytest.mark.parametrize("link", LINKS)
def test_the_first_link_opened_shows_its_page_and_keeps_its_parameters(
    chromium: Browser, tmp_path: Path, link: str
) -> None:
    with real.server(tmp_path) as url:
        page = chromium.new_page()
        page.goto(f"{url}/{link}")
        expect(page.get_by_role("heading", name=LINKS[link], level=1)).to_be_visible(timeout=30_000)
        expect(page.get_by_test_id("stTopNavLink").first).to_be_visible()  # the page has its frame
        expect(page.get_by_role("dialog")).to_have_count(0)  # what was not found is told before anything is shown
        asked, shown = urlsplit(link), urlsplit(page.url)
        assert shown.path == f"/{asked.path}"
        assert set(parse_qsl(asked.query)) <= set(parse_qsl(shown.query))
        page.get_by_test_id("stTopNavLink").get_by_text("Gallery").click()
        expect(page.get_by_role("heading", name="GAN Explorer")).to_be_visible(timeout=30_000)
        expect(page.get_by_role("dialog")).to_have_count(0)
        page.close()
