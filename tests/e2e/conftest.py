from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.e2e import browser as real


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    if not Path(real.CHROMIUM).exists():
        pytest.skip("no chromium: install Debian's package of that name")
    with real.browser() as started:
        yield started


@pytest.fixture(scope="module")
def url(home: Path) -> Iterator[str]:
    """The address of a server whose runs live in the module's own `home`."""
    with real.server(home) as address:
        yield address


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A page of a projector's size; the test fails if a script on it did."""
    page = chromium.new_page(viewport={"width": 1280, "height": 720})
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    yield page
    page.close()
    assert troubles == []
