"""Starting an experiment: all of its runs in a fair order, or none."""

import errno

import pytest

from ganlib import presets
from ganlib.experiments import launch
from ganlib.experiments.plan import plan, plan_presets
from ganlib.runs import queue, store
from ganlib.runs.folder import Run
from ganlib.runs.status import QUEUED
from ganlib.utils import environment
from ganlib.utils.errors import UserError

DIGITS = presets.get("digits-quick").config


@pytest.fixture
def four():
    return plan("digits-quick", DIGITS, "latent_dim", [2, 8], seeds=2)


def test_the_runs_queue_in_the_order_of_the_plan(four, tmp_path, launched):
    started = launch.start(four, owner="ann", folder=tmp_path)
    assert [run.id for run in started] == [run.id for run in four.runs]
    assert launched == [started[0].id]
    assert [run.id for run in queue.waiting(tmp_path)] == [run.id for run in four.runs]
    assert {run.about().owner for run in started} == {"ann"}


def test_a_run_says_what_it_is_part_of(four, tmp_path, launched):
    run = launch.start(four, folder=tmp_path)[3]
    assert run.config == four.runs[3].config
    assert run.record["preset"] == "digits-quick"
    expected = {"id": four.id, "title": four.title, "field": "latent_dim", "value": 8, "seed": 2, "values": [2, 8]}
    assert run.record["experiment"] == expected


def test_runs_of_a_comparison_name_their_own_preset(tmp_path, launched):
    started = launch.start(plan_presets(["mnist-dcgan", "mnist-wgan-gp"]), folder=tmp_path)
    assert [run.record["preset"] for run in started] == ["mnist-dcgan", "mnist-wgan-gp"]


def test_too_many_runs_are_refused_as_a_whole(four, tmp_path, launched, monkeypatch):
    monkeypatch.setenv("GANLIB_MAX_RUNS", "5")
    store.create(DIGITS, {}, "one", tmp_path)
    store.create(DIGITS, {}, "two", tmp_path)
    with pytest.raises(UserError, match="needs 4 runs, but only 3 more are allowed"):
        launch.start(four, folder=tmp_path)
    assert len(store.list_runs(tmp_path)) == 2
    assert launched == []


def test_a_full_disk_refuses_the_whole(four, tmp_path, launched, monkeypatch):
    monkeypatch.setattr(environment, "free_megabytes", lambda: 10**9)
    with pytest.raises(UserError, match="are kept free"):
        launch.start(four, folder=tmp_path)
    assert store.list_runs(tmp_path) == []


def test_nothing_is_left_when_one_run_cannot_be_made(four, tmp_path, launched):
    store.create(DIGITS, {}, four.runs[2].id, tmp_path)
    with pytest.raises(UserError, match="already a run named"):
        launch.start(four, folder=tmp_path)
    assert [run.id for run in store.list_runs(tmp_path)] == [four.runs[2].id]
    assert launched == []


def test_nothing_is_left_when_the_disk_fills_up_at_last(four, tmp_path, launched, monkeypatch):
    write, queued = Run.write_status, []

    def fail_at_third(run, status):
        if status.state == QUEUED:
            queued.append(run)
            if len(queued) == 3:
                raise OSError(errno.ENOSPC, "No space left on device")
        write(run, status)

    monkeypatch.setattr(Run, "write_status", fail_at_third)
    with pytest.raises(UserError, match="No space left on device"):
        launch.start(four, folder=tmp_path)
    assert store.list_runs(tmp_path) == []


def test_nobody_starts_a_run_before_all_are_there(four, tmp_path, launched, monkeypatch):
    create = store.create

    def create_and_look(*arguments):
        made = create(*arguments)
        queue.advance(tmp_path)
        assert launched == []
        return made

    monkeypatch.setattr(store, "create", create_and_look)
    launch.start(four, folder=tmp_path)
    assert len(launched) == 1
