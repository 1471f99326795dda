"""Runs whose D is an autoencoder, on the pages: its copies, its errors, and what cannot be done with it."""

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from ganlib.runs.folder import Run
from ganlib.utils import files
from tests.app.explored import make, opened
from tests.app.shown import alternatives, texts
from tests.variants import slow_unless

pytestmark = pytest.mark.usefixtures("home")

COPIES = [
    f"{kind} in the upper row, their copies by D in the lower row" for kind in ("Real images", "Generated images")
]


def shown(run: Run, module: str) -> AppTest:
    def script(path: str, module: str) -> None:
        import importlib
        from pathlib import Path

        from ganlib.runs.folder import Run

        importlib.import_module(module).show(Run(Path(path)))

    app = AppTest.from_function(script, default_timeout=60, args=(str(run.path), module)).run()
    assert not app.exception
    return app


def test_explore_shows_copies_of_real_and_of_generated_images() -> None:
    make(loss="ebgan")

    app = opened(view="reconstruction")

    assert [text for text in alternatives(app) if text in COPIES] == COPIES
    assert "How to read it: in each picture the upper row" in texts(app)


@pytest.mark.parametrize("view", slow_unless("sliders".__eq__, ["sliders", "inversion", "time", "path"]))
def test_other_views_work_with_scores(view: str) -> None:
    make(loss="began", snapshots=(0, 100))

    opened(view=view, d="1")


def test_another_d_offers_no_reconstruction() -> None:
    make()

    assert "Reconstruction" not in str([control.options for control in opened().get("button_group")])


@pytest.mark.parametrize(
    ("loss", "columns", "offered"),
    [("ebgan", {"pull_away": 0.1}, False), ("began", {"k": 0.2, "convergence": 0.3}, True)],
)
def test_a_run_shows_errors_and_a_began_its_equilibrium(loss: str, columns: dict[str, Any], offered: bool) -> None:
    run = make(loss=loss)
    measured = {"g_loss": 0.1, "d_loss": 0.2, "d_real": -0.1, "d_fake": -0.2, **columns}
    files.append_lines(run.path / "metrics.jsonl", [{"step": step, "epoch": 1.0, **measured} for step in (10, 20)])

    app = shown(run, "ui.run.live")

    assert [title.value for title in app.subheader][:2] == ["Losses", "Reconstruction error"]
    choice = app.segmented_control(key=f"live_view_{run.id}")
    assert ("Equilibrium" in choice.options) == offered
    if offered:
        choice.set_value("Equilibrium")
        app.run()
        assert not app.exception
        assert "Equilibrium" in [title.value for title in app.subheader]
