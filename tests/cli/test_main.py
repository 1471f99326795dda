"""The command line, called as `python -m ganlib` calls it."""

import io
import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ganlib import presets
from ganlib.cli import main
from ganlib.models import priors
from ganlib.runs import store
from ganlib.runs.folder import Run
from ganlib.runs.status import FINISHED, INTERRUPTED, STOPPED, Status
from ganlib.utils import images

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A folder with one short finished run, `tiny`, trained by the command line in a process of its own."""
    folder = tmp_path_factory.mktemp("trained")
    settings = ("max_steps=30", "generator=mlp", "discriminator=mlp")
    words = ["train", "digits-quick", *(f"--set={each}" for each in settings), "--name", "tiny", "--runs", str(folder)]
    done = subprocess.run([sys.executable, "-m", "ganlib", *words], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return folder, done


def test_train_in_a_process_says_plainly_what_it_does(trained):
    folder, done = trained
    assert done.stderr == ""
    assert "tiny is finished at step 30" in done.stdout
    assert store.find("tiny", folder).status().state == FINISHED
    assert store.find("tiny", folder).record["preset"] == "digits-quick"


def test_presets_lists_every_name(cli):
    status, out, _ = cli("presets")
    assert status == 0
    assert [line.split()[0] for line in out.splitlines()[1:]] == list(presets.PRESETS)


def test_help_explains_every_setting(cli):
    status, out, _ = cli("train", "--help")
    assert status == 0
    from ganlib.config import FIELDS

    for info in FIELDS.values():
        assert f"{info.name}  {info.doc}" in out


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["train", "mnits"], "There is no preset 'mnits'; choose one of: digits-quick,"),
        (["train"], "Name a preset"),
        (["train", "digits-quick", "--set", "epoch=3"], "There is no setting 'epoch'; choose one of: dataset,"),
        (["train", "digits-quick", "--set", "epochs"], "--set takes KEY=VALUE"),
        (["train", "digits-quick", "--set", "epochs=many"], "epochs must be a whole number"),
        (["train", "digits-quick", "--set", "batch_size=0"], "batch_size must be between 2 and 4096"),
        (["train", "digits-quick", "--set", "loss=gan"], "There is no loss 'gan'"),
        (["train", "digits-quick", "--name", "../../etc"], "is no name for a run"),
        (["train", "--config", "nowhere.json"], "nowhere.json is no readable config.json"),
        (["resume", "../../etc"], "There is no run '../../etc'"),
        (["pause", "nobody"], "There is no run 'nobody'"),
        (["delete", "nobody"], "There is no run 'nobody'"),
        (["sample", "nobody", "--out", "a.png"], "There is no run 'nobody'"),
        (["sample", "nobody", "--out", "a.jpg"], "There is no kind of file '.jpg'; choose one of: .png, .npz"),
        (["sample", "nobody", "--out", "no/such/folder/a.png"], "There is no folder no/such/folder"),
        (["export", "nobody"], "--keras g.keras for its generator"),
        (["export", "nobody", "--keras", "g.h5"], "There is no kind of file '.h5'; choose one of: .keras"),
        (["export", "nobody", "--out", "a.zip", "--at", "5"], "--at goes with --keras"),
        (["export", "nobody", "--keras", "g.keras", "--checkpoint"], "--checkpoint goes with --out"),
        (["data", "cats", "--delete", "--from", "a.zip"], "--delete and --from exclude each other"),
        (["import", "."], "Is a directory"),
        (["import", "no.zip"], "There is no file no.zip"),
        (["data", "cifar"], "There is no data set 'cifar'"),
        (["classifier", "svhn"], "There is no classifier 'svhn'; choose one of: digits, mnist,"),
    ],
)
def test_a_mistake_gives_one_line_and_status_1(cli, folder, words, sentence):
    status, _, err = cli(*words)
    assert status == 1
    assert err.startswith("ganlib: ")
    assert sentence in err
    assert err.count("\n") == 1
    assert not folder.exists() or list(folder.iterdir()) == []


@pytest.mark.parametrize(
    "words", [["fly"], ["sample"], ["sample", "x"], ["interpolate", "x", "--seeds", "3", "--out", "a"]]
)
def test_wrong_usage_exits_with_2(cli, words):
    assert cli(*words)[0] == 2


@pytest.mark.slow
def test_a_config_file_repeats_a_run(trained, cli, folder):
    original = store.find("tiny", trained[0])
    status, out, _ = cli("train", "--config", original.path / "config.json", "--name", "again", "--now")
    assert status == 0, out
    again = store.find("again", folder)
    assert again.config == original.config
    keys = [key for key in original.metrics() if key not in ("time_s", "images_per_s")]
    for key in keys:
        np.testing.assert_array_equal(again.metrics()[key], original.metrics()[key])


def test_sample_repeats_by_seed_and_fits_its_kind(trained, tmp_path, capsys):
    folder, _ = trained
    for name in ("a.npz", "b.npz", "c.png"):
        assert (
            main(
                ["sample", "tiny", "--count", "10", "--seed", "5", "--out", str(tmp_path / name), "--runs", str(folder)]
            )
            == 0
        )
    first, second = (np.load(tmp_path / name, allow_pickle=False)["images"] for name in ("a.npz", "b.npz"))
    assert first.shape == (10, 8, 8, 1)
    assert first.dtype == np.uint8
    np.testing.assert_array_equal(first, second)
    assert images.read_png(tmp_path / "c.png").shape == (2 * 9 - 1, 8 * 9 - 1, 1)


@pytest.mark.slow
def test_sample_draws_the_class_that_is_asked_for_from_a_run_that_knows_classes(trained, cli, capsys, tmp_path):
    wish = ["sample", "tiny", "--label", "7", "--out", str(tmp_path / "x.npz"), "--runs", str(trained[0])]
    assert main(wish) != 0
    assert "trained without class labels, so it cannot be asked for a class." in capsys.readouterr().err
    told = cli("train", "digits-quick", "--set", "conditioning=projection", "--set", "max_steps=2", "--name", "c")
    assert told[0] == 0, told
    for label in ("7", "2"):
        assert cli("sample", "c", "--label", label, "--count", "30", "--out", tmp_path / f"{label}.npz")[0] == 0
    seven, two = (np.load(tmp_path / f"{label}.npz")["images"] for label in "72")
    assert seven.shape == two.shape == (30, 8, 8, 1)
    assert (seven != two).any()
    status, _, told = cli("sample", "c", "--label", "10", "--out", tmp_path / "x.npz")
    assert status != 0
    assert "There is no class 10" in told


@pytest.mark.parametrize(("count", "shape"), [(1, (8, 8, 1)), (3, (8, 26, 1)), (100, (89, 89, 1))])
def test_a_sample_grid_has_no_empty_cells_and_grows_both_ways(trained, tmp_path, count, shape):
    out = tmp_path / "grid.png"
    assert main(["sample", "tiny", "--count", str(count), "--out", str(out), "--runs", str(trained[0])]) == 0
    assert images.read_png(out).shape == shape


def test_sample_into_a_folder_writes_each_image(trained, tmp_path):
    for name in ("all.npz", "each"):
        assert main(["sample", "tiny", "--count", "3", "--out", str(tmp_path / name), "--runs", str(trained[0])]) == 0
    written = sorted((tmp_path / "each").iterdir())
    assert [path.name for path in written] == [f"seed0_{number:04}.png" for number in range(3)]
    np.testing.assert_array_equal([images.read_png(path) for path in written], np.load(tmp_path / "all.npz")["images"])


@pytest.mark.slow
def test_an_exported_generator_draws_the_same_in_plain_keras(trained, tmp_path):
    """In a process that knows nothing of this library."""
    for words in (["sample", "tiny", "--count", "4", "--out", "s.npz"], ["export", "tiny", "--keras", "g.keras"]):
        words[-1] = str(tmp_path / words[-1])
        assert main([*words, "--runs", str(trained[0])]) == 0
    run = store.find("tiny", trained[0])
    np.save(tmp_path / "z.npy", priors.get(run.config.prior).sample(4, run.config.latent_dim, 0))
    code = """
        import sys, keras, numpy as np
        images = keras.saving.load_model("g.keras")(np.load("z.npy"), training=False)
        assert not any(name.startswith("ganlib") for name in sys.modules)
        np.save("plain.npy", np.rint(127.5 * (np.asarray(images) + 1)).astype(np.uint8))
    """
    subprocess.run([sys.executable, "-c", textwrap.dedent(code)], cwd=tmp_path, check=True, capture_output=True)
    drawn, plain = np.load(tmp_path / "s.npz")["images"], np.load(tmp_path / "plain.npy")
    assert np.abs(drawn.astype(int) - plain).max() <= 1  # rounding of bytes


def test_sample_at_a_snapshot_differs_from_the_end(trained, tmp_path, capsys):
    folder, _ = trained
    for name, extra in (("end.npz", []), ("start.npz", ["--at", "0"])):
        assert main(["sample", "tiny", "--out", str(tmp_path / name), "--runs", str(folder), *extra]) == 0
    end, start = (np.load(tmp_path / name)["images"] for name in ("end.npz", "start.npz"))
    assert (end != start).any()
    assert main(["sample", "tiny", "--out", str(tmp_path / "x.npz"), "--at", "7", "--runs", str(folder)]) == 1
    assert "has no snapshot at step 7; it has: 0" in capsys.readouterr().err


def test_interpolate_writes_an_animation_of_so_many_frames(trained, tmp_path, capsys):
    folder, _ = trained
    for name in ("walk.gif", "walk.webp"):
        out = tmp_path / name
        assert (
            main(
                ["interpolate", "tiny", "--seeds", "3,14,15", "--frames", "9", "--out", str(out), "--runs", str(folder)]
            )
            == 0
        )
        assert Image.open(io.BytesIO(out.read_bytes())).n_frames == 9


def test_a_run_without_weights_says_so(cli, folder, tmp_path):
    store.create(presets.get("digits-quick").config, {}, "young", folder)
    status, _, err = cli("sample", "young", "--out", tmp_path / "a.png")
    assert status == 1
    assert "has no weights yet" in err


def test_another_backend_is_refused_in_a_sentence(cli, monkeypatch):
    monkeypatch.setenv("KERAS_BACKEND", "jax")
    status, _, err = cli("train", "digits-quick", "--now")
    assert status == 1
    assert "KERAS_BACKEND is 'jax'" in err


def test_export_import_fork_and_resume(trained, cli, folder, tmp_path):
    origin, _ = trained
    assert main(["export", "tiny", "--checkpoint", "--out", str(tmp_path / "t.zip"), "--runs", str(origin)]) == 0
    assert cli("import", tmp_path / "t.zip", "--name", "copy")[0] == 0
    assert cli("fork", "copy", "--set", "max_steps=40", "--name", "child")[0] == 0
    status, out, _ = cli("resume", "child", "--now")
    assert status == 0, out
    assert store.find("child", folder).status().step == 40
    assert store.find("child", folder).record["parent"] == {"run": "copy", "step": 30, "exact": True}


@pytest.mark.slow
def test_digits_quick_draws_digits(tmp_path):
    words = ["train", "digits-quick", "--name", "a", "--runs", str(tmp_path)]
    subprocess.run([sys.executable, "-m", "ganlib", *words], cwd=ROOT, check=True, capture_output=True)
    from sklearn.neural_network import MLPClassifier

    from ganlib import data
    from ganlib.explore.sampler import Sampler

    real = data.load("digits")
    judge = MLPClassifier((128,), max_iter=300, random_state=0).fit(
        real.images.reshape(len(real), -1) / 255, real.labels
    )
    sampler = Sampler(store.find("a", tmp_path))
    probabilities = judge.predict_proba(sampler.images(sampler.latents(1000, 1)).reshape(1000, -1) / 255)
    assert (probabilities.max(axis=1) > 0.9).mean() > 0.6  # of real held-out digits, 0.94
    assert np.bincount(probabilities.argmax(axis=1), minlength=10).min() > 10  # no class missing


@pytest.mark.slow
def test_a_thousand_runs_are_listed_within_seconds(cli, folder, tmp_path, monkeypatch):
    monkeypatch.setattr(store, "SHIPPED", tmp_path / "shipped")
    for number in range(1000):
        store.create(presets.get("digits-quick").config, {"preset": "digits-quick"}, f"run-{number}", folder)
    took = []
    for _ in range(3):  # a busy machine can only make it slower
        started = time.monotonic()
        status, out, _ = cli("runs")
        took.append(time.monotonic() - started)
    assert min(took) < 10, took  # below 1 s on two cores
    assert status == 0
    assert out.count("digits-quick") == 1000


def test_runs_lists_states_and_delete_removes(cli, folder, tmp_path, monkeypatch):
    monkeypatch.setattr(store, "SHIPPED", tmp_path / "shipped")
    assert "No runs yet" in cli("runs")[1]
    store.create(presets.get("digits-quick").config, {"preset": "digits-quick"}, "mine", folder)
    assert cli("runs")[1].splitlines()[1].split() == ["mine", "queued", "digits-quick", "0/0"]
    assert cli("cancel", "mine")[0] == 0
    assert "stopped" in cli("runs")[1]
    assert cli("delete", "mine")[0] == 0
    assert "No runs yet" in cli("runs")[1]


def test_data_says_where_and_how_many(cli):
    status, out, _ = cli("data", "digits")
    assert status == 0
    assert "1,500" in out


@pytest.mark.slow
def test_two_trainings_of_one_run_are_refused(trained, cli):
    run = store.find("tiny", trained[0])
    before = (run.path / "metrics.jsonl").read_bytes()
    with run.held():
        run.write_status(Status(INTERRUPTED))  # never written by us, but a reader must cope
        status = main(["resume", str(run.path)])
    assert status == 1
    assert (run.path / "metrics.jsonl").read_bytes() == before


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="sends SIGINT")
def test_ctrl_c_stops_cleanly_and_resume_goes_on(tmp_path):
    words = [
        "train",
        "digits-quick",
        "--set",
        "max_seconds=0",
        "--set",
        "max_steps=400",
        "--name",
        "a",
        "--runs",
        str(tmp_path),
    ]
    process = subprocess.Popen(
        [sys.executable, "-m", "ganlib", *words], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    run = Run(tmp_path / "a")
    until = time.monotonic() + 180
    while run.status().step < 20:
        assert time.monotonic() < until
        assert process.poll() is None, process.stdout.read()
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=180)
    assert process.returncode == 0, out
    assert "is stopped at step" in out
    stopped = run.status()
    assert stopped.state == STOPPED
    assert (run.path / "generator.weights.h5").exists()
    assert main(["resume", "a", "--runs", str(tmp_path)]) == 0
    assert run.status().step == 400
    assert json.loads((run.path / "events.jsonl").read_text().splitlines()[2])["step"] == stopped.step
