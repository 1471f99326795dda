"""A run is a run: trained on one backend, it is explored and judged on the other, and both compute the same."""

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).parent.parent
BACKENDS = ("tensorflow", "torch")
# The first steps of RMSprop and Adam have the size of the rate however small the gradient. Where it is zero but for
# rounding (a clipped critic's, a bias that a normalisation takes out), rounding would decide their sign.
PLAIN = {"g_optimizer": "sgd", "d_optimizer": "sgd", "d_learning_rate": 0.01}
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not all(map(find_spec, BACKENDS)), reason="needs both backends (requirements-torch.txt)"),
]

STEP = """
import json, sys
import numpy as np
from keras import ops
from ganlib import presets
from ganlib.backend import engine
from ganlib.models.gan import GAN

engine.set_threads(1)
config = presets.get("digits-quick").config.changed(
    batch_size=16, precision="float32", latent_dim=8, discriminator="compact", **json.loads(sys.argv[1])
)
gan = GAN(config)
rng = np.random.default_rng(0)
for network in (gan.generator, gan.discriminator, gan.ema):
    network.set_weights([rng.normal(0.1, 0.1, w.shape).astype("float32") ** 2 for w in network.weights])
gan.sample_latents = lambda count: ops.convert_to_tensor(rng.normal(size=(count, 8)).astype("float32"))
reports = []
for _ in range(3):
    batches = rng.uniform(-1, 1, (config.critic_steps, 16, 8, 8, 1)).astype("float32")
    report = gan.step(ops.convert_to_tensor(batches))
    reports.append({name: float(ops.convert_to_numpy(value)) for name, value in report.items()})
weights = [w for network in (gan.generator, gan.discriminator, gan.ema) for w in network.get_weights()]
print(json.dumps([reports, [float(np.abs(w).sum()) for w in weights]]))
"""


def on(backend, *words):
    env = {**os.environ, "KERAS_BACKEND": backend, "TF_CPP_MIN_LOG_LEVEL": "3", "OMP_NUM_THREADS": "1"}
    done = subprocess.run([sys.executable, *words], cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize(
    "changes",
    [
        {"update": "simultaneous"},
        {"update": "alternating"},
        {"loss": "lsgan", "spectral_norm": True},
        {"loss": "wgan", "critic_steps": 2, **PLAIN},
        {"loss": "hinge", "discriminator_norm": "layer", "r1_gamma": 2.0, **PLAIN},
    ],
    ids=str,
)
def test_three_steps_from_the_same_weights_are_the_same_on_both(changes):
    (reports, weights), (others, other_weights) = (json.loads(on(b, "-c", STEP, json.dumps(changes))) for b in BACKENDS)
    for report, other in zip(reports, others, strict=True):
        assert report == pytest.approx(other, rel=2e-4, abs=1e-5)
    np.testing.assert_allclose(weights, other_weights, rtol=1e-3)


@pytest.mark.parametrize("trains", BACKENDS)
def test_a_run_trained_on_one_is_drawn_judged_and_gone_on_with_on_the_other(trains, tmp_path):
    explores = next(name for name in BACKENDS if name != trains)
    ganlib, here = ("-m", "ganlib"), ("--runs", str(tmp_path))
    settings = ["--set", "max_steps=40", "--set", "threads=1", "--set", "max_seconds=0"]
    on(trains, *ganlib, "train", "digits-quick", "--name", "swapped", "--now", *settings, *here)
    record = json.loads((tmp_path / "swapped" / "config.json").read_text())
    assert record["versions"]["backend"] == trains
    pictures = {}
    for name in BACKENDS:
        on(name, *ganlib, "sample", "swapped", "--out", str(tmp_path / f"{name}.npz"), *here)
        pictures[name] = np.load(tmp_path / f"{name}.npz")["images"].astype(int)
    assert np.abs(pictures[trains] - pictures[explores]).max() <= 1
    assert pictures[trains].std() > 1
    on(explores, *ganlib, "evaluate", "swapped", "--count", "200", *here)
    on(explores, *ganlib, "fork", "swapped", "--set", "max_steps=60", "--name", "child", *here)
    on(explores, *ganlib, "resume", "child", "--now", *here)
    assert json.loads((tmp_path / "child" / "status.json").read_text())["step"] == 60
