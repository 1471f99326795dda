import numpy as np
import pytest
import scipy.linalg
from scipy.stats import wasserstein_distance

from ganlib.metrics.distances import DIRECTIONS, Gaussian, Slices, directions, fit, frechet

RNG = np.random.default_rng(0)
ALONG = directions(12, seed=0)


def by_sqrtm(a: np.ndarray, b: np.ndarray) -> float:
    """The formula as published, with scipy's root of the product."""
    root = scipy.linalg.sqrtm(np.cov(a.T) @ np.cov(b.T)).real
    shift = a.mean(0) - b.mean(0)
    return shift @ shift + np.trace(np.cov(a.T) + np.cov(b.T) - 2 * root)


@pytest.mark.parametrize("seed", range(3))
def test_equals_the_formula_with_scipys_root(seed):
    rng = np.random.default_rng(seed)
    a = rng.normal(size=(300, 12)) @ rng.normal(size=(12, 12))
    b = rng.normal(1, 2, size=(200, 12)) @ rng.normal(size=(12, 12))
    assert frechet(fit(a), fit(b)) == pytest.approx(by_sqrtm(a, b), rel=1e-9)


def test_in_one_dimension_it_is_the_difference_of_means_and_of_deviations():
    a, b = Gaussian(np.array([1.0]), np.array([[4.0]])), Gaussian(np.array([4.0]), np.array([[25.0]]))
    assert frechet(a, b) == pytest.approx(3**2 + (5 - 2) ** 2)


def test_of_independent_dimensions_it_is_the_sum():
    a, b = Gaussian(np.zeros(3), np.diag([1.0, 4.0, 0.0])), Gaussian(np.ones(3), np.diag([9.0, 4.0, 16.0]))
    assert frechet(a, b) == pytest.approx(3 + (3 - 1) ** 2 + 0 + 4**2)


def test_a_crowd_is_at_no_distance_from_itself_and_a_moved_one_at_the_square_of_the_way():
    features = RNG.normal(size=(500, 8))
    assert frechet(fit(features), fit(features)) == pytest.approx(0, abs=1e-9)
    assert frechet(fit(features), fit(features + np.array([3, 4, 0, 0, 0, 0, 0, 0]))) == pytest.approx(25)


def test_is_symmetric():
    a, b = fit(RNG.normal(size=(50, 5))), fit(RNG.normal(1, 3, size=(50, 5)))
    assert frechet(a, b) == pytest.approx(frechet(b, a))


def test_is_sound_where_covariances_are_singular():
    """Fewer samples than dimensions, and a crowd that is one point."""
    a, b = RNG.normal(size=(6, 20)), RNG.normal(size=(9, 20))
    assert frechet(fit(a), fit(b)) == pytest.approx(by_sqrtm(a, b), rel=1e-5)
    point = np.ones((50, 20))
    assert frechet(fit(point), fit(b)) == pytest.approx(((1 - b.mean(0)) ** 2).sum() + np.trace(np.cov(b.T)))


def test_counting_a_vector_twice_is_having_it_twice():
    features, times = RNG.normal(size=(40, 3)), RNG.integers(0, 4, 40)
    counted, repeated = fit(features, times), fit(np.repeat(features, times, axis=0))
    np.testing.assert_allclose(counted.mean, repeated.mean)
    np.testing.assert_allclose(counted.covariance, repeated.covariance)


# Sliced Wasserstein


def crowd(mean: float) -> np.ndarray:
    return np.clip(RNG.normal(mean, 60, (50, 2, 2, 3)), 0, 255).astype(np.uint8)


def by_scipy(a: np.ndarray, b: np.ndarray) -> float:
    a, b = (images.reshape(len(images), -1) / 255 @ ALONG for images in (a, b))
    return float(np.mean([wasserstein_distance(a[:, i], b[:, i]) for i in range(DIRECTIONS)]))


def test_equals_scipys_distance_averaged_over_directions():
    a, b = crowd(100), crowd(150)
    assert Slices(a, ALONG).distance(Slices(b, ALONG)) == pytest.approx(by_scipy(a, b), rel=1e-4)


def test_counting_an_image_twice_is_having_it_twice():
    a, b = crowd(100), crowd(150)
    times = np.bincount(RNG.integers(0, 50, 50), minlength=50)
    counted = Slices(a, ALONG).distance(Slices(b, ALONG), times)
    assert counted == pytest.approx(by_scipy(np.repeat(a, times, axis=0), b), rel=1e-4)


def test_the_order_of_images_does_not_matter():
    a = crowd(100)
    assert Slices(a, ALONG).distance(Slices(a[::-1], ALONG)) == pytest.approx(0, abs=1e-6)


def test_directions_have_unit_length_and_no_preference():
    drawn = directions(784, seed=1, count=500)
    np.testing.assert_allclose(np.linalg.norm(drawn, axis=0), 1, rtol=1e-5)
    assert np.abs(drawn.mean()) < 1e-3


def test_directions_are_repeatable():
    np.testing.assert_array_equal(directions(12, seed=0), ALONG)
    assert not np.array_equal(directions(12, seed=1), ALONG)
