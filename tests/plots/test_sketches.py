"""Sketches show what the figures show, and are small and harmless."""

import base64
import re

import numpy as np
import plotly.graph_objects as go

from ganlib.plots import grad_norm_figure, loss_figure, scores_figure, sketch
from tests.plots.test_curves import measured


def lines(drawn: str, colour: str) -> list[list[tuple[int, int]]]:
    """Return the points of all lines of a colour, thousandths from the upper left."""
    [encoded] = re.findall(r'src="data:image/svg\+xml;base64,([^"]*)"', drawn)
    found = re.findall(rf'points="([^"]*)" stroke="{colour}"', base64.b64decode(encoded).decode())
    return [[tuple(map(int, pair.split(","))) for pair in points.split()] for points in found]


def texts(drawn: str, kind: str) -> list[str]:
    return re.findall(rf'<span class="sketch-{kind}"[^>]*>(.*?)</span>', drawn)


def straight() -> dict[str, np.ndarray]:
    step = np.arange(10, 110, 10)
    return {"step": step, "epoch": step / 10, "g_loss": step / 100, "d_loss": np.full(10, 0.5)}


def test_curves_are_where_their_values_are() -> None:
    figure = loss_figure(straight())
    drawn = sketch(figure, "Losses")
    _, strong = lines(drawn, figure.data[-1].line.color)
    assert len({y for _, y in strong}) == 1
    assert (strong[0][0], strong[-1][0]) == (100, 1000)
    faint, _ = lines(drawn, figure.data[0].line.color)
    assert faint[0][1] > 900  # the least value, low
    assert faint[-1][1] < 100


def test_axes_legend_levels_events_and_marks_are_named() -> None:
    columns = measured(400)
    columns["g_loss"] = np.where(np.arange(400) < 5, 90.0, columns["g_loss"])
    drawn = sketch(loss_figure(columns, g_balance=0.69, events=[(200, "paused")]), "Losses")
    assert texts(drawn, "x") == ["0", "100", "200", "300", "400"]
    assert texts(drawn, "below") == ["G balance<br>0.69"]
    assert texts(drawn, "event") == ["paused"]
    assert texts(drawn, "mark") == ["▲ up to 90"]
    assert "Generator</span>" in drawn


def test_a_logarithmic_axis_has_powers_of_ten() -> None:
    columns = {**straight(), "g_grad_norm": np.geomspace(0.01, 100, 10), "d_grad_norm": np.full(10, 1.0)}
    drawn = sketch(grad_norm_figure(columns), "Norms")
    assert texts(drawn, "y") == ["0.01", "0.1", "1", "10", "100"]


def test_nothing_measured_draws_nothing() -> None:
    assert "<img" not in sketch(scores_figure({}), "Outputs")


def test_text_is_no_markup() -> None:
    drawn = sketch(loss_figure(measured(9), events=[(5, "<img src=x>")]), '"><b>')
    assert "<img src" not in drawn
    assert "<b>" not in drawn


def test_twenty_thousand_rows_weigh_less_than_60_kb() -> None:
    figure: go.Figure = loss_figure(measured(20_000))
    assert len(sketch(figure, "Losses")) < 60_000
