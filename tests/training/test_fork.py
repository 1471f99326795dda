"""Runs that begin where another one stood."""

import shutil
from dataclasses import replace

import numpy as np
import pytest

from ganlib.runs import commands
from ganlib.runs.commands import Command
from ganlib.runs.folder import Run
from ganlib.runs.status import FINISHED, STOPPED
from ganlib.training.fork import fork
from ganlib.utils.errors import UserError
from tests.training.test_trainer import assert_same_weights, losses, weights


@pytest.fixture(scope="module")
def parent(finished, tmp_path_factory):
    """The finished run under the name `parent`; no test changes it."""
    return Run(shutil.copytree(finished.run.path, tmp_path_factory.mktemp("parent") / "parent"))


@pytest.mark.slow
def test_an_exact_fork_goes_on_as_the_parent_would_have_unless_its_rate_is_changed(
    finished, make_run, train_here, tmp_path
):
    parent = make_run("parent", max_steps=20)
    train_here(parent)
    child = fork(parent, None, {"max_steps": 45}, folder=tmp_path)
    assert child.id == "parent-fork"
    assert child.status().state == STOPPED
    assert child.record["parent"] == {"run": "parent", "step": 20, "exact": True}
    train_here(child)
    assert losses(child) == losses(finished.run)[2:]
    assert_same_weights(child, finished.run)

    slower = fork(parent, 20, {"max_steps": 45, "g_learning_rate": 1e-6}, "slower", tmp_path)
    train_here(slower)
    start = {key: value for key, value in weights(parent).items() if "generator" in key}
    far, near = (
        sum(np.abs(weights(run)[key] - value).sum() for key, value in start.items()) for run in (child, slower)
    )
    assert near < far / 3


@pytest.mark.slow
def test_a_fork_from_a_snapshot_has_its_networks_and_fresh_optimisers(parent, train_here, tmp_path):
    child = fork(parent, 20, {"loss": "hinge"}, "child", tmp_path)
    assert child.record["parent"] == {"run": "parent", "step": 20, "exact": False}
    assert "fresh optimisers" in child.status().message
    train_here(child)
    assert child.status().step == 45
    first = (child.path / "samples" / "image_at_epoch_0000.png").read_bytes()
    assert first == (parent.path / "samples" / "image_at_step_00000020.png").read_bytes()


@pytest.mark.slow
def test_a_new_loss_brings_its_settings_into_an_exact_fork(make_run, train_here, tmp_path):
    parent = make_run("parent", loss="wgan_gp", discriminator="mlp", max_steps=10)
    train_here(parent)
    child = fork(parent, None, {"loss": "non_saturating", "max_steps": 20}, "child", tmp_path)
    assert (child.config.critic_steps, child.config.g_learning_rate) == (1, 2e-4)
    train_here(child)
    assert losses(child)[-1]["epoch"] == pytest.approx((10 * 5 + 10) / 23, abs=1e-3)


@pytest.mark.slow
def test_a_loss_with_other_columns_takes_over_in_the_middle_of_a_line(make_run, train_here, tmp_path):
    parent = make_run("parent", discriminator="mlp", max_steps=7)
    train_here(parent)
    child = fork(parent, None, {"loss": "dragan", "max_steps": 20}, "child", tmp_path)
    assert child.record["parent"]["exact"]
    train_here(child)
    assert [line["step"] for line in losses(child)] == [10, 20]
    assert "penalty" in losses(child)[0]


@pytest.mark.slow
def test_a_fork_takes_over_what_was_changed_live_and_may_decide_precision_anew(make_run, train_here, tmp_path):
    parent = make_run("parent", max_steps=20)
    commands.send(parent, Command(commands.CHANGE, {"d_learning_rate": 5e-4}))
    train_here(parent)
    child = fork(parent, None, {"max_steps": 25, "precision": "auto", "threads": 0}, "child", tmp_path)
    assert child.config.d_learning_rate == 5e-4
    assert train_here(child).state == FINISHED


@pytest.mark.slow
def test_a_fork_that_lost_its_beginning_does_not_train_something_else(parent, train_here, tmp_path):
    child = fork(parent, 20, {}, "child", tmp_path)
    shutil.rmtree(child.path / "start")
    with pytest.raises(UserError, match="weights to begin with are missing"):
        train_here(child)


@pytest.mark.slow
def test_a_full_disk_leaves_no_half_fork(parent, tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(shutil, "copytree", full)
    with pytest.raises(UserError, match="could not be written"):
        fork(parent, 20, {}, "child", tmp_path)
    assert not (tmp_path / "child").exists()


@pytest.mark.parametrize(
    ("step", "changes", "sentence"),
    [
        (None, {"latent_dim": 32}, "a fork keeps its parent's networks, so latent_dim cannot change"),
        (None, {"discriminator": "compact"}, "so discriminator cannot change"),
        (None, {"width": 32}, "so width cannot change"),
        (None, {"depth": 3}, "so depth cannot change"),
        (None, {"pack": 4}, "so pack cannot change"),
        (None, {"g_dropout": 0.5}, "G cannot gain or lose dropout"),
        (None, {"grayscale": True, "dataset": "svhn"}, "so image_shape cannot change"),
        (None, {}, "steps; give its fork more to do by raising max_steps"),
        (None, {"max_seconds": 999.0}, "steps; give its fork more to do by raising max_steps"),
        (None, {"max_steps": 1}, "steps; give its fork more to do by raising max_steps"),
        (None, {"max_steps": 9999, "max_seconds": 1e-6}, "begin at a snapshot, from which it counts anew"),
        (7, {"max_steps": 90}, "has nothing to fork from at step 7; its snapshots: 0, 20"),
        (None, {"epochs": 0}, "epochs must be between"),
    ],
)
def test_an_impossible_fork_says_why_and_leaves_nothing(parent, tmp_path, step, changes, sentence):
    with pytest.raises(UserError, match="(?i)" + sentence):
        fork(parent, step, changes, "child", tmp_path)
    assert not (tmp_path / "child").exists()


def test_a_fork_with_fewer_epochs_than_its_parent_had_says_so(parent, tmp_path):
    longer = Run(shutil.copytree(parent.path, tmp_path / "longer"))
    longer.write_status(replace(longer.status(), epoch=3.0))
    with pytest.raises(UserError, match="trained for 3 epochs; give its fork more to do by raising epochs"):
        fork(longer, None, {"epochs": 3, "max_steps": 9999}, "child", tmp_path)
    assert fork(longer, None, {"epochs": 4, "max_steps": 9999}, "child", tmp_path).id == "child"
