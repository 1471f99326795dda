import numpy as np
import pytest
import sklearn

from ganlib.metrics.neighbours import compare, radii

RNG = np.random.default_rng(0)
K = 3


def between(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return np.sqrt(((a[:, None] - b[None]) ** 2).sum(axis=2))


def brute_radii(points: np.ndarray) -> np.ndarray:
    return np.sort(between(points, points), axis=1)[:, K]  # place 0 is the point itself


@pytest.fixture
def sample_sets() -> tuple[np.ndarray, np.ndarray]:
    return RNG.normal(0.7, 1.3, size=(70, 2)), RNG.normal(size=(90, 2))


def test_radii_reach_the_kth_other_point(sample_sets):
    np.testing.assert_allclose(radii(sample_sets[0], K), brute_radii(sample_sets[0]))
    assert radii(np.array([[0.0], [1.0], [3.0], [7.0]]), 2).tolist() == [3, 2, 3, 6]


def test_points_that_coincide_have_a_radius_of_zero():
    assert radii(np.zeros((9, 4)), K).tolist() == [0] * 9


def test_equals_the_definitions_by_brute_force(sample_sets):
    samples, real = sample_sets
    found = compare(samples, real, radii(real, K), K)
    distances, real_radii, sample_radii = between(real, samples), brute_radii(real), brute_radii(samples)
    for i, sample in enumerate(samples):
        balls = sum(np.linalg.norm(sample - x) <= r for x, r in zip(real, real_radii, strict=True))
        assert found.precision[i] == (balls > 0)
        assert found.density[i] == pytest.approx(balls / K)
    for j in range(len(real)):
        assert found.recall[j] == any(distances[j, i] <= sample_radii[i] for i in range(len(samples)))
        assert found.coverage[j] == (distances[j].min() <= real_radii[j])
    assert 0 < found.recall.mean() < 1
    assert 0 < found.coverage.mean() < 1
    assert 0 < found.precision.mean() < 1


def test_many_small_blocks_give_what_one_gives():
    samples, real = RNG.normal(0.5, 1, size=(100, 2)), RNG.normal(size=(150, 2))
    whole = compare(samples, real, radii(real, K), K)
    with sklearn.config_context(working_memory=0.01):  # MiB: 13 rows
        parts = compare(samples, real, radii(real, K), K)
    for a, b in zip(whole, parts, strict=True):
        np.testing.assert_array_equal(a, b)


def test_two_crowds_of_one_kind_reach_what_theory_says():
    """Coverage expected by Naeem et al. 2020, lemma 2; density 1."""
    n, k = 400, 5
    covered, dense = [], []
    for seed in range(3):
        samples, real = np.random.default_rng(seed).normal(size=(2, n, 8))
        found = compare(samples, real, radii(real, k), k)
        covered.append(found.coverage.mean())
        dense.append(found.density.mean())
    missed = np.prod([(n - i) / (2 * n - i) for i in range(1, k + 1)])
    assert np.mean(covered) == pytest.approx(1 - missed, abs=0.015)
    assert np.mean(dense) == pytest.approx(1, abs=0.1)


def test_one_repeated_point_is_precise_and_dense_but_covers_nothing():
    real = RNG.normal(size=(500, 16))
    samples = np.tile(real[np.argmin((real**2).sum(axis=1))], (500, 1))
    found = compare(samples, real, radii(real))
    assert found.precision.mean() == 1
    assert found.density.mean() > 1
    assert found.recall.mean() < 0.01
    assert found.coverage.mean() < 0.1


def test_one_odd_real_image_fools_precision_but_not_density():
    real = np.concatenate([RNG.normal(size=(300, 2)), [[40.0, 0.0]]])
    samples = RNG.normal((20, 0), 1, size=(300, 2))
    found = compare(samples, real, radii(real))
    assert found.precision.mean() > 0.4
    assert found.density.mean() < 0.25


@pytest.mark.parametrize("k", [1, 3, 5])
def test_shares_without_a_sample_are_those_of_the_other_samples(k):
    rng = np.random.default_rng(k)
    samples, real = rng.normal(size=(40, 3)), 1.3 * rng.normal(size=(60, 3))
    found = compare(samples, real, radii(real, k), k)
    some = np.arange(0, 40, 3)
    others = [compare(np.delete(samples, left_out, 0), real, radii(real, k), k) for left_out in some]
    np.testing.assert_allclose(found.recall_without[some], [each.recall.mean() for each in others])
    np.testing.assert_allclose(found.coverage_without[some], [each.coverage.mean() for each in others])
    assert len(set(found.recall_without)) > 1 < len(set(found.coverage_without))
