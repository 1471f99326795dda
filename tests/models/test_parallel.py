"""Several devices that share each batch compute what one computes: here parts of the processor."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from ganlib.backend import engine
from ganlib.utils.errors import UserError
from tests.models.sharing import CASES, config

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """All cases trained on one device and on two."""
    folder = tmp_path_factory.mktemp("trained")
    env = {**os.environ, "KERAS_BACKEND": "tensorflow", "GANLIB_TEST_DEVICES": "2", "TF_CPP_MIN_LOG_LEVEL": "3"}
    words = [sys.executable, "-m", "tests.models.sharing", str(folder)]
    done = subprocess.run(words, cwd=ROOT, env=env, capture_output=True, text=True, timeout=500, check=False)
    assert done.returncode == 0, done.stderr
    return {path.stem: dict(np.load(path)) for path in folder.iterdir()}


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES)
def test_two_devices_compute_what_one_does(trained, case):
    one, two = (trained[f"{case}-{devices}"] for devices in (1, 2))
    assert one.keys() == two.keys()
    for key, values in one.items():
        np.testing.assert_allclose(two[key], values, rtol=1e-4, atol=2e-6, err_msg=key)
    assert np.ptp(one["rows"], axis=0).max() > 1e-3, "nothing was learned"


# What cannot be


@pytest.mark.skipif(engine.device().kind == "GPU", reason="this machine has a GPU")
def test_more_gpus_than_there_are_are_refused_with_what_to_do():
    with pytest.raises(UserError, match="set devices=1"), engine.scope(2):
        pass


def test_a_batch_that_cannot_be_shared_evenly_is_refused():
    with pytest.raises(UserError, match="5 GPUs cannot share 12 images evenly"):
        config(devices=5)
