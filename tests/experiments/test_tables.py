"""An experiment in rows."""

import pytest

from ganlib.catalog.metrics import METRICS
from ganlib.experiments import results, tables
from ganlib.experiments.plan import PAPER
from ganlib.experiments.results import Spread
from ganlib.runs import store
from ganlib.runs.status import QUEUED, Status
from ganlib.utils.intervals import Measured


def test_differences_leave_the_seed_out_even_if_a_value_lost_its_first_run(made):
    experiment = made(field="latent_dim", values=(2, 8))
    store.delete(experiment.runs[0])
    left = results.get(experiment.id, experiment.runs[0].path.parent)
    configs = tables.configs(left)
    assert {config.seed for config in configs.values()} == {1, 2}
    assert tables.differences(configs) == {"latent_dim": [2, 8]}


def test_a_metric_is_told_with_its_floor(made):
    first = tables.metrics(made())[0]
    assert first.metric.name == "frechet_distance"
    assert [cell.text for cell in first.cells] == ["11.0 (10.0 to 12.0)", "12.0 (11.0 to 13.0)"]
    assert first.floor == "0.4"


def test_where_several_settings_differ_none_is_the_best(made):
    brings_its_rates = made(("non_saturating", "wgan_gp"), settings=PAPER)
    assert tables.is_confounded(brings_its_rates)
    first = tables.metrics(brings_its_rates)[0]
    assert [cell.is_best for cell in first.cells] == [False, False]
    assert first.floor == "0.4"


def test_equals_are_not_marked(made):
    recall = tables.metrics(made())[1]
    assert recall.metric.name == "recall"
    assert [cell.is_best for cell in recall.cells] == [False, False]


def test_runs_on_different_images_are_not_ranked(made):
    fid = tables.metrics(made(field="split", values=("train", "test")))[0]
    assert [cell.is_best for cell in fid.cells] == [False, False]
    assert fid.floor == ""


def test_what_was_not_measured_has_no_row(made):
    assert tables.metrics(made(evaluated=False)) == []


def test_times_are_of_runs_that_have_begun(made):
    experiment = made()
    experiment.runs[0].write_status(Status(QUEUED))
    times = dict(tables.times(experiment))
    assert times["Steps"] == ["100", "100"]
    assert times["Training time, s"][0] == "7"


def test_a_spread_that_reads_the_same_throughout_is_one_number():
    spread = Spread(5.0, 4.99, 5.01, 3)
    assert spread.text(".0f") == "5"
    assert spread.text(".2f") == "5.00 (4.99 to 5.01)"
    assert spread._replace(mean=5.2, low=5.0, high=5.4).text(".1f") == "5.2 (5.0 to 5.4)"


def test_winner_is_the_best_but_never_of_what_repetition_can_win_or_of_equals():
    values, texts = {"a": 0.701, "b": 0.9}, {"a": "70%", "b": "90%"}
    assert tables.winner(METRICS["recall"], values, texts, 0.7) == "90%"
    assert tables.winner(METRICS["class_distance"], values, texts, 0.7) == "70%"
    assert tables.winner(METRICS["precision"], values, texts, 0.7) is None
    assert tables.winner(METRICS["recall"], {"a": 0.701, "b": 0.699}, {"a": "70%", "b": "70%"}, 0.7) is None


@pytest.mark.parametrize(("real", "best"), [(0.02, "3%"), (0.0, "0%"), (None, None)])
def test_of_what_is_best_as_real_images_are_the_nearest_wins(real, best):
    values, texts = {"a": 0.0, "b": 0.03, "c": 0.3}, {"a": "0%", "b": "3%", "c": "30%"}
    assert tables.winner(METRICS["duplicates"], values, texts, real) == best


def test_only_what_is_apart_from_the_next_is_the_best():
    near, level, far = (Measured(value, value - 2, value + 2) for value in (10.0, 11.0, 20.0))
    assert tables.level({"a": near, "b": level}, ["a"]) == set()
    assert tables.level({"a": near, "b": level, "c": far}, ["a"]) == {"a", "b"}
    assert tables.level({"a": near, "c": far}, ["a"]) == {"a"}


def test_seeds_that_differ_as_much_as_values_leave_none_the_best(made):
    assert [cell.is_best for cell in tables.metrics(made(seeds=2))[0].cells] == [False, False]
