"""Inside the networks: each layer's numbers are Keras's own, and gradients are those that small changes show."""

import keras
import numpy as np
import pytest

from ganlib import data
from ganlib.explore import activations
from ganlib.explore.sampler import Discriminator, Sampler

KINDS = {
    "batch normalisation": {"discriminator": "dcgan"},
    "dense with dropout": {"discriminator": "mlp", "generator": "mlp"},
    "spectral normalisation": {"discriminator": "dcgan", "discriminator_norm": "none", "spectral_norm": True},
    "in packs": {"discriminator": "mlp", "generator": "mlp", "pack": 2},
    "layer normalisation": {"discriminator": "compact", "discriminator_norm": "layer"},
}


@pytest.fixture(scope="module", params=KINDS)
def seen(request, untrained):
    """A D, an image, what it is seen among, and what is inside D then."""
    discriminator = Discriminator(untrained(latent_dim=8, batch_size=16, **KINDS[request.param]))
    images = data.load("digits").images[:32]
    return discriminator, images[0], images, activations.of_discriminator(discriminator, images[0], images)


def test_layers_of_a_generator_are_those_of_keras(untrained):
    sampler = Sampler(untrained(latent_dim=8))
    [latent] = sampler.latents(1, 0)
    found = activations.of_generator(sampler, latent)
    layers = sampler.generator.layers
    assert [(each.name, each.kind) for each in found[1:]] == [(each.name, type(each).__name__) for each in layers]
    np.testing.assert_array_equal(found[0].values, latent)
    for each, layer in zip(found[1:], layers, strict=True):
        expected = keras.Model(sampler.generator.inputs[0], layer.output)(latent[None], training=False)
        np.testing.assert_allclose(each.values, keras.ops.convert_to_numpy(expected)[0], atol=1e-5)
    drawn = data.unscale(found[-1].values[None], sampler.value_range)
    np.testing.assert_array_equal(drawn, sampler.images(latent[None]))
    with pytest.raises(ValueError, match="image is one of a generator"):
        found[-1].gradient_maps()


def test_the_last_number_is_ds_score_and_the_first_are_the_pixels(seen):
    discriminator, image, neighbours, found = seen
    assert found[-1].values == pytest.approx(discriminator.scores(image[None], neighbours), abs=1e-5)
    np.testing.assert_array_equal(found[-1].gradient, [1])
    np.testing.assert_array_equal(data.unscale(found[0].values[None], discriminator.value_range)[0], image)
    assert [each.name for each in found] == ["picture", *(layer.name for layer in discriminator.discriminator.layers)]


def test_gradients_are_what_small_changes_of_a_layer_do_to_ds_output(seen):
    discriminator, _, neighbours, found = seen
    layers, rng = discriminator.discriminator.layers, np.random.default_rng(0)
    starts = 1 if discriminator.config.pack > 1 else 0  # the others of a pack would be needed, too
    with activations.asked_among(discriminator.discriminator, neighbours, discriminator.value_range, 16):
        for place, each in enumerate(found[starts:], starts):
            way = rng.normal(size=each.values.shape).astype(np.float32)
            way *= 1e-3 * max(1.0, np.linalg.norm(each.values)) / np.linalg.norm(way)
            up, down = (_rest(layers[place:], each.values + sign * way) for sign in (1, -1))
            expected = float((each.gradient * way).sum())
            assert (up - down) / 2 == pytest.approx(expected, rel=0.03, abs=2e-5), each.name


def test_the_others_of_a_pack_are_left_out_of_the_pixels_and_their_gradient(untrained):
    discriminator = Discriminator(untrained(latent_dim=8, batch_size=16, **KINDS["in packs"]))
    images = data.load("digits").images[:8]
    pixels = activations.of_discriminator(discriminator, images[0], images)[0]
    more = images[0].copy()
    more[3, 3] = max(more[3, 3] - 8, 0) if more[3, 3] > 128 else more[3, 3] + 8
    moved = (float(more[3, 3, 0]) - float(images[0][3, 3, 0])) / 255 * np.ptp(discriminator.value_range)
    before, after = (discriminator.scores(each[None], images)[0] for each in (images[0], more))
    assert after - before == pytest.approx(pixels.gradient[3, 3, 0] * moved, rel=0.1, abs=1e-4)


def test_looking_leaves_d_as_it_was(seen):
    discriminator, image, neighbours, found = seen
    before = discriminator.discriminator.get_weights()
    again = activations.of_discriminator(discriminator, image, neighbours)
    for one, other in zip(before, discriminator.discriminator.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)
    np.testing.assert_array_equal(again[0].gradient, found[0].gradient)


def test_maps_are_channels_and_units_are_folded_row_by_row():
    maps = activations.Activations("conv", "Conv2D", np.arange(24.0).reshape(2, 3, 4))
    assert (maps.are_maps, maps.count, maps.maps().shape) == (True, 4, (4, 2, 3, 1))
    np.testing.assert_array_equal(maps.maps(1, 2)[1, ..., 0], maps.values[..., 2])
    units = activations.Activations("dense", "Dense", np.arange(1.0, 6.0), np.arange(5.0))
    assert (units.are_maps, units.count) == (False, 5)
    np.testing.assert_array_equal(units.maps()[0, ..., 0], [[1, 2, 3], [4, 5, 0]])
    np.testing.assert_array_equal(units.gradient_maps()[0, ..., 0], [[0, 1, 2], [3, 4, 0]])


def _rest(layers, values):
    outputs = keras.ops.convert_to_tensor(values[None])
    for layer in layers:
        outputs = layer(outputs, training=False)
    return float(keras.ops.convert_to_numpy(outputs)[0, 0])
