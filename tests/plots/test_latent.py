"""Figures of latent space show the paths, the usual norms, and how far one has come."""

import numpy as np

from ganlib.plots import descent_figure, norm_figure, palette, variety_figure


def test_norms_of_both_paths_stand_over_the_band_of_usual_ones() -> None:
    figure = norm_figure({"Spherical": [8.0, 8.0], "Linear": [8.0, 5.0]}, usual=(7.0, 9.0), frame=1)
    band, marked = figure.layout.shapes

    assert [trace.name for trace in figure.data] == ["Spherical", "Linear"]
    assert [trace.y.tolist() for trace in figure.data] == [[8.0, 8.0], [8.0, 5.0]]
    assert (band.y0, band.y1) == (7.0, 9.0)
    assert (marked.x0, marked.x1) == (1, 1)
    assert figure.data[0].line.dash != figure.data[1].line.dash


def test_nothing_is_marked_without_a_frame() -> None:
    assert len(norm_figure({"Spherical": [8.0]}, usual=(7.0, 9.0)).layout.shapes) == 1


def test_variety_is_drawn_over_the_scale_and_the_chosen_one_marked() -> None:
    figure = variety_figure([0.0, 1.0, 2.0], [0.0, 0.3, 0.4], at=1.5)
    [trace] = figure.data

    assert list(trace.x) == [0.0, 1.0, 2.0]
    assert list(trace.y) == [0.0, 0.3, 0.4]
    assert figure.layout.shapes[0].x0 == 1.5


def test_best_start_stands_out_from_the_others() -> None:
    errors = np.array([[0.4, 0.3, 0.2], [0.1, 0.2, 0.15]])
    figure = descent_figure(errors, best=0)

    assert [trace.name for trace in figure.data] == ["Other starts", "Other starts", "Best start"]
    assert list(figure.data[-1].y) == [0.4, 0.1]
    assert figure.data[-1].line.color == palette.FAKE
    assert figure.layout.yaxis.type == "log"
    assert [trace.showlegend for trace in figure.data[:2]] == [True, False]


def test_one_start_alone_is_drawn() -> None:
    [trace] = descent_figure(np.array([[0.4], [0.1]]), best=0).data

    assert list(trace.y) == [0.4, 0.1]
