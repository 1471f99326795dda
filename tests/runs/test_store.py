"""The run folder as its readers and its one writer see it."""

import json
import shutil

import numpy as np
import pytest

from ganlib import presets
from ganlib.runs import store
from ganlib.runs.folder import Run
from ganlib.runs.records import About
from ganlib.runs.status import FAILED, INTERRUPTED, QUEUED, RUNNING, Status
from ganlib.utils.errors import UserError

CONFIG = presets.get("digits-quick").config


@pytest.fixture
def run(tmp_path):
    return store.create(CONFIG, {"preset": "digits-quick"}, folder=tmp_path)


def test_a_new_run_is_queued_and_keeps_its_config(run):
    assert run.id == "digits-quick-1"
    assert run.status().state == QUEUED
    assert Run(run.path).config == CONFIG
    assert Run(run.path).record["preset"] == "digits-quick"


def test_runs_without_a_name_are_numbered(run, tmp_path):
    assert store.create(CONFIG, {"preset": "digits-quick"}, folder=tmp_path).id == "digits-quick-2"
    assert store.create(CONFIG, {}, folder=tmp_path).id == "digits-1"


@pytest.mark.parametrize("preset", ["../outside/evil", "My Preset", "", None, 3, []])
def test_a_preset_that_is_none_names_no_folder(tmp_path, preset):
    assert store.create(CONFIG, {"preset": preset}, folder=tmp_path / "runs").path == tmp_path / "runs" / "digits-1"


def test_a_taken_name_is_refused_and_the_run_untouched(run, tmp_path):
    before = (run.path / "config.json").read_bytes()
    with pytest.raises(UserError, match="already a run named 'digits-quick-1'"):
        store.create(CONFIG.changed(seed=5), {}, "digits-quick-1", tmp_path)
    assert (run.path / "config.json").read_bytes() == before


@pytest.mark.parametrize("name", ["../../etc", "", "-a", "A", "a b", "a/b", "a" * 62, "run.zip", "ä", "a\n", "."])
def test_hostile_names_are_no_runs(name, tmp_path):
    (tmp_path / "runs").mkdir()
    with pytest.raises(UserError, match="is no name for a run"):
        store.check_id(name)
    with pytest.raises(UserError, match="There is no run"):
        store.find(name, tmp_path / "runs")


def test_the_name_of_a_shipped_model_is_taken(tmp_path, monkeypatch):
    (tmp_path / "shipped" / "mnist-dcgan").mkdir(parents=True)
    monkeypatch.setattr(store, "SHIPPED", tmp_path / "shipped")
    with pytest.raises(UserError, match="name of a shipped model"):
        store.create(CONFIG, {}, "mnist-dcgan", tmp_path)


def test_own_runs_are_found_by_id_and_any_run_by_path(run, tmp_path):
    assert store.find("digits-quick-1", tmp_path) == run
    assert store.find(str(run.path), tmp_path / "elsewhere").path == run.path.resolve()


def test_an_unwritable_folder_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="No run can be kept in"):
        store.create(CONFIG, {}, "a", tmp_path / "file")


def test_a_full_disk_leaves_no_half_run(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(store.files, "write_json", full)
    with pytest.raises(UserError, match="make room and try again"):
        store.create(CONFIG, {}, "a", tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_running_run_without_a_trainer_is_interrupted(run):
    run.write_status(Status(RUNNING, step=7, eta_s=3.0))
    with run.held():
        assert Run(run.path).status().state == RUNNING
    status = run.status()
    assert (status.state, status.step, status.eta_s) == (INTERRUPTED, 7, None)
    assert json.loads((run.path / "status.json").read_text())["state"] == RUNNING  # never written


def test_only_one_process_can_hold_a_run(run):
    with run.held(), pytest.raises(UserError, match="Another process is working on"), Run(run.path).held(timeout=0.05):
        pass
    with run.held(timeout=0.05):
        pass


@pytest.mark.parametrize("text", ["", "{", "[]", '{"state": "dancing"}', '{"step": 3}', '{"state": 7}', "\x00"])
def test_a_damaged_status_reads_as_failed(run, text):
    (run.path / "status.json").write_text(text)
    assert run.status().state == FAILED


def test_wrong_types_in_a_status_are_left_out(run):
    (run.path / "status.json").write_text('{"state": "finished", "step": "many", "message": 3, "seconds": 4.5}')
    assert (run.status().step, run.status().message, run.status().seconds) == (0, "", 4.5)


@pytest.mark.parametrize("value", ["1" + "0" * 400, "Infinity", "-1e300", "NaN"])
def test_numbers_beyond_reason_are_left_out(run, value):
    (run.path / "status.json").write_text(
        f'{{"state": "finished", "step": 3, "images_per_s": {value}, "seconds": {value}}}'
    )
    assert (run.status().step, run.status().images_per_s, run.status().seconds) == (3, 0.0, 0.0)
    (run.path / "metrics.jsonl").write_text(f'{{"step": 10, "g_loss": {value}}}\n')
    assert np.isnan(run.metrics()["g_loss"]).all()
    (run.path / "samples").mkdir()
    (run.path / "samples" / "index.jsonl").write_text(f'{{"file": "a.png", "step": 1{"0" * 400}, "epoch": {value}}}\n')
    assert run.samples() == []


def test_a_damaged_config_gives_one_sentence(run):
    (run.path / "config.json").write_text('{"dataset": "mnis')
    with pytest.raises(UserError, match="no readable config"):
        _ = Run(run.path).config


def test_metrics_tolerate_a_half_written_line_and_missing_values(run):
    (run.path / "metrics.jsonl").write_text('{"step": 10, "g_loss": 1.5}\n{"step": 20, "g_loss": null}\n{"step": 3')
    columns = run.metrics()
    np.testing.assert_array_equal(columns["step"], [10, 20])
    np.testing.assert_array_equal(columns["g_loss"], [1.5, np.nan])


def test_a_vanished_folder_reads_as_empty(run):
    shutil.rmtree(run.path)
    assert run.metrics() == {}
    assert run.samples() == run.snapshots() == run.events() == []
    assert run.size() == 0
    assert run.status().state == FAILED


def test_sheets_outside_the_run_are_not_read(run, tmp_path):
    (tmp_path / "secret.png").write_bytes(b"x")
    (run.path / "samples").mkdir()
    (run.path / "samples" / "index.jsonl").write_text('{"file": "../../secret.png", "step": 1, "epoch": 1}\n')
    assert run.samples() == []


def test_title_and_note_survive_and_leave_the_rest_alone(run):
    run.write_about(title="My digits")
    run.write_about(note="nice sevens")
    assert run.about() == About("My digits", "nice sevens", "")
    assert Run(run.path).config == CONFIG


def test_a_deleted_run_cannot_be_held_and_leaves_no_empty_folder(run):
    store.delete(run)
    with pytest.raises(UserError, match="no run 'digits-quick-1' any more"), run.held():
        pass
    assert not run.path.exists()


def test_a_deleted_run_is_gone_and_a_living_one_is_not_deleted(run, tmp_path):
    with run.held(), pytest.raises(UserError, match="Another process"):
        store.delete(Run(run.path))
    assert (run.path / "config.json").exists()
    store.delete(run)
    assert list(tmp_path.iterdir()) == []
