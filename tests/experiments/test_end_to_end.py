"""A real experiment, from the plan through the queue to the report."""

import time

import pytest

from ganlib import presets
from ganlib.experiments import launch, results
from ganlib.experiments.plan import plan
from ganlib.experiments.report import report
from ganlib.runs import queue
from ganlib.runs.status import FINISHED


@pytest.mark.slow
def test_two_losses_with_two_seeds_train_and_are_written_up(tmp_path):
    base = presets.get("digits-quick").config.changed(max_steps=20, max_seconds=0.0)
    chosen = plan("digits-quick", base, "loss", ["non_saturating", "wgan_gp"], seeds=2)
    started = launch.start(chosen, folder=tmp_path)
    until = time.monotonic() + 300
    while not (experiment := results.get(chosen.id, tmp_path)).is_over:
        assert time.monotonic() < until, [run.status() for run in started]
        queue.advance(tmp_path)
        time.sleep(0.5)
    assert experiment.states() == {FINISHED: 4}
    begun = [run.events()[0]["time"] for run in started]
    assert begun == sorted(begun)
    assert {spread["step"].mean for spread in results.finals(experiment).values()} == {20}
    bands = [results.metric_band(by_seed.values(), "g_loss") for by_seed in experiment.by_value().values()]
    assert all(band.runs == 2 and band.steps[-1] == 20 for band in bands)
    content = report(experiment).decode()
    assert content.count("data:image/png;base64,") == 4
    assert len(content) < 3_000_000
