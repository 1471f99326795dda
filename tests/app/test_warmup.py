"""When a process is made ready for the next training."""

from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from ganlib import presets
from ganlib.runs import processes, store
from ganlib.runs.status import FINISHED, PAUSED, QUEUED, RUNNING
from ui.common import cached, warmup

APP = Path(__file__).parent.parent.parent / "app.py"


@pytest.fixture
def prepared(home: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """How often a process was made ready; none really is."""
    calls: list[str] = []
    monkeypatch.setenv("GANLIB_WARM", "1")
    monkeypatch.setattr(processes, "prepare", lambda: calls.append("prepared"))
    cached.look_again()
    return calls


def test_a_page_that_was_shown_leaves_a_process_getting_ready(prepared: list[str]) -> None:
    app = AppTest.from_file(str(APP), default_timeout=30).run()
    assert not app.exception
    assert prepared == ["prepared"]


def test_none_gets_ready_where_that_is_switched_off(prepared: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GANLIB_WARM", "0")
    warmup.keep()
    assert prepared == []


def test_none_gets_ready_where_one_waits(prepared: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "is_prepared", lambda: True)
    warmup.keep()
    assert prepared == []


@pytest.mark.parametrize(("state", "times"), [(QUEUED, 0), (RUNNING, 0), (PAUSED, 1), (FINISHED, 1)])
def test_none_gets_ready_while_a_run_trains(home: Path, prepared: list[str], state: str, times: int) -> None:
    run = store.create(presets.get("digits-quick").config, {}, "a", home)
    with run.held():
        run.write_status(replace(run.status(), state=state))
        cached.look_again()
        warmup.keep()
    assert len(prepared) == times
