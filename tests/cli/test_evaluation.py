"""The commands `evaluate` and `classifier`."""

import pytest

from ganlib import presets
from ganlib.catalog.metrics import METRICS
from ganlib.cli import main
from ganlib.metrics import bootstrap
from ganlib.runs import store


@pytest.fixture
def folder(tmp_path):
    """Where `make_run` makes runs."""
    return tmp_path


@pytest.fixture
def trained(make_run, train_here):
    """A run of a few steps, which nobody has judged."""
    run = make_run(max_steps=3, evaluate_every=0)
    train_here(run)
    return run


@pytest.fixture(autouse=True)
def few_replicates(monkeypatch):
    monkeypatch.setattr(bootstrap, "REPLICATES", 10)


@pytest.mark.slow
def test_a_run_is_judged_written_down_and_shown_with_floor_and_noise(cli, trained):
    status, out, _ = cli("evaluate", trained.id, "--count", "100", "--seed", "7")
    assert status == 0
    (line,) = trained.evaluations()
    assert (line["step"], line["count"], line["seed"]) == (3, 100, 7)
    assert "100 samples at step 3, seed 7" in out
    for name, metric in METRICS.items():
        if metric.of_points or metric.of_conditional or metric.of_stacked:
            continue
        assert (name in line) == (name != "classes_missing")  # of 100 samples nobody can say
        if name in line:
            row = next(row for row in out.splitlines() if row.startswith(metric.title))
            for value in (line[name], line["floor"][name], line["noise"][name]):
                assert format(value, metric.form) in row


@pytest.mark.slow
def test_a_metric_without_an_interval_is_shown_without_one(cli, make_run, train_here):
    run = make_run(**presets.get("ring-quick").config.changed(max_steps=3, evaluate_every=0).to_dict())
    train_here(run)
    status, out, _ = cli("evaluate", run.id, "--count", "100")
    assert status == 0
    assert METRICS["wasserstein_1"].title in out


@pytest.mark.slow
def test_more_samples_than_there_are_real_images_for_are_said_to_be_fewer(cli, trained):
    status, out, _ = cli("evaluate", trained.id)
    assert status == 0
    assert trained.evaluations()[0]["count"] == 1797 // 2
    assert "Only 898 samples, because no more real images are available to compare with." in out


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["no-such-run"], "There is no run"),
        (["tiny"], "has no weights yet"),
        (["tiny", "--at", "5"], "has no weights yet"),
    ],
)
def test_what_cannot_be_judged_is_one_sentence(cli, make_run, words, reason):
    make_run()
    status, _, errors = cli("evaluate", *words)
    assert status == 1
    assert reason in errors
    assert "Traceback" not in errors
    assert not any(run.evaluations() for run in store.list_runs())


def test_an_unknown_classifier_is_one_sentence(capsys):
    assert main(["classifier", "svhn"]) == 1
    assert "There is no classifier 'svhn'; choose one of: digits, mnist" in capsys.readouterr().err
