"""Pictures for whoever watches a training."""

import os
import time
from types import SimpleNamespace

import pytest

from ganlib import presets
from ganlib.runs import store, watching
from ganlib.training.callbacks import live_picture
from tests.training.test_trainer import assert_same_weights


@pytest.fixture
def run(tmp_path):
    return store.create(presets.get("digits-quick").config, {}, "watched", tmp_path)


@pytest.mark.slow
def test_a_watched_training_draws_between_its_sample_grids_and_ends_as_an_unwatched_one(finished, trained, monkeypatch):
    drawn = []
    monkeypatch.setattr(watching, "until", lambda run: time.time() + 1)
    monkeypatch.setattr(live_picture, "SECONDS", 0.0)
    monkeypatch.setattr(live_picture, "_SHARE", 1e9)
    monkeypatch.setattr(watching, "write", lambda run, step, png: drawn.append((step, len(png))))
    run = trained().run
    assert len(drawn) >= 3
    assert not {step for step, _ in drawn} & {sample.step for sample in run.samples()[:-1]}
    assert [sample[:2] for sample in run.samples()] == [sample[:2] for sample in finished.run.samples()]
    assert not (run.path / watching.FOLDER).exists()
    assert_same_weights(run, finished.run)


def test_nobody_watches_until_they_look_and_then_for_as_long_as_they_said(run):
    assert watching.until(run) == 0
    watching.watch(run, 60)
    assert watching.until(run) > time.time() + 50
    os.utime(run.path / watching.FOLDER / "watched", (time.time() - 1,) * 2)
    assert watching.until(run) == 0


def test_each_look_is_answered_with_one_picture(run, monkeypatch):
    drawn, looked = [], [0.0]
    recorder = SimpleNamespace(run=run, last_grid=0, picture=lambda compression: b"png")
    trainer = SimpleNamespace(progress=SimpleNamespace(step=7))
    monkeypatch.setattr(watching, "until", lambda run: looked[0])
    monkeypatch.setattr(watching, "write", lambda run, step, png: drawn.append(step))
    monkeypatch.setattr(live_picture, "SECONDS", 0.0)
    monkeypatch.setattr(live_picture, "_SHARE", 1e9)
    live = live_picture.LivePicture(recorder)
    for moment in (0.0, 5.0, 5.0, 6.0):
        looked[0] = moment
        live.on_step_chunk(trainer)
    assert drawn == [7, 7]


def test_the_newest_picture_replaces_the_last_but_one(run):
    assert watching.newest(run) is None
    watching.watch(run, 5)
    for step in (9, 10, 11):
        watching.write(run, step, b"png")
    assert watching.newest(run).step == 11
    assert len(list((run.path / watching.FOLDER).glob("*.png"))) == 2
    watching.forget(run)
    assert watching.newest(run) is None
