"""Plans: what is varied, what that brings, what is refused; and that one seed means one chance."""

import numpy as np
import pytest

from ganlib import presets
from ganlib.catalog import losses
from ganlib.config import FIELDS
from ganlib.experiments.plan import (
    MOST_SEEDS,
    MOST_VALUES,
    PAPER,
    PRESET,
    SAME,
    VARIABLE,
    Budget,
    brought,
    plan,
    plan_presets,
)
from ganlib.experiments.settings import differences, differing
from ganlib.runs.store import check_id
from ganlib.utils.errors import UserError

DIGITS = presets.get("digits-quick").config
MNIST = presets.get("mnist-dcgan").config


def planned(field, values, base=DIGITS, **options):
    return plan("digits-quick", base, field, values, **options)


def test_one_setting_is_all_that_differs():
    found = planned("initializer", ["glorot_uniform", "glorot_normal"], seeds=3)
    assert differences(found) == {"initializer": ["glorot_uniform", "glorot_normal"]}
    assert found.values == ("glorot_uniform", "glorot_normal")


def test_values_take_turns_so_that_an_early_end_compares_like_with_like():
    order = [(run.value, run.seed) for run in planned("latent_dim", [2, 8], seeds=2).runs]
    assert order == [(2, 1), (8, 1), (2, 2), (8, 2)]


def test_a_seed_of_the_plan_is_that_of_the_run():
    assert [run.config.seed for run in planned("latent_dim", [2, 8], seeds=2).runs] == [1, 1, 2, 2]


def test_a_loss_brings_its_papers_settings():
    found = planned("loss", ["non_saturating", "wgan"], settings=PAPER)
    base, wgan = (run.config for run in found.runs)
    for config in (base, wgan):
        paper = losses.get(config.loss).defaults
        assert {name: getattr(config, name) for name in paper} == paper
    assert set(differences(found)) <= {"loss", *losses.get("wgan").defaults}


def test_it_is_told_where_a_loss_takes_normalisation_out_of_the_discriminator():
    found = planned("loss", ["non_saturating", "wgan_gp"])
    assert differences(found) == {"loss": ["non_saturating", "wgan_gp"], "discriminator_norm": ["batch", "none"]}
    norms = ["auto", "batch", "none"]
    assert differences(planned("discriminator_norm", norms)) == {"discriminator_norm": norms}


def test_a_loss_keeps_the_bases_settings_unless_asked():
    found = planned("loss", ["non_saturating", "wgan", "hinge"])
    assert differences(found) == {"loss": ["non_saturating", "wgan", "hinge"]}


@pytest.mark.parametrize("base", [DIGITS, DIGITS.changed(clip=0.5, penalty_weight=0.0, label_smoothing=0.1)], ids=str)
@pytest.mark.parametrize("loss", losses.LOSSES)
def test_a_loss_brings_what_it_cannot_do_without_and_nothing_else(base, loss):
    brings = brought(base, loss, SAME)
    config = planned("loss", ["non_saturating", loss], base).runs[-1].config if loss != base.loss else base
    changed = {name for name in FIELDS if getattr(config, name) != getattr(base, name)} - {"loss", "seed"}
    assert (
        changed <= brings.keys() <= {"clip", "penalty_weight", "label_smoothing", "discriminator_norm", "discriminator"}
    )
    assert config.clip == 0.01 or not losses.get(loss).clips
    assert config.penalty_weight == 10 or not losses.get(loss).penalty


def test_what_a_loss_brings_is_told_even_where_the_base_says_the_same():
    assert brought(DIGITS, "wgan", SAME) == {"clip": 0.01}
    assert brought(DIGITS, "non_saturating", SAME) == {}
    assert brought(DIGITS, "non_saturating", PAPER) == {"g_learning_rate": 2e-4, "d_learning_rate": 2e-4}
    flipped = DIGITS.changed(label_flips=0.1, label_smoothing=0.1)
    assert brought(flipped, "hinge", SAME).items() >= {"label_flips": 0.0, "label_smoothing": 0.0}.items()
    assert brought(DIGITS, "lsgan", PAPER) == {"g_learning_rate": 2e-4, "d_learning_rate": 2e-4}
    batch = DIGITS.changed(discriminator_norm="batch")
    assert brought(batch, "wgan_gp", SAME)["discriminator_norm"] == "auto"


@pytest.mark.parametrize(
    ("budget", "limits"),
    [
        (Budget(), (20, 0.0, 1000)),
        (Budget(steps=500), (500, 0.0, 10_000)),
        (Budget(seconds=30), (0, 30.0, 10_000)),
        (Budget(epochs=3), (0, 0.0, 3)),
        (Budget(seconds=30, epochs=3), (0, 30.0, 3)),
    ],
)
def test_a_budget_replaces_the_bases_limits(budget, limits):
    base = DIGITS.changed(max_steps=20, max_seconds=0.0)
    for run in planned("latent_dim", [2, 8], base, budget=budget).runs:
        assert (run.config.max_steps, run.config.max_seconds, run.config.epochs) == limits


@pytest.mark.parametrize(
    "budget", [{"seconds": 0}, {"seconds": -1.0}, {"epochs": 0}, {"steps": 0}, {"seconds": float("nan")}]
)
def test_an_empty_budget_is_refused(budget):
    with pytest.raises(UserError, match="budget above 0"):
        Budget(**budget)


@pytest.mark.parametrize(
    ("base", "field", "values", "sentence"),
    [
        (MNIST, "critic_steps", [1, 5], "With critic_steps=5: Several D updates per step need update=alternating"),
        (DIGITS, "latent_dim", [8, 4096], "With latent_dim=4096: latent_dim must be between"),
        (DIGITS, "loss", ["wgan", "vae"], "With loss=vae: There is no loss 'vae'"),
        (DIGITS, "discriminator", ["compact", "dcgan-pool"], "With discriminator=dcgan-pool: The discriminator"),
        (DIGITS, "ema", [0.9, "much"], "With ema=much: ema must be a number"),
        (DIGITS, "seed", [1, 2], "no setting to vary 'seed': .* see --seeds"),
        (DIGITS, "max_seconds", [1.0, 2.0], "no setting to vary 'max_seconds': .* see --steps, --epochs and --seconds"),
        (DIGITS, "threads", [1, 2], "no setting to vary 'threads'; choose one of"),
        (DIGITS, "latent_dim", [8], "2 to 8 different values"),
        (DIGITS, "latent_dim", [8, 8], "2 to 8 different values"),
        (DIGITS, "latent_dim", list(range(1, MOST_VALUES + 2)), "2 to 8 different values"),
    ],
)
def test_what_cannot_be_is_refused_with_the_value_it_is_about(base, field, values, sentence):
    with pytest.raises(UserError, match=sentence):
        planned(field, values, base)


@pytest.mark.parametrize("seeds", [0, -1, MOST_SEEDS + 1])
def test_the_number_of_seeds_has_bounds(seeds):
    with pytest.raises(UserError, match="1 to 5 random seeds"):
        planned("latent_dim", [2, 8], seeds=seeds)


def test_presets_are_compared_as_they_are():
    found = plan_presets(["fashion-gan-uniform", "fashion-wgan"], seeds=2)
    assert found.field == PRESET
    assert [run.preset for run in found.runs] == ["fashion-gan-uniform", "fashion-wgan"] * 2
    assert found.runs[1].config == presets.get("fashion-wgan").config.changed(seed=1)
    assert "loss" in differences(found)


def test_changes_reach_all_presets():
    found = plan_presets(["mnist-dcgan", "mnist-wgan-gp"], changes={"batch_size": 32})
    assert {run.config.batch_size for run in found.runs} == {32}
    with pytest.raises(UserError, match="With preset=mnist-dcgan: batch_size must be"):
        plan_presets(["mnist-dcgan", "mnist-wgan-gp"], changes={"batch_size": 0})


def test_ids_are_readable_unique_and_allowed():
    names = [run.id for run in planned("loss", ["non_saturating", "wgan"], seeds=2).runs]
    assert names[1].startswith("loss-wgan-s1-")
    assert len(set(names)) == 4
    again = [run.id for run in planned("loss", ["non_saturating", "wgan"], seeds=2).runs]
    assert not set(names) & set(again)


@pytest.mark.parametrize("field", VARIABLE)
def test_every_setting_makes_allowed_ids(field):
    info = FIELDS[field]
    longest = max(map(str, info.choices), key=len) if info.choices else info.high
    for value in (longest, 1e-7, 123456.789, False):
        check_id(planned_id(field, value))


def planned_id(field, value):
    from ganlib.experiments import plan as module

    return module._slug(field, value, f"s{MOST_SEEDS}", "ffff")


def test_a_title_is_one_line_and_has_a_default():
    assert planned("latent_dim", [2, 8]).title == "Latent dimension: 2, 8"
    assert planned("loss", ["wgan", "hinge"], title=" two\nlosses ").title == "two losses"
    assert len(planned("loss", ["wgan", "hinge"], title="x" * 500).title) == 120


# One seed, one chance


@pytest.mark.parametrize(("field", "values"), [("loss", ["non_saturating", "wgan_gp"]), ("critic_steps", [1, 5])])
def test_runs_of_a_seed_share_data_order_latents_and_first_weights(field, values):
    from ganlib.models import priors
    from ganlib.models.networks.from_config import build_discriminator_for, build_generator_for
    from ganlib.training.schedule import Schedule

    def chance(config):
        schedule = Schedule(1797, config.batch_size, config.epochs, config.seed)
        return [
            schedule.order(0, 30, 1),
            priors.get(config.prior).sample(64, config.latent_dim, config.seed),
            *build_generator_for(config).get_weights(),
            *build_discriminator_for(config).get_weights(),
        ]

    # Without normalisation in D, which WGAN-GP would take out: then all shapes allow it.
    base = DIGITS.changed(precision="float32", discriminator_norm="none")
    runs = planned(field, values, base, seeds=2).runs
    first, other = chance(runs[0].config), chance(runs[-1].config)
    for run in runs[1 : len(values)]:
        for ours, theirs in zip(first, chance(run.config), strict=True):
            np.testing.assert_array_equal(ours, theirs)
    assert not np.array_equal(first[0], other[0])
    assert not np.array_equal(first[1], other[1])
    assert not np.array_equal(first[2], other[2])


def test_what_the_machine_decides_is_no_difference():
    waiting = presets.get("digits-quick").config
    begun = waiting.changed(precision="float32", threads=2)
    assert differing([begun, waiting]) == {}
    assert differing([begun, waiting.changed(g_learning_rate=0.1)]).keys() == {"g_learning_rate"}
