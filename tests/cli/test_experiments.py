"""The commands `experiment` and `report`."""

import pytest

from ganlib import presets
from ganlib.experiments import results
from ganlib.experiments.ready_made import READY
from ganlib.runs import queue, store


@pytest.fixture
def cli(cli, monkeypatch):
    """Run a command without any process."""
    monkeypatch.setattr(queue, "_launch", lambda run: None)
    return cli


def test_without_a_name_the_ready_ones_are_listed(cli):
    status, out, _ = cli("experiment")
    assert status == 0
    assert all(name in out and ready.title in out for name, ready in READY.items())


def test_a_setting_is_varied_and_written_up(cli, tmp_path):
    words = ["experiment", "digits-quick", "--vary", "loss=non_saturating,wgan", "--seconds", "3", "--seeds", "2"]
    status, out, _ = cli(*words)
    (experiment,) = results.find(tmp_path / "runs")
    assert status == 0
    assert "  loss: non_saturating, wgan\n" in out
    assert "critic_steps" not in out
    assert "Confounded" not in out
    assert [run.config.max_seconds for run in experiment.runs] == [3.0] * 4
    status, out, _ = cli("report", experiment.id, "--out", str(tmp_path / "report.html"))
    assert status == 0
    assert (tmp_path / "report.html").read_text(encoding="utf-8").startswith("<!doctype html>")


def test_a_ready_one_starts_short_or_in_full(cli, tmp_path):
    assert cli("experiment", "latent-dimension")[0] == 0
    assert cli("experiment", "latent-dimension", "--full")[0] == 0
    full, short = results.find(tmp_path / "runs")
    assert {run.config.max_steps for run in short.runs} == {READY["latent-dimension"].lesson.steps}
    assert {run.config.max_steps for run in full.runs} == {presets.get("mnist-quick").config.max_steps}


def test_a_papers_settings_are_told_to_confound(cli, tmp_path):
    words = ["experiment", "digits-quick", "--vary", "loss=non_saturating,wgan", "--settings", "paper", "--steps", "50"]
    status, out, _ = cli(*words)
    (experiment,) = results.find(tmp_path / "runs")
    assert status == 0
    assert "  g_learning_rate: 0.0002, 5e-05\n" in out
    assert "Confounded: several settings differ" in out
    assert "Note: wgan: The pictures will hardly be recognisable: training ends after about 50 steps" in out
    assert [(run.config.max_steps, run.config.max_seconds) for run in experiment.runs] == [(50, 0)] * 2


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["experiment", "none"], "no ready experiment 'none'"),
        (["experiment", "digits-quick", "--vary", "loss"], "--vary takes KEY=A,B"),
        (["experiment", "digits-quick", "--vary", "loss=wgan,vae"], "With loss=vae: There is no loss 'vae'"),
        (["experiment", "digits-quick", "--vary", "latent_dim=2,many"], "latent_dim must be a whole number"),
        (["experiment", "none", "--vary", "latent_dim=2,8"], "no preset 'none'"),
        (["experiment", "digits-quick", "--vary", "seed=1,2,3"], "several random seeds instead: see --seeds"),
        (["experiment", "digits-quick", "--over", "latent_dim=2,8"], "2 to 3 settings"),
        (["experiment", "digits-quick", "--over", "latent_dim"], "--over takes KEY=A,B"),
        (["experiment", "digits-quick", "--over", "latent_dim=2,8", "--vary", "loss=wgan,hinge"], "without --vary"),
        (["queue", "--on", "local-dask"], "No run waits"),
        (["experiment", "fashion-loss", "--steps", "9"], "--steps goes with --vary"),
        (["experiment", "fashion-loss", "--settings", "same"], "--settings goes with --vary"),
        (["experiment", "digits-quick", "--vary", "latent_dim=2,8", "--full"], "--full goes with a ready experiment"),
        (["report", "none", "--out", "x.html"], "no experiment 'none'"),
    ],
)
def test_a_mistake_is_one_sentence(cli, words, sentence, tmp_path):
    status, out, err = cli(*words)
    assert (status, out) == (1, "")
    assert sentence in err
    assert err.count("\n") == 1
    assert store.list_runs(tmp_path / "runs") == []


def test_without_a_cluster_no_run_is_made(cli, tmp_path):
    status, _, err = cli("experiment", "digits-quick", "--vary", "loss=hinge,lsgan", "--steps", "2", "--on", "here")
    assert status == 1
    assert "dask://HOST:PORT" in err
    assert store.list_runs(tmp_path / "runs") == []
