"""Figures show what was measured, keep their shape, and stay small enough to be sent every second."""

import json
from math import log
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest

from ganlib.plots import grad_norm_figure, loss_figure, overlay_figure, palette, scores_figure
from ganlib.plots.series import Columns

FIGURES = [loss_figure, scores_figure, grad_norm_figure]


def measured(count: int, every: int = 1, seed: int = 0) -> dict[str, np.ndarray]:
    """Columns as a training of `count` logged rows leaves them."""
    rng = np.random.default_rng(seed)
    step = every * np.arange(1, count + 1)
    names = ("g_loss", "d_loss", "d_real", "d_fake", "g_grad_norm", "d_grad_norm")
    return {"step": step, "epoch": step / 938, **{name: rng.gamma(2, 0.5, count) for name in names}}


def named(figure: go.Figure) -> dict[str, Any]:
    """Return the curves that stand in the legend, by name."""
    return {trace.name: trace for trace in figure.data if trace.showlegend is not False}


def labels(figure: go.Figure) -> list[str]:
    return [annotation.text for annotation in figure.layout.annotations]


def test_curves_have_the_colours_of_their_networks_or_images() -> None:
    scores = named(scores_figure(measured(100), reference=(0.0, "undecided")))
    assert {name: curve.line.color for name, curve in scores.items()} == {"Real": palette.REAL, "Fake": palette.FAKE}
    curves = named(loss_figure(measured(100)))
    assert list(curves) == ["Generator", "Discriminator"]
    assert curves["Generator"].line.color == palette.GENERATOR
    assert curves["Discriminator"].line.color == palette.DISCRIMINATOR


def test_a_critic_is_called_one() -> None:
    assert list(named(loss_figure(measured(9), adversary="Critic"))) == ["Generator", "Critic"]
    assert list(named(grad_norm_figure(measured(9), adversary="Critic"))) == ["Generator", "Critic"]


def test_raw_values_are_faint_and_their_average_strong() -> None:
    columns = measured(300)
    raw, average = loss_figure(columns).data[:2]
    np.testing.assert_allclose(raw.y, columns["g_loss"], rtol=1e-6)
    assert raw.opacity < 0.5 < average.line.width
    assert np.std(average.y) < np.std(raw.y) / 2
    np.testing.assert_array_equal(average.x, columns["step"])


def test_clicking_the_legend_hides_both_curves_of_a_network() -> None:
    raw, average = loss_figure(measured(9)).data[:2]
    assert raw.legendgroup == average.legendgroup == "Generator"


def test_pointing_at_a_curve_tells_step_and_epoch() -> None:
    figure = loss_figure(measured(9))
    assert "step" in figure.layout.xaxis.unifiedhovertitle.text
    average = named(figure)["Generator"]
    assert "epoch %{customdata" in average.hovertemplate
    np.testing.assert_allclose(average.customdata, measured(9)["epoch"], rtol=1e-6)


def test_balances_are_lines_in_the_colours_of_the_networks() -> None:
    figure = loss_figure(measured(9), g_balance=log(2), d_balance=2 * log(2))
    assert [(line.y0, line.y1, line.line.color) for line in figure.layout.shapes] == [
        (log(2), log(2), palette.GENERATOR),
        (2 * log(2), 2 * log(2), palette.DISCRIMINATOR),
    ]
    assert {line.type for line in figure.layout.shapes} == {"line"}  # a flat rectangle is not dashed at every width
    assert labels(figure) == ["G balance<br>0.69", "D balance<br>1.39"]


def test_only_balances_that_there_are_are_drawn() -> None:
    figure = loss_figure(measured(9))
    assert (figure.layout.shapes, figure.layout.annotations) == ((), ())
    assert labels(loss_figure(measured(9), g_balance=0.0)) == ["G balance<br>0.00"]


@pytest.mark.parametrize("figure_of", FIGURES)
def test_events_are_vertical_lines_with_labels(figure_of: Any) -> None:
    figure = figure_of(measured(1000), events=[(700, "resumed"), (200, "paused")])
    assert [(line.x0, line.x1, line.yref) for line in figure.layout.shapes] == [
        (200, 200, "paper"),
        (700, 700, "paper"),
    ]
    assert [(note.x, note.text) for note in figure.layout.annotations] == [(200, "paused"), (700, "resumed")]


def test_events_close_together_share_a_label() -> None:
    events = [(500, "paused"), (500, "changed"), (540, "resumed"), (600, "stopped")]
    figure = loss_figure(measured(1000), events=events)
    assert len(figure.layout.shapes) == 4
    notes = [(note.x, note.hovertext) for note in figure.layout.annotations]
    assert notes == [(540, "changed, paused, resumed"), (600, "stopped")]


def test_long_event_labels_are_cut_but_told_whole_under_the_pointer() -> None:
    label = "learning rate of the generator changed from 0.0002 to 0.0001"
    [note] = loss_figure(measured(9), events=[(5, label)]).layout.annotations
    assert len(note.text) < 40
    assert note.hovertext == label


@pytest.mark.parametrize("figure_of", FIGURES)
@pytest.mark.parametrize("columns", [{}, {"step": [], "epoch": [], "g_loss": []}, {"step": [1], "epoch": [0]}])
def test_without_data_a_figure_says_so(figure_of: Any, columns: Columns) -> None:
    figure = figure_of(columns, events=[(3, "started")])
    assert not figure.data
    assert labels(figure) == ["Nothing measured yet"]


def test_curves_bridge_unmeasured_and_infinite_values() -> None:
    columns = measured(6)
    columns["g_loss"][[0, 3]] = np.nan, np.inf
    curve = named(loss_figure(columns))["Generator"]
    assert curve.x.tolist() == [2, 3, 5, 6]
    assert np.isfinite(curve.y).all()


def test_a_column_never_measured_is_not_drawn() -> None:
    columns = measured(6)
    columns["d_loss"][:] = np.nan
    assert list(named(loss_figure(columns))) == ["Generator"]


def test_missing_values_may_be_none() -> None:
    columns = {"step": [1, 2], "epoch": [0.1, 0.2], "g_loss": [1.0, None]}
    assert named(loss_figure(columns))["Generator"].x.tolist() == [1]  # type: ignore[arg-type]


def test_a_single_row_is_visible() -> None:
    assert named(loss_figure(measured(1)))["Generator"].mode == "markers"
    assert named(loss_figure(measured(2)))["Generator"].mode == "lines"


def test_gradient_norms_have_a_logarithmic_axis() -> None:
    assert grad_norm_figure(measured(9)).layout.yaxis.type == "log"


def test_overlay_draws_each_run_once_in_its_own_style() -> None:
    runs = {f"run {number}": measured(50 + number, seed=number) for number in range(12)}
    figure = overlay_figure(runs, "g_loss")
    assert list(named(figure)) == list(runs)
    assert len(figure.data) == len(runs)
    assert len({(trace.line.color, trace.line.dash) for trace in figure.data}) == len(runs)


def test_overlay_keeps_a_runs_style_when_another_has_no_data() -> None:
    figure = overlay_figure({"empty": {}, "full": measured(5)})
    assert [(trace.name, trace.line.color) for trace in figure.data] == [("full", palette.RUNS[1])]
    assert labels(overlay_figure({})) == ["Nothing measured yet"]


@pytest.mark.parametrize("figure_of", FIGURES)
def test_zoom_survives_a_refresh(figure_of: Any) -> None:
    first, second = (figure_of(measured(count), uirevision="mnist-1") for count in (10, 700))
    assert first.layout.uirevision == "mnist-1"
    assert first.layout == second.layout


@pytest.mark.parametrize("figure_of", FIGURES)
def test_colours_of_text_and_background_are_left_to_the_theme(figure_of: Any) -> None:
    figure = figure_of(measured(9), events=[(3, "started")])
    layout = json.loads(figure.to_json())["layout"]
    del layout["template"]
    assert layout["paper_bgcolor"] == layout["plot_bgcolor"] == "rgba(0, 0, 0, 0)"

    def fonts(node: Any) -> list[dict[str, Any]]:
        if not isinstance(node, dict | list):
            return []
        inner = node.values() if isinstance(node, dict) else node
        own = [node["font"]] if isinstance(node, dict) and "font" in node else []
        return own + [font for child in inner for font in fonts(child)]

    assert fonts(layout)
    assert all("color" not in font for font in fonts(layout))


@pytest.mark.parametrize("figure_of", FIGURES)
def test_twenty_thousand_rows_weigh_less_than_60_kb(figure_of: Any) -> None:
    events = [(1000 * number, "paused") for number in range(20)]
    assert len(figure_of(measured(20_000), events=events).to_json()) < 60_000


def test_six_runs_of_twenty_thousand_rows_weigh_less_than_60_kb() -> None:
    runs = {f"run {number}": measured(20_000, seed=number) for number in range(6)}
    assert len(overlay_figure(runs).to_json()) < 60_000


def test_labels_of_levels_stand_beside_the_curves_and_have_room():
    figure = loss_figure(measured(9), g_balance=0.69)
    [note] = figure.layout.annotations
    assert (note.xref, note.x, note.xanchor) == ("paper", 1, "left")
    assert figure.layout.margin.r > loss_figure(measured(9)).layout.margin.r


@pytest.mark.parametrize(
    ("high", "anchors"),
    [
        (1.6, [("top", 0), ("bottom", 0)]),
        (4.7, [("bottom", 0), ("bottom", 12)]),
        (1000, [("bottom", 0), ("bottom", 30)]),
    ],
)
def test_labels_of_balances_keep_off_the_other_axis_and_each_other(high: float, anchors: list[tuple[str, int]]) -> None:
    columns = {**measured(9), "g_loss": np.linspace(0, high, 9), "d_loss": np.full(9, 0.5)}
    figure = loss_figure(columns, g_balance=0.69, d_balance=1.39)
    notes = [note for note in figure.layout.annotations if note.text[1:].startswith(" balance")]
    assert [(note.yanchor, note.yshift) for note in notes] == anchors


def test_spikes_are_cut_off_and_a_mark_says_how_far_they_reach() -> None:
    columns = measured(400)
    columns["g_loss"] = np.where(np.arange(400) < 5, 90.0, columns["g_loss"])
    figure = loss_figure(columns)
    assert figure.layout.yaxis.range[1] < 30
    assert "▲ up to 90" in [note.text for note in figure.layout.annotations]


def test_several_changes_at_a_step_are_told_on_lines_of_their_own() -> None:
    [note] = loss_figure(measured(9), events=[(5, "G rate 0.0001<br>D rate 0.0004")]).layout.annotations
    assert note.text == "G rate 0.0001<br>D rate 0.0004"
    assert note.hovertext == "G rate 0.0001, D rate 0.0004"
