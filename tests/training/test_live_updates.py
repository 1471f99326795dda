"""Live changes: each made exactly once, at its step, whatever happens to the trainer."""

import pytest

from ganlib.runs import commands
from ganlib.runs.commands import Command, live_change
from ganlib.runs.status import FINISHED, INTERRUPTED
from ganlib.training.callbacks import checkpoint, status
from ganlib.utils.errors import UserError
from tests.training.test_trainer import assert_same_weights, losses

SLOWER = Command(commands.CHANGE, {"g_learning_rate": 1e-5, "critic_steps": 2})


class Killed(BaseException):
    """Ends a training as a SIGKILL would: nothing more is written."""


@pytest.fixture
def kill_at():
    def kill_at(step):
        def watch(status):
            if status.step >= step:
                raise Killed

        return {"watch": watch}

    return kill_at


@pytest.fixture(autouse=True)
def status_at_every_chunk(monkeypatch):
    monkeypatch.setattr(status, "_SECONDS", 0.0)


def changes(run):
    return [(event["step"], event["settings"]) for event in run.events() if event["event"] == "changed"]


def test_a_change_acts_from_the_next_step_and_is_recorded(finished, make_run, train_here):
    steered = make_run("steered")
    commands.send(steered, SLOWER)
    train_here(steered)
    assert changes(steered) == [(1, SLOWER.settings)]
    assert commands.pending(steered) == []
    assert losses(finished.run) != losses(steered)
    # One step with one batch, then 44 with two each.
    assert losses(steered)[-1]["epoch"] == pytest.approx((1 + 44 * 2) / 23, abs=1e-3)


@pytest.mark.slow
@pytest.mark.parametrize("saved", [True, False], ids=["from a checkpoint after it", "from the beginning"])
def test_a_killed_and_resumed_run_makes_the_same_changes_at_the_same_steps(
    make_run, train_here, kill_at, monkeypatch, saved
):
    whole, killed = make_run("whole", discriminator="mlp"), make_run("killed", discriminator="mlp")
    for run in (whole, killed):
        commands.send(run, SLOWER)
        commands.send(run, Command(commands.CHANGE, {"d_learning_rate": 5e-4}))
    train_here(whole)
    if saved:
        monkeypatch.setattr(checkpoint, "_SECONDS", 0.0)
        monkeypatch.setattr(checkpoint, "_SHARE", 1e9)
    with pytest.raises(Killed):
        train_here(killed, **kill_at(20))
    assert killed.status().state == INTERRUPTED
    assert (killed.path / "checkpoint" / "latest.npz").exists() == saved
    train_here(killed)
    assert changes(killed) == changes(whole)
    assert losses(killed) == losses(whole)
    assert_same_weights(killed, whole)


@pytest.mark.slow
def test_a_command_that_was_recorded_but_not_removed_is_not_done_twice(make_run, train_here, kill_at, monkeypatch):
    run = make_run()
    commands.send(run, SLOWER)
    with monkeypatch.context() as patch:
        patch.setattr(commands, "done", lambda *_: None)  # as if killed in between
        with pytest.raises(Killed):
            train_here(run, **kill_at(10))
    assert len(commands.pending(run)) == 1
    train_here(run)
    assert changes(run) == [(1, SLOWER.settings)]
    assert commands.pending(run) == []


@pytest.mark.slow
def test_a_command_given_to_a_dead_trainer_is_heard_by_the_next(make_run, train_here, kill_at):
    run = make_run()
    with pytest.raises(Killed):
        train_here(run, **kill_at(5))
    commands.send(run, SLOWER)
    train_here(run)
    assert len(changes(run)) == 1


IMPOSSIBLE = [
    ({"loss": "wgan"}, "loss cannot be changed while a run trains"),
    ({"g_learning_rate": -1.0}, "g_learning_rate must be between"),
    ({"g_learning_rate": "fast"}, "g_learning_rate must be a number"),
    ({"critic_steps": 1000}, "critic_steps must be between"),
]


def test_impossible_changes_are_refused_and_the_run_goes_on(make_run, train_here):
    run = make_run(max_steps=12)
    for settings, sentence in IMPOSSIBLE:
        with pytest.raises(UserError, match=sentence):
            live_change(run.config, settings)
        commands.send(run, Command(commands.CHANGE, settings))
    assert train_here(run).state == FINISHED
    refused = [event["message"] for event in run.events() if event["event"] == "refused"]
    assert all(sentence in message for message, (_, sentence) in zip(refused, IMPOSSIBLE, strict=True))
