"""The commands that make shipped models and that measure speed: what they do with what they are told."""

import json
import signal

import pytest

from ganlib import presets, runs
from ganlib.bench import compare
from ganlib.cli import main
from ganlib.errors import UserError
from ganlib.pretraining import findings, packing, results, rounds
from ganlib.pretraining.recipes import RECIPES

ENTRY = {"epochs": 3.0, "steps": 30, "files": {"a": {"size": 2_000_000}}}


@pytest.fixture
def cli(tmp_path, capsys):
    """Run a command on a folder of its own; returns exit status, output and errors."""

    def cli(*words):
        status = main([*words, "--runs", str(tmp_path)])
        return status, *capsys.readouterr()

    return cli


@pytest.fixture
def finished(tmp_path):
    """Make working runs that have reached their goals."""

    def finished(*names):
        for name in names:
            work = RECIPES[name].work()
            run = runs.make(tmp_path / ".pretrain" / name, work.config, work.record, runs.STOPPED)
            run.write_status(runs.Status(runs.FINISHED, step=30, epoch=work.config.epochs))

    return finished


@pytest.fixture
def packed(monkeypatch):
    """Pack nothing, and note what would be; a model that has a trouble raises it."""
    names, troubles = [], {}

    def pack(run, recipe):
        if recipe.name in troubles:
            raise troubles[recipe.name]
        names.append(recipe.name)
        return ENTRY

    monkeypatch.setattr(packing, "pack", pack)
    return names, troubles


def test_the_list_names_every_model_and_how_far_it_is(cli, finished):
    finished("mnist-quick")
    status, text, _ = cli("pretrain", "--list")
    assert status == 0
    rows = {line.split()[0]: line for line in text.splitlines()}
    assert set(RECIPES) <= set(rows)
    assert " 100% " in rows["mnist-quick"]
    assert " 0% " in rows["mnist-2d"]


def test_what_has_reached_its_goal_is_packed_and_nothing_else(cli, finished, packed):
    finished("mnist-quick", "digits-quick")
    status, text, _ = cli("pretrain", "mnist-quick", "digits-quick", "--budget-seconds", "1")
    assert (status, packed[0]) == (0, ["mnist-quick", "digits-quick"])
    assert "mnist-quick is packed at epoch 3, step 30: 2.0 MB" in text


def test_nothing_to_pack_is_said(cli, packed):
    status, text, _ = cli("pretrain", "--pack")
    assert (status, text) == (0, "Nothing to pack yet.\n")
    status, _, error = cli("pretrain", "--pack", "mnist-quick")
    assert status == 1
    assert "There is nothing of mnist-quick in" in error


def test_the_list_has_the_runs_of_findings_and_a_wrong_name_is_told_all_names(cli):
    _, text, _ = cli("pretrain", "--list")
    assert "fashion-gan-normal-s3" in text
    status, _, error = cli("pretrain", "nonsense", "--results")
    assert status == 1
    assert "There is no model or finding 'nonsense'" in error
    assert "mnist-quick" in error
    assert "fashion-seeds" in error


def test_one_thing_is_done_instead_of_training(cli):
    with pytest.raises(SystemExit):
        cli("pretrain", "--pack", "--results")


def test_who_stops_the_training_gets_no_packing(cli, finished, packed, monkeypatch):
    monkeypatch.setattr(rounds, "train", lambda works, folder, slice_s, budget, stop, say: stop.set())
    finished("mnist-quick")
    status, text, _ = cli("pretrain")
    assert (status, text, packed[0]) == (0, "Stopped.\n", [])


def test_who_stops_the_packing_gets_the_model_that_was_begun_and_no_other(cli, finished, packed, monkeypatch):
    def pack(run, recipe):
        signal.raise_signal(signal.SIGTERM)
        packed[0].append(recipe.name)
        return ENTRY

    monkeypatch.setattr(packing, "pack", pack)
    finished("mnist-quick", "digits-quick")
    status, text, _ = cli("pretrain", "--pack", "mnist-quick", "digits-quick")
    assert (status, packed[0]) == (0, ["mnist-quick"])
    assert "Stopped before digits-quick." in text


def test_a_gpu_takes_the_source_projects_batches(cli, monkeypatch):
    asked = []
    monkeypatch.setattr(rounds, "train", lambda works, *_: asked.extend(works))
    cli("pretrain", "svhn-dcgan", "--full")
    cli("pretrain", "svhn-dcgan", "fashion-seeds")
    assert [work.config.batch_size for work in asked[:2]] == [256, 64]
    assert len(asked) == 2 + 9


def test_a_finding_is_kept_only_when_all_its_runs_are_finished(cli, tmp_path, monkeypatch):
    kept = []
    for name, result in (("write", "docs/results.md"), ("refresh", "README.md")):
        monkeypatch.setattr(results, name, lambda result=result: result)
    monkeypatch.setattr(findings, "keep", lambda name, work: kept.append(name) or True)
    works = findings.FINDINGS["fashion-seeds"].works()
    for work in works:
        run = runs.make(tmp_path / ".pretrain" / work.name, work.config, work.record, runs.STOPPED)
        state = runs.STOPPED if work is works[-1] else runs.FINISHED
        run.write_status(runs.Status(state, step=30, epoch=0.5 if work is works[-1] else 1.0))
    _, text, _ = cli("pretrain", "--results")
    assert f"stay what they were: {works[-1].name} not finished" in text
    assert kept == []
    run.write_status(runs.Status(runs.FINISHED, step=60, epoch=1.0))
    _, text, _ = cli("pretrain", "--results")
    assert kept == ["fashion-seeds"]
    assert "docs/results.md is written, README.md brought up to date." in text


def test_neither_a_failed_training_nor_a_failed_packing_keeps_the_others_from_being_packed(
    cli, finished, packed, monkeypatch
):
    def fail(*_):
        raise UserError("No more could be done for mnist-2d.")

    monkeypatch.setattr(rounds, "train", fail)
    finished("mnist-quick", "fashion-quick", "digits-quick")
    packed[1].update({"mnist-quick": OSError("the disk is full"), "fashion-quick": UserError("No images.")})
    status, _, error = cli("pretrain")
    assert (status, packed[0]) == (1, ["digits-quick"])
    for words in ("could be done for mnist-2d", "mnist-quick: the disk is full", "fashion-quick: No images."):
        assert words in error


# bench

MEASURED = {
    "backend": "tensorflow", "device": "a processor", "threads": 2,
    "images_per_s": {"ours": 3000.0, "plain_torch": 1500.0},
    "ratios": {"plain_torch": 2.0}, "share": 0.25, "peak_gflops": 200.0, "memory_mb": 900,
}  # fmt: skip


@pytest.fixture
def measured(monkeypatch):
    def run(preset, rounds, wanted, say=None):
        return {"preset": presets.get(preset).name, "precision": wanted, **MEASURED}

    monkeypatch.setattr(compare, "run", run)


def test_a_measurement_is_a_row_with_ratios_and_the_share_of_the_peak(cli, measured):
    status, text, _ = cli("bench", "--preset", "digits-quick", "--precision", "bfloat16")
    assert status == 0
    for words in ("digits-quick", "bfloat16", "3,000", "1,500 (2.00)", "25% of 200 GFLOP/s", "900 MB", "2 threads"):
        assert words in text
    assert "Plain TensorFlow" not in text


def test_a_measurement_can_be_read_by_programs(cli, measured):
    status, text, _ = cli("bench", "--preset", "digits-quick", "--json")
    assert status == 0
    assert json.loads(text)[0]["images_per_s"]["ours"] == 3000.0


def test_what_goes_wrong_in_the_process_of_a_pair_is_one_sentence(cli):
    status, _, error = cli("bench", "--preset", "nonsense", "--precision", "float32", "--precision", "bfloat16")
    assert status == 1
    assert error.startswith("ganlib: There is no preset 'nonsense'")
    assert "Traceback" not in error
