"""Charts and sample grids that can be saved."""

import io
import json
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from ganlib.utils import images
from tests.app.shown import again
from ui.common import cached, charts, page_layout

UI = Path(page_layout.__file__).parents[1]


def page() -> None:
    from plotly import graph_objects

    from ui.common import charts

    charts.draw(graph_objects.Figure(graph_objects.Scatter(y=[1, 2])), "losses_of_one", "A line")


def test_a_chart_has_one_button_and_saves_under_its_own_name() -> None:
    chart = again(AppTest.from_function(page)).get("plotly_chart")[0].proto

    config = json.loads(chart.config)
    assert config["modeBarButtons"] == [["toImage"]]
    assert config["toImageButtonOptions"]["filename"] == "losses-of-one"
    assert not config["displaylogo"]


def test_no_chart_is_drawn_past_what_lets_it_be_saved() -> None:
    call = re.compile(r"st\.plotly_chart\(")
    found = {path.name for path in UI.rglob("*.py") if call.search(path.read_text(encoding="utf-8"))}
    assert found == {Path(charts.__file__).name, "tiles.py"}  # tiles are pictures to click


@pytest.mark.parametrize("side", [8, 73, 240])
def test_a_grid_is_saved_at_four_times_the_size_with_equal_pixels(side: int, tmp_path: Path) -> None:
    grid = np.random.default_rng(0).integers(0, 255, (side, side, 1)).astype(np.uint8)
    (tmp_path / "grid.png").write_bytes(images.png_bytes(grid))

    with Image.open(io.BytesIO(cached.large_grid(tmp_path / "grid.png"))) as saved:
        assert saved.width >= 3600
        assert saved.width % side == 0
        factor = saved.width // side
        np.testing.assert_array_equal(np.array(saved)[::factor, ::factor], grid[..., 0])
