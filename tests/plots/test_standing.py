import math

import pytest

from ganlib.plots import Standing, share, standing_figure


@pytest.mark.parametrize(
    ("value", "noise", "real", "is_log", "expected"),
    [
        (5, 10, 0, False, 0.5), (0.75, 0, 1, False, 0.75), (12, 10, 0, False, 0), (-1, 10, 0, False, 1),
        (10, 100, 1, True, 0.5), (5, 10, 0, True, 0.5), (1, 1, 1, False, math.nan),
    ],
)  # fmt: skip
def test_share_is_the_way_from_noise_to_real_images(
    value: float, noise: float, real: float, is_log: bool, expected: float
) -> None:
    assert share(value, noise, real, is_log) == pytest.approx(expected, nan_ok=True)


def test_a_bar_ends_at_its_share_and_says_what_its_ends_are() -> None:
    figure = standing_figure([Standing("Precision", "60 %", "0 %", "90 %", 0.6), Standing("<b>", "1", "2", "3", 0)], "")
    track, bars = figure.data

    assert (list(track.x), list(bars.x)) == ([1, 1], [0.6, 0])
    assert bars.y[0] > bars.y[1]
    texts = [note.text for note in figure.layout.annotations]
    assert texts[:3] == ["Precision <b>60 %</b>", "noise 0 %", "real images 90 %"]
    assert texts[3].startswith("&lt;b&gt;")
