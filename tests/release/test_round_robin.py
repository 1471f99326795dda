from math import inf
from threading import Event

import pytest

from ganlib import presets
from ganlib.runs import store
from ganlib.runs.folder import Run
from ganlib.runs.status import FINISHED, STOPPED, Status
from ganlib.utils.errors import UserError
from tools.release import round_robin
from tools.release.recipes import RECIPES, Work

CONFIG = presets.get("digits-quick").config.changed(epochs=10, max_seconds=0.0)


def work(name, **changes):
    return Work(name, CONFIG.changed(**changes), {"preset": "digits-quick"})


@pytest.fixture
def stands(tmp_path):
    """Make a run that stands somewhere."""

    def stands(wanted, state=STOPPED, **status):
        run = store.make(tmp_path / wanted.name, wanted.config, wanted.record)
        run.write_status(Status(state, **status))
        return run

    return stands


@pytest.fixture
def sittings(tmp_path, monkeypatch):
    """Every sitting brings a run two epochs further, without any training; their names in order."""
    names = []

    def sit(run, work, seconds, until, stop):
        status, goal = run.status(), run.config.epochs
        epoch = min(status.epoch + 2, goal)
        run.write_status(Status(FINISHED if epoch == goal else STOPPED, epoch=epoch))
        names.append(run.id)
        return not run.id.startswith("bad")

    monkeypatch.setattr(round_robin, "_sit", sit)
    return names


def test_the_run_with_the_least_share_of_its_goal_is_next(tmp_path, stands):
    works = [work("a"), work("b", epochs=100), work("c")]
    stands(works[0], epoch=2.0)
    stands(works[1], epoch=10.0)
    stands(works[2], epoch=3.0)
    assert [round_robin.share(each, tmp_path) for each in works] == [0.2, 0.1, 0.3]
    assert round_robin.next_up(works, tmp_path) == works[1]


def test_of_equals_the_first_is_next_and_nothing_after_all_are_done(tmp_path, stands):
    works = [work("a"), work("b")]
    assert round_robin.next_up(works, tmp_path) == works[0]
    for each in works:
        stands(each, FINISHED, epoch=9.99)
    assert round_robin.next_up(works, tmp_path) is None


def test_a_limit_of_seconds_or_steps_is_a_goal_as_well(tmp_path, stands):
    seconds, steps = work("seconds", max_seconds=50.0), work("steps", max_steps=100)
    stands(seconds, epoch=1.0, seconds=20.0)
    stands(steps, epoch=1.0, step=30)
    assert round_robin.share(seconds, tmp_path) == 0.4
    assert round_robin.share(steps, tmp_path) == 0.3


def test_runs_take_turns_until_all_are_done(tmp_path, sittings):
    said = []
    round_robin.train([work("a", epochs=4), work("b", epochs=6)], tmp_path, 1, inf, Event(), said.append)
    assert sittings == ["a", "b", "b", "a", "b"]
    assert len(said) == 5


def test_a_run_that_fails_does_not_hold_up_the_others(tmp_path, sittings):
    with pytest.raises(UserError, match="No more could be done for bad"):
        round_robin.train([work("bad"), work("good", epochs=4)], tmp_path, 1, inf, Event(), lambda sentence: None)
    assert sittings == ["bad", "good", "good"]


def test_a_run_that_somebody_else_trains_is_left_alone(tmp_path, sittings, stands):
    run = stands(work("a"))
    with run.held(), pytest.raises(UserError, match="No more could be done for a"):
        round_robin.train([work("a")], tmp_path, 1, inf, Event(), lambda sentence: None)
    assert sittings == []


def test_without_time_or_when_told_to_stop_nothing_begins(tmp_path, sittings):
    stop = Event()
    round_robin.train([work("a")], tmp_path, 300, round_robin.SHORTEST / 2, stop, lambda sentence: None)
    stop.set()
    round_robin.train([work("a")], tmp_path, 300, inf, stop, lambda sentence: None)
    assert sittings == []


def test_a_goal_that_moved_on_takes_a_finished_run_along(tmp_path, stands):
    run = stands(work("a"), FINISHED, epoch=10.0)
    further = work("a", epochs=40)
    assert round_robin.share(further, tmp_path) == 0.25
    round_robin.prepare(further, tmp_path, lambda sentence: None)
    assert run.status().state == STOPPED
    assert Run(run.path).config.epochs == 40


def test_a_goal_that_came_nearer_changes_nothing(tmp_path, stands):
    run = stands(work("a"), epoch=3.0)
    round_robin.prepare(work("a", epochs=2), tmp_path, lambda sentence: None)
    assert Run(run.path).config.epochs == 10


def test_settings_that_a_run_did_not_begin_with_are_said_and_not_changed(tmp_path, stands):
    run, said = stands(work("a")), []
    round_robin.prepare(work("a", ema=0.5), tmp_path, said.append)
    assert said == ["  with the settings that it began with, which differ from today's in: ema"]
    assert Run(run.path).config.ema == CONFIG.ema


def test_a_working_run_may_have_the_name_of_a_shipped_model(tmp_path, monkeypatch):
    (tmp_path / "shipped" / "a").mkdir(parents=True)
    monkeypatch.setattr(store, "SHIPPED", tmp_path / "shipped")
    assert round_robin.prepare(work("a"), tmp_path / "work", lambda sentence: None).id == "a"


@pytest.mark.parametrize("name", RECIPES)
def test_a_recipe_makes_a_run_and_its_name_is_that_of_its_preset_if_there_is_one(name):
    recipe = RECIPES[name]
    assert (name in presets.PRESETS) == (name == recipe.preset)
    assert recipe.label
    assert recipe.work().config == recipe.config
    assert recipe.work(is_full=True).config.epochs >= recipe.config.epochs


def test_the_settings_of_the_last_sixth_are_due_once(stands):
    calm = {"g_learning_rate": 1e-5}
    wanted = work("a")._replace(last_sixth=calm)
    run = stands(wanted)
    assert [round_robin._due(run, wanted, epoch) for epoch in (8.3, 8.4, 9.0)] == [False, True, True]
    assert not round_robin._due(run, work("a"), 9.0)
    run.add_event("changed", 5, id="x", settings={"g_learning_rate": 2e-5})
    assert round_robin._due(run, wanted, 9.0)
    run.add_event("changed", 6, id="y", settings=calm)
    assert not round_robin._due(run, wanted, 9.0)


@pytest.mark.slow
def test_the_last_sixth_goes_on_with_its_settings(tmp_path):
    calm = {"g_learning_rate": 1e-5, "d_learning_rate": 2e-5}
    wanted = work("calm", epochs=60)._replace(last_sixth=calm)
    round_robin.train([wanted], tmp_path, 300.0, inf, Event(), lambda sentence: None)
    run = Run(tmp_path / "calm")
    (changed,) = [event for event in run.events() if event["event"] == "changed"]
    assert changed["settings"] == calm
    assert 5 / 6 <= changed["step"] / run.status().step < 1
    assert run.config == wanted.config.changed(precision=run.config.precision, threads=run.config.threads)


@pytest.mark.slow
def test_two_sittings_train_a_run_to_its_end(tmp_path):
    wanted = work("real", max_seconds=4.0, epochs=1000)
    round_robin.train([wanted], tmp_path, 2.0, inf, Event(), lambda sentence: None)
    run = Run(tmp_path / "real")
    assert run.status().state == FINISHED
    assert "stopped" in [event["event"] for event in run.events()]
