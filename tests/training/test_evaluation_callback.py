import time
from types import SimpleNamespace

import numpy as np
import pytest

from ganlib.explore.sampler import Sampler
from ganlib.training.callbacks import evaluation
from ganlib.utils import files
from ganlib.utils.errors import UserError


class SlowEvaluator:
    """Stands in for the real one; takes as long as it is told to."""

    seconds = 0.02

    def __init__(self, config, count, seed=0, finds_copies=True):
        pass

    def evaluate(self, generator, discriminator):
        time.sleep(self.seconds)
        return {"seconds": self.seconds, "count": 0}


class Unable:
    def __init__(self, config, count, seed=0, finds_copies=True):
        raise UserError("The classifier is gone.")


class Networks:
    """What an evaluation needs of a GAN."""

    ema = discriminator = None

    def __init__(self, config):
        self.config = config


def at(step, epoch, seconds, announced=None):
    """A trainer that is so far."""
    progress = SimpleNamespace(step=step, seconds=seconds)
    return SimpleNamespace(
        progress=progress, epoch=epoch, announce=[].append if announced is None else announced.append
    )


@pytest.fixture
def sit(make_run, monkeypatch):
    """Return a function that makes the evaluations of a run with `SlowEvaluator`."""
    monkeypatch.setattr("ganlib.metrics.evaluator.Evaluator", SlowEvaluator)

    def sit(name="tiny", **changes):
        run = make_run(name, **changes)
        return run, evaluation.EvaluationCallback(run, Networks(run.config))

    return sit


def test_evaluations_never_take_more_than_their_share(sit, monkeypatch):
    monkeypatch.setattr(evaluation, "_FIRST_GUESS", 0.02)
    run, due = sit()
    for epoch in range(1, 101):
        seconds = 0.1 * epoch
        before = len(run.evaluations())
        due.on_epoch_end(at(10 * epoch, epoch, seconds))
        if len(run.evaluations()) > before:
            assert SlowEvaluator.seconds * len(run.evaluations()) <= evaluation.SHARE * seconds
    assert 10 < len(run.evaluations()) < 26  # 10 s of training: half a second, 25 times 0.02 s at most


def test_only_the_epochs_asked_for_are_judged(sit, monkeypatch):
    monkeypatch.setattr(evaluation, "SHARE", 100.0)
    run, due = sit(evaluate_every=3)
    for epoch in range(1, 10):
        due.on_epoch_end(at(10 * epoch, epoch + 0.01, 10.0))
    assert [line["step"] for line in run.evaluations()] == [30, 60, 90]


def test_no_evaluations_are_made_when_none_are_asked_for(sit, monkeypatch):
    monkeypatch.setattr(evaluation, "SHARE", 100.0)
    run, due = sit(evaluate_every=0)
    due.on_epoch_end(at(10, 1.0, 10.0))
    due.on_end(at(10, 1.0, 10.0))
    assert run.evaluations() == []


def test_the_end_is_judged_once_whatever_was_spent_before(sit, monkeypatch):
    monkeypatch.setattr(evaluation, "SHARE", 100.0)
    run, due = sit()
    due.on_epoch_end(at(10, 1.0, 10.0))
    due.on_end(at(10, 1.0, 10.0))
    monkeypatch.setattr(evaluation, "SHARE", 0.0)
    due.on_end(at(12, 1.2, 10.0))
    assert [line["step"] for line in run.evaluations()] == [10, 12]


def test_the_end_of_a_training_that_hardly_began_is_not_judged(sit):
    run, due = sit()
    due.on_end(at(12, 1.2, evaluation.WORTHWHILE - 0.1))
    assert run.evaluations() == []


def test_a_resumed_training_remembers_what_its_evaluations_took(sit, monkeypatch):
    monkeypatch.setattr(evaluation, "SHARE", 100.0)
    run, due = sit()
    due.on_epoch_end(at(10, 1.0, 1.0))
    monkeypatch.setattr(evaluation, "SHARE", 0.05)
    evaluation.EvaluationCallback(run, Networks(run.config)).on_epoch_end(
        at(20, 2.0, 0.3)
    )  # 0.02 s of 0.3 s are spent: too much already
    assert len(run.evaluations()) == 1


def test_a_training_that_cannot_be_judged_says_so_once_and_goes_on(sit, monkeypatch):
    monkeypatch.setattr(evaluation, "SHARE", 100.0)
    monkeypatch.setattr("ganlib.metrics.evaluator.Evaluator", Unable)
    run, due = sit()
    due.on_epoch_end(at(10, 1.0, 10.0))
    due.on_epoch_end(at(20, 2.0, 10.0))
    assert [(event["event"], event["message"]) for event in run.events()] == [("unjudged", "The classifier is gone.")]


@pytest.mark.parametrize("examiner", [SlowEvaluator, Unable])
def test_what_takes_the_time_is_announced_and_its_end_too(sit, monkeypatch, examiner):
    monkeypatch.setattr("ganlib.metrics.evaluator.Evaluator", examiner)
    _, due = sit()
    announced = []
    due.on_end(at(10, 1.0, 10.0, announced))
    assert announced == [evaluation.EVALUATING, ""]


def test_the_moving_average_is_judged(sit, monkeypatch):
    monkeypatch.setattr(SlowEvaluator, "evaluate", lambda self, *networks: {"seconds": 0.0, "judged": networks})
    monkeypatch.setattr(Networks, "ema", "the average")
    monkeypatch.setattr(Networks, "discriminator", "D")
    run, due = sit()
    due.on_end(at(10, 1.0, 10.0))
    assert run.evaluations()[0]["judged"] == ["the average", "D"]


@pytest.mark.parametrize("seconds", ["long", None, [1], True, 1e300])
def test_a_damaged_evaluation_does_not_end_a_resumed_training(sit, seconds):
    run, _ = sit()
    files.append_lines(run.evaluations_path, [{"step": 5, "seconds": seconds}])
    evaluation.EvaluationCallback(run, Networks(run.config)).on_end(at(10, 1.0, 10.0))
    assert [line["step"] for line in run.evaluations()] == [5, 10]


def test_what_a_person_had_judged_is_not_held_against_a_resumed_training(sit):
    run, _ = sit()
    files.append_lines(run.evaluations_path, [{"step": 5, "seconds": 60.0, "copies": 0.01}])
    evaluation.EvaluationCallback(run, Networks(run.config)).on_epoch_end(at(10, 1.0, 20.0))
    assert [line["step"] for line in run.evaluations()] == [5, 10]


@pytest.mark.slow
def test_judging_changes_nothing_in_the_training(make_run, train_here, monkeypatch):
    monkeypatch.setattr(evaluation, "SHARE", 100.0)
    monkeypatch.setattr(evaluation, "SAMPLES", 64)
    monkeypatch.setattr(evaluation, "WORTHWHILE", 0.0)
    judged, left_alone = make_run("judged"), make_run("left-alone", evaluate_every=0)
    for run in (judged, left_alone):
        train_here(run)
    assert [line["step"] for line in judged.evaluations()] == [23, 45]
    assert left_alone.evaluations() == []
    assert {"frechet_distance", "classes", "d_train", "d_held_out", "d_fake"} <= judged.evaluations()[-1].keys()
    weights = [Sampler(run).generator.get_weights() for run in (judged, left_alone)]
    for one, other in zip(*weights, strict=True):
        np.testing.assert_array_equal(one, other)
