import math

import pytest

from ganlib import presets
from ganlib.experiments import tables
from ganlib.experiments.plan import SWEEP, Budget
from ganlib.experiments.sweep import named, settings_of, sweep
from ganlib.plots.sweep import parallel_figure
from ganlib.utils.errors import UserError

BASE = presets.get("digits-quick").config


def test_a_grid_has_every_combination_with_all_else_as_it_was():
    plan = sweep("digits-quick", {"latent_dim": "4,8", "loss": "hinge,wgan"}, seeds=2, budget=Budget(steps=20))
    assert plan.field == SWEEP
    assert [settings_of(value) for value in plan.values] == [
        {"latent_dim": size, "loss": loss} for size in (4, 8) for loss in ("hinge", "wgan")
    ]
    for run in plan.runs:
        assert run.config.max_steps == 20
        assert {name: getattr(run.config, name) for name in settings_of(run.value)} == settings_of(run.value)
        assert run.config.g_learning_rate == BASE.g_learning_rate, "a swept loss keeps the base's rates"
    assert [run.seed for run in plan.runs] == [1] * 4 + [2] * 4


def test_drawn_combinations_lie_in_their_ranges_and_follow_the_seed():
    over = {"g_learning_rate": "1e-4..1e-2", "latent_dim": "2..64", "loss": "hinge,lsgan"}
    first, again, other = (sweep("digits-quick", over, draws=12, seed=seed).values for seed in (0, 0, 1))
    assert first == again != other
    drawn = [settings_of(value) for value in first]
    assert len(drawn) == 12
    assert all(1e-4 <= each["g_learning_rate"] <= 1e-2 and 2 <= each["latent_dim"] <= 64 for each in drawn)
    below = sum(each["g_learning_rate"] < 1e-3 for each in drawn)
    assert 3 <= below <= 9, "a range over two powers of ten is drawn from by its logarithm"
    assert {each["loss"] for each in drawn} == {"hinge", "lsgan"}


def test_no_more_combinations_are_drawn_than_there_are():
    plan = sweep("digits-quick", {"latent_dim": "4,8", "batch_size": "16,32"}, draws=9)
    assert len(plan.values) == len(set(plan.values)) == 4


@pytest.mark.parametrize(
    ("over", "options", "says"),
    [
        ({"latent_dim": "4,8"}, {}, "2 to 3 settings"),
        ({"latent_dim": "4,8", "batch_size": "16..32"}, {}, "--draws"),
        ({"latent_dim": "4,8", "batch_size": "32..16"}, {"draws": 2}, "no range"),
        ({"latent_dim": "4,8", "batch_size": "16,x"}, {}, "batch_size must be a whole number"),
        ({"latent_dim": "4,8", "batch_size": "16,99999"}, {}, "batch_size must be between"),
        ({"latent_dim": "4,8", "nonsense": "1,2"}, {}, "nonsense"),
        ({"latent_dim": "4,8", "seed": "1,2"}, {}, "seed"),
        ({"latent_dim": "1,2,3,4,5,6", "batch_size": "8,16,32,64"}, {"seeds": 2}, "48 runs"),
        ({"latent_dim": "4,8", "loss": "hinge,ebgan", "pack": "1,2"}, {}, "With latent_dim=4"),
    ],
)
def test_what_cannot_be_swept_is_refused_with_what_to_do(over, options, says):
    with pytest.raises(UserError, match=says):
        sweep("digits-quick", over, **options)


def test_a_combination_is_read_from_its_name():
    combination = {"g_learning_rate": 0.00012, "latent_dim": 8, "loss": "wgan_gp", "spectral_norm": True}
    assert settings_of(named(combination)) == combination
    assert settings_of("what else somebody wrote") == {}


def test_the_ranking_begins_with_the_best_of_what_was_measured(made):
    experiment = made(values=("non_saturating", "lsgan", "hinge"), seeds=2)
    ranked = tables.ranking(experiment, "frechet_distance")
    means = [found["frechet_distance"].mean for _, found in ranked]
    assert means == sorted(means)
    assert tables.ranking(experiment, "coverage") == []


def test_axes_are_names_numbers_or_logarithms():
    figure = parallel_figure(
        {
            "Loss": ["hinge", "lsgan", "hinge"],
            "Rate": [1e-4, 1e-3, 1e-2],
            "Latents": [2, 4, 8],
            "SN": [True, False, True],
        },
        "Distance",
        [3.0, 1.0, 2.0],
    )
    loss, rate, latents, switch, distance = figure.data[0].dimensions
    assert list(loss["values"]) == [0, 1, 0]
    assert list(loss.ticktext) == ["hinge", "lsgan"]
    assert list(rate["values"]) == [math.log10(value) for value in (1e-4, 1e-3, 1e-2)]
    assert list(latents["values"]) == [2, 4, 8]
    assert list(switch.ticktext) == ["True", "False"]
    assert list(figure.data[0].line.color) == list(distance["values"]) == [3.0, 1.0, 2.0]
