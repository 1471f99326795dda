"""What came of experiments: found in folders that may be incomplete, foreign or damaged."""

import numpy as np
import pytest

from ganlib import presets
from ganlib.experiments import launch, results
from ganlib.experiments.plan import plan, plan_presets
from ganlib.experiments.results import spread
from ganlib.runs import store
from ganlib.runs.status import FINISHED, QUEUED, STOPPED, Status
from ganlib.utils import files
from ganlib.utils.errors import UserError

DIGITS = presets.get("digits-quick").config


def test_an_experiment_is_put_together_from_its_runs(made, tmp_path, make_run):
    make_run("alone")
    experiment = made()
    assert results.find(tmp_path) == [experiment]
    assert experiment.field == "loss"
    assert experiment.values == ("non_saturating", "lsgan")
    assert experiment.seeds == [1, 2]
    assert [(member.value, member.seed) for member in experiment.members] == [
        *(("non_saturating", 1), ("non_saturating", 2), ("lsgan", 1), ("lsgan", 2))
    ]
    assert experiment.by_value()["lsgan"][2].id.startswith("loss-lsgan-s2-")


def test_the_most_recent_experiment_comes_first(made, tmp_path):
    first, second = made(), made(field="latent_dim", values=(2, 8))
    assert [found.id for found in results.find(tmp_path)] == [second.id, first.id]
    assert results.get(first.id, tmp_path) == first
    with pytest.raises(UserError, match=f"no experiment 'x'; choose one of: {second.id}, {first.id}"):
        results.get("x", tmp_path)


def test_a_value_whose_runs_are_gone_keeps_its_place(made, tmp_path):
    experiment = made()
    for run in experiment.by_value()["non_saturating"].values():
        store.delete(run)
    left = results.get(experiment.id, tmp_path)
    assert left.values == experiment.values
    assert left.by_value()["non_saturating"] == {}
    assert "non_saturating" in results.finals(left)


def test_states_are_counted_and_an_experiment_is_over_when_none_waits(made):
    experiment = made()
    assert experiment.states() == {FINISHED: 4}
    assert experiment.is_over
    experiment.runs[0].write_status(Status(QUEUED))
    assert experiment.states() == {FINISHED: 3, QUEUED: 1}
    assert not experiment.is_over


@pytest.mark.parametrize(
    "entry",
    [
        *(None, 3, "x", [], {}, {"id": "x"}),
        {"id": 1, "title": "t", "field": "loss", "value": "wgan", "seed": 1, "values": []},
        {"id": "../x", "title": "t", "field": "loss", "value": "wgan", "seed": 1, "values": []},
        {"id": "x", "title": "t", "field": "loss", "value": ["wgan"], "seed": 1, "values": []},
        {"id": "x", "title": "t", "field": "loss", "value": "wgan", "seed": "1", "values": []},
        {"id": "x", "title": "t", "field": "loss", "value": "wgan", "seed": True, "values": []},
        {"id": "x", "title": "t", "field": "loss", "value": "wgan", "seed": 1, "values": [{}]},
        {"id": "x", "title": "t", "field": "loss", "value": "wgan", "seed": 1, "values": "wgan"},
    ],
)
def test_a_foreign_record_is_no_experiment(make_run, tmp_path, entry):
    run = make_run()
    run.write_record({**run.record, "experiment": entry})
    assert results.find(tmp_path) == []


def test_a_damaged_run_is_left_out(made, tmp_path):
    experiment = made()
    (experiment.runs[0].path / "config.json").write_text("{")
    assert len(results.get(experiment.id, tmp_path).runs) == 3


@pytest.mark.parametrize(
    ("field", "value", "label"),
    [
        *(("loss", "wgan", "WGAN (weight clipping)"), ("latent_dim", 8, "8"), ("spectral_norm", True, "on")),
        *(("preset", "mnist-dcgan", "MNIST, baseline"), ("preset", "gone", "Gone"), ("loss", "gone", "gone")),
    ],
)
def test_values_have_names_for_people(field, value, label):
    assert results.Experiment("x", "t", field, (value,), ()).label(value) == label


def test_bands_are_those_of_the_runs(made):
    by_value = made().by_value()
    first = results.metric_band(by_value["non_saturating"].values(), "g_loss")  # runs 0 and 2 of four
    np.testing.assert_allclose(first.mean, 2.0)
    np.testing.assert_allclose(first.low, 1.0)
    np.testing.assert_allclose(first.high, 3.0)
    np.testing.assert_allclose(first.steps, np.arange(10, 101, 10))
    judged = results.evaluation_band(by_value["lsgan"].values(), "frechet_distance")
    assert (judged.mean, judged.low, judged.high, judged.runs) == (12, 11, 13, 2)
    assert results.evaluation_band(by_value["lsgan"].values(), "score") is None


def test_of_several_evaluations_at_a_step_the_latest_counts(make_run):
    run = make_run()
    lines = [{"step": 20, "recall": 0.1}, {"step": 10, "recall": 0.5}, {"step": 20, "recall": 0.2}, {"step": 30}]
    lines = [{"count": 20, "seed": 0, **line} for line in [*lines, {"step": "x", "recall": "y"}, {"recall": True}]]
    files.append_lines(run.path / "evaluations.jsonl", lines)
    columns = results.evaluation_columns(run)
    assert dict(zip(columns["step"], columns["recall"], strict=True))[20] == 0.2
    assert results.evaluation_band([run], "recall").mean.tolist() == [0.5, 0.2]


def test_ends_are_summed_up_over_seeds(made):
    experiment = made()
    ends = results.finals(experiment)
    assert ends["non_saturating"]["frechet_distance"] == (11.0, 10.0, 12.0, 2)
    assert ends["non_saturating"]["seconds"] == (6.0, 5.0, 7.0, 2)
    assert "score" not in ends["non_saturating"]
    assert results.floors(experiment)["frechet_distance"].mean == 0.4


def test_a_run_is_judged_by_its_most_advanced_weights(make_run, tmp_path):
    experiment = plan("digits-quick", DIGITS, "latent_dim", [2, 8])
    run = store.create(DIGITS, launch.record(experiment, experiment.runs[0]), "a", tmp_path)
    lines = [{"step": 90, "recall": 0.6}, {"step": 90, "recall": 0.7}, {"step": 10, "recall": 0.1}]
    files.append_lines(run.path / "evaluations.jsonl", [{"count": 20, "seed": 0, **line} for line in lines])
    assert results.finals(results.get(experiment.id, tmp_path))[2]["recall"].mean == 0.7


def test_numbers_that_are_none_are_not_summed_up():
    assert spread([1.0, np.nan, 3.0, np.inf]) == (2.0, 1.0, 3.0, 2)
    assert spread([np.nan]) is None
    assert spread([2.0]).text(".1f") == "2.0"
    assert spread([1.0, 3.0]).text(".0%") == "200% (100% to 300%)"


def test_a_comparison_of_presets_is_found_by_their_names(tmp_path, launched):
    chosen = plan_presets(["mnist-quick", "digits-quick"])
    launch.start(chosen, folder=tmp_path)
    assert results.get(chosen.id, tmp_path).values == ("mnist-quick", "digits-quick")


def test_a_run_of_somebody_else_that_names_an_experiment_is_none_of_it(made, tmp_path):
    experiment = made()
    for run in experiment.runs:
        run.write_about(owner="ann")
    stranger = store.create(experiment.runs[0].config, {}, "stranger", tmp_path, STOPPED)
    claimed = {**experiment.runs[0].record["experiment"], "title": "Mine", "field": "sweep", "value": 8}
    stranger.write_record({**stranger.record, "experiment": claimed})
    stranger.write_about(owner="bob")
    found = results.get(experiment.id, tmp_path)
    assert (found.title, found.field, found.values) == (experiment.title, experiment.field, experiment.values)
    assert stranger not in found.runs
