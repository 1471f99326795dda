"""A whole run on two devices: it can be stopped, changed and resumed, and its folder is as any other's."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).parents[2]
STEPS = 300  # more than pass before a run can be stopped
pytestmark = pytest.mark.slow

# Trains `whole` in one go, `parts` with a stop and a resume, and `child` from where that ended.
SCRIPT = """
import sys
from pathlib import Path
from threading import Event
from ganlib import presets
from ganlib.runs import store
from ganlib.training.fork import fork
from ganlib.training.start_or_resume import train

home = Path(sys.argv[1])
config = presets.get("digits-quick").config.changed(
    generator="mlp", discriminator="compact", max_seconds=0.0, max_steps=int(sys.argv[2]), batch_size=16, devices=2,
    precision="float32", evaluate_every=0, threads=1,
)

def finish(run, **options):
    with run.held():
        return train(run, **options).state

assert finish(store.create(config, {}, "whole", home)) == "finished"
parts, stop = store.create(config, {}, "parts", home), Event()
assert finish(parts, stop=stop, watch=lambda status: status.step >= 10 and stop.set()) == "stopped"
assert 10 <= parts.status().step < config.max_steps
assert finish(parts) == "finished"
assert finish(fork(parts, None, {"max_steps": config.max_steps + 10, "devices": 1}, "child", home)) == "finished"
"""


def test_a_run_that_was_stopped_goes_on_as_if_it_had_not_been_and_with_one_device_too(tmp_path):
    env = {**os.environ, "KERAS_BACKEND": "tensorflow", "GANLIB_TEST_DEVICES": "2", "TF_CPP_MIN_LOG_LEVEL": "3"}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(tmp_path), str(STEPS)],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    whole, parts = (rows_of(tmp_path / run) for run in ("whole", "parts"))
    assert [row["step"] for row in whole] == [row["step"] for row in parts] == list(range(10, STEPS + 1, 10))
    for row, other in zip(whole, parts, strict=True):
        np.testing.assert_allclose(row["g_loss"], other["g_loss"], rtol=1e-5)
        np.testing.assert_allclose(row["d_loss"], other["d_loss"], rtol=1e-5)
    record = json.loads((tmp_path / "whole" / "config.json").read_text())
    assert record["device"].startswith("2 x ")
    assert json.loads((tmp_path / "child" / "status.json").read_text())["step"] == STEPS + 10


def rows_of(folder):
    return [json.loads(line) for line in (folder / "metrics.jsonl").read_text().splitlines()]
