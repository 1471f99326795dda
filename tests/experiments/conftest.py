import numpy as np
import pytest

from ganlib import presets
from ganlib.experiments import launch, results
from ganlib.experiments.plan import SAME, plan
from ganlib.runs import queue
from ganlib.runs.status import FINISHED, Status
from ganlib.utils import files, images

DIGITS = presets.get("digits-quick").config.changed(max_steps=20, max_seconds=0.0)


@pytest.fixture
def launched(monkeypatch):
    """Ids of the runs for which a process was started; none really is."""
    ids = []
    monkeypatch.setattr(queue, "_launch", lambda run: ids.append(run.id))
    return ids


@pytest.fixture
def made(tmp_path, launched):
    """Start an experiment on losses whose runs look trained, and return it as it is found."""

    def made(
        values=("non_saturating", "lsgan"), seeds=2, field="loss", title="", evaluated=True, grids=True, settings=SAME
    ):
        chosen = plan("digits-quick", DIGITS, field, values, seeds, title=title, settings=settings)
        for place, run in enumerate(launch.start(chosen, folder=tmp_path)):
            pretend(run, place, evaluated, grids)
        return results.get(chosen.id, tmp_path)

    return made


def pretend(run, place, evaluated, grids):
    """Write what a training would have left: losses of 1 + place, a grid of one grey, a Fréchet distance."""
    rows = [{"step": step, "epoch": step / 28, "g_loss": 1.0 + place, "d_loss": 2.0} for step in range(10, 101, 10)]
    files.append_lines(run.path / "metrics.jsonl", rows)
    run.write_status(Status(FINISHED, step=100, total_steps=100, epoch=3.6, seconds=5.0 + place))
    if grids:
        (run.path / "samples").mkdir()
        sample_grid = images.sample_grid(np.full((64, 8, 8, 1), 40 * place % 256, np.uint8))
        (run.path / "samples" / "last.png").write_bytes(images.png_bytes(sample_grid))
        files.append_lines(run.path / "samples" / "index.jsonl", [{"file": "last.png", "step": 100, "epoch": 3.6}])
    if evaluated:
        line = {"frechet_distance": 10.0 + place, "recall": 0.5, "floor": {"frechet_distance": 0.4, "recall": 0.9}}
        files.append_lines(run.path / "evaluations.jsonl", [{"step": 100, "count": 2000, "seed": 0, **line}])
