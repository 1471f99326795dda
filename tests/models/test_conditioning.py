"""Labels for both networks: what each is given, the projection by NumPy, and steps and penalties at matching labels."""

import keras
import numpy as np
import pytest
from keras import ops

from ganlib import data
from ganlib.catalog import networks
from ganlib.catalog.training import CONDITIONINGS, WITH_PLANES
from ganlib.models import conditioning, inference, penalties
from ganlib.models.gan import GAN
from ganlib.models.networks import build_discriminator
from ganlib.utils.errors import UserError
from tests.models.autodiff import squared_slopes
from tests.models.test_gan import Spy, calls_of, real_batches, tiny, values
from tests.variants import ON_LOGITS, slow_unless

KINDS = [kind for kind in CONDITIONINGS if kind != "none"]
PLANES = pytest.mark.parametrize("kind", WITH_PLANES)


def labels_of(config, seed=0):
    """Draw one-hot labels, (critic_steps, batch, 10)."""
    rng = np.random.default_rng(seed)
    return np.eye(10, dtype="float32")[rng.integers(10, size=(config.critic_steps, config.batch_size))]


def planes(images, labels):
    """Put planes of one-hot labels beside channels, image by image."""
    joined = []
    for image, label in zip(images, labels, strict=True):
        own = np.zeros((*image.shape[:2], len(label)), "float32")
        own[:, :, label.argmax()] = 1
        joined.append(np.dstack([image, own]))
    return np.stack(joined)


def play(config):
    gan, calls = GAN(config), []
    for name in ("generator", "discriminator"):
        setattr(gan, name, Spy(name, gan, calls))
    real, labels = real_batches(config), labels_of(config)
    gan.real, gan.calls = real, calls
    gan.report = gan.step(ops.convert_to_tensor(real), ops.convert_to_tensor(labels))
    return gan, labels


def test_labels_stand_beside_vectors_and_as_planes_beside_images():
    rng = np.random.default_rng(0)
    z, images = rng.normal(size=(5, 3)).astype("float32"), rng.normal(size=(5, 4, 6, 2)).astype("float32")
    numbers = np.array([0, 2, 1, 2, 0])
    labels = np.eye(3, dtype="float32")[numbers]
    np.testing.assert_array_equal(conditioning.with_labels(z, numbers, 3), np.hstack([z, labels]))
    np.testing.assert_array_equal(conditioning.with_labels(images, numbers, 3), planes(images, labels))
    assert conditioning.with_labels(z, None, 0) is z


def test_the_projection_is_the_inner_product_of_a_class_vector_with_ds_last_features():
    options = {"initializer": "he_normal", "norm": "none", "seed": 3}
    plain = build_discriminator("compact", (8, 8, 1), **options)
    told = build_discriminator("compact", (8, 8, 1), classes=10, conditioning="projection", **options)
    rng = np.random.default_rng(0)
    images, labels = (
        rng.normal(size=(6, 8, 8, 1)).astype("float32"),
        np.eye(10, dtype="float32")[rng.integers(10, size=6)],
    )
    features = images
    for layer in plain.layers[:-1]:
        features = layer(features)
    features = ops.convert_to_numpy(features)
    kernel, bias = plain.get_layer("logit").get_weights()
    (embedding,) = told.get_layer("embedding").get_weights()
    assert embedding.shape == (10, 128)
    expected = features @ kernel + bias + np.sum((labels @ embedding) * features, axis=1, keepdims=True)
    np.testing.assert_allclose(ops.convert_to_numpy(told(planes(images, labels))), expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("update", ["alternating", "simultaneous"])
@PLANES
def test_real_and_fake_are_judged_by_the_labels_that_g_drew_by(kind, update):
    config = tiny(conditioning=kind, update=update, critic_steps=2 if update == "alternating" else 1)
    gan, labels = play(config)
    g, d = calls_of(gan, "generator"), calls_of(gan, "discriminator")
    for step in range(config.critic_steps):
        np.testing.assert_array_equal(g[step].inputs[:, 4:], labels[step])
        np.testing.assert_array_equal(d[2 * step].inputs, planes(gan.real[step], labels[step]))
        np.testing.assert_array_equal(d[2 * step + 1].inputs[..., 1:], planes(gan.real[step], labels[step])[..., 1:])
    if update == "alternating":
        np.testing.assert_array_equal(g[-1].inputs, g[-2].inputs)
        np.testing.assert_array_equal(d[-1].inputs[..., 1:], d[-2].inputs[..., 1:])
    assert d[0].inputs.shape[-1] == 11


def test_an_auxiliary_classifier_names_classes_by_the_features_of_the_logit():
    options = {"initializer": "he_normal", "norm": "none", "seed": 3}
    plain = build_discriminator("compact", (8, 8, 1), **options)
    told = build_discriminator("compact", (8, 8, 1), classes=10, conditioning="acgan", **options)
    images = features = np.random.default_rng(0).normal(size=(6, 8, 8, 1)).astype("float32")
    for layer in plain.layers[:-1]:
        features = layer(features)
    heads = [plain.get_layer("logit").get_weights(), told.get_layer("classes").get_weights()]
    expected = np.hstack([ops.convert_to_numpy(features) @ kernel + bias for kernel, bias in heads])
    assert expected.shape == (6, 11)
    np.testing.assert_allclose(ops.convert_to_numpy(told(images)), expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("update", ["alternating", "simultaneous"])
def test_both_networks_of_an_acgan_minimise_the_cross_entropy_of_the_classes(update):
    config = tiny(conditioning="acgan", update=update, discriminator_norm="none", initializer="he_normal")
    gan, labels = play(config)
    calls, start = calls_of(gan, "discriminator"), GAN(config).discriminator
    assert all(call.inputs.shape == (8, 8, 8, 1) for call in calls), "D sees no label"

    def judged(inputs, weights):
        for variable, value in zip(start.trainable_variables, weights, strict=True):
            variable.assign(value)
        outputs = ops.convert_to_numpy(start(inputs)).astype(float)
        shares = outputs[:, 1:] - np.log(np.sum(np.exp(outputs[:, 1:]), axis=1, keepdims=True))
        return outputs[:, 0], -np.mean(np.sum(shares * labels[0], axis=1))

    (real, on_real), (fake, on_fake) = (judged(call.inputs, call.d) for call in calls[:2])
    d_loss = np.mean(np.log1p(np.exp(-real))) + np.mean(np.log1p(np.exp(fake))) + on_real + on_fake
    assert float(gan.report["d_loss"]) == pytest.approx(d_loss, rel=1e-4)
    assert float(gan.report["class_loss_real"]) == pytest.approx(on_real, rel=1e-4)
    assert float(gan.report["class_loss_fake"]) == pytest.approx(on_fake, rel=1e-4)
    fake, on_fake = judged(calls[-1].inputs, calls[-1].d)
    assert float(gan.report["g_loss"]) == pytest.approx(np.mean(np.log1p(np.exp(-fake))) + on_fake, rel=1e-4)
    assert set(gan.report) == set(gan.config.metric_names)


@pytest.mark.parametrize("kind", slow_unless("projection".__eq__, KINDS))
@pytest.mark.parametrize("loss", slow_unless({"hinge", "wgan_gp"}.__contains__, ON_LOGITS))
def test_every_loss_learns_with_labels(loss, kind):
    gan, _ = play(tiny(conditioning=kind, loss=loss, r1_gamma=1.0, discriminator_norm="none"))
    assert all(np.isfinite(float(value)) for value in gan.report.values())
    assert float(gan.report["g_grad_norm"]) > 0


@PLANES
def test_penalties_are_ds_slope_along_the_image_at_its_own_label(kind):
    config = tiny(conditioning=kind, loss="wgan_gp", r1_gamma=3.0, discriminator_norm="none", initializer="he_normal")
    gan, calls = GAN(config), []
    real, labels = real_batches(config)[0], labels_of(config)[0]
    fake = real_batches(config, seed=5)[0]
    gan.discriminator = Spy("discriminator", gan, calls)
    tensors = [ops.convert_to_tensor(each) for each in (real, fake, labels)]
    found = float(penalties.weighted_sum(gan, *tensors))
    points = [call.inputs for call in calls]
    assert len(points) == 2
    for point in points:
        np.testing.assert_array_equal(point[..., 1:], planes(real, labels)[..., 1:])

    def slopes(images):
        return squared_slopes(lambda x: gan.discriminator.model(conditioning.beside(x, tensors[2])), images)

    expected = 1.5 * ops.mean(slopes(points[0][..., :1]))
    expected += 10 * ops.mean((ops.sqrt(slopes(points[1][..., :1])) - 1) ** 2)
    np.testing.assert_array_equal(points[0][..., :1], real)
    assert found == pytest.approx(float(expected), rel=1e-4)


@pytest.mark.parametrize("kind", WITH_PLANES)
@pytest.mark.parametrize(
    "name",
    slow_unless(
        {"compact", "dcgan-pool"}.__contains__,
        [name for name, info in networks.DISCRIMINATORS.items() if not (info.for_points or info.is_autoencoder)],
    ),
)
def test_every_discriminator_takes_labels(name, kind):
    model = build_discriminator(
        name, (28, 28, 1), classes=3, conditioning=kind, initializer="he_normal", spectral_norm=True
    )
    image = np.random.default_rng(0).normal(size=(1, 28, 28, 1)).astype("float32").repeat(3, axis=0)
    logits = ops.convert_to_numpy(model(conditioning.with_labels(image, np.arange(3), 3)))
    assert logits.shape == (3, 1)
    assert len(np.unique(logits)) == 3


@pytest.mark.slow
def test_the_compiled_step_takes_the_labels_of_its_images():
    config = tiny(conditioning="projection", g_learning_rate=0.01, d_learning_rate=0.01)
    rng = np.random.default_rng(0)
    images, labels = rng.integers(0, 256, (30, 8, 8, 1), dtype=np.uint8), rng.integers(0, 10, 30)
    order = rng.integers(0, 30, (2, 1, 8)).astype("int32")
    compiled, plain = GAN(config), GAN(config)
    found = compiled.compile_steps(images, labels)(order)
    np.testing.assert_allclose(compiled.class_shares, np.bincount(labels, minlength=10) / 30)
    for row, indices in zip(found, order, strict=True):
        batch = ops.convert_to_tensor(data.scale(images[indices], (-1, 1)))
        told = ops.convert_to_tensor(np.eye(10, dtype="float32")[labels[indices]])
        report = plain.step(batch, told)
        np.testing.assert_allclose(
            row, [float(report[name]) for name in plain.config.metric_names], rtol=2e-3, atol=2e-3
        )


def test_a_conditional_gan_without_labels_is_refused():
    with pytest.raises(UserError, match="give their labels, or set conditioning=none"):
        GAN(tiny(conditioning="concat")).compile_steps(np.zeros((9, 8, 8, 1), np.uint8))


@pytest.mark.parametrize("kind", KINDS)
def test_what_d_thinks_is_taken_as_in_training_with_batch_normalisation_too(kind):
    gan = GAN(tiny(conditioning=kind, batch_size=16, initializer="he_normal"))
    before = values(gan.discriminator.weights)
    images, numbers = np.random.default_rng(0).integers(0, 256, (16, 8, 8, 1), dtype=np.uint8), np.arange(16) % 10
    shown = data.scale(images, (-1, 1))
    if kind in WITH_PLANES:
        shown = conditioning.with_labels(shown, numbers, 10)
    found = inference.score(gan.discriminator, shown, (-1, 1), 16)
    for weight, kept in zip(values(gan.discriminator.weights), before, strict=True):
        np.testing.assert_array_equal(weight, kept)
    trained = ops.convert_to_numpy(gan.discriminator(shown, training=True))[:, 0]
    np.testing.assert_allclose(found, trained, rtol=1e-2, atol=1e-3)
    assert np.ptp(found) > 0.05


@pytest.mark.parametrize("kind", KINDS)
def test_weights_come_back_from_their_file(kind, tmp_path):
    made, other = (GAN(tiny(conditioning=kind, seed=seed, spectral_norm=True)).discriminator for seed in (1, 2))
    made.save_weights(tmp_path / "discriminator.weights.h5")
    other.load_weights(tmp_path / "discriminator.weights.h5")
    for one, two in zip(values(made.weights), values(other.weights), strict=True):
        np.testing.assert_array_equal(one, two)


def test_labels_are_drawn_as_often_as_the_data_have_them_and_the_first_stay():
    shares = conditioning.shares(np.array([0, 0, 0, 1, 3, 3]), 4)
    np.testing.assert_allclose(shares, [1 / 2, 1 / 6, 0, 1 / 3])
    drawn = conditioning.draw(shares, 20_000, seed=0)
    np.testing.assert_allclose(np.bincount(drawn, minlength=4) / 20_000, shares, atol=0.01)
    np.testing.assert_array_equal(conditioning.draw(shares, 50, seed=0), drawn[:50])
    assert (conditioning.draw(shares, 50, seed=1) != drawn[:50]).any()


@pytest.mark.parametrize("noted", [None, "x", [0.5], [0, 0, 0], [1, -1, 1], [0.1, None, 0.9], {"0": 1}])
def test_shares_that_make_no_sense_are_taken_for_equal(noted):
    np.testing.assert_allclose(conditioning.read_shares(noted, 3), [1 / 3] * 3)
    np.testing.assert_allclose(conditioning.read_shares([1, 0, 3], 3), [0.25, 0, 0.75])


@pytest.mark.parametrize("kind", KINDS)
def test_in_bfloat16_what_is_reported_and_learned_stays_in_float32(kind):
    gan, _ = play(tiny(conditioning=kind, precision="bfloat16", loss="wgan_gp"))
    assert {str(keras.backend.standardize_dtype(value.dtype)) for value in gan.report.values()} == {"float32"}
    assert all(np.isfinite(float(value)) for value in gan.report.values())
    assert not [variable.path for variable in gan.variables if "float16" in variable.dtype]
