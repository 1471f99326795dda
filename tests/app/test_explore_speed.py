"""A slider that is moved answers at once: what the page does for a picture, timed on the server's side."""

import time
from collections.abc import Callable

import numpy as np
import pytest

from ganlib import presets
from ganlib.runs import folder, store
from ganlib.runs.status import FINISHED, Status
from tests.app.explored import write_networks
from ui.common import inference_guard
from ui.common.code import Tape
from ui.explore import image_widgets, sliders, variety
from ui.explore.view_context import ViewContext

pytestmark = [pytest.mark.slow, pytest.mark.exclusive]

ONE, GRID_SIZE = 0.150, 0.300
"""Seconds at the 95th percentile, once the networks are loaded, on two cores."""

MARGIN = 5.0
"""How many times slower the machine of the tests may be."""

AMOUNTS = (1.0,) * 8


@pytest.fixture(params=["digits-quick", "svhn-wgan-gp"])
def context(request, tmp_path, monkeypatch) -> ViewContext:
    monkeypatch.setenv("GANLIB_RUNS", str(tmp_path))
    for module in (folder, store):
        monkeypatch.setattr(module, "SHIPPED", tmp_path / "shipped")
    config = presets.get(request.param).config.changed(precision="float32")
    made = store.create(config, {"preset": request.param}, "timed")
    made.write_status(Status(FINISHED, step=1, total_steps=1))
    write_networks(config, made.path)
    return ViewContext(made, None, config, 0, ("0.0", "0.1", "0.2"))


def p95(draw: Callable[[], bytes], what: str) -> float:
    """Return the 95th percentile of the seconds that a picture takes, the best of three rounds; print them."""
    rounds = []
    with inference_guard.at_work():
        draw()
        for _ in range(3):  # a busy machine can only make it slower
            took = []
            for _ in range(20):
                started = time.perf_counter()
                draw()
                took.append(time.perf_counter() - started)
            rounds.append(float(np.quantile(took, 0.95)))
    print(f"{what}: {1000 * min(rounds):.0f} ms")
    return min(rounds) / MARGIN


def test_one_picture_at_the_sliders(context: ViewContext) -> None:
    choice = sliders.Choice("weights", 0, "A", AMOUNTS)
    assert p95(lambda: image_widgets.png(sliders.draw(Tape(), context, choice).picture), context.config.dataset) < ONE


def test_sheet_at_the_sliders(context: ViewContext) -> None:
    choice = sliders.Choice("weights", 0, "A", AMOUNTS, 64)
    assert (
        p95(lambda: image_widgets.png(sliders.draw(Tape(), context, choice).picture), context.config.dataset)
        < GRID_SIZE
    )


def test_scaled_sheet(context: ViewContext) -> None:
    assert (
        p95(lambda: image_widgets.png(variety.draw(Tape(), context, 0.7).shown.picture), context.config.dataset)
        < GRID_SIZE
    )
