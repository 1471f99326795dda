"""Inside the networks: each layer's numbers are Keras's own, and gradients are those that small changes show."""

import keras
import numpy as np
import pytest

from ganlib import data
from ganlib.backend import engine
from ganlib.explore import activations
from ganlib.explore.sampler import Discriminator, Sampler
from tests.variants import slow_unless

KINDS = {
    "batch normalisation": {"discriminator": "dcgan"},
    "dense with dropout": {"discriminator": "mlp", "generator": "mlp"},
    "spectral normalisation": {"discriminator": "dcgan", "discriminator_norm": "none", "spectral_norm": True},
    "in packs": {"discriminator": "mlp", "generator": "mlp", "pack": 2},
    "layer normalisation": {"discriminator": "compact", "discriminator_norm": "layer"},
    "labels as planes": {"conditioning": "concat"},
    "projection": {"conditioning": "projection"},
    "auxiliary classifier": {"conditioning": "acgan", "discriminator": "mlp"},
    "codes": {"conditioning": "infogan"},
    "autoencoder, squares": {"loss": "ebgan"},
    "autoencoder, sizes": {"loss": "began"},
}
CLASS = 3
HEADS = {"logit", "embedding", "projection", "sum", "classes", "both", "q_hidden", "q_activation", "codes"}


@pytest.fixture(
    scope="module", params=slow_unless({"batch normalisation", "in packs", "projection"}.__contains__, KINDS)
)
def seen(request, untrained):
    """A D, an image, what it is seen among, and what is inside D then."""
    discriminator = Discriminator(untrained(latent_dim=8, batch_size=16, **KINDS[request.param]))
    if discriminator.config.classes:
        discriminator = discriminator.of_class(CLASS)
    images = data.load("digits").images[:32]
    return discriminator, images[0], images, activations.of_discriminator(discriminator, images[0], images)


@pytest.mark.parametrize("conditioning", ["none", "acgan"])
def test_layers_of_a_generator_are_those_of_keras(untrained, conditioning):
    sampler = Sampler(untrained(latent_dim=8, conditioning=conditioning))
    sampler = sampler.of_class(CLASS) if conditioning != "none" else sampler
    [latent] = sampler.latents(1, 0)
    label = np.eye(10)[CLASS] if conditioning != "none" else []
    found = activations.of_generator(sampler, latent)
    layers = sampler.generator.layers
    assert [(each.name, each.kind) for each in found[1:]] == [(each.name, type(each).__name__) for each in layers]
    given = np.concatenate([latent, label]).astype(np.float32)
    np.testing.assert_array_equal(found[0].values, given)
    for each, layer in zip(found[1:], layers, strict=True):
        expected = keras.Model(sampler.generator.inputs[0], layer.output)(given[None], training=False)
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
    assert found[0].gradient.shape == image.shape
    layers = discriminator.discriminator.layers
    names = [each.name for each in layers if each.name not in HEADS and not each.name.startswith("input")]
    assert [each.name for each in found] == ["picture", *names, "error" if "image" in names else "logit"]


def test_the_gradient_of_pixels_is_that_of_the_whole_network(seen):
    """Keras's own, of all layers and heads at once."""
    discriminator, image, neighbours, found = seen
    if discriminator.config.pack > 1:
        return
    with activations.asked_among(
        discriminator.discriminator, discriminator.inputs(neighbours), discriminator.value_range, 16
    ) as prepare:
        given = keras.ops.convert_to_tensor(prepare(discriminator.inputs(image[None])))
        whole = engine.input_gradient(lambda x: discriminator.discriminator(x, training=False)[:, 0], given)
    np.testing.assert_allclose(
        found[0].gradient, keras.ops.convert_to_numpy(whole)[0, ..., : image.shape[-1]], rtol=1e-3, atol=1e-6
    )


def test_gradients_are_what_small_changes_of_a_layer_do_to_ds_output(seen):
    discriminator, _, neighbours, found = seen
    layers, rng = discriminator.discriminator.layers, np.random.default_rng(0)
    if not isinstance(discriminator.discriminator, keras.Sequential) or discriminator.config.planes:
        return  # no row of layers; its pixels' gradient is Keras's own, see above
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
