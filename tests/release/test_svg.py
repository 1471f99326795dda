from xml.etree import ElementTree

import numpy as np
import pytest

from tools.release.svg import HEIGHT, WIDTH, Line, line_chart, ticks

SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize(
    ("low", "high"), [(0, 1), (0.3, 0.31), (-14.2, 7), (0, 30_000), (5, 5), (0, 0), (-1e-4, -1e-5), (1, 9.99)]
)
def test_ticks_are_round_few_and_reach_around(low, high):
    found = ticks(low, high)
    assert found[0] <= low
    assert found[-1] >= high
    assert 2 <= len(found) <= 8
    steps = np.diff(found)
    np.testing.assert_allclose(steps, steps[0])
    assert f"{steps[0]:.3e}"[:3] in ("1.0", "2.0", "2.5", "5.0")


def drawn(*lines):
    return ElementTree.fromstring(line_chart("Losses & more", lines, "Epochs"))


def points(shape):
    return np.array([[float(number) for number in pair.split(",")] for pair in shape.get("points").split()])


def test_a_chart_draws_each_curve_inside_the_picture_and_upwards():
    x = np.arange(1000.0)
    chart = drawn(Line("up", "#111111", x, x), Line("down", "#222222", x, -x))
    up, down = (points(shape) for shape in chart.iter(f"{SVG}polyline"))
    for curve in (up, down):
        assert len(curve) <= 200
        assert (curve >= 0).all()
        assert (curve[:, 0] <= WIDTH).all()
        assert (curve[:, 1] <= HEIGHT).all()
    assert np.all(np.diff(up[:, 1]) < 0)
    assert np.all(np.diff(down[:, 1]) > 0)


def test_a_chart_is_named_and_has_a_legend():
    chart = drawn(Line("<G>", "#111111", np.arange(3.0), np.arange(3.0)))
    texts = [text.text for text in chart.iter(f"{SVG}text")]
    assert chart.find(f"{SVG}title").text == "Losses & more"
    assert "<G>" in texts
    assert "Epochs" in texts


def test_a_band_lies_around_its_curve():
    x = np.arange(50.0)
    chart = drawn(Line("mean", "#111111", x, x, (x - 5, x + 5)))
    (band,) = chart.iter(f"{SVG}polygon")
    (curve,) = chart.iter(f"{SVG}polyline")
    assert points(band)[:, 1].max() > points(curve)[:, 1].max()
    assert points(band)[:, 1].min() < points(curve)[:, 1].min()


def test_what_was_not_measured_is_left_out():
    chart = drawn(Line("holes", "#111111", np.arange(4.0), np.array([1.0, np.nan, 2.0, 3.0])))
    (curve,) = chart.iter(f"{SVG}polyline")
    assert len(points(curve)) == 3
