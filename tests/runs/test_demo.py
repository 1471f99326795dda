"""A public demo keeps nothing, trains briefly and fetches nothing."""

import os
import time

import numpy as np
import pytest

from ganlib import data, presets
from ganlib.catalog.custom import make_name
from ganlib.data.custom import store as sets
from ganlib.runs import demo, limits, queue, store
from ganlib.runs.class_answers import ClassAnswers
from ganlib.runs.status import Status
from ganlib.utils import environment
from ganlib.utils.errors import UserError

CONFIG = presets.get("digits-quick").config


@pytest.fixture(autouse=True)
def open_to_all(tmp_path, monkeypatch):
    monkeypatch.setenv("GANLIB_RUNS", str(tmp_path / "runs"))
    monkeypatch.setenv("GANLIB_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("GANLIB_DATA", raising=False)
    monkeypatch.setenv("GANLIB_DEMO", "1")
    monkeypatch.setattr(queue, "advance", lambda folder=None: None)
    monkeypatch.setattr(demo, "_since", {})
    (tmp_path / "runs").mkdir()
    (tmp_path / "runs" / demo.MARKER).touch()
    age(tmp_path / "runs" / demo.MARKER, 10 * demo.LIFETIME)


def age(path, seconds):
    os.utime(path, (time.time() - seconds,) * 2)


def test_what_is_older_than_an_hour_goes_and_the_rest_stays():
    old, waiting, new = (queue.start(CONFIG, name=name, owner=name) for name in ("old", "waiting", "new"))
    old.write_status(Status("finished"))
    images = np.zeros((20, 28, 28, 1), np.uint8)
    splits = {part: (images, np.zeros(20, np.int64)) for part in ("train", "test")}
    sets.save(make_name("cats", 28, False), splits, (), "cats")
    answers = ClassAnswers("first")
    answers.keep_answer("guest-1", "why", 1)
    for path in (old.path, waiting.path, sets.folder("own-cats-28-grey"), answers.path):
        age(path, demo.LIFETIME + 1)

    demo.sweep()

    assert (store.list_runs(), sets.names(), answers.answers()) == ([new], [], {})


def test_what_was_there_before_the_demo_stays():
    before = queue.start(CONFIG, name="before")
    before.write_status(Status("finished"))
    age(before.path, 20 * demo.LIFETIME)
    demo.sweep()
    assert store.list_runs() == [before]


def test_another_run_of_the_same_name_has_its_own_hour():
    first = queue.start(CONFIG, name="mine")
    first.write_status(Status("finished"))
    age(first.path, demo.LIFETIME + 1)
    demo.sweep()
    assert store.list_runs() == []
    again = queue.start(CONFIG, name="mine")
    demo.sweep()
    assert store.list_runs() == [again]


def test_a_run_that_trains_is_stopped_first_and_writing_does_not_save_it():
    run = queue.start(CONFIG, owner="guest-1")
    run.write_status(Status("running"))
    with run.held():
        age(run.path, demo.LIFETIME + 1)
        demo.sweep()
        assert len(list((run.path / "control").glob("*.json"))) == 1
        assert run.path.exists()
    run.write_about(note="still here")

    demo.sweep()

    assert store.list_runs() == []


def test_trainings_are_short_few_and_queue_up_to_a_bound():
    assert environment.person_limits() == (2, 120, 100)
    for number in range(environment.longest_queue()):
        assert queue.start(CONFIG, owner=f"guest-{number}").config.max_seconds <= 120
    with pytest.raises(UserError, match="try again"):
        queue.start(CONFIG, owner="guest-new")
    assert limits.of("guest-new").runs == 2


def test_nothing_is_downloaded(monkeypatch):
    monkeypatch.setattr("ganlib.data.loading.download", lambda *args: pytest.fail("a demo asks nobody"))
    with pytest.raises(UserError, match="downloads nothing"):
        data.fetch("mnist")


def test_uploads_are_off_unless_the_server_says_otherwise(monkeypatch):
    assert not environment.allows_uploads()
    monkeypatch.setenv("GANLIB_UPLOADS", "1")
    assert environment.allows_uploads()
    monkeypatch.delenv("GANLIB_DEMO")
    monkeypatch.delenv("GANLIB_UPLOADS")
    assert environment.allows_uploads()
