"""Slopes and penalties of critics whose gradient is known on paper, in NumPy and double precision."""

import keras
import numpy as np
import pytest
from keras import ops

from ganlib.backend import engine
from ganlib.catalog import losses as facts
from ganlib.models import penalties

GREY, RGB = (6, 4, 4, 1), (6, 4, 4, 3)
SHAPES = pytest.mark.parametrize("shape", [GREY, RGB], ids=["grey", "rgb"])


def images(shape, seed=0):
    return np.random.default_rng(seed).uniform(-1, 1, shape).astype("float32")


def tensor(values):
    return ops.convert_to_tensor(np.asarray(values, "float32"))


def flat(batch):
    return np.asarray(batch, "float64").reshape(len(batch), -1)


class Linear:
    """D(x) = <w, x>: the gradient is w everywhere. Remembers what it was asked."""

    def __init__(self, shape, length):
        w = images(shape[1:], seed=9)
        self.w = w * (length / np.linalg.norm(w))
        self.asked = []

    def __call__(self, batch):
        self.asked.append(ops.convert_to_numpy(batch))
        return ops.sum(batch * tensor(self.w), axis=(1, 2, 3))[:, None]


class TwoLayers:
    """D(x) = <v, tanh(W x)>, whose gradient by x is W^T (v (1 - tanh^2)). Remembers what it was asked."""

    def __init__(self, shape, hidden=5):
        size = int(np.prod(shape[1:]))
        rng = np.random.default_rng(7)
        self.weights = [
            keras.Variable((rng.normal(size=(hidden, size)) / np.sqrt(size)).astype("float32")),
            keras.Variable((4 * rng.normal(size=hidden)).astype("float32")),
        ]
        self.asked = []

    def __call__(self, batch):
        self.asked.append(ops.convert_to_numpy(batch))
        inner, outer = self.weights
        hidden = ops.tanh(ops.matmul(ops.reshape(batch, (batch.shape[0], -1)), ops.transpose(inner)))
        return ops.matmul(hidden, ops.reshape(outer, (-1, 1)))

    def values(self):
        return [ops.convert_to_numpy(weight).astype("float64") for weight in self.weights]


def slopes_on_paper(weights, batch):
    inner, outer = weights
    bent = 1 - np.tanh(flat(batch) @ inner.T) ** 2
    return np.linalg.norm((bent * outer) @ inner, axis=1)


def differences(function, weights, step=1e-5):
    """Central differences of a scalar function of some arrays."""
    found = []
    for index, array in enumerate(weights):
        gradient = np.zeros_like(array)
        for place in np.ndindex(array.shape):
            moved = []
            for sign in (1, -1):
                shifted = [w.copy() for w in weights]
                shifted[index][place] += sign * step
                moved.append(function(shifted))
            gradient[place] = (moved[0] - moved[1]) / (2 * step)
        found.append(gradient)
    return found


# Slope


@SHAPES
def test_the_slope_of_a_linear_critic_is_the_length_of_its_weights_over_all_axes(shape):
    found = ops.convert_to_numpy(penalties.gradient_norm(Linear(shape, length=2.5), tensor(images(shape))))
    assert found.shape == (shape[0],)
    np.testing.assert_allclose(found, 2.5, rtol=1e-5)


def test_the_slope_of_a_quadratic_critic_differs_from_image_to_image():
    """D(x) = 1/2 |x|^2 has the gradient x."""
    batch = images(RGB)
    found = penalties.gradient_norm(lambda x: 0.5 * ops.sum(ops.square(x), axis=(1, 2, 3))[:, None], tensor(batch))
    np.testing.assert_allclose(ops.convert_to_numpy(found), np.linalg.norm(flat(batch), axis=1), rtol=1e-5)


@SHAPES
def test_the_squared_slope_of_a_network_equals_the_one_on_paper(shape):
    critic, batch = TwoLayers(shape), images(shape)
    found = ops.convert_to_numpy(penalties.squared_gradient_norm(critic, tensor(batch)))
    np.testing.assert_allclose(found, slopes_on_paper(critic.values(), batch) ** 2, rtol=1e-5)


# Values


@SHAPES
def test_wgan_gp_of_a_linear_critic(shape):
    real, fake = tensor(images(shape)), tensor(images(shape, seed=1))
    assert float(penalties.wgan_gp(Linear(shape, 3.0), real, fake, 0)) == pytest.approx(4.0, rel=1e-5)
    assert float(penalties.wgan_gp(Linear(shape, 1.0), real, fake, 0)) == pytest.approx(0.0, abs=1e-9)
    # Two-sided: a slope under 1 is punished too.
    assert float(penalties.wgan_gp(Linear(shape, 0.5), real, fake, 0)) == pytest.approx(0.25, rel=1e-5)


@SHAPES
def test_dragan_of_a_linear_critic(shape):
    real = tensor(images(shape))
    assert float(penalties.dragan(Linear(shape, 3.0), real, real, 0)) == pytest.approx(4.0, rel=1e-5)


@SHAPES
def test_r1_is_half_the_mean_squared_slope_at_the_real_images(shape):
    real = images(shape)
    assert float(penalties.r1(Linear(shape, 3.0), tensor(real))) == pytest.approx(4.5, rel=1e-5)
    critic = TwoLayers(shape)
    expected = 0.5 * np.mean(slopes_on_paper(critic.values(), real) ** 2)
    assert float(penalties.r1(critic, tensor(real))) == pytest.approx(expected, rel=1e-5)
    np.testing.assert_array_equal(critic.asked[0], real)


@SHAPES
@pytest.mark.parametrize("name", penalties.PENALTIES)
def test_penalties_equal_the_mean_over_the_points_that_were_asked(name, shape):
    critic = TwoLayers(shape)
    found = penalties.PENALTIES[name](critic, tensor(images(shape)), tensor(images(shape, seed=1)), 3)
    expected = np.mean((slopes_on_paper(critic.values(), critic.asked[0]) - 1) ** 2)
    assert len(critic.asked) == 1
    assert float(found) == pytest.approx(expected, rel=1e-5)


# Where the slope is taken


def factors(seed, shape=RGB):
    """Return (x_hat - fake) / (real - fake), one factor for each value of each image."""
    critic = Linear(shape, 1.0)
    real, fake = images(shape, seed=2), images(shape, seed=3)
    # Apart, so that the quotient is not noise.
    real, fake = real + 2, fake - 2
    penalties.wgan_gp(critic, tensor(real), tensor(fake), seed)
    return flat((critic.asked[0] - fake) / (real - fake))


def test_wgan_gp_mixes_real_and_fake_with_one_factor_for_each_image():
    found = factors(seed=5)
    of_image = found.mean(axis=1)
    np.testing.assert_allclose(found, np.repeat(of_image[:, None], found.shape[1], axis=1), atol=1e-5)
    assert len(np.unique(of_image.round(3))) == len(of_image)


def test_the_factors_fill_the_way_from_fake_to_real_evenly():
    found = factors(seed=5, shape=(2000, 1, 1, 1))[:, 0]
    assert found.min() >= -1e-5
    assert found.max() <= 1 + 1e-5
    np.testing.assert_allclose(np.quantile(found, [0.25, 0.5, 0.75]), [0.25, 0.5, 0.75], atol=0.05)


def test_the_factors_are_new_at_each_draw_of_a_stream():
    stream = keras.random.SeedGenerator(1)
    assert np.abs(factors(stream) - factors(stream)).mean() > 0.05


def perturbation(real):
    critic = Linear(real.shape, 1.0)
    penalties.dragan(critic, tensor(real), tensor(np.full_like(real, np.nan)), 3)
    return (critic.asked[0] - real) / real.std()


def test_dragan_perturbs_upwards_by_at_most_half_a_deviation_of_the_batch():
    real = images((64, 8, 8, 3)) * 0.3 + 0.2
    found = perturbation(real)
    assert found.min() >= -1e-5
    assert found.max() <= 0.5 + 1e-5
    np.testing.assert_allclose(np.quantile(found, [0.25, 0.5, 0.75]), [0.125, 0.25, 0.375], atol=0.02)


def test_dragan_perturbs_every_value_on_its_own():
    found = perturbation(images((4, 8, 8, 3)))
    assert found.reshape(4, -1).std(axis=1).min() > 0.1
    assert found.std(axis=(0, 1, 2)).min() > 0.1


# Gradients by the critic's weights


@pytest.mark.parametrize("name", ["wgan_gp", "dragan", "r1"])
def test_the_gradient_of_a_penalty_equals_finite_differences(name):
    shape = (4, 2, 2, 3)
    critic, real, fake = TwoLayers(shape, hidden=3), images(shape), images(shape, seed=1)

    def penalty():
        if name == "r1":
            return penalties.r1(critic, tensor(real))
        return penalties.PENALTIES[name](critic, tensor(real), tensor(fake), 3)

    with engine.tape() as tape:
        value = penalty()
    found = tape.gradient(value, critic.weights)
    points = critic.asked[0]

    def on_paper(weights):
        slopes = slopes_on_paper(weights, points)
        return 0.5 * np.mean(slopes**2) if name == "r1" else np.mean((slopes - 1) ** 2)

    assert float(value) == pytest.approx(on_paper(critic.values()), rel=1e-5)
    for gradient, expected in zip(found, differences(on_paper, critic.values()), strict=True):
        assert np.abs(expected).max() > 0.01
        np.testing.assert_allclose(ops.convert_to_numpy(gradient), expected, rtol=1e-3, atol=1e-5)


@pytest.mark.parametrize("name", ["wgan_gp", "dragan", "r1"])
def test_a_flat_critic_gives_finite_penalties_and_gradients(name):
    critic = TwoLayers(RGB)
    for weight in critic.weights:
        weight.assign(ops.zeros_like(weight))
    real, fake = tensor(images(RGB)), tensor(images(RGB, seed=1))

    def penalty():
        if name == "r1":
            return penalties.r1(critic, real)
        return penalties.PENALTIES[name](critic, real, fake, 3)

    with engine.tape() as tape:
        value = penalty()
    gradients = tape.gradient(value, critic.weights)
    assert float(value) == pytest.approx(0.0 if name == "r1" else 1.0, abs=1e-5)
    assert all(np.isfinite(ops.convert_to_numpy(gradient)).all() for gradient in gradients)


@pytest.mark.parametrize("name", penalties.PENALTIES)
def test_a_critic_in_bfloat16_is_penalised_in_float32(name):
    w = ops.cast(tensor(Linear(RGB, 3.0).w), "bfloat16")

    def critic(batch):
        return ops.cast(ops.sum(ops.cast(batch, "bfloat16") * w, axis=(1, 2, 3)), "float32")[:, None]

    real, fake = tensor(images(RGB)), tensor(images(RGB, seed=1))
    found = penalties.PENALTIES[name](critic, real, fake, 3)
    assert keras.backend.standardize_dtype(found.dtype) == "float32"
    assert float(found) == pytest.approx(4.0, rel=0.02)


def test_every_penalty_that_a_loss_names_is_there():
    assert {loss.penalty for loss in facts.LOSSES.values() if loss.penalty} == set(penalties.PENALTIES)
