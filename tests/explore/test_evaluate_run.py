from functools import partialmethod

import numpy as np
import pytest

from ganlib.catalog import classifiers
from ganlib.data import shipped
from ganlib.explore.evaluate_run import evaluate_run, inspect
from ganlib.metrics import bootstrap, stacked
from ganlib.metrics.evaluator import held_out_split, some_images
from ganlib.runs import folder as run_module
from ganlib.runs.evaluation import Evaluation
from ganlib.runs.status import FINISHED, Status
from ganlib.utils.errors import UserError


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A run of a few steps, enough to have weights."""
    from ganlib import presets
    from ganlib.runs import store
    from ganlib.training.start_or_resume import train

    small = {"generator": "mlp", "discriminator": "mlp", "batch_size": 64}
    config = presets.get("digits-quick").config.changed(max_seconds=0.0, max_steps=30, evaluate_every=0, **small)
    run = store.create(config, {}, "judged", tmp_path_factory.mktemp("runs"))
    with run.held():
        train(run)
    return run


@pytest.fixture(scope="module")
def inspected(trained):
    return inspect(trained, count=5, real_count=100)


@pytest.fixture(autouse=True)
def few_replicates(monkeypatch):
    monkeypatch.setattr(bootstrap, "REPLICATES", 10)


def test_an_evaluation_is_written_down_and_repeats(trained):
    before = len(trained.evaluations())
    first, second = (evaluate_run(trained, 200, seed=3, owner="ann") for _ in range(2))
    assert trained.evaluations()[before:] == [first, second]
    changing = {"time", "seconds"}
    assert {k: v for k, v in first.items() if k not in changing} == {
        k: v for k, v in second.items() if k not in changing
    }
    assert (first["step"], first["count"], first["seed"]) == (30, 200, 3)
    assert Evaluation.from_json(first).owner == first["owner"] == "ann"
    assert first["epoch"] == pytest.approx(30 * 64 / 1500, abs=0.05)


@pytest.mark.slow
def test_modes_of_stacked_digits_are_counted_beside_the_other_metrics(untrained, real_data, monkeypatch):
    monkeypatch.setattr(stacked, "SAMPLES", 300)
    run = untrained("stacked-mnist-quick")
    run.write_status(Status(FINISHED, step=0))
    line = evaluate_run(run, 100)
    assert run.evaluations()[-1] == line
    assert line["count"] == 100
    assert line["noise"]["stacked_modes"] <= line["stacked_modes"] < line["floor"]["stacked_modes"]
    for table in (line, line["interval"], line["floor"], line["noise"]):
        assert {"sliced_wasserstein", "stacked_modes", "stacked_kl"} <= table.keys()


def test_a_run_that_trains_is_not_judged_by_another_process(trained, monkeypatch):
    monkeypatch.setattr(run_module.Run, "held", partialmethod(run_module.Run.held, timeout=0.05))
    lock = trained.lock()
    with lock, pytest.raises(UserError, match="stop it first"):
        evaluate_run(trained, 200)


@pytest.mark.slow
def test_what_is_found_of_a_shipped_model_is_kept_among_own_runs(trained, tmp_path, monkeypatch):
    monkeypatch.setattr(run_module, "SHIPPED", trained.path.parent)
    shipped.put_model(trained.id, {"files": shipped.listed(trained.path)}, folder=trained.path.parent)
    monkeypatch.setenv("GANLIB_RUNS", str(tmp_path))
    before = (trained.path / "evaluations.jsonl").read_bytes()
    line = evaluate_run(trained, 100)
    assert (trained.path / "evaluations.jsonl").read_bytes() == before
    assert trained.evaluations()[-1] == line
    assert (tmp_path / ".shipped" / "judged.jsonl").is_file()


def test_an_inspection_knows_each_sample(trained):
    found = inspect(trained, count=40, real_count=100, seed=1)
    assert found.images.shape == (40, 8, 8, 1)
    assert found.scores.shape == found.classes.shape == found.confidence.shape == (40,)
    assert found.features.shape == (40, 64)
    assert found.real_images.shape == (100, 8, 8, 1)
    assert found.real_scores.shape == found.held_out_scores.shape == (100,)
    again = inspect(trained, count=40, real_count=100, seed=1)
    np.testing.assert_array_equal(found.images, again.images)
    np.testing.assert_array_equal(found.real_images, again.real_images)


def test_the_nearest_real_images_are_the_nearest(inspected):
    indices, distances = inspected.nearest(2, 4)
    brute = np.linalg.norm(inspected.real_features - inspected.features[2], axis=1)
    np.testing.assert_array_equal(indices, np.argsort(brute)[:4])
    np.testing.assert_allclose(distances, np.sort(brute)[:4], rtol=1e-4)


def test_without_a_classifier_samples_are_compared_by_pixels(trained, monkeypatch):
    monkeypatch.setattr(classifiers, "CLASSIFIERS", {})
    found = inspect(trained, count=5, real_count=100)
    assert found.classes is None
    assert found.confidence is None
    np.testing.assert_allclose(found.features, found.images.reshape(5, -1) / 255, atol=1e-6)
    np.testing.assert_allclose(found.real_features, found.real_images.reshape(100, -1) / 255, atol=1e-6)


@pytest.mark.parametrize("count", [7, 1000])
def test_the_usual_distance_is_that_of_real_images_to_the_other_one_most_like_them(inspected, count):
    real = inspected.real_features
    distances = np.linalg.norm(real[:, None] - real, axis=2)
    np.fill_diagonal(distances, np.inf)
    expected = np.median(distances.min(axis=1)[:count])
    assert inspected.usual_distance(count) == pytest.approx(expected, rel=1e-4)


def test_held_out_images_are_those_that_training_never_saw(trained):
    config = trained.config
    assert held_out_split(config) == "test"
    assert held_out_split(config.changed(split="test")) == "train"
    assert held_out_split(config.changed(split="all")) is None
    assert some_images(config, "test", 10_000, seed=0).shape == (297, 8, 8, 1)
