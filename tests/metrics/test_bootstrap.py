import numpy as np
import pytest

from ganlib.metrics import distances, near_duplicates, neighbours
from ganlib.metrics.bootstrap import REPLICATES, interval, jackknife_interval, resamples
from ganlib.utils.intervals import Measured, are_apart

RNG = np.random.default_rng(0)


def test_every_resample_draws_as_many_as_there_are():
    times = resamples(50, 0)
    assert times.shape == (REPLICATES, 50)
    assert set(times.sum(axis=1)) == {50}
    assert (times == 0).mean() == pytest.approx(np.exp(-1), abs=0.02)


def test_resamples_are_repeatable_and_differ_by_seed():
    np.testing.assert_array_equal(resamples(50, 0), resamples(50, 0))
    assert not np.array_equal(resamples(50, 0), resamples(50, 1))


def test_the_interval_of_a_mean_is_that_of_the_difference_of_two_means():
    values = RNG.normal(size=2000)
    low, high = interval(lambda times: np.average(values, weights=times), values.mean(), resamples(2000, 0))
    assert high - low == pytest.approx(2 * 1.96 * np.sqrt(2 / 2000), rel=0.2)
    assert low < values.mean() < high
    without = (values.sum() - values) / 1999
    assert jackknife_interval(values.mean(), without) == pytest.approx((low, high), abs=0.02)


@pytest.mark.slow
def test_repeats_lie_in_the_intervals_of_other_draws():
    """What pages say of an interval, for samples that huddle around places as those of a young GAN do."""
    count, draws = 150, 24
    real = np.random.default_rng(1).normal(size=(count, 8)).astype(np.float32)
    radii, gaussian = neighbours.radii(real), distances.fit(real)
    centres = np.random.default_rng(7).normal(size=(40, 8))
    pictures = np.random.default_rng(0).integers(0, 256, (1000, 4, 4, 1), np.uint8)
    values, intervals = {}, {}
    for draw in range(draws):
        rng = np.random.default_rng(100 + draw)
        samples = (centres[rng.integers(0, 40, count)] + 0.25 * rng.normal(size=(count, 8))).astype(np.float32)
        near = neighbours.compare(samples, real, radii)
        has_twin, share_without = near_duplicates.duplicates(pictures[rng.integers(0, 1000, count)], 1e-3)
        times = resamples(count, draw)
        smooth = {
            "precision": lambda times, near=near: times @ near.precision / count,
            "frechet": lambda times, samples=samples: distances.frechet(distances.fit(samples, times), gaussian),
        }
        crowd = {
            "recall": (near.recall.mean(), near.recall_without),
            "coverage": (near.coverage.mean(), near.coverage_without),
            "duplicates": (has_twin.mean(), share_without),
        }
        for name, statistic in smooth.items():
            value = statistic(np.ones(count, int))
            values.setdefault(name, []).append(value)
            intervals.setdefault(name, []).append(interval(statistic, value, times))
        for name, (value, without) in crowd.items():
            values.setdefault(name, []).append(value)
            intervals.setdefault(name, []).append(jackknife_interval(value, without))
    for name, found in values.items():
        low, high = np.array(intervals[name]).T
        inside = (low[:, None] <= found) & (found <= high[:, None])
        assert inside[~np.eye(draws, dtype=bool)].mean() >= 0.9, name
        assert (high - low).mean() < 3 * 2 * 1.96 * np.sqrt(2) * np.std(found), name


def test_the_value_lies_inside_though_replicates_are_biased():
    """The largest of a crowd: no replicate is above it, and many are below."""
    values = RNG.normal(size=100)
    low, high = interval(lambda times: values[times > 0].max(), values.max(), resamples(100, 0))
    assert low <= values.max() <= high


def test_a_bias_of_the_replicates_is_taken_out():
    values, times = RNG.normal(size=200), resamples(200, 0)
    plain, biased = (
        interval(lambda drawn, bias=bias: np.average(values, weights=drawn) + bias, values.mean(), times)
        for bias in (0.0, 5.0)
    )
    assert biased == pytest.approx(plain)


def test_bounds_are_kept():
    lucky = np.array([1.0] * 97 + [0.0] * 3)
    low, high = interval(lambda times: times @ lucky / 100, 0.97, resamples(100, 0), (0.0, 1.0))
    assert (0.9 < low < 0.97, high) == (True, 1.0)


def test_whole_numbers_stay_whole():
    values = RNG.integers(0, 1000, 40)
    ends = interval(lambda times: int(times @ values), int(values.sum()), resamples(40, 0))
    assert all(float(end).is_integer() for end in ends)


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        ((10.0, 8.0, 12.0), (13.0, 11.0, 15.0), True),  # 3 apart, and chance alone gives 2
        ((10.0, 8.0, 12.0), (11.9, 9.9, 13.9), False),
        ((0.0, 0.0, 0.0), (0.002, 0.0, 0.0055), False),  # the bound of 0 cut off one side
        ((5.0, 5.0, 5.0), (5.0, 5.0, 5.0), False),
    ],
)
def test_values_are_apart_beyond_what_two_sample_sets_of_one_generator_differ_by(one, other, apart):
    assert are_apart(Measured(*one), Measured(*other)) is apart
    assert are_apart(Measured(*other), Measured(*one)) is apart
