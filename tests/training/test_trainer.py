"""The training loop, on real (tiny) trainings."""

import json
import shutil
from types import SimpleNamespace

import h5py
import numpy as np
import pytest

from ganlib.models import precision
from ganlib.models.gan import GAN
from ganlib.runs import commands
from ganlib.runs.commands import Command
from ganlib.runs.folder import Run
from ganlib.runs.status import FAILED, FINISHED, STOPPED, note_on_repeating
from ganlib.training import start_or_resume
from ganlib.training.callbacks import recorder, status
from ganlib.utils import files, images
from ganlib.utils.errors import UserError
from tests.variants import slow_unless

MEASURED = {"time_s", "images_per_s"}


def losses(run):
    return [
        {key: value for key, value in line.items() if key not in MEASURED}
        for line in files.read_lines(run.path / "metrics.jsonl")
    ]


def weights(run):
    found = {}
    for name in ("generator", "discriminator"):
        with h5py.File(run.path / f"{name}.weights.h5") as file:
            file.visititems(
                lambda key, item, name=name: (
                    found.update({f"{name}/{key}": item[()]}) if isinstance(item, h5py.Dataset) else None
                )
            )
    return found


def assert_same_weights(one, other):
    first, second = weights(one), weights(other)
    assert first.keys() == second.keys()
    assert len(first) > 8
    for key, value in first.items():
        np.testing.assert_array_equal(value, second[key], err_msg=key)


@pytest.fixture(autouse=True)
def status_at_every_chunk(monkeypatch):
    monkeypatch.setattr(status, "_SECONDS", 0.0)


def test_training_writes_every_file_of_the_contract(finished):
    run, status = finished.run, finished.last
    assert (status.state, status.step, status.total_steps) == (FINISHED, 45, 45)
    assert run.status() == status
    for name in (
        "config.json", "status.json", "metrics.jsonl", "events.jsonl", "samples/image_at_epoch_0000.png",
        "samples/image_at_epoch_0001.png", "samples/image_at_step_00000020.png", "samples/training.gif",
        "checkpoint/latest.npz", "generator.weights.h5", "discriminator.weights.h5", "control", "log.txt", "lock",
        "snapshots/step_00000000/generator.weights.h5", "snapshots/step_00000000/discriminator.weights.h5",
    ):  # fmt: skip
        assert (run.path / name).exists(), name
    record = json.loads((run.path / "config.json").read_text())
    assert record["schema_version"] == 1
    assert record["precision"] == "float32"
    assert record["threads"] >= 1
    assert {"keras", "backend", "ganlib"} <= record["versions"].keys()
    assert record["device"]
    assert [event["event"] for event in run.events()] == ["started", "finished"]


@pytest.mark.slow
def test_the_precision_that_was_measured_is_written_down_and_used(make_run, train_here, monkeypatch):
    monkeypatch.setattr(precision, "decide", lambda config: precision.Decision("bfloat16", 1.9))
    run = make_run(precision="auto", max_steps=5)
    train_here(run)
    assert (run.config.precision, run.record["bfloat16_speedup"]) == ("bfloat16", 1.9)


def test_metrics_come_at_least_every_ten_steps_and_hold_what_charts_need(finished):
    columns = finished.run.metrics()
    assert list(columns["step"]) == [10, 20, 30, 40, 45]
    np.testing.assert_allclose(columns["epoch"], columns["step"] / 23, atol=1e-3)
    names = {"time_s", "images_per_s", "g_loss", "d_loss", "d_real", "d_fake", "g_grad_norm", "d_grad_norm"}
    assert names <= columns.keys()
    assert all(np.isfinite(columns[name][1:]).all() for name in names)


def test_a_sheet_shows_64_images_of_the_fixed_latents(finished):
    samples = finished.run.samples()
    assert [sample.step for sample in samples] == [0, 20, 23, 40, 45]
    sample_grid = images.read_png(samples[-1].path)
    assert sample_grid.shape == (8 * 9 - 1, 8 * 9 - 1, 1)
    assert sample_grid.std() > 10  # a blank grid has no deviation but its lines'


@pytest.mark.slow
def test_sheets_by_time_come_besides_and_change_nothing_in_the_training(finished, make_run, train_here):
    timed = make_run(sample_seconds=1e-6)
    train_here(timed)
    assert {sample.step for sample in timed.samples()} > {sample.step for sample in finished.run.samples()}
    assert losses(timed) == losses(finished.run)
    assert_same_weights(timed, finished.run)


@pytest.mark.parametrize(
    ("seconds", "drawn", "every", "due"),
    [
        (2.0, 0.0, 2.0, True), (1.9, 0.0, 2.0, False), (50.0, 48.0, 2.0, True), (1e9, 0.0, 0.0, False),
        (3600.0, 3590.0, 2.0, False), (3600.0, 3560.0, 2.0, True),
    ],
)  # fmt: skip
def test_a_sheet_is_due_after_a_time_that_grows_with_the_training(seconds, drawn, every, due):
    assert recorder.is_grid_due(seconds, drawn, every) == due


def test_sheets_by_time_are_bounded_however_long_a_training_takes():
    drawn, count = 0.0, 0
    for seconds in np.arange(0.0, 86_400.0, 0.25):
        if recorder.is_grid_due(seconds, drawn, 1.0):
            drawn, count = seconds, count + 1
    assert 400 < count < 800


def test_sheets_that_a_resumed_run_forgets_do_not_stay_on_disk(finished, tmp_path):
    shutil.copytree(finished.run.path, tmp_path / "copy")
    run = Run(tmp_path / "copy")
    lost = run.path / "samples" / "image_at_step_00000033.png"
    lost.write_bytes((run.path / "samples" / "image_at_step_00000020.png").read_bytes())
    (run.path / "samples" / "originals.png").write_bytes(b"")
    line = {"file": lost.name, "step": 33, "epoch": 1.4}
    files.append_lines(run.path / "samples" / "index.jsonl", [line])

    recorder.Recorder(run, GAN(run.config)).go_back_to(20)

    assert not lost.exists()
    assert (run.path / "samples" / "originals.png").exists()
    assert [sample.step for sample in run.samples()] == [0, 20]


def test_the_weights_of_an_earlier_end_do_not_stay_when_a_run_goes_on(finished, tmp_path):
    run = Run(shutil.copytree(finished.run.path, tmp_path / "copy"))
    progress = SimpleNamespace(step=45, seconds=1.0)
    recorder.Recorder(run, GAN(run.config), is_resumed=True).on_start(SimpleNamespace(progress=progress))
    assert not list(run.path.glob("*.weights.h5"))
    assert run.snapshots()


@pytest.mark.slow
def test_the_same_config_gives_the_same_run_and_another_seed_another(finished, make_run, train_here):
    again, other = make_run("again"), make_run("other", seed=1, max_steps=10)
    for run in (again, other):
        train_here(run)
    assert losses(again) == losses(finished.run)
    assert_same_weights(again, finished.run)
    assert losses(other)[0] != losses(again)[0]


@pytest.mark.parametrize("network", slow_unless("mlp".__eq__, ["mlp", "compact"]))
def test_a_stopped_run_goes_on_as_if_nothing_had_happened(trained, make_run, train_here, stop_at, network):
    networks = {"generator": network, "discriminator": network}
    whole, parts = trained(**networks).run, make_run("parts", **networks)
    status = train_here(parts, **stop_at(13))
    assert status.state == STOPPED
    assert 13 <= status.step < 45
    assert train_here(parts).state == FINISHED
    assert losses(parts) == losses(whole)
    assert_same_weights(parts, whole)
    assert [event["event"] for event in parts.events()] == ["started", "stopped", "resumed", "finished"]


@pytest.mark.slow
def test_what_was_written_after_the_checkpoint_is_forgotten_at_a_resume(make_run, train_here, stop_at):
    run = make_run()
    stopped = train_here(run, **stop_at(13)).step
    files.append_lines(run.path / "metrics.jsonl", [{"step": 990, "epoch": 43.0, "g_loss": 1.0}])
    files.append_lines(run.path / "samples" / "index.jsonl", [{"step": 990, "epoch": 43.0, "file": "x.png"}])
    shutil.copytree(run.path / "snapshots" / "step_00000000", run.path / "snapshots" / "step_00000990")
    train_here(run)
    assert stopped < 45
    assert max(run.metrics()["step"]) == 45
    assert [step for step, _ in run.snapshots()][-1] < 990


def test_a_stop_command_ends_the_run_with_its_weights(make_run, train_here):
    run = make_run(max_steps=100_000, epochs=10_000)
    commands.send(run, Command(commands.STOP))
    status = train_here(run)
    assert status.state == STOPPED
    assert (run.path / "generator.weights.h5").exists()
    assert commands.pending(run) == []


def test_a_loss_that_is_no_number_fails_the_run_and_says_at_which_step(make_run, train_here):
    # Squared errors and plain gradient descent with a huge rate: each step overshoots further.
    wild = {"optimizer": "sgd", "learning_rate": 1.0}
    run = make_run(
        loss="lsgan", generator="mlp", discriminator="mlp", max_steps=300,
        **{f"{network}_{key}": value for network in "gd" for key, value in wild.items()},
    )  # fmt: skip
    with pytest.raises(UserError, match=r"not a number at step \d+; try smaller learning rates"):
        train_here(run)
    status = run.status()
    assert status.state == FAILED
    assert "at step" in status.message
    assert run.events()[-1]["event"] == "failed"


@pytest.mark.slow
def test_time_limit_ends_the_run_and_is_what_the_progress_counts(make_run, train_here):
    run = make_run(max_steps=0, max_seconds=1.0)
    seen = []
    status = train_here(run, watch=seen.append)
    assert status.state == FINISHED
    assert 1.0 <= status.seconds < 10.0  # the step under way ends first
    assert status.progress == 1.0
    assert run.status().ended_by == "max_seconds"
    assert f"max_steps={status.step} and max_seconds=0" in note_on_repeating(status, 1.0)
    assert all(s.total_steps < 2300 for s in seen if s.step > 50)


@pytest.mark.parametrize(
    ("limits", "ended_by"),
    [
        ({"max_steps": 2, "max_seconds": 1e-6}, "max_steps"),
        pytest.param({"max_steps": 0, "epochs": 1, "batch_size": 750}, "epochs", marks=pytest.mark.slow),
    ],
)
def test_a_run_says_which_limit_ended_it_and_of_several_the_one_that_repeats(make_run, train_here, limits, ended_by):
    run = make_run(**{"max_seconds": 0.0, "evaluate_every": 0, **limits})
    status = train_here(run)
    assert status.ended_by == run.status().ended_by == ended_by
    assert note_on_repeating(status, run.config.max_seconds) == ""


@pytest.mark.parametrize(("batch", "pack", "fitting"), [(48, 1, 6), (64, 4, 4), (48, 4, 0)])
def test_when_memory_is_short_only_whole_packs_are_tried_and_advised(make_run, monkeypatch, batch, pack, fitting):
    def steps(order):
        if order.shape[-1] > 6:
            raise MemoryError
        assert order.shape[-1] % pack == 0

    monkeypatch.setattr(start_or_resume.engine, "is_out_of_memory", lambda error: isinstance(error, MemoryError))
    run = make_run(batch_size=batch, pack=pack)
    said = start_or_resume._out_of_memory(run, SimpleNamespace(config=run.config, steps=steps))
    assert f"set batch_size={fitting} " in said if fitting else "smaller ones too" in said


@pytest.mark.slow
def test_a_deleted_folder_ends_the_training_with_one_line(make_run, train_here):
    run = make_run(max_steps=100_000, epochs=10_000)

    def delete_folder(status):
        if status.step > 20:
            shutil.rmtree(run.path, ignore_errors=True)

    with pytest.raises(UserError, match="deleted while it trained"):
        train_here(run, watch=delete_folder)
    assert not run.path.exists()


@pytest.mark.slow
def test_a_full_disk_fails_the_run_and_keeps_what_was_there(finished, make_run, train_here, monkeypatch):
    run = make_run()
    append = files.append_lines

    def full(path, values):
        if path.name == "metrics.jsonl" and values and values[0]["step"] >= 30:
            raise OSError(28, "No space left on device")
        append(path, values)

    with monkeypatch.context() as patch:
        patch.setattr(files, "append_lines", full)
        with pytest.raises(UserError, match="the disk is full; make room and resume the run"):
            train_here(run)
    assert run.status().state == FAILED
    assert list(run.metrics()["step"]) == [10, 20]
    assert train_here(run).state == FINISHED
    assert losses(run) == losses(finished.run)


def test_an_unexpected_error_leaves_its_trace_in_the_log_only(make_run, train_here, monkeypatch):
    run = make_run()

    def broken(*_):
        raise ZeroDivisionError("a bug of ours")

    monkeypatch.setattr(recorder.Recorder, "metrics", broken)
    with pytest.raises(UserError, match="unexpected ZeroDivisionError"):
        train_here(run)
    assert run.status().state == FAILED
    assert "a bug of ours" in (run.path / "log.txt").read_text()


def too_small_for(batch):
    """Return a stand-in for `Trainer.steps` on a device whose memory ends below that batch."""

    def steps(order):
        if order.shape[-1] >= batch:
            raise MemoryError
        return np.zeros((len(order), 6), np.float32)

    return steps


@pytest.mark.parametrize(("room", "advice"), [(40, "set batch_size=32 and start"), (2, "choose smaller networks")])
def test_too_little_memory_fails_with_the_batch_size_that_would_fit(make_run, train_here, monkeypatch, room, advice):
    run = make_run(batch_size=128)
    monkeypatch.setattr(GAN, "compile_steps", lambda *_: too_small_for(room))
    with pytest.raises(UserError, match=advice):
        train_here(run)
    assert run.status().state == FAILED
    assert "batches of 128" in run.status().message


def test_a_run_of_many_short_epochs_does_not_fill_the_disk_with_sheets():
    drawn = [epoch for epoch in range(1, 10_001) if recorder.draws_epoch(epoch)]
    assert drawn[:200] == list(range(1, 201))
    assert len(drawn) < 400
    assert max(np.diff(drawn)) <= 101


def test_surplus_snapshots_thin_out_but_keep_both_ends():
    steps = list(range(0, 2001, 100))
    dropped = recorder.surplus(steps, 8)
    kept = [step for step in steps if step not in dropped]
    assert len(kept) == 8
    assert kept[0] == 0
    assert kept[-1] == 2000
    gaps = np.diff(kept)
    assert gaps[-1] > gaps[1]  # sparse late, dense early
