"""Figures of bands: which lines and areas are drawn, in whose colour."""

import json

import numpy as np

from ganlib.plots import band_figure, palette
from ganlib.plots.series import Band


def made(runs=3, points=4):
    steps = np.arange(1.0, points + 1)
    return Band(steps, steps, steps - (runs > 1), steps + (runs > 1), runs)


def test_each_group_has_a_line_in_its_colour_and_an_area_in_the_same():
    figure = band_figure({"a": made(), "b": made()}, "Loss")
    lines = [trace for trace in figure.data if trace.showlegend is not False]
    areas = [trace for trace in figure.data if trace.fill]
    assert [line.name for line in lines] == ["a", "b"]
    assert [line.line.color for line in lines] == list(palette.RUNS[:2])
    red, green, blue = (int(palette.RUNS[0][place : place + 2], 16) for place in (1, 3, 5))
    assert areas[0].fillcolor == f"rgba({red}, {green}, {blue}, 0.2)"
    np.testing.assert_array_equal(areas[0].y, made().high)
    assert figure.layout.yaxis.title.text == "Loss"


def test_one_run_is_a_line_alone():
    figure = band_figure({"a": made(runs=1)}, "Loss")
    assert [trace.fill for trace in figure.data] == [None]
    assert "to" not in figure.data[0].hovertemplate


def test_a_single_point_is_seen():
    figure = band_figure({"a": made(points=1)}, "Distance", form=".1f")
    assert figure.data[-1].mode == "markers"


def test_the_floor_is_drawn_labelled_and_inside_the_axis():
    figure = band_figure({"a": made()}, "Distance", floor=0.5, form=".1f")
    assert [shape.y0 for shape in figure.layout.shapes] == [0.5]
    assert [note.text for note in figure.layout.annotations] == ["real images<br>0.5"]
    assert 0.5 in np.concatenate([np.asarray(trace.y, dtype=float) for trace in figure.data])


def test_more_groups_than_colours_are_told_apart_by_dashes():
    figure = band_figure({str(number): made(runs=1) for number in range(8)}, "Loss")
    assert len({(trace.line.color, trace.line.dash) for trace in figure.data}) == 8


def test_nothing_is_said_to_be_nothing():
    figure = band_figure({}, "Loss", floor=1.0)
    assert not figure.data
    assert figure.layout.annotations[0].text == "Nothing measured yet"


def test_a_figure_is_small_enough_to_be_sent():
    figure = band_figure({str(number): made(points=500) for number in range(8)}, "Loss")
    assert len(json.dumps(json.loads(figure.to_json()))) < 200_000
