import numpy as np
import pytest
from scipy.ndimage import gaussian_filter
from scipy.spatial.distance import cdist

from ganlib import data
from ganlib.metrics import near_duplicates
from ganlib.metrics.near_duplicates import NEIGHBOURS, RARE, TrainingImages, duplicates, nearest_neighbour, outlines

RNG = np.random.default_rng(0)


@pytest.fixture(scope="module")
def digits() -> np.ndarray:
    return data.load("digits", "all").images[RNG.permutation(1797)]


@pytest.fixture(scope="module")
def training(digits) -> TrainingImages:
    return TrainingImages(digits[:1200], seed=0)


@pytest.fixture(scope="module")
def limit(digits, training) -> float:
    return float(np.quantile(training.closeness(digits[1200:1500]), RARE))


def noisy(images: np.ndarray, amount: float) -> np.ndarray:
    return np.clip(images + RNG.normal(0, amount, images.shape), 0, 255).astype(np.uint8)


def blurred(images: np.ndarray, width: float) -> np.ndarray:
    return gaussian_filter(images, (0, width, width, 0))


def test_outlines_have_neither_brightness_nor_contrast(digits):
    flat = outlines(digits[:50])
    np.testing.assert_allclose(flat.mean(axis=1), 0, atol=1e-7)
    np.testing.assert_allclose(np.linalg.norm(flat, axis=1), 1, rtol=1e-5)
    np.testing.assert_allclose(outlines(digits[:50] // 2 + 60), flat, atol=0.03)


def test_the_distance_of_outlines_tells_the_correlation(digits):
    a, b = outlines(digits[:2])
    correlation = np.corrcoef(digits[0].ravel(), digits[1].ravel())[0, 1]
    assert np.linalg.norm(a - b) == pytest.approx(np.sqrt(2 - 2 * correlation), rel=1e-5)


@pytest.mark.parametrize("level", [0, 77, 255])
@pytest.mark.parametrize("shape", [(8, 8, 1), (28, 28, 1), (32, 32, 3)])
def test_a_uniform_image_has_no_outline(level, shape):
    assert not outlines(np.full((3, *shape), level, np.uint8)).any()


def test_the_faintest_image_has_one():
    faint = np.zeros((1, 28, 28, 1), np.uint8)
    faint[0, 14, 14] = 1
    assert np.linalg.norm(outlines(faint)) == pytest.approx(1, rel=1e-5)


@pytest.mark.parametrize("block", [7, 256])
def test_nearest_neighbour_equals_brute_force(digits, monkeypatch, block):
    monkeypatch.setattr(near_duplicates, "_BLOCK", block)
    some = np.concatenate([digits[:60], digits[:1], np.zeros((1, 8, 8, 1), np.uint8)])
    distances = cdist(outlines(some), outlines(some)) + np.diag([np.inf] * len(some))
    np.testing.assert_allclose(nearest_neighbour(some), distances.min(axis=1), atol=1e-3)


def test_a_repeated_image_has_a_twin_even_if_it_is_blank():
    assert not nearest_neighbour(np.zeros((5, 8, 8, 1), np.uint8)).any()


@pytest.mark.parametrize("shape", [(8, 8, 1), (28, 28, 1), (32, 32, 3)])
def test_equal_images_are_at_no_distance_whatever_rounding_leaves(shape):
    """Where 1 of 100 real images is there twice, only distance 0 counts as near."""
    images = RNG.integers(0, 256, (40, *shape), np.uint8)
    assert not nearest_neighbour(np.concatenate([images] * 3)).any()
    assert nearest_neighbour(images).min() > 0.1


def closeness_by_brute_force(images: np.ndarray, training: np.ndarray) -> np.ndarray:
    distances = np.sort(cdist(outlines(images), outlines(training)), axis=1)
    return distances[:, 0] / distances[:, 1 : NEIGHBOURS + 1].mean(axis=1)


def test_closeness_equals_brute_force(digits, training):
    exact = closeness_by_brute_force(digits[1200:1300], digits[:1200])
    np.testing.assert_allclose(training.closeness(digits[1200:1300]), exact, atol=0.02)


@pytest.mark.slow
def test_the_fast_search_finds_what_the_exact_one_does(real_data):
    train, test = (data.load("mnist", part).images for part in ("train", "test"))
    training = TrainingImages(train[:20000], seed=0)
    error = training.closeness(test[:300]) - closeness_by_brute_force(test[:300], train[:20000])
    assert np.abs(error).mean() < 0.002
    assert np.abs(error).max() < 0.05


def test_a_training_image_can_be_compared_with_the_others(digits, training):
    found = training.closeness(digits[:100], np.arange(100))
    exact = [closeness_by_brute_force(digits[i : i + 1], np.delete(digits[:1200], i, axis=0))[0] for i in range(100)]
    np.testing.assert_allclose(found, exact, atol=0.02)
    np.testing.assert_allclose(training.closeness(digits[:100]), 0, atol=1e-3)


def test_an_image_that_is_no_training_image_passes_over_none(digits, training):
    some = digits[1200:1250]
    np.testing.assert_allclose(training.closeness(some, np.full(50, -1)), training.closeness(some))


def copies(images: np.ndarray, training: TrainingImages, limit: float) -> float:
    return float((training.closeness(images) <= limit).mean())


def test_copies_are_found_whatever_their_brightness_contrast_and_noise(digits, training, limit):
    for changed in (digits[:200], digits[:200] // 2, digits[:200] // 2 + 100):
        assert copies(changed, training, limit) == 1
    assert copies(noisy(digits[:200], 15), training, limit) > 0.9


def test_real_images_are_hardly_ever_taken_for_copies(digits, training, limit):
    assert copies(digits[1500:], training, limit) < 0.04


def test_smooth_images_are_no_copies_though_they_lie_closer_to_real_ones(digits, training, limit):
    """Averages of a few real images that are alike, as a generator that plays safe draws them."""
    real, fresh = outlines(digits[:1200]), digits[1200:]
    alike = cdist(outlines(fresh), outlines(fresh)).argsort(axis=1)[:, :6]
    smooth = fresh[alike].mean(axis=1).astype(np.uint8)
    by_distance = np.quantile(cdist(outlines(fresh), real).min(axis=1), RARE)
    assert (cdist(outlines(smooth), real).min(axis=1) <= by_distance).mean() > 0.04
    assert copies(smooth, training, limit) < 0.02
    assert copies(blurred(fresh, 0.8), training, limit) < 0.02


def test_noise_and_blank_images_are_no_copies(training, limit):
    assert copies(RNG.integers(0, 256, (200, 8, 8, 1), np.uint8), training, limit) == 0
    assert copies(np.zeros((5, 8, 8, 1), np.uint8), training, limit) == 0


def test_one_image_learned_by_heart_is_a_copy_and_its_own_twin(digits, training, limit):
    same = noisy(np.tile(digits[:1], (100, 1, 1, 1)), 3)
    assert copies(same, training, limit) == 1
    assert nearest_neighbour(same).max() < np.quantile(nearest_neighbour(digits[:1200]), RARE)


def test_a_training_set_of_one_repeated_image_is_searched_too():
    same = TrainingImages(np.tile(RNG.integers(0, 256, (1, 8, 8, 1), np.uint8), (60, 1, 1, 1)), seed=0)
    assert same.closeness(same.images[:3]).tolist() == [0, 0, 0]


def test_shares_without_an_image_are_those_of_the_other_images():
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (30, 4, 4, 1), np.uint8)[rng.integers(0, 30, 50)]
    have, without = duplicates(images, 1e-3)
    np.testing.assert_array_equal(have, nearest_neighbour(images) <= 1e-3)
    others = [duplicates(np.delete(images, left_out, 0), 1e-3)[0].mean() for left_out in range(50)]
    np.testing.assert_allclose(without, others)
    assert len(set(without)) > 2
