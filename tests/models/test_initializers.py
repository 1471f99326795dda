import numpy as np
import pytest
from keras import ops

from ganlib.catalog import initializers as facts
from ganlib.models.initializers import INITIALIZERS, make_initializer
from ganlib.utils.errors import UserError

# A convolution of 5 x 5 from 40 channels to 60: enough weights to measure a deviation to 1 %.
SHAPE = (5, 5, 40, 60)
INPUTS, OUTPUTS = 5 * 5 * 40, 5 * 5 * 60
GLOROT = np.sqrt(2 / (INPUTS + OUTPUTS))
HE = np.sqrt(2 / INPUTS)
# Deviation of a standard normal distribution cut at two deviations.
CUT = 0.8796


def draw(name, shape=SHAPE, seed=0):
    return ops.convert_to_numpy(make_initializer(name, seed)(shape, dtype="float32"))


def test_there_is_one_for_every_name_a_person_can_choose():
    assert list(INITIALIZERS) == list(facts.INITIALIZERS)


@pytest.mark.parametrize(
    ("name", "deviation", "bound"),
    [
        ("glorot_uniform", GLOROT, GLOROT * np.sqrt(3)),
        ("glorot_normal", GLOROT, 2 * GLOROT / CUT),
        ("he_uniform", HE, HE * np.sqrt(3)),
        ("he_normal", HE, 2 * HE / CUT),
        ("uniform", 0.05 / np.sqrt(3), 0.05),
        ("truncated_normal", 0.02 * CUT, 0.04),
    ],
)
def test_bounded_distributions_have_their_deviation_and_bound(name, deviation, bound):
    weights = draw(name)
    np.testing.assert_allclose(weights.std(), deviation, rtol=0.01)
    np.testing.assert_allclose(weights.mean(), 0, atol=deviation / 50)
    np.testing.assert_allclose(np.quantile(np.abs(weights), 0.9999), bound, rtol=0.01)
    # Keras on PyTorch draws four numbers for each weight and lets the first through where all four are too large:
    # four weights in a million.
    assert np.mean(np.abs(weights) > bound * (1 + 1e-4)) < 1e-4


def test_normal_has_deviation_002_and_tails():
    weights = draw("normal")
    np.testing.assert_allclose(weights.std(), 0.02, rtol=0.01)
    np.testing.assert_allclose(np.mean(np.abs(weights) > 0.04), 0.0455, rtol=0.1)


@pytest.mark.parametrize("shape", [(30, 50), (50, 30), (3, 3, 4, 60)])
def test_orthogonal_kernels_keep_lengths(shape):
    matrix = draw("orthogonal", shape).reshape(-1, shape[-1])
    np.testing.assert_allclose(np.linalg.svd(matrix, compute_uv=False), 1, rtol=1e-5)


@pytest.mark.parametrize("name", INITIALIZERS)
def test_the_seed_decides_the_weights(name):
    np.testing.assert_array_equal(draw(name, seed=3), draw(name, seed=3))
    assert not np.array_equal(draw(name, seed=3), draw(name, seed=4))


def test_unknown_name_lists_the_names_there_are():
    with pytest.raises(UserError, match="no weight initialiser 'zeros'; choose one of: glorot_uniform, "):
        make_initializer("zeros", 0)
