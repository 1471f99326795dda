import numpy as np
import pytest

from ganlib.catalog.initializers import PRIORS
from ganlib.explore import arithmetic
from ganlib.models import priors

PRIOR = pytest.mark.parametrize("prior", PRIORS)


@PRIOR
def test_small_vectors_are_added_and_subtracted(prior):
    a, b, c = 0.3 * priors.get(prior).sample(3, 16, seed=0) / 3
    np.testing.assert_allclose(arithmetic.analogy(a, b, c, prior), a - b + c, atol=1e-7)


@PRIOR
def test_what_is_added_and_taken_away_changes_nothing(prior):
    a, c = priors.get(prior).sample(2, 16, seed=0)
    np.testing.assert_allclose(arithmetic.analogy(a, a, c, prior), c, atol=1e-6)


@PRIOR
def test_the_result_stays_where_the_prior_draws(prior):
    a, b, c = priors.get(prior).sample(3 * 40, 64, seed=0).reshape(3, 40, 64)
    result = arithmetic.analogy(a, b, c, prior)
    assert result.shape == (40, 64)
    assert result.dtype == np.float32
    np.testing.assert_allclose(priors.get(prior).within(result), result, rtol=1e-6)
    assert np.linalg.norm(a - b + c, axis=1).min() > np.linalg.norm(result, axis=1).max()


@PRIOR
def test_scaling_down_shortens_and_scaling_up_stops_at_the_bounds(prior):
    z = priors.get(prior).sample(30, 16, seed=0)
    np.testing.assert_array_equal(arithmetic.scale(z, 0.0, prior), np.zeros_like(z))
    np.testing.assert_allclose(arithmetic.scale(z, 0.5, prior), z / 2, rtol=1e-6)
    np.testing.assert_array_equal(arithmetic.scale(z, 1.0, prior), z)
    np.testing.assert_array_equal(arithmetic.scale(z, 9.0, prior), priors.get(prior).within(9 * z))


def test_variety_is_the_mean_distance_of_all_pairs():
    images = np.zeros((3, 2, 2, 1), np.uint8)
    assert arithmetic.variety(images) == 0
    images[2] = 255
    assert arithmetic.variety(images[1:]) == 1
    assert arithmetic.variety(images) == pytest.approx(2 / 3)
    images[2, 0] = 0
    assert arithmetic.variety(images[1:]) == pytest.approx(np.sqrt(1 / 2))


def test_truncation_lowers_variety(sampler):
    z = sampler.latents(32, 0)
    by_scale = [
        arithmetic.variety(sampler.images(arithmetic.scale(z, factor, sampler.config.prior)))
        for factor in (0.0, 0.3, 0.6, 1.0)
    ]
    assert by_scale[0] == 0
    assert by_scale == sorted(by_scale)
    assert by_scale[1] < 0.6 * by_scale[3]
