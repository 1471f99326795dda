"""Bands over runs: by hand, with gaps, with runs of different length."""

import numpy as np
import pytest

from ganlib.plots.seed_bands import band


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
