"""The app at a path of its own behind a proxy: pages, links and what the browser fetches stay below that path."""

import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import browser as real

pytestmark = pytest.mark.e2e
SECONDS = 1000


@contextmanager
def forwarded(port: int) -> Iterator[int]:
    """Pass every connection on to a port; yields the port to connect to instead."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with socket.create_connection(("localhost", port)) as there:
                threading.Thread(target=pump, args=(there, self.request), daemon=True).start()
                pump(self.request, there)

    def pump(source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

    with Server(("localhost", 0), Handler) as listening:
        threading.Thread(target=listening.serve_forever, daemon=True).start()
        yield listening.server_address[1]
        listening.shutdown()


def test_pages_and_links_stay_below_the_path(page: Page, tmp_path) -> None:
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))
    with real.server(tmp_path, base="/gan") as url, forwarded(urlsplit(url).port or 0) as port:
        page.goto(f"http://localhost:{port}/gan/")
        page.get_by_role("button", name="See how it works").click(timeout=60 * SECONDS)
        expect(page.get_by_role("button", name="Start", exact=True)).to_be_visible(timeout=60 * SECONDS)
        assert urlsplit(page.url).path == "/gan/lab"
        page.goto(f"http://localhost:{port}/gan/train?preset=digits-quick")
        page.get_by_role("button", name="Name, note, link").click(timeout=60 * SECONDS)
        link = page.locator("[data-testid=stCode]").first
        expect(link).to_contain_text(f"http://localhost:{port}/gan/train?", timeout=30 * SECONDS)
        page.goto("about:blank")
    paths = {urlsplit(each).path for each in fetched if each.startswith("http")}
    assert paths
    assert all(path.startswith("/gan/") for path in paths)
