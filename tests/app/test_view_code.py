"""As code on a run's own page: the lines run as they are, and leave what the page shows."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ganlib.explore import evaluate_run
from ganlib.runs import folder, store
from ganlib.utils import files, images
from tests.app.explored import make
from ui.run import evaluated_samples, live


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GANLIB_RUNS", str(tmp_path))
    for module in (folder, store):
        monkeypatch.setattr(module, "SHIPPED", tmp_path / "shipped")
    return tmp_path


@pytest.mark.slow
def test_code_of_judge_makes_its_sorted_samples_and_neighbours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evaluated_samples, "COUNT", 12)
    made = make()
    found: dict[str, Any] = {}
    exec(evaluated_samples.lines(made, 3), found)
    shown = evaluate_run.inspect(made, 12, seed=0)
    np.testing.assert_array_equal(found["pictures"], shown.images[np.argsort(-shown.scores, kind="stable")])
    np.testing.assert_array_equal(
        found["neighbours"], shown.real_images[shown.nearest(3, evaluated_samples.NEIGHBOURS)[0]]
    )


def test_code_of_a_training_reads_its_newest_sheet_and_draws_its_losses() -> None:
    made = make()
    sample_grid = np.arange(64, dtype=np.uint8).reshape(8, 8, 1)
    (made.path / "samples").mkdir()
    files.write_bytes(made.path / "samples" / "image_at_epoch_0001.png", images.png_bytes(sample_grid))
    files.append_lines(
        made.path / "samples" / "index.jsonl", [{"file": "image_at_epoch_0001.png", "step": 5, "epoch": 1.0}]
    )
    files.append_lines(made.path / "metrics.jsonl", [{"step": 10, "epoch": 1.0, "g_loss": 0.7, "d_loss": 1.4}])
    found: dict[str, Any] = {}
    exec(live.lines(made), found)
    np.testing.assert_array_equal(found["picture"], sample_grid)
    assert {trace.name for trace in found["figure"].data if trace.showlegend is not False} == {
        "Generator",
        "Discriminator",
    }
