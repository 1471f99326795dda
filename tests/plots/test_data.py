"""Figures of a data set show what was counted, on axes that can be compared."""

import numpy as np
import pytest

from ganlib.plots import class_counts_figure, palette, pixel_histogram_figure


def levels(**counts: int) -> np.ndarray:
    """Counts of the pixel values named as `_0=3`."""
    found = np.zeros(256, np.int64)
    for name, count in counts.items():
        found[int(name[1:])] = count
    return found


def test_every_class_has_a_bar_and_its_name() -> None:
    (bars,) = class_counts_figure([3, 0, 9], ["cat", "dog", "7"]).data

    assert list(bars.x) == ["cat", "dog", "7"]
    assert list(bars.y) == [3, 0, 9]
    assert bars.marker.color == palette.REAL


def test_line_stands_at_equal_shares_and_its_label_fits_above_the_bars() -> None:
    figure = class_counts_figure([3, 0, 9], ["a", "b", "c"])

    assert figure.layout.shapes[0].y0 == figure.layout.shapes[0].y1 == 4
    assert "4" in figure.layout.annotations[0].text
    assert figure.layout.yaxis.range[1] > 9


def test_names_of_digits_are_not_taken_for_numbers() -> None:
    assert class_counts_figure([1, 2], ["0", "9"]).layout.xaxis.type == "category"


def test_bars_are_shares_of_all_pixels() -> None:
    (bars,) = pixel_histogram_figure(levels(_0=3, _255=1)).data

    assert len(bars.x) == 256
    np.testing.assert_allclose([bars.y[0], bars.y[255]], [0.75, 0.25])
    assert bars.marker.color == palette.REAL


def test_value_that_never_occurs_has_no_bar_on_a_logarithmic_axis() -> None:
    figure = pixel_histogram_figure(levels(_0=3, _255=1))

    assert figure.layout.yaxis.type == "log"
    assert np.isnan(figure.data[0].y[1:255]).all()


@pytest.mark.parametrize(("rare", "decade"), [(1, -3), (200, -1)])
def test_axis_reaches_from_the_rarest_value_to_all_pixels(rare: int, decade: int) -> None:
    figure = pixel_histogram_figure(levels(_0=1000 - rare, _9=rare))

    assert list(figure.layout.yaxis.range) == [decade, 0]


def test_below_a_value_stands_what_tanh_puts_out() -> None:
    axis = pixel_histogram_figure(levels(_0=1)).layout.xaxis

    named = dict(zip(axis.tickvals, axis.ticktext, strict=True))
    assert (named[0], named[255]) == ("0<br>-1.0", "255<br>1.0")
    for value, text in named.items():
        assert float(text.partition("<br>")[2]) == pytest.approx(2 * value / 255 - 1, abs=0.051)
