"""Thinned and smoothed curves, and bands over runs."""

import numpy as np
import pytest

from ganlib.plots.series import band, robust_range, smooth, thin


def measured(count: int, every: int = 1, seed: int = 0) -> dict[str, np.ndarray]:
    """Columns as a training of `count` logged rows leaves them."""
    rng = np.random.default_rng(seed)
    step = every * np.arange(1, count + 1)
    names = ("g_loss", "d_loss", "d_real", "d_fake", "g_grad_norm", "d_grad_norm")
    return {"step": step, "epoch": step / 938, **{name: rng.gamma(2, 0.5, count) for name in names}}


@pytest.mark.parametrize("count", [0, 1, 499, 500, 501, 512, 998, 1000, 1001, 4096, 20_000, 99_999])
@pytest.mark.parametrize("extremes_of", [None, "g_loss"])
@pytest.mark.parametrize("most", [4, 500])
def test_thin_keeps_at_most_so_many_rows_and_the_last(count: int, extremes_of: str | None, most: int) -> None:
    columns = measured(count)
    kept = thin(columns, most, extremes_of)
    assert kept.keys() == columns.keys()
    assert len(kept["step"]) <= most
    assert kept["step"].tolist()[-1:] == columns["step"].tolist()[-1:]
    assert (np.diff(kept["step"]) > 0).all()


@pytest.mark.parametrize("extremes_of", [None, "g_loss"])
def test_thin_keeps_rows_whole(extremes_of: str | None) -> None:
    columns = measured(5000)
    kept = thin(columns, extremes_of=extremes_of)
    rows = np.searchsorted(columns["step"], kept["step"])
    for name, values in columns.items():
        np.testing.assert_array_equal(kept[name], values[rows])


def test_thin_leaves_short_columns_alone() -> None:
    columns = measured(500)
    for name, values in thin(columns).items():
        np.testing.assert_array_equal(values, columns[name])


def test_thin_keeps_every_spike_of_the_column_named() -> None:
    columns = measured(20_000)
    spikes = {777: 50.0, 12_345: -50.0, 19_998: 60.0}
    for row, value in spikes.items():
        columns["g_loss"][row] = value
    kept = thin(columns, extremes_of="g_loss")["g_loss"].tolist()
    assert set(spikes.values()) <= set(kept)


def test_thin_sees_extremes_beside_unmeasured_values() -> None:
    columns = measured(20_000)
    columns["g_loss"][::2] = np.nan
    columns["g_loss"][5001] = 50.0
    kept = thin(columns, extremes_of="g_loss")["g_loss"]
    assert np.nanmax(kept) == 50.0
    assert np.isfinite(kept[:-1]).all()


def test_thinned_points_stay_while_rows_are_added() -> None:
    columns = measured(6000)
    earlier = thin({name: values[:5000] for name, values in columns.items()}, extremes_of="g_loss")
    later = thin(columns, extremes_of="g_loss")
    # All but the last point and those of the group that was not yet full.
    assert set(earlier["step"][:-3]) <= set(later["step"])


def test_smooth_is_the_weighted_mean_of_all_values_so_far() -> None:
    values = np.random.default_rng(0).normal(size=50)
    decay = 1 - 2 / (9 + 1)
    expected = [np.average(values[: end + 1], weights=decay ** np.arange(end, -1, -1)) for end in range(len(values))]
    np.testing.assert_allclose(smooth(values, span=9), expected, rtol=1e-12)


def test_smooth_with_span_one_changes_nothing() -> None:
    assert smooth([3.0, 1.0, 2.0], span=1).tolist() == [3, 1, 2]


def test_smooth_passes_over_unmeasured_values() -> None:
    values, gaps = smooth([1.0, 2.0, 4.0], span=3), smooth([1.0, np.nan, 2.0, np.inf, 4.0], span=3)
    np.testing.assert_array_equal(gaps, [values[0], np.nan, values[1], np.nan, values[2]])


# Bands over runs


def run(steps, values):
    return {"step": np.array(steps, float), "loss": np.array(values, float)}


def test_mean_and_edges_are_those_of_the_runs_at_each_step():
    found = band([run([10, 20], [1, 4]), run([10, 20], [3, 2]), run([10, 20], [2, 3])], "loss")
    np.testing.assert_allclose(found.steps, [10, 20])
    np.testing.assert_allclose(found.mean, [2, 3])
    np.testing.assert_allclose(found.low, [1, 2])
    np.testing.assert_allclose(found.high, [3, 4])
    assert found.runs == 3


def test_one_run_is_its_own_band():
    found = band([run([10, 20, 30], [1, 5, 2])], "loss")
    np.testing.assert_array_equal(found.mean, [1, 5, 2])
    np.testing.assert_array_equal(found.low, found.high)
    assert found.runs == 1


def test_the_shortest_run_ends_the_band_and_others_are_read_between_their_steps():
    found = band([run([0, 20, 40, 60], [0, 2, 4, 6]), run([0, 10, 30], [0, 1, 3])], "loss")
    np.testing.assert_allclose(found.steps, [0, 10, 30])
    np.testing.assert_allclose(found.mean, [0, 1, 3])
    np.testing.assert_allclose(found.high - found.low, 0, atol=1e-12)


@pytest.mark.parametrize("gap", [np.nan, np.inf, -np.inf])
def test_a_value_that_is_no_number_spoils_nothing(gap):
    found = band([run([1, 2, 3], [1, gap, 3]), run([1, 2, 3], [1, 2, 3])], "loss")
    assert {1, 3} <= set(found.steps)
    np.testing.assert_array_equal(found.mean, found.steps)
    np.testing.assert_array_equal(found.high, found.steps)


def test_a_run_in_which_nothing_was_measured_is_left_out():
    nothing = ({}, run([], []), run([1, 2], [np.nan, np.nan]), {"step": np.arange(3.0)})
    assert band([*nothing, run([1, 2], [5, 6])], "loss").runs == 1
    assert band(nothing, "loss") is None
    assert band([], "loss") is None


def test_single_measurements_at_different_steps_still_meet():
    found = band([run([940], [10]), run([955], [20])], "loss")
    np.testing.assert_array_equal(found.steps, [940])
    np.testing.assert_array_equal(found.mean, [15])
    assert (found.low, found.high) == (10, 20)


def test_steps_out_of_order_and_twice_are_put_right():
    found = band([run([30, 10, 20, 20], [3, 1, 2, 99])], "loss")
    np.testing.assert_array_equal(found.steps, [10, 20, 30])
    np.testing.assert_array_equal(found.mean, [1, 2, 3])


def test_smoothing_calms_each_run_before_they_are_compared():
    rng = np.random.default_rng(0)
    steps = np.arange(1, 401)
    runs = [run(steps, rng.normal(size=400)) for _ in range(3)]
    raw, calm = (band(runs, "loss", share) for share in (0.0, 1 / 20))
    assert np.mean(calm.high - calm.low) < np.mean(raw.high - raw.low) / 2


def test_a_long_run_is_thinned_for_a_chart():
    found = band([run(np.arange(10_000), np.arange(10_000))] * 2, "loss")
    assert len(found.steps) <= 500
    np.testing.assert_allclose(found.mean, found.steps)
    assert found.steps[-1] == 9_999


def test_an_axis_leaves_few_spikes_outside_and_shows_all_there_is_else() -> None:
    calm = 1 + 0.1 * np.sin(np.arange(400))
    assert robust_range(calm) == (None, None)
    spiked = calm.copy()
    spiked[:8] = 30.0
    low, high = robust_range(spiked)
    assert low is None
    assert high is not None
    assert 1.1 < high < 1.5
    _, with_level = robust_range(spiked, keep=[3.0])
    assert with_level is not None
    assert with_level > 3.0
    assert robust_range(-spiked)[0] == pytest.approx(-high)


@pytest.mark.parametrize("values", [[], [1.0, 50.0], [np.nan] * 50])
def test_of_few_values_none_is_a_spike(values: list[float]) -> None:
    assert robust_range(np.array(values)) == (None, None)
