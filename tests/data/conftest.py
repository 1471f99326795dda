import gzip
import hashlib
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest

from ganlib.catalog.datasets import Download


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty GANLIB_DATA, beside an empty GANLIB_CACHE."""
    data = tmp_path / "data"
    data.mkdir()
    monkeypatch.setenv("GANLIB_DATA", str(data))
    monkeypatch.setenv("GANLIB_CACHE", str(tmp_path / "cache"))
    return data


@pytest.fixture
def write_idx() -> Callable[[Path, np.ndarray], Path]:
    """Write an array of bytes as an IDX file, gzipped if its name ends in .gz."""

    def write(file: Path, array: np.ndarray) -> Path:
        content = bytes([0, 0, 8, array.ndim]) + np.array(array.shape, ">u4").tobytes() + array.tobytes()
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(gzip.compress(content) if file.suffix == ".gz" else content)
        return file

    return write


@dataclass
class Server:
    """A file server; the first part of a path says how it misbehaves."""

    address: str
    content: bytes = bytes(range(256)) * 1024
    requests: Counter[str] = field(default_factory=Counter)

    def offer(self, behaviour: str, name: str = "file.bin") -> Download:
        """Describe a file whose published content is the server's."""
        return Download(
            f"{self.address}/{behaviour}/{name}", hashlib.sha256(self.content).hexdigest(), len(self.content)
        )


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """Serve a file on this machine: well, cut short, stalling half-way, altered, or not at all."""
    over = threading.Event()
    state = Server("")

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            behaviour = self.path.split("/")[1]
            state.requests[self.path] += 1
            if behaviour == "flaky":
                behaviour = "good" if state.requests[self.path] > 1 else "truncated"
            if behaviour == "missing":
                self.send_error(404)
                return
            self.send_response(200)
            self.send_header("Content-Length", str(len(state.content)))
            self.end_headers()
            whole = state.content
            self.wfile.write({"good": whole, "altered": whole[::-1]}.get(behaviour, whole[: len(whole) // 2]))
            if behaviour == "stalled":
                over.wait(10)

        def log_message(self, *args: object) -> None:
            pass

    monkeypatch.setattr("ganlib.data.download.TIMEOUT_S", (1.0, 0.2))
    monkeypatch.setattr("pooch.core.time.sleep", lambda seconds: None)
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as httpd:
        state.address = f"http://127.0.0.1:{httpd.server_port}"
        thread = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield state
        over.set()
        httpd.shutdown()
        thread.join()
