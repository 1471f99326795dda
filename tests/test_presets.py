"""The presets against the table of the source projects, column by column, written out here once more."""

import pytest

from ganlib import presets
from ganlib.catalog import losses, networks
from ganlib.config import TrainConfig
from ganlib.presets import PRESETS
from ganlib.training import estimate
from ganlib.utils.errors import UserError
from tests.variants import slow_unless

ADAM_9 = ("adam", 1e-4, 0.9)
ADAM_5 = ("adam", 1e-4, 0.5)
RMSPROP = ("rmsprop", 5e-5, 0.9)

# preset: data, grey, generator, discriminator, loss, G's optimiser, D's optimiser (beta 1; rho for RMSprop),
# update, D updates, batch, z, prior, epochs
SOURCES = {
    "mnist-dcgan": (
        *("mnist", False, "dcgan", "dcgan", "non_saturating", ADAM_9, ADAM_9),
        *("simultaneous", 1, 256, 100, "normal", 100),
    ),
    "mnist-dcgan-advanced": (
        *("mnist", False, "dcgan-3x3", "dcgan-pool", "non_saturating", ADAM_9, ADAM_9),
        *("simultaneous", 1, 256, 100, "normal", 100),
    ),
    "mnist-wgan-gp": (
        *("mnist", False, "dcgan-2x2", "dcgan-relu", "wgan_gp", ADAM_5, ("rmsprop", 5e-4, 0.9)),
        *("simultaneous", 1, 256, 100, "normal", 100),
    ),
    "svhn-dcgan": (
        *("svhn", True, "dcgan", "svhn-deep", "non_saturating", ADAM_9, ADAM_9),
        *("simultaneous", 1, 256, 100, "normal", 100),
    ),
    "svhn-dcgan-advanced": (
        *("svhn", True, "dcgan-3x3", "svhn-deeper", "non_saturating", ADAM_9, ADAM_9),
        *("simultaneous", 1, 256, 100, "normal", 100),
    ),
    "svhn-wgan-gp": (
        *("svhn", True, "dcgan-2x2", "dcgan-relu", "wgan_gp", ADAM_5, ("rmsprop", 5e-4, 0.9)),
        *("simultaneous", 1, 256, 100, "normal", 100),
    ),
    "fashion-gan-uniform": (
        *("fashion-mnist", False, "infogan", "infogan", "non_saturating", ("adam", 1e-3, 0.5), ("adam", 2e-4, 0.5)),
        *("alternating", 1, 64, 62, "uniform", 30),
    ),
    "fashion-gan-normal": (
        *("fashion-mnist", False, "infogan", "infogan", "non_saturating", ("adam", 1e-3, 0.5), ("adam", 2e-4, 0.5)),
        *("alternating", 1, 64, 62, "uniform", 30),
    ),
    "fashion-wgan": (
        *("fashion-mnist", False, "infogan", "infogan", "wgan", RMSPROP, RMSPROP),
        *("alternating", 5, 64, 62, "uniform", 30),
    ),
}
OURS = {"digits-quick", "mnist-quick", "fashion-quick", "svhn-quick", "stacked-mnist-quick", "mnist-mlp"}
OURS |= {"ring-quick", "ring-collapse", "ring-vanishing", "two-oscillation", "ring-wasserstein", "grid-quick"}
OURS |= {"mnist-cgan-quick", "fashion-cgan-quick"}
OURS |= {"mnist-acgan-quick", "fashion-acgan-quick", "mnist-infogan-quick", "mnist-ebgan-quick", "mnist-began-quick"}
OURS |= set(presets.BROKEN)


def optimizer(config, network):
    name, rate, *betas = (
        getattr(config, f"{network}_{key}") for key in ("optimizer", "learning_rate", "beta_1", "beta_2")
    )
    return name, rate, betas[name == "rmsprop"]


def row(config):
    return (
        *(config.dataset, config.grayscale, config.generator, config.discriminator, config.loss),
        *(optimizer(config, "g"), optimizer(config, "d"), config.update, config.critic_steps),
        *(config.batch_size, config.latent_dim, config.prior, config.epochs),
    )


def test_the_presets_are_the_nine_of_the_sources_and_ours():
    assert set(PRESETS) == set(SOURCES) | OURS


@pytest.mark.parametrize("name", SOURCES)
def test_a_preset_of_the_sources_stands_as_in_their_table(name):
    assert row(presets.get(name).config) == SOURCES[name]


@pytest.mark.parametrize("name", SOURCES)
def test_a_preset_of_the_sources_adds_nothing_of_ours(name):
    config = presets.get(name).config
    assert (config.split, config.discriminator_norm, config.ema) == ("train", "auto", 0.0)
    assert (config.label_smoothing, config.instance_noise, config.r1_gamma, config.spectral_norm) == (0, 0, 0, False)
    assert (config.label_flips, config.g_dropout) == (0, 0)
    assert (config.max_steps, config.max_seconds) == (0, 0)


@pytest.mark.parametrize("name", SOURCES)
def test_adam_remembers_the_squared_gradient_as_keras_does(name):
    config = presets.get(name).config
    betas = [getattr(config, f"{n}_beta_2") for n in "gd" if getattr(config, f"{n}_optimizer") == "adam"]
    assert betas == [0.999] * len(betas)


def test_the_penalty_and_the_clipping_bound_are_those_of_the_papers():
    for name in ("mnist-wgan-gp", "svhn-wgan-gp"):
        assert presets.get(name).config.penalty_weight == 10
    assert presets.get("fashion-wgan").config.clip == 0.01


def test_the_fashion_pair_differs_in_the_weight_initialiser_alone():
    uniform, normal = (presets.get(f"fashion-gan-{kind}").config.to_dict() for kind in ("uniform", "normal"))
    assert {key for key in uniform if uniform[key] != normal[key]} == {"initializer"}
    assert (uniform["initializer"], normal["initializer"]) == ("glorot_uniform", "glorot_normal")
    assert presets.get("fashion-wgan").config.initializer == "glorot_uniform"


def test_the_source_networks_make_the_range_they_were_trained_in():
    for name in SOURCES:
        low = networks.get_generator(presets.get(name).config.generator).output_range[0]
        assert low == (0 if name.startswith("fashion") else -1)


@pytest.mark.parametrize("name", sorted(OURS - {"mnist-mlp"}))
def test_a_quick_preset_is_compact_and_ends_after_some_steps_at_the_latest_after_minutes(name):
    config = presets.get(name).config
    assert config.generator == ("points" if config.is_plane else "compact")
    assert config.discriminator == ("autoencoder" if losses.get(config.loss).has_autoencoder else config.generator)
    expected = estimate.estimate(config)
    assert expected.ended_by == "max_steps"
    assert expected.seconds < config.max_seconds <= 300
    assert config.ema > 0
    assert config.is_plane or config.sample_every > 0
    assert 1 <= config.sample_seconds <= 2


def test_digits_quick_needs_no_download_and_half_a_minute():
    config = presets.get("digits-quick").config
    assert config.dataset == "digits"
    assert estimate.estimate(config).seconds <= 25


@pytest.mark.parametrize("name", sorted(PRESETS.keys() - presets.BROKEN))
def test_a_preset_trains_long_enough_to_show_something(name):
    config = presets.get(name).config
    assert estimate.shortfall(config, estimate.estimate(config)) is None


@pytest.mark.parametrize("name", presets.BROKEN)
def test_a_preset_that_fails_on_purpose_needs_no_download_and_twenty_seconds(name):
    config = presets.get(name).config
    assert config.dataset == "digits"
    assert estimate.estimate(config).seconds <= 20


@pytest.mark.parametrize("name", presets.BROKEN)
def test_nobody_is_advised_to_go_back_to_a_preset_that_fails_on_purpose(name):
    assert presets.config_of(name) is None


def test_svhn_quick_is_in_colour():
    assert presets.get("svhn-quick").config.image_shape == (32, 32, 3)


def test_the_multilayer_perceptrons_have_no_convolution():
    config = presets.get("mnist-mlp").config
    assert config.generator == config.discriminator == "mlp"


@pytest.mark.parametrize("name", [name for name in SOURCES if name.startswith("svhn")])
def test_the_svhn_systems_are_possible_in_colour_too(name):
    assert presets.get(name).config.changed(grayscale=False).image_shape == (32, 32, 3)


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_tells_what_it_shows(name):
    preset = presets.get(name)
    assert preset.name == name
    assert isinstance(preset.config, TrainConfig)
    assert preset.shows[-1] in ".?"
    assert "\n" not in preset.shows
    assert preset.config.warnings(preset.config) == []


def test_titles_differ():
    assert len({preset.title for preset in PRESETS.values()}) == len(PRESETS)


def test_an_unknown_preset_lists_the_names():
    with pytest.raises(UserError, match="no preset 'mnist'; choose one of: digits-quick, mnist-quick"):
        presets.get("mnist")


@pytest.mark.parametrize(
    "name", slow_unless({"ring-quick", "mnist-quick", "mnist-infogan-quick", "mnist-began-quick"}.__contains__, PRESETS)
)
def test_a_preset_builds(name):
    from ganlib.models.gan import GAN

    config = presets.get(name).config.changed(precision="float32")
    gan = GAN(config)
    assert gan.generator.output_shape == (None, *config.image_shape)
    *sides, channels = config.image_shape
    assert gan.discriminator.input_shape == (None, *sides, channels + config.planes)
