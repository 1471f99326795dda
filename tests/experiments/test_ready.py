"""The ready experiments: possible, honest about what differs, and short enough for a lesson."""

import pytest

from ganlib import presets
from ganlib.config import FIELDS
from ganlib.errors import UserError
from ganlib.experiments import ready
from ganlib.experiments.plan import differences
from ganlib.experiments.ready import READY

SOURCE_PROJECTS = {
    "fashion-loss": ("fashion-gan-uniform", "fashion-wgan"),
    "mnist-systems": ("mnist-dcgan", "mnist-dcgan-advanced", "mnist-wgan-gp"),
    "svhn-systems": ("svhn-dcgan", "svhn-dcgan-advanced", "svhn-wgan-gp"),
}


@pytest.mark.parametrize("name", READY)
def test_a_lesson_takes_minutes(name):
    runs = READY[name].plan(is_short=True).runs
    assert all(run.config.max_seconds > 0 for run in runs)
    assert sum(run.config.max_seconds for run in runs) <= 8 * 60


@pytest.mark.parametrize("name", READY)
def test_in_full_it_takes_the_epochs_of_the_presets(name):
    for run in READY[name].plan(is_short=False).runs:
        assert (run.config.max_seconds, run.config.max_steps) == (0, 0)
        assert run.config.epochs == presets.get(run.preset).config.epochs


@pytest.mark.parametrize("name", SOURCE_PROJECTS)
def test_in_full_a_source_projects_systems_are_its_presets(name):
    runs = READY[name].plan(is_short=False).runs
    assert [run.config for run in runs] == [
        presets.get(preset).config.changed(seed=1) for preset in SOURCE_PROJECTS[name]
    ]


@pytest.mark.parametrize("name", [name for name in READY if READY[name].field])
@pytest.mark.parametrize("is_short", [True, False])
def test_where_one_setting_is_varied_nothing_else_differs(name, is_short):
    assert differences(READY[name].plan(is_short)) == {READY[name].field: list(READY[name].values)}


@pytest.mark.parametrize("name", READY)
def test_short_and_full_differ_in_length_and_in_what_is_declared(name):
    pairs = zip(READY[name].plan(True).runs, READY[name].plan(False).runs, strict=True)
    for short, full in pairs:
        changed = {key for key in FIELDS if getattr(short.config, key) != getattr(full.config, key)}
        assert changed <= {"max_seconds", "epochs", *READY[name].short_changes}


def test_the_fashion_pair_differs_in_the_loss_and_what_it_brings():
    found = set(differences(READY["fashion-loss"].plan()))
    settings = {f"{network}_{key}" for network in "gd" for key in ("optimizer", "learning_rate", "beta_1", "beta_2")}
    assert {"loss", "critic_steps"} <= found <= {"loss", "critic_steps", "update", *settings}


def test_the_initialisers_are_those_of_the_source_project():
    uniform, normal = READY["fashion-initialiser"].plan(is_short=False).runs
    assert uniform.config == presets.get("fashion-gan-uniform").config.changed(seed=1)
    assert normal.config == presets.get("fashion-gan-normal").config.changed(seed=1)


@pytest.mark.parametrize("name", READY)
def test_it_says_what_it_is_about(name):
    assert READY[name].name == name
    assert READY[name].question[-1] in ".?"
    assert READY[name].title in READY[name].plan().title


def test_an_unknown_one_lists_the_names():
    with pytest.raises(UserError, match="no ready experiment 'x'; choose one of: fashion-loss"):
        ready.get("x")
