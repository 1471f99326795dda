"""The command that makes the shipped models: what it does with what it is told."""

import signal

import pytest

from ganlib.runs import store
from ganlib.runs.status import FINISHED, STOPPED, Status
from ganlib.utils.errors import UserError
from tools.release import findings, packing, results
from tools.release import round_robin as rounds
from tools.release.__main__ import main
from tools.release.recipes import RECIPES

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
            run = store.make(tmp_path / ".release" / name, work.config, work.record, STOPPED)
            run.write_status(Status(FINISHED, step=30, epoch=work.config.epochs))

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
    status, text, _ = cli("--list")
    assert status == 0
    rows = {line.split()[0]: line for line in text.splitlines()}
    assert set(RECIPES) <= set(rows)
    assert " 100% " in rows["mnist-quick"]
    assert " 0% " in rows["mnist-2d"]


def test_what_has_reached_its_goal_is_packed_and_nothing_else(cli, finished, packed):
    finished("mnist-quick", "digits-quick")
    status, text, _ = cli("mnist-quick", "digits-quick", "--budget-seconds", "1")
    assert (status, packed[0]) == (0, ["mnist-quick", "digits-quick"])
    assert "mnist-quick is packed at epoch 3, step 30: 2.0 MB" in text


def test_nothing_to_pack_is_said(cli, packed):
    status, text, _ = cli("--pack")
    assert (status, text) == (0, "Nothing to pack yet.\n")
    status, _, error = cli("--pack", "mnist-quick")
    assert status == 1
    assert "There is nothing of mnist-quick in" in error


def test_the_list_has_the_runs_of_findings_and_a_wrong_name_is_told_all_names(cli):
    _, text, _ = cli("--list")
    assert "fashion-gan-normal-s3" in text
    status, _, error = cli("nonsense", "--results")
    assert status == 1
    assert "There is no model or finding 'nonsense'" in error
    assert "mnist-quick" in error
    assert "fashion-seeds" in error


def test_one_thing_is_done_instead_of_training(cli):
    with pytest.raises(SystemExit):
        cli("--pack", "--results")


def test_who_stops_the_training_gets_no_packing(cli, finished, packed, monkeypatch):
    monkeypatch.setattr(rounds, "train", lambda works, folder, slice_s, budget, stop, say: stop.set())
    finished("mnist-quick")
    status, text, _ = cli()
    assert (status, text, packed[0]) == (0, "Stopped.\n", [])


def test_who_stops_the_packing_gets_the_model_that_was_begun_and_no_other(cli, finished, packed, monkeypatch):
    def pack(run, recipe):
        signal.raise_signal(signal.SIGTERM)
        packed[0].append(recipe.name)
        return ENTRY

    monkeypatch.setattr(packing, "pack", pack)
    finished("mnist-quick", "digits-quick")
    status, text, _ = cli("--pack", "mnist-quick", "digits-quick")
    assert (status, packed[0]) == (0, ["mnist-quick"])
    assert "Stopped before digits-quick." in text


def test_a_gpu_takes_the_source_projects_batches(cli, monkeypatch):
    asked = []
    monkeypatch.setattr(rounds, "train", lambda works, *_: asked.extend(works))
    cli("svhn-dcgan", "--full")
    cli("svhn-dcgan", "fashion-seeds")
    assert [work.config.batch_size for work in asked[:2]] == [256, 64]
    assert len(asked) == 2 + 9


def test_a_finding_is_kept_only_when_all_its_runs_are_finished(cli, tmp_path, monkeypatch):
    kept = []
    for name, result in (("write", "docs/results.md"), ("refresh", "README.md")):
        monkeypatch.setattr(results, name, lambda result=result: result)
    monkeypatch.setattr(findings, "keep", lambda name, work: kept.append(name) or True)
    works = findings.FINDINGS["fashion-seeds"].works()
    for work in works:
        run = store.make(tmp_path / ".release" / work.name, work.config, work.record, STOPPED)
        state = STOPPED if work is works[-1] else FINISHED
        run.write_status(Status(state, step=30, epoch=0.5 if work is works[-1] else 1.0))
    _, text, _ = cli("--results")
    assert f"stay what they were: {works[-1].name} not finished" in text
    assert kept == []
    run.write_status(Status(FINISHED, step=60, epoch=1.0))
    _, text, _ = cli("--results")
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
    status, _, error = cli()
    assert (status, packed[0]) == (1, ["digits-quick"])
    for words in ("could be done for mnist-2d", "mnist-quick: the disk is full", "fashion-quick: No images."):
        assert words in error
