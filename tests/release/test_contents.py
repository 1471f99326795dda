import numpy as np
import pytest

from ganlib import presets
from ganlib.runs import store
from ganlib.utils import files
from tools.release import build_model


def line(step, **values):
    return {"step": step, "epoch": step / 100, "time_s": step / 50, **values}


def test_few_lines_stay_as_they_are():
    lines = [line(step, g_loss=step / 7) for step in range(10, 100, 10)]
    assert [found["step"] for found in build_model.thinned(lines, 50)] == [found["step"] for found in lines]
    assert build_model.thinned([], 50) == []


def test_thinning_keeps_means_and_the_end():
    lines = [line(step, g_loss=float(step)) for step in range(10, 10_010, 10)]
    found = build_model.thinned(lines, 300)
    assert 200 <= len(found) <= 300
    assert found[-1]["step"] == 10_000
    assert found[0] == {"step": 40, "epoch": 0.4, "time_s": 0.8, "g_loss": 25.0}


def test_thinning_takes_the_mean_of_what_was_measured():
    lines = [line(10, g_loss=1.0), line(20, g_loss=None), line(30, g_loss=2.0), line(40, g_loss=None)]
    assert [found["g_loss"] for found in build_model.thinned(lines, 1)] == [1.5]
    assert [found["g_loss"] for found in build_model.thinned(lines[1::2], 1)] == [None]


@pytest.fixture
def drawn(tmp_path):
    """A run with a grid after each of 30 epochs, and one where a sitting ended."""
    config = presets.get("mnist-dcgan").config
    run = store.make(tmp_path / "drawn", config, {})
    (run.path / "samples").mkdir()
    names = {epoch: f"image_at_epoch_{epoch:04d}.png" for epoch in range(31)} | {12.5: "image_at_step_00001250.png"}
    for epoch in sorted(names):
        (run.path / "samples" / names[epoch]).write_bytes(b"")
        sample_grid = {"file": names[epoch], "step": int(100 * epoch), "epoch": epoch}
        files.append_lines(run.path / "samples" / "index.jsonl", [sample_grid])
    return run


def test_sheets_are_dense_early_and_sparse_late(drawn):
    kept = [sample.epoch for sample in build_model.kept_samples(drawn, 3000)]
    assert kept[:5] == [0, 1, 2, 4, 6]
    assert kept[-1] == 30
    assert len(kept) < 14
    assert max(np.diff(kept)) > 2


def test_a_sheet_within_an_epoch_ships_only_as_the_last_one(drawn):
    assert 12.5 not in [sample.epoch for sample in build_model.kept_samples(drawn, 3000)]
    assert build_model.kept_samples(drawn, 1250)[-1].epoch == 12.5


def test_a_machine_is_named_with_its_threads():
    assert build_model.machine({"device": "NVIDIA H100, 80 GB", "threads": 2}) == "NVIDIA H100, 80 GB, 2 threads"
    assert build_model.machine({"threads": 1}) == "CPU, 1 thread"
