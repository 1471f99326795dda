"""When queued runs are likely to start."""

import pytest

from ganlib import presets
from ganlib.runs import folder, queue, store
from ganlib.runs.status import PAUSED, QUEUED, RUNNING, Status
from ganlib.training import estimate, waiting

CONFIG = presets.get("digits-quick").config
LENGTH = estimate.GETTING_READY + estimate.estimate(CONFIG).seconds


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setattr(queue, "advance", lambda folder=None: None)
    monkeypatch.setattr(folder.Run, "is_locked", lambda run: True)
    return tmp_path


def make(home, name, state, queued_at=0.0, eta=None):
    run = store.create(CONFIG, {}, name, home)
    run.write_status(Status(state, queued_at=queued_at, eta_s=eta))
    return run


def test_a_queued_run_waits_for_what_trains_and_for_those_before_it(home):
    make(home, "now", RUNNING, eta=40.0)
    make(home, "second", QUEUED, 2.0)
    make(home, "first", QUEUED, 1.0)

    found = waiting.expected(home)

    assert [run.id for run, _ in found] == ["first", "second"]
    assert [seconds for _, seconds in found] == pytest.approx([40.0, 40.0 + LENGTH])


def test_a_paused_run_holds_nobody_up_and_two_slots_halve_the_wait(home, monkeypatch):
    make(home, "paused", PAUSED, eta=40.0)
    make(home, "first", QUEUED, 1.0)
    make(home, "second", QUEUED, 2.0)
    assert [seconds for _, seconds in waiting.expected(home)] == pytest.approx([0.0, LENGTH])

    monkeypatch.setenv("GANLIB_SLOTS", "2")
    assert [seconds for _, seconds in waiting.expected(home)] == [0.0, 0.0]


def test_nobody_waits_where_the_queue_is_empty(home):
    make(home, "now", RUNNING, eta=40.0)
    assert waiting.expected(home) == []
