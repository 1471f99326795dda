"""Autoencoders as D: errors, codes, the pull-away term and BEGAN's k by NumPy, and whole steps by hand."""

import numpy as np
import pytest
from keras import ops

from ganlib.models import autoencoders
from ganlib.models.autoencoders import Balance, pull_away
from ganlib.models.gan import GAN
from ganlib.models.networks import build_discriminator
from ganlib.runs.records import CheckpointHeader
from ganlib.training import checkpoint
from tests.models.autodiff import differentiate
from tests.models.test_gan import Spy, assert_same, calls_of, real_batches, tiny, values

KINDS = {"ebgan": np.square, "began": np.abs}
LOSSES = pytest.mark.parametrize("loss", KINDS)


def small(loss, **changes):
    return tiny(**{"loss": loss, "discriminator": "autoencoder", "initializer": "he_normal", **changes})


def errors_by_hand(gan, images):
    """Return E(x) of each image and its code, layer after layer."""
    found, codes = ops.convert_to_tensor(images), None
    for layer in gan.discriminator.layers[1:]:
        if layer.name == "image":
            found = layer(found)
            break
        found = layer(found)
        codes = ops.convert_to_numpy(found) if layer.name == "code" else codes
    difference = ops.convert_to_numpy(found).astype(float) - images
    return KINDS[gan.config.loss](difference).mean(axis=(1, 2, 3)), codes


def alike_by_hand(codes):
    pairs = [(one, other) for one in range(len(codes)) for other in range(len(codes)) if one != other]
    cosines = [
        np.dot(codes[a], codes[b]) / np.linalg.norm(codes[a].astype(float)) / np.linalg.norm(codes[b]) for a, b in pairs
    ]
    return np.mean(np.square(cosines))


@LOSSES
def test_d_gives_minus_the_mean_error_of_its_copy_and_the_code(loss):
    gan, images = GAN(small(loss)), real_batches(small(loss))[0]
    outputs = ops.convert_to_numpy(gan.discriminator(images))
    errors, codes = errors_by_hand(gan, images)
    np.testing.assert_allclose(outputs[:, 0], -errors, rtol=1e-5)
    np.testing.assert_allclose(outputs[:, 1:], codes, rtol=1e-5)
    copies = autoencoders.reconstruct(gan.discriminator, images)
    np.testing.assert_allclose(KINDS[loss](copies - images).mean(axis=(1, 2, 3)), errors, rtol=1e-5)


def test_the_pull_away_term_is_the_mean_squared_cosine_of_pairs():
    codes = np.random.default_rng(0).normal(size=(7, 5)).astype("float32")
    assert float(pull_away(ops.convert_to_tensor(codes))) == pytest.approx(alike_by_hand(codes), rel=1e-5)


@pytest.mark.parametrize(("codes", "alike"), [(np.eye(4), 0.0), (-3 * np.ones((4, 2)), 1.0), (np.zeros((4, 2)), 0.0)])
def test_orthogonal_codes_are_not_alike_and_parallel_ones_wholly(codes, alike):
    assert float(pull_away(ops.convert_to_tensor(codes.astype("float32")))) == pytest.approx(alike, abs=1e-6)


def test_k_follows_the_recursion_of_the_paper():
    balance, k = Balance(gamma=0.4, rate=0.5), 0.0
    for real, fake in [(0.5, 0.9), (0.6, 0.1), (2.0, 0.2), (3.0, 0.1), (0.1, 0.5), (0.3, 0.3)]:
        report = balance.update(ops.convert_to_tensor(real), ops.convert_to_tensor(fake))
        k = min(1.0, max(0.0, k + 0.5 * (0.4 * real - fake)))
        assert float(report["k"]) == float(balance.k.value) == pytest.approx(k, abs=1e-6)
        assert float(report["convergence"]) == pytest.approx(real + abs(0.4 * real - fake), rel=1e-6)
    assert 0 < k < 1  # the last of them is held by no bound


@LOSSES
@pytest.mark.parametrize("update", ["alternating", "simultaneous"])
def test_a_step_is_that_of_the_paper(loss, update):
    """D's and G's losses by NumPy from what each call saw, and their gradients from a second graph."""
    config = small(loss, update=update, margin=0.5, pull_away=0.3, diversity=0.9, balance_rate=0.2)
    gan, calls = GAN(config), []
    if gan.balance:
        gan.balance.k.assign(0.6)
    for name in ("generator", "discriminator"):
        setattr(gan, name, Spy(name, gan, calls))
    report = {name: float(value) for name, value in gan.step(ops.convert_to_tensor(real_batches(config))).items()}
    assert set(report) == set(gan.config.metric_names)
    fresh = GAN(config)
    of_d = calls_of(type("Played", (), {"calls": calls}), "discriminator")
    (real, _), (fake, codes) = (errors_by_hand(fresh, call.inputs) for call in of_d[:2])
    assert report["d_real"] == pytest.approx(-real.mean(), rel=1e-5)
    assert report["d_fake"] == pytest.approx(-fake.mean(), rel=1e-5)
    of_fakes = np.maximum(0, 0.5 - fake).mean() if loss == "ebgan" else -0.6 * fake.mean()
    assert report["d_loss"] == pytest.approx(real.mean() + of_fakes, rel=1e-5)
    if loss == "began":
        assert report["k"] == pytest.approx(0.6 + 0.2 * (0.9 * real.mean() - fake.mean()), rel=1e-5)
        assert report["convergence"] == pytest.approx(real.mean() + abs(0.9 * real.mean() - fake.mean()), rel=1e-5)
    if update == "alternating":  # G answers the new D
        for variable, value in zip(fresh.discriminator.trainable_variables, of_d[-1].d, strict=True):
            variable.assign(value)
        fake, codes = errors_by_hand(fresh, of_d[-1].inputs)
    term = 0.3 * alike_by_hand(codes) if loss == "ebgan" else 0.0
    assert report["g_loss"] == pytest.approx(fake.mean() + term, rel=1e-4)
    if loss == "ebgan":
        assert report["pull_away"] == pytest.approx(term / 0.3, rel=1e-4)


@LOSSES
def test_weights_go_down_the_gradient_of_these_losses(loss):
    """Plain gradient descent, so that a change of a weight is minus the rate times its gradient."""
    config = small(loss, margin=4.0, pull_away=0.3)
    gan, real = GAN(config), ops.convert_to_tensor(real_batches(config))
    if gan.balance:
        gan.balance.k.assign(0.6)
    calls = []
    gan.generator = Spy("generator", gan, calls)
    gan.step(real)
    fresh, z = GAN(config), calls[0].inputs

    def error(images):
        return -fresh.discriminator(images, training=True)[:, 0]

    def loss_of_d():
        fake = error(fresh.generator(z, training=True))
        return ops.mean(error(real[0])) + (4 - ops.mean(fake) if loss == "ebgan" else -0.6 * ops.mean(fake))

    def loss_of_g():
        outputs = fresh.discriminator(fresh.generator(z, training=True), training=True)
        codes = outputs[:, 1:] / ops.norm(outputs[:, 1:], axis=1, keepdims=True)
        alike = (ops.sum(ops.square(codes @ ops.transpose(codes))) - 8) / 56
        return -ops.mean(outputs[:, 0]) + (0.3 * alike if loss == "ebgan" else 0.0)

    for network, rate, of_network in (("d", 0.125, loss_of_d), ("g", 0.5, loss_of_g)):
        model = {"d": fresh.discriminator, "g": fresh.generator}[network]
        _, gradients = differentiate(of_network, model.trainable_variables)
        for weight, gradient in zip(model.trainable_variables, gradients, strict=True):
            weight.assign(weight - rate * gradient)
    assert_same(values(gan.discriminator.weights), values(fresh.discriminator.weights), rtol=1e-3, atol=1e-5)
    assert_same(
        values(gan.generator.trainable_variables), values(fresh.generator.trainable_variables), rtol=1e-3, atol=1e-5
    )


def test_a_resumed_run_goes_on_with_its_k(tmp_path):
    config = small("began", balance_rate=0.9)
    gan, batches = GAN(config), [ops.convert_to_tensor(real_batches(config, seed)) for seed in range(3)]
    gan.step(batches[0])
    gan.balance.k.assign(0.37)
    checkpoint.save(tmp_path, gan.variables, CheckpointHeader({"step": 1}))
    others = GAN(config)
    checkpoint.load(tmp_path, others.variables)
    for batch in batches[1:]:
        one, other = gan.step(batch), others.step(batch)
        assert {name: float(value) for name, value in one.items()} == {n: float(v) for n, v in other.items()}
    assert float(others.balance.k.value) not in (0.37, 0.0, 1.0)


def test_k_is_a_variable_of_began_alone():
    plain = GAN(tiny())
    assert plain.balance is None
    assert len(GAN(small("began")).variables) == len(GAN(small("ebgan")).variables) + 1


@LOSSES
@pytest.mark.slow
def test_the_compiled_step_is_the_plain_one(loss):
    config = small(loss)
    images = np.random.default_rng(0).integers(0, 256, (30, 8, 8, 1), dtype=np.uint8)
    order = np.arange(8, dtype="int32").reshape(1, 1, 8)
    compiled, plain = GAN(config), GAN(config)
    found = compiled.compile_steps(images)(order)
    report = plain.step(ops.convert_to_tensor(images[None, :8].astype("float32") * (2 / 255) - 1))
    np.testing.assert_allclose(
        found[0], [float(report[name]) for name in plain.config.metric_names], rtol=1e-3, atol=1e-6
    )


@pytest.mark.parametrize("shape", [(8, 8, 1), (28, 28, 1), (32, 32, 3), (64, 64, 3)])
def test_a_copy_has_the_shape_of_its_image(shape):
    model = build_discriminator("autoencoder", shape, error="absolute")
    images = np.zeros((2, *shape), "float32")
    assert autoencoders.reconstruct(model, images).shape == images.shape
    assert model(images).shape == (2, 65)
