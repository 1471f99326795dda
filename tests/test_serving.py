"""The container's files name what there is, and the app is served as they say."""

import os
import re
import shlex
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
DEPLOY = ROOT / "deploy"


def instructions() -> list[tuple[str, str]]:
    lines = (ROOT / "Dockerfile").read_text().replace("\\\n", " ").splitlines()
    return [(name, rest) for name, _, rest in (line.partition(" ") for line in lines) if name and name != "#"]


def test_what_the_container_copies_is_there_and_it_runs_as_nobody_special():
    found = instructions()
    for name, rest in found:
        if name == "COPY":
            for source in shlex.split(rest)[:-1]:
                assert (ROOT / source).exists(), source
    assert re.fullmatch(r"FROM \S+:[\w.-]*\d[\w.-]*", " ".join(found[0])), "the base has a version"
    assert ("USER", "1000") in found
    assert max(k for k, (name, _) in enumerate(found) if name == "RUN") < found.index(("USER", "1000"))
    ignored = (ROOT / ".dockerignore").read_text().split()
    assert {".git", ".venv"} <= set(ignored)
    assert not {"app.py", "pages", "ui", "ganlib", "pretrained", "lessons", "deploy", ".streamlit"} & set(ignored)


def test_an_unknown_device_is_refused():
    done = subprocess.run(["sh", DEPLOY / "install.sh", "tpu"], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (2, "")
    assert "cpu or cuda" in done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("base", ["", "/gan"])
def test_it_is_served_at_its_path_and_writes_only_where_it_is_told(tmp_path, base):
    with socket.socket() as free:
        free.bind(("localhost", 0))
        port = free.getsockname()[1]
    env = {
        **os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "PORT": str(port),
        "ADDRESS": "localhost", "BASE_PATH": base, "DATA": str(tmp_path / "data"), "HOME": str(tmp_path / "home"),
        "GANLIB_RUNS": "", "GANLIB_CACHE": "", "GANLIB_WARM": "0",
    }  # fmt: skip
    serving = subprocess.Popen(["sh", DEPLOY / "serve.sh"], env=env, stdout=subprocess.DEVNULL)
    try:
        until, ask = time.monotonic() + 60, [sys.executable, DEPLOY / "healthy.py"]
        while (healthy := subprocess.run(ask, env=env, capture_output=True)).returncode:
            assert time.monotonic() < until, healthy.stderr.decode()
            time.sleep(0.2)
        with urllib.request.urlopen(f"http://localhost:{port}{base}/lab", timeout=10) as answer:
            assert "Streamlit" in answer.read().decode()
        assert sorted(path.name for path in (tmp_path / "data").iterdir()) == ["cache", "runs"]
    finally:
        serving.terminate()
        serving.wait(timeout=20)
