"""What one installation allows."""

import os
from collections import namedtuple

import pytest

from ganlib import presets
from ganlib.runs import store
from ganlib.runs.status import FAILED, FINISHED
from ganlib.utils import environment
from ganlib.utils.errors import UserError

CONFIG = presets.get("digits-quick").config
Usage = namedtuple("Usage", "total used free")


@pytest.fixture
def disk(monkeypatch):
    def leave(megabytes):
        monkeypatch.setattr(environment.shutil, "disk_usage", lambda _: Usage(0, 0, megabytes * 10**6))

    return leave


def test_a_run_that_would_fill_the_disk_says_so_before_it_starts(tmp_path, disk, monkeypatch):
    monkeypatch.setenv("GANLIB_FREE_MB", "1000")
    disk(999)
    with pytest.raises(UserError, match=r"Only 999 MB are free .* and 1,000 MB are kept free"):
        store.create(CONFIG, {}, "a", tmp_path)
    assert list(tmp_path.iterdir()) == []
    disk(1000)
    store.create(CONFIG, {}, "a", tmp_path)


def test_one_run_too_many_is_refused(tmp_path, monkeypatch):
    monkeypatch.setenv("GANLIB_MAX_RUNS", "2")
    for name in "ab":
        store.create(CONFIG, {}, name, tmp_path)
    with pytest.raises(UserError, match="already 2 runs, the most allowed"):
        store.create(CONFIG, {}, "c", tmp_path)


def test_the_room_of_a_folder_still_to_be_made_is_that_of_its_parent(tmp_path):
    environment.check_room(tmp_path / "not" / "yet")


@pytest.mark.slow
def test_a_training_stops_before_the_disk_is_full_and_resumes(make_run, train_here, disk):
    run = make_run(max_steps=30)
    disk(10)
    with pytest.raises(UserError, match="make room, then start or resume"):
        train_here(run)
    assert run.status().state == FAILED
    disk(10_000)
    assert train_here(run).state == FINISHED


def test_the_processors_this_process_may_use_are_counted():
    assert 1 <= environment.processors() <= os.cpu_count()
