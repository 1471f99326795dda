"""The command `device`."""

import numpy as np
import pytest

from ganlib import presets
from ganlib.cli.device import verdict
from ganlib.config import TrainConfig
from ganlib.training.benchmarks import compare


@pytest.mark.parametrize(
    ("kind", "seconds", "has_gpu", "says"),
    [
        ("CPU", 5 * 3600, False, "overnight"),
        ("GPU", 1800, True, "coffee break"),
        ("GPU", 300, True, "any preset"),
        ("CPU", 5 * 3600, True, "requirements-gpu.txt"),
    ],
)
def test_the_verdict_says_what_to_train_and_when_a_gpu_lies_idle(kind, seconds, has_gpu, says):
    assert says in verdict(kind, seconds, has_gpu=has_gpu)


@pytest.mark.slow
def test_the_device_is_measured_without_any_data_set(cli, monkeypatch):
    tiny = TrainConfig(dataset="mnist", generator="mlp", discriminator="mlp", batch_size=64, epochs=3)
    monkeypatch.setattr(presets, "get", lambda name: presets.PRESETS[name].__class__(name, "", "", tiny))
    monkeypatch.setattr(compare, "_images", None)
    status, out, _ = cli("device", "--rounds", "1")
    assert status == 0
    assert out.startswith("Device ")
    row = next(line for line in out.splitlines() if line.startswith("mnist-dcgan"))
    speed = float(row.split()[1].replace(",", ""))
    minutes = 3 * 60_000 / speed / 60
    assert f"3 epochs in {max(1, round(minutes))} min" in row
    assert np.isfinite(speed)
