"""FLOPs counted from the layers, against counts made by hand from the layer tables."""

import keras
import pytest

from ganlib import presets
from ganlib.config import TrainConfig
from ganlib.models import flops
from ganlib.models.networks.from_config import build_discriminator_for, build_generator_for


def of_step(config):
    return flops.of_step(config, build_generator_for(config), build_discriminator_for(config))


def config_of(preset, **changes):
    return presets.get(preset).config.changed(precision="float32", **changes)


def test_each_layer_counts_two_operations_a_weight_and_use():
    model = keras.Sequential(
        [
            keras.Input((8, 8, 3)),
            keras.layers.Conv2D(5, 3, strides=2, padding="same"),
            keras.layers.LeakyReLU(0.2),
            keras.layers.Conv2DTranspose(2, 4, strides=2, padding="same"),
            keras.layers.Flatten(),
            keras.layers.Dense(7),
        ]
    )
    expected = [2 * 16 * 9 * 3 * 5, 2 * 16 * 16 * 5 * 2, 2 * 128 * 7]
    assert [found.flops for found in flops.layers(model)] == expected


# The tutorial's networks, forward, for one image.
G = [2 * 100 * 12544, 2 * 49 * 25 * 256 * 128, 2 * 49 * 25 * 128 * 64, 2 * 196 * 25 * 64]
D = [2 * 196 * 25 * 64, 2 * 49 * 25 * 64 * 128, 2 * 6272]


def test_a_simultaneous_step_of_the_tutorials_networks():
    """G once forward and back; D on real and on fake forward and back; and back through D to G's images."""
    expected = 3 * sum(G) - G[0] + 2 * (3 * sum(D) - D[0]) + sum(D)
    assert of_step(config_of("mnist-dcgan")) == expected


def test_an_alternating_step_draws_fakes_for_d_and_again_for_g():
    config = config_of("mnist-dcgan", update="alternating")
    for_d = sum(G) + 2 * (3 * sum(D) - D[0])
    for_g = 3 * sum(G) - G[0] + 2 * sum(D)
    assert of_step(config) == for_d + for_g
    assert of_step(config.changed(critic_steps=4)) == for_d + for_g / 4


@pytest.mark.parametrize("changes", [{"loss": "wgan_gp"}, {"r1_gamma": 1.0}])
def test_a_penalty_adds_six_passes_of_d(changes):
    plain = config_of("mnist-dcgan")
    assert of_step(TrainConfig.from_dict({**plain.to_dict(), **changes})) == of_step(plain) + 6 * sum(D)


def test_spectral_layers_count_like_the_others():
    config = config_of("mnist-dcgan")
    assert of_step(config.changed(spectral_norm=True)) == of_step(config)
