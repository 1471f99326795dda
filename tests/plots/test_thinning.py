"""Thinned and smoothed curves."""

import numpy as np
import pytest

from ganlib.plots.thinning import smooth, thin


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
