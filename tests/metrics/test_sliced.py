import numpy as np
import pytest
from scipy.stats import wasserstein_distance

from ganlib.metrics.sliced import DIRECTIONS, Slices, directions

RNG = np.random.default_rng(0)
ALONG = directions(12, seed=0)


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
