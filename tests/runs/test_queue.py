"""Starting, stopping and queueing; the processes are real only in the test marked slow."""

import sys
import time
from dataclasses import replace
from threading import Event

import pytest

from ganlib import presets
from ganlib.runs import commands, processes, queue, store
from ganlib.runs.commands import Command
from ganlib.runs.folder import Run
from ganlib.runs.status import FAILED, FINISHED, PAUSED, QUEUED, RUNNING, STOPPED, Status
from ganlib.utils import environment
from ganlib.utils.errors import UserError

CONFIG = presets.get("digits-quick").config


class Trainer:
    """Stands in for the process of a run: takes its lock and does as told, here."""

    def __init__(self, run):
        self.run = run
        self.lock = run.lock()

    def begin(self):
        self.lock.acquire(timeout=0)
        return queue.take_turn(self.run)

    def end(self, state=FINISHED):
        self.run.write_status(replace(self.run.status(), state=state))
        self.lock.release()
        queue.advance(self.run.path.parent)


@pytest.fixture
def launched(monkeypatch):
    """Ids of the runs for which a process was started, in order; none really is."""
    ids = []

    class NoProcess:
        def __init__(self, command, **_):
            assert command[:4] == [sys.executable, "-m", "ganlib", "resume"]
            ids.append(command[4])

        def poll(self):
            return None

    monkeypatch.setattr(processes.subprocess, "Popen", NoProcess)
    monkeypatch.setattr(processes, "_trainers", {})
    return ids


@pytest.fixture
def start(tmp_path, launched):
    return lambda name: queue.start(CONFIG, name=name, folder=tmp_path)


def test_one_trains_and_the_others_wait_their_turn(start, launched, tmp_path):
    first, second, third = start("a"), start("b"), start("c")
    assert launched == ["a"]
    trainer = Trainer(first)
    assert trainer.begin()
    queue.advance(tmp_path)
    assert launched == ["a"]
    assert queue.waiting(tmp_path) == [second, third]
    trainer.end()
    assert launched == ["a", "b"]


def test_a_run_just_launched_occupies_the_slot_although_it_holds_no_lock_yet(start, launched, tmp_path):
    start("a")
    start("b")
    for _ in range(5):
        queue.advance(tmp_path)
    assert launched == ["a"]


def test_two_slots_let_two_train(start, launched, monkeypatch):
    monkeypatch.setenv("GANLIB_SLOTS", "2")
    for name in "abc":
        start(name)
    assert launched == ["a", "b"]


@pytest.mark.parametrize("text", ["", "0", "-1", "many"])
def test_nonsense_slots_mean_one(monkeypatch, text):
    monkeypatch.setenv("GANLIB_SLOTS", text)
    assert environment.slots() == 1


def test_the_queue_is_fair_between_owners(launched, tmp_path):
    started = [
        queue.start(CONFIG, name=name, folder=tmp_path, owner=owner)
        for name, owner in (("a1", "ann"), ("a2", "ann"), ("a3", "ann"), ("b1", "bob"), ("b2", "bob"), ("c1", "cy"))
    ]
    assert launched == ["a1"]
    trainer = Trainer(started[0])
    assert trainer.begin()
    assert [run.id for run in queue.waiting(tmp_path)] == ["b1", "c1", "a2", "b2", "a3"]
    trainer.end()


def test_a_process_that_never_took_the_lock_fails_its_run_and_frees_the_slot(start, launched, tmp_path, monkeypatch):
    first = start("a")
    start("b")
    late = time.time() + 61
    monkeypatch.setattr(queue.time, "time", lambda: late)
    queue.advance(tmp_path)
    assert first.status().state == FAILED
    assert "log.txt" in first.status().message
    queue.advance(tmp_path)
    assert launched == ["a", "b"]


def test_a_paused_run_keeps_its_lock_and_frees_its_slot(start, launched, tmp_path):
    first, second = start("a"), start("b")
    paused = Trainer(first)
    assert paused.begin()
    first.write_status(replace(first.status(), state=PAUSED))
    queue.advance(tmp_path)
    assert launched == ["a", "b"]
    other = Trainer(second)
    assert other.begin()
    assert not queue.take_turn(first)  # its slot is taken; it must wait
    first.write_status(replace(first.status(), state=QUEUED))
    other.end()
    assert launched == ["a", "b"]  # the paused process is there already: none is started for it
    assert queue.take_turn(first)
    paused.end()


def test_stopping_a_waiting_run_takes_it_out_of_the_queue(start, tmp_path):
    start("a")
    second = start("b")
    queue.stop(second)
    assert second.status().state == STOPPED
    assert second not in queue.waiting(tmp_path)


def test_pause_and_stop_reach_a_running_trainer(start):
    run = start("a")
    trainer = Trainer(run)
    trainer.begin()
    queue.pause(run)
    queue.stop(run)
    assert commands.pending(run) == [Command("pause"), Command("stop")]
    trainer.end()


def test_a_stopped_run_is_queued_again_and_forgets_old_commands(start, launched):
    run = start("a")
    trainer = Trainer(run)
    trainer.begin()
    queue.stop(run)
    trainer.end(STOPPED)
    queue.resume(run)
    assert run.status().state == QUEUED
    assert commands.pending(run) == []
    assert launched == ["a", "a"]


@pytest.mark.parametrize("has_weights", [True, False])
def test_a_run_that_came_without_its_checkpoint_is_not_begun_anew(tmp_path, launched, has_weights):
    run = store.create(CONFIG, {}, "a", tmp_path)
    run.write_status(Status(FAILED if has_weights else STOPPED, step=40))
    if has_weights:
        (run.path / "generator.weights.h5").touch()
    with pytest.raises(UserError, match="without its checkpoint"):
        queue.resume(run)
    assert launched == []
    (run.path / "checkpoint").mkdir()
    (run.path / "checkpoint" / "latest.npz").touch()
    queue.resume(run)
    assert launched == ["a"]


@pytest.mark.parametrize(
    ("action", "state"),
    [
        (queue.pause, FINISHED),
        (queue.pause, QUEUED),
        (queue.stop, FINISHED),
        (queue.resume, FINISHED),
        (queue.resume, QUEUED),
    ],
)
def test_what_a_state_does_not_allow_is_refused_in_a_sentence(tmp_path, action, state):
    run = store.create(CONFIG, {}, "a", tmp_path)
    run.write_status(Status(state))
    with pytest.raises(UserError, match=f"is {state} and cannot be"):
        action(run)


def test_a_process_that_waits_for_its_turn_can_be_cancelled(start, tmp_path):
    first, second = start("a"), store.create(CONFIG, {}, "b", tmp_path)
    trainer = Trainer(first)
    assert trainer.begin()
    said = []
    commands.send(second, Command(commands.STOP))
    with second.held():
        assert not queue.wait_for_turn(second, Event(), said.append)
    assert second.status().state == STOPPED
    assert len(said) == 1
    trainer.end()


@pytest.mark.slow
def test_two_real_trainings_queue_pause_and_end(tmp_path):
    config = CONFIG.changed(max_seconds=3.0)
    first, second = (
        queue.start(config, name="first", folder=tmp_path),
        queue.start(config, name="second", folder=tmp_path),
    )

    def wait(run: Run, *states: str) -> None:
        until = time.monotonic() + 90
        while run.status().state not in states:
            assert time.monotonic() < until, (run, run.status(), (run.path / "log.txt").read_text())
            queue.advance(tmp_path)
            time.sleep(0.1)

    wait(first, RUNNING)
    assert second.status().state == QUEUED
    queue.pause(first)
    wait(first, PAUSED)
    wait(second, RUNNING)
    queue.resume(first)
    wait(second, FINISHED)
    wait(first, FINISHED)
    assert [event["event"] for event in first.events()] == ["started", "paused", "resumed", "finished"]
    assert (second.path / "generator.weights.h5").exists()


@pytest.mark.slow
def test_three_started_runs_train_one_after_the_other_with_nobody_watching(tmp_path):
    config = CONFIG.changed(max_steps=20, max_seconds=0.0)
    started = [queue.start(config, name=name, folder=tmp_path) for name in "abc"]
    until = time.monotonic() + 120
    while any(run.status().state != FINISHED for run in started):  # no call of `advance` here
        assert time.monotonic() < until, [run.status() for run in started]
        time.sleep(0.2)
    begun = [run.events()[0]["time"] for run in started]
    assert begun == sorted(begun)


@pytest.mark.slow
def test_a_run_cancelled_while_its_process_starts_does_not_train(tmp_path):
    run = queue.start(CONFIG, name="a", folder=tmp_path)
    queue.stop(run)
    processes._trainers[run.path].wait(timeout=60)
    assert run.status().state == STOPPED
    assert run.events() == []
