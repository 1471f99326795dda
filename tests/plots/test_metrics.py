"""Figures of what judges a run show the numbers, the floor, and who is who."""

from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest

from ganlib.plots import class_histogram_figure, evaluation_figure, palette, score_histogram_figure

NAN = float("nan")
COLUMNS = {
    "step": [100, 200, 300], "value": [30.0, 20.0, 10.0], "low": [28.0, 19.0, 9.5], "high": [33.0, 21.0, 10.5]
}  # fmt: skip


def named(figure: go.Figure) -> dict[str, Any]:
    """Return the curves that stand in the legend, by name."""
    return {trace.name: trace for trace in figure.data if trace.showlegend is not False}


def labels(figure: go.Figure) -> list[str]:
    return [annotation.text for annotation in figure.layout.annotations]


# A metric over the steps


def test_metric_has_the_colour_of_fakes_and_its_floor_that_of_real_images() -> None:
    curves = named(evaluation_figure(COLUMNS, "Distance", ".1f", floor=0.44))

    assert list(curves) == ["95 % interval", "Samples", "Real against real: 0.4"]
    assert curves["Samples"].line.color == palette.FAKE
    assert curves["Real against real: 0.4"].line.color == palette.REAL


def test_floor_is_a_line_from_the_first_step_to_the_last() -> None:
    floor = named(evaluation_figure(COLUMNS, "Distance", ".1f", floor=0.4))["Real against real: 0.4"]

    np.testing.assert_array_equal(floor.x, [0, 300])
    np.testing.assert_allclose(floor.y, [0.4, 0.4], rtol=1e-6)


def test_band_spans_the_intervals() -> None:
    low, high = evaluation_figure(COLUMNS, "Distance").data[:2]

    np.testing.assert_allclose(low.y, COLUMNS["low"])
    np.testing.assert_allclose(high.y, COLUMNS["high"])
    assert high.fill == "tonexty"


def test_what_was_not_measured_is_left_out() -> None:
    holes = {**COLUMNS, "value": [30.0, NAN, 10.0], "low": [NAN, NAN, 9.5], "high": [NAN, NAN, 10.5]}
    figure = evaluation_figure(holes, "Distance")

    np.testing.assert_array_equal(named(figure)["Samples"].x, [100, 300])
    np.testing.assert_array_equal(figure.data[0].x, [300])


def test_shares_are_told_in_per_cent() -> None:
    figure = evaluation_figure({**COLUMNS, "value": [0.1, 0.2, 0.3]}, "Recall", ".0%", floor=0.93)

    assert figure.layout.yaxis.tickformat == ".0%"
    assert "Real against real: 93%" in named(figure)
    assert "%{y:.0%}" in named(figure)["Samples"].hovertemplate


def test_zoom_survives_another_evaluation() -> None:
    first = evaluation_figure({name: values[:2] for name, values in COLUMNS.items()}, "Distance", uirevision="a-run")

    assert first.layout.uirevision == "a-run"
    assert first.layout == evaluation_figure(COLUMNS, "Distance", uirevision="a-run").layout


@pytest.mark.parametrize(
    "figure",
    [
        evaluation_figure({name: [] for name in COLUMNS}, "Distance", floor=0.4),
        evaluation_figure({**COLUMNS, "value": [NAN] * 3}, "Distance"),
        score_histogram_figure({}),
        score_histogram_figure({"fake": [NAN]}, reference=(0.0, "undecided")),
    ],
)
def test_without_numbers_a_figure_says_so(figure: go.Figure) -> None:
    assert labels(figure) == ["Nothing measured yet"]


# Classes


def test_classes_of_samples_stand_beside_those_of_real_images() -> None:
    bars = named(class_histogram_figure([0.9, 0.1], [0.5, 0.5], ["cat", "dog"]))

    assert {name: bar.marker.color for name, bar in bars.items()} == {
        "Samples": palette.FAKE, "Real images": palette.REAL
    }  # fmt: skip
    assert (bars["Samples"].x, bars["Samples"].y) == (("cat", "dog"), (0.9, 0.1))


def test_digits_are_names_of_classes_and_no_numbers() -> None:
    assert class_histogram_figure([0.9, 0.1], [0.5, 0.5], ["0", "1"]).layout.xaxis.type == "category"


def test_class_with_less_than_one_per_cent_is_marked() -> None:
    bars = named(class_histogram_figure([0.5, 0.009, 0.01], [0.3, 0.3, 0.4], ["0", "1", "2"]))

    assert bars["Samples"].text == ("", "under 1%", "")
    assert bars["Real images"].text is None


# D's output


def test_histograms_share_their_bins_and_add_up_to_one() -> None:
    rng = np.random.default_rng(0)
    curves = named(
        score_histogram_figure({"train": rng.normal(1, 1, 900), "held_out": rng.normal(0.5, 1, 90), "fake": [-1.0]})
    )

    assert list(curves) == ["Real, trained on", "Real, never seen", "Fake"]
    for curve in curves.values():
        np.testing.assert_array_equal(curve.x, curves["Fake"].x)
        np.testing.assert_allclose(curve.y.sum(), 1, rtol=1e-5)


def test_outputs_have_the_colours_of_real_and_fake() -> None:
    curves = named(score_histogram_figure({"train": [1.0], "held_out": [1.0], "fake": [0.0]}))

    colours = {name: curve.line.color for name, curve in curves.items()}
    assert colours == {"Real, trained on": palette.REAL, "Real, never seen": palette.REAL, "Fake": palette.FAKE}
    assert curves["Real, never seen"].line.dash != curves["Real, trained on"].line.dash


def test_output_of_a_discriminator_without_a_clue_is_marked() -> None:
    figure = score_histogram_figure({"train": [1.0], "fake": [-1.0]}, reference=(0.0, "undecided"))

    assert [line.x0 for line in figure.layout.shapes] == [0.0]
    assert labels(figure) == ["undecided"]
