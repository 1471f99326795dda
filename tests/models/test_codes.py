"""InfoGAN's codes: what G is told, what Q says of it, and the bound of their mutual information by NumPy."""

import keras
import numpy as np
import pytest
from keras import ops

from ganlib.catalog.training import CATEGORIES, CODES, INFORMATION
from ganlib.models import codes, priors
from ganlib.models.gan import GAN
from ganlib.models.networks import build_discriminator
from tests.models.test_gan import Spy, calls_of, real_batches, tiny


def by_hand(said, told, prior):
    """Return the bounds of one batch, image by image; entropies of N(0, 1) and U(-1, 1) from their densities."""
    entropy = {"normal": 0.5 + 0.5 * np.log(2 * np.pi), "uniform": np.log(2)}[prior]
    rows = []
    for outputs, (one, two, *category) in zip(said.astype(float), told, strict=True):
        logits, means, spreads = outputs[:10], outputs[10:12], outputs[12:]
        share = np.exp(logits[int(np.argmax(category))]) / np.sum(np.exp(logits))
        sigma = 0.05 + np.log1p(np.exp(spreads))
        density = np.exp(-((np.array([one, two]) - means) ** 2) / (2 * sigma**2)) / (sigma * np.sqrt(2 * np.pi))
        rows.append([np.log(10) + np.log(share), *(entropy + np.log(density))])
    return np.mean(rows, axis=0)


def drawn(config, seed=0):
    """Return what G may be given: z with a one-hot category beside it."""
    rng = np.random.default_rng(seed)
    z = rng.normal(size=(config.batch_size, config.latent_dim))
    return np.hstack([z, np.eye(10)[rng.integers(10, size=config.batch_size)]]).astype("float32")


@pytest.mark.parametrize("prior", priors.PRIORS)
def test_the_bounds_are_what_q_gets_right_of_each_code_beyond_chance(prior):
    config, rng = tiny(conditioning="infogan"), np.random.default_rng(1)
    inputs, said = drawn(config), rng.normal(size=(8, 14)).astype("float32")
    told = ops.convert_to_numpy(codes.told(ops.convert_to_tensor(inputs), config.latent_dim))
    np.testing.assert_array_equal(told, np.hstack([inputs[:, :2], inputs[:, 4:]]))
    bounds = codes.information(ops.convert_to_tensor(said), ops.convert_to_tensor(told), prior)
    assert tuple(bounds) == INFORMATION
    found = [float(bound) for bound in bounds.values()]
    np.testing.assert_allclose(found, by_hand(said, told, prior), rtol=1e-4, atol=1e-5)


def test_a_q_that_knows_nothing_but_the_prior_has_no_information():
    rng = np.random.default_rng(0)
    inputs = np.hstack([rng.normal(size=(200_000, 2)), np.eye(10)[rng.integers(10, size=200_000)]])
    knows_one = np.zeros((len(inputs), 14))
    knows_one[:, 12:] = np.log(np.expm1(0.95))  # a deviation of 1
    bounds = codes.information(ops.convert_to_tensor(knows_one), ops.convert_to_tensor(inputs), "normal")
    np.testing.assert_allclose([float(bound) for bound in bounds.values()], 0, atol=0.01)
    entropies = codes.loss(bounds, "normal")
    expected = np.log(10) + codes.WEIGHT * CODES * 0.5 * np.log(2 * np.pi * np.e)
    assert float(entropies) == pytest.approx(expected, abs=0.01)


def test_the_entropy_of_a_prior_is_that_of_its_draws():
    for prior in priors.PRIORS.values():
        edges = np.linspace(-4, 4, 41)
        counts, _ = np.histogram(prior.sample(200_000, 1, 0), edges)
        shares = counts[counts > 0] / counts.sum()
        assert -np.sum(shares * np.log(shares / 0.2)) == pytest.approx(prior.entropy, abs=0.01)


def test_q_reads_ds_features_through_a_layer_of_its_own():
    options = {"initializer": "he_normal", "norm": "none", "seed": 3}
    plain = build_discriminator("compact", (8, 8, 1), **options)
    both = build_discriminator("compact", (8, 8, 1), classes=10, conditioning="infogan", **options)
    images = features = np.random.default_rng(0).normal(size=(6, 8, 8, 1)).astype("float32")
    for layer in plain.layers[:-1]:
        features = layer(features)
    features = ops.convert_to_numpy(features)
    (kernel, bias), (q_kernel, q_bias), (c_kernel, c_bias) = (
        model.get_layer(name).get_weights() for model, name in ((plain, "logit"), (both, "q_hidden"), (both, "codes"))
    )
    hidden = features @ q_kernel + q_bias
    said = np.where(hidden > 0, hidden, 0.2 * hidden) @ c_kernel + c_bias
    found = ops.convert_to_numpy(both(images))
    assert found.shape == (6, 15)
    np.testing.assert_allclose(found, np.hstack([features @ kernel + bias, said]), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("update", ["alternating", "simultaneous"])
def test_both_networks_minimise_what_q_gets_wrong_of_generated_images(update):
    config = tiny(conditioning="infogan", update=update, discriminator_norm="none", initializer="he_normal")
    gan, calls = GAN(config), []
    for name in ("generator", "discriminator"):
        setattr(gan, name, Spy(name, gan, calls))
    report = gan.step(ops.convert_to_tensor(real_batches(config)))
    start, z = GAN(config).discriminator, calls_of(gan_calls(calls), "generator")[0].inputs
    assert z.shape == (8, 14)
    np.testing.assert_array_equal(np.sort(z[:, 4:], axis=1), np.eye(10, dtype="float32")[[9] * 8])

    def judged(call):
        for variable, value in zip(start.trainable_variables, call.d, strict=True):
            variable.assign(value)
        outputs = ops.convert_to_numpy(start(call.inputs)).astype(float)
        bounds = by_hand(outputs[:, 1:], np.hstack([z[:, :2], z[:, 4:]]), "normal")
        entropies = np.array([np.log(10), *[0.5 * np.log(2 * np.pi * np.e)] * 2])
        return outputs[:, 0], bounds, np.sum((entropies - bounds) * [1, codes.WEIGHT, codes.WEIGHT])

    of_d = calls_of(gan_calls(calls), "discriminator")
    (real, *_), (fake, bounds, missing) = map(judged, of_d[:2])
    d_loss = np.mean(np.log1p(np.exp(-real))) + np.mean(np.log1p(np.exp(fake))) + missing
    assert float(report["d_loss"]) == pytest.approx(d_loss, rel=1e-4)
    assert float(report["code_loss"]) == pytest.approx(missing, rel=1e-4)
    np.testing.assert_allclose([float(report[name]) for name in INFORMATION], bounds, rtol=1e-3, atol=1e-4)
    fake, _, missing = judged(of_d[-1])
    assert float(report["g_loss"]) == pytest.approx(np.mean(np.log1p(np.exp(-fake))) + missing, rel=1e-4)
    assert set(report) == set(gan.config.metric_names)


def gan_calls(calls):
    """Return calls as `calls_of` takes them."""
    return type("Played", (), {"calls": calls})


def test_categories_come_up_equally_often():
    drawn = ops.convert_to_numpy(codes.draw_categories(20_000, keras.random.SeedGenerator(0)))
    np.testing.assert_allclose(drawn.mean(axis=0), np.full(len(CATEGORIES), 0.1), atol=0.01)
    np.testing.assert_array_equal(drawn.sum(axis=1), 1)


@pytest.mark.slow
def test_images_need_no_labels_and_the_compiled_step_takes_none():
    gan = GAN(tiny(conditioning="infogan"))
    images = np.random.default_rng(0).integers(0, 256, (30, 8, 8, 1), dtype=np.uint8)
    found = gan.compile_steps(images)(np.arange(8, dtype="int32").reshape(1, 1, 8))
    assert np.isfinite(found).all()
    np.testing.assert_allclose(gan.class_shares, 0.1)
