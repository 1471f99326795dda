"""Several devices that share each batch compute what one computes: logical processors here, processes there."""

import os
import subprocess
import sys
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest

from ganlib.errors import UserError
from ganlib.models import backend
from tests.models.sharing import CASES, config

ROOT = Path(__file__).parents[2]
BACKENDS = [
    "tensorflow",
    pytest.param("torch", marks=pytest.mark.skipif(not find_spec("torch"), reason="needs requirements-torch.txt")),
]


def start(name, *words, devices=2):
    env = {
        **os.environ,
        "KERAS_BACKEND": name,
        "GANLIB_TEST_DEVICES": str(devices),
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "OMP_NUM_THREADS": "1",
    }
    return subprocess.Popen(
        [sys.executable, *words], cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


@cache
def both(name):
    """Train all cases on one device and on two."""
    with TemporaryDirectory() as folder:
        process = start(name, "-m", "tests.models.sharing", folder)
        _, errors = process.communicate(timeout=500)
        assert process.returncode == 0, errors
        return {path.stem: dict(np.load(path)) for path in Path(folder).iterdir()}


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("name", BACKENDS)
def test_two_devices_compute_what_one_does(name, case):
    one, two = (both(name)[f"{case}-{devices}"] for devices in (1, 2))
    assert one.keys() == two.keys()
    for key, values in one.items():
        np.testing.assert_allclose(two[key], values, rtol=1e-4, atol=2e-6, err_msg=key)
    assert np.ptp(one["rows"], axis=0).max() > 1e-3, "nothing was learned"


# Processes

LEAD = """
import os, signal, sys, time
import numpy as np
from ganlib.models.gan import GAN
from tests.models.sharing import BATCH, config

gan = GAN(config(devices=2))
steps = gan.compile_steps(np.zeros((60, 8, 8, 1), np.uint8))
order = np.zeros((1, 1, BATCH), np.int32)
steps(order)
print("ready", flush=True)
{then}
"""


@pytest.mark.slow
@pytest.mark.skipif(not find_spec("torch"), reason="needs requirements-torch.txt")
def test_the_other_processes_end_with_the_one_that_leads_also_when_it_is_killed():
    lead = start("torch", "-c", LEAD.format(then="time.sleep(300)"))
    assert lead.stdout.readline() == "ready\n", lead.stderr.read()
    lead.kill()
    lead.communicate(timeout=30)  # standard error ends with the last process that holds it


@pytest.mark.slow
@pytest.mark.skipif(not find_spec("torch"), reason="needs requirements-torch.txt")
def test_a_process_that_is_lost_is_told_in_a_sentence():
    then = """
os.kill(gan._team._workers._processes[0].pid, signal.SIGKILL)
try:
    steps(order)
except Exception as error:
    print(type(error).__name__, error)
"""
    output, errors = start("torch", "-c", LEAD.format(then=then)).communicate(timeout=120)
    assert "UserError The process of one of the GPUs ended too early" in output, errors


# What cannot be


@pytest.mark.skipif(backend.device().kind == "GPU", reason="this machine has a GPU")
def test_more_gpus_than_there_are_are_refused_with_what_to_do():
    with pytest.raises(UserError, match="2 GPUs, but no GPU can be used here; set devices=1"):
        backend.team(2)


def test_a_batch_that_cannot_be_shared_evenly_is_refused():
    with pytest.raises(UserError, match="5 GPUs cannot share 12 images evenly"):
        config(devices=5)


def test_one_device_shares_nothing():
    assert backend.sharers() == 1
    assert type(backend.team(1)) is backend.Team
