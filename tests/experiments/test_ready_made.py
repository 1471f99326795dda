"""The ready experiments: possible, honest about what differs, and short enough for a lesson."""

import pytest

from ganlib import presets
from ganlib.catalog.minimum_steps import nearest
from ganlib.experiments import ready_made as ready
from ganlib.experiments.ready_made import READY
from ganlib.experiments.settings import differences
from ganlib.training import estimate
from ganlib.utils.errors import UserError

MEANT_TO_FAIL = {1e-1}  # a learning rate
NEVER_REACHED = {"svhn"}  # house numbers: within 3,000 steps no compact network got there
SOURCE_PROJECTS = {
    "fashion-loss": ("fashion-gan-uniform", "fashion-wgan"),
    "mnist-systems": ("mnist-dcgan", "mnist-dcgan-advanced", "mnist-wgan-gp"),
    "svhn-systems": ("svhn-dcgan", "svhn-dcgan-advanced", "svhn-wgan-gp"),
}


@pytest.mark.parametrize("name", READY)
def test_a_lesson_is_given_in_steps_on_compact_networks_and_takes_minutes(name):
    runs = READY[name].plan(is_short=True).runs
    assert all(run.config.generator == run.config.discriminator == "compact" for run in runs)
    assert {run.config.max_steps for run in runs} == {READY[name].lesson.steps}
    assert all(run.config.max_seconds == 0 for run in runs)
    assert sum(estimate.estimate(run.config).seconds for run in runs) <= 4 * 60


@pytest.mark.parametrize("name", READY)
def test_half_of_a_lessons_steps_are_enough_where_it_was_measured(name):
    """Where pictures were not recognisable yet, what was measured bounds the steps from below only."""
    for run in READY[name].plan(is_short=True).runs:
        if run.value not in MEANT_TO_FAIL and run.config.dataset not in NEVER_REACHED:
            row = nearest(run.config.generator, run.config.loss, run.config.g_learning_rate)
            assert run.config.max_steps >= (2 if row.is_reached else 1) * row.steps, run.value


@pytest.mark.parametrize("name", READY)
def test_in_full_it_takes_what_the_presets_ask_for(name):
    for run in READY[name].plan(is_short=False).runs:
        preset = presets.get(run.preset).config
        assert (run.config.max_seconds, run.config.max_steps) == (0, preset.max_steps)
        assert preset.max_steps or run.config.epochs == preset.epochs


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
def test_nothing_but_the_varied_setting_differs_in_a_lesson(name):
    ready = READY[name]
    assert set(differences(ready.plan())) == {ready.lesson.field or ready.field}


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
