import numpy as np
import pytest

from ganlib.metrics.bootstrap import REPLICATES, interval, resamples

RNG = np.random.default_rng(0)


def test_every_resample_draws_as_many_as_there_are():
    times = resamples(50, 0, "samples")
    assert times.shape == (REPLICATES, 50)
    assert set(times.sum(axis=1)) == {50}
    assert (times == 0).mean() == pytest.approx(np.exp(-1), abs=0.02)


def test_resamples_are_repeatable_and_differ_by_seed_and_purpose():
    np.testing.assert_array_equal(resamples(50, 0, "samples"), resamples(50, 0, "samples"))
    for other in (resamples(50, 1, "samples"), resamples(50, 0, "real images")):
        assert not np.array_equal(resamples(50, 0, "samples"), other)


def test_the_interval_of_a_mean_is_that_of_the_normal_approximation():
    values = RNG.normal(size=2000)
    low, high = interval(lambda times: np.average(values, weights=times), values.mean(), resamples(2000, 0, "x"))
    assert high - low == pytest.approx(2 * 1.96 / np.sqrt(2000), rel=0.2)
    assert low < values.mean() < high


def test_about_19_of_20_intervals_hold_the_truth():
    held = 0
    for seed in range(60):
        values = np.random.default_rng(seed).exponential(size=100)
        low, high = interval(
            lambda times, values=values: times @ values / times.sum(), values.mean(), resamples(100, seed, "x")
        )
        held += low <= 1 <= high
    assert 50 <= held <= 59


def test_the_value_lies_inside_though_replicates_are_biased():
    """The largest of a crowd: no replicate is above it, and many are below."""
    values = RNG.normal(size=100)
    low, high = interval(lambda times: values[times > 0].max(), values.max(), resamples(100, 0, "x"))
    assert low <= values.max() <= high


def test_a_bias_of_the_replicates_is_taken_out():
    values, times = RNG.normal(size=200), resamples(200, 0, "x")
    plain, biased = (
        interval(lambda drawn, bias=bias: np.average(values, weights=drawn) + bias, values.mean(), times)
        for bias in (0.0, 5.0)
    )
    assert biased == pytest.approx(plain)


def test_bounds_are_kept():
    lucky = np.array([1.0] * 97 + [0.0] * 3)
    low, high = interval(lambda times: times @ lucky / 100, 0.97, resamples(100, 0, "x"), (0.0, 1.0))
    assert (0.9 < low < 0.97, high) == (True, 1.0)


def test_whole_numbers_stay_whole():
    values = RNG.integers(0, 1000, 40)
    ends = interval(lambda times: int(times @ values), int(values.sum()), resamples(40, 0, "x"))
    assert all(float(end).is_integer() for end in ends)
