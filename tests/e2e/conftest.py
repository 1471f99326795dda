from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.e2e import browser as real


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    if not Path(real.CHROMIUM).exists():
        pytest.skip("no chromium: install Debian's package of that name")
    with real.browser() as started:
        yield started


@pytest.fixture(scope="module")
def url(home: Path, chromium: Browser) -> Iterator[str]:
    """The address of a server whose runs live in the module's own `home`."""
    with real.server(home) as address:
        page = chromium.new_page()
        # Streamlit takes the folder `pages/` for navigation until app.py has run once, so the first visit to a fresh
        # server must be to its root.
        page.goto(address)
        real.settled(page).close()
        yield address
