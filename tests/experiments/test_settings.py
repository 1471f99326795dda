"""The command that makes a run again is read back by the command line as the same settings."""

import shlex

import pytest

from ganlib import presets
from ganlib.cli.main import _parser
from ganlib.cli.training import _choices
from ganlib.experiments.ready_made import READY
from ganlib.experiments.settings import train_command


def read_back(command):
    words = shlex.split(command)
    assert words[:3] == ["python", "-m", "ganlib"]
    return _choices(_parser().parse_args(words[3:]))[0]


@pytest.mark.parametrize("name", READY)
@pytest.mark.parametrize("is_short", [True, False])
def test_every_planned_run_can_be_typed(name, is_short):
    for run in READY[name].plan(is_short).runs:
        assert read_back(train_command(run.config, run.preset)) == run.config


@pytest.mark.parametrize("changes", [{}, {"loss": "wgan"}, {"loss": "wgan_gp", "critic_steps": 1}])
@pytest.mark.parametrize("preset", ["mnist-quick", "gone", None])
def test_a_command_needs_no_known_preset(preset, changes):
    config = presets.get("mnist-quick").config.changed(spectral_norm=True, ema=0.0, seed=3, **changes)
    assert read_back(train_command(config, preset)) == config


def test_what_the_preset_says_is_not_said_again():
    config = presets.get("fashion-wgan").config.changed(seed=2)
    assert train_command(config, "fashion-wgan") == "python -m ganlib train fashion-wgan --set seed=2"
