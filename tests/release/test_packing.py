import json
import shutil

import numpy as np
import pytest

from ganlib.data import shipped
from ganlib.explore.evaluate_run import evaluate_run, inspect
from ganlib.explore.sampler import Discriminator, Sampler
from ganlib.runs import folder as run
from ganlib.runs import store
from ganlib.runs.folder import Run
from ganlib.runs.status import FINISHED
from ganlib.utils import files
from ganlib.utils.errors import UserError
from tests.release.conftest import RECIPE, WITHOUT_D
from tools.release import packing

pytestmark = pytest.mark.slow


@pytest.fixture
def home(shipping, tmp_path, monkeypatch):
    """A copy of the folder of shipped models, in the place where the library looks for them."""
    copied = tmp_path / "pretrained"
    shutil.copytree(shipping, copied)
    for module in (run, store):
        monkeypatch.setattr(module, "SHIPPED", copied)
    monkeypatch.setenv("GANLIB_RUNS", str(tmp_path / "runs"))
    return copied


@pytest.fixture
def unevaluated(home, monkeypatch):
    """Packing takes the evaluation that the model has already: what it costs shows nothing new."""
    lines = files.read_lines(home / RECIPE.name / "evaluations.jsonl")
    found = [line for line in lines if "copies" in line]
    monkeypatch.setattr(packing, "_evaluate", lambda run, made, step: [{**line, "step": step} for line in found])


@pytest.fixture
def model(home):
    return Run(home / RECIPE.name)


def test_a_packed_run_draws_what_the_run_drew(worked, model):
    before, after = Sampler(worked), Sampler(model)
    latents = before.latents(64, seed=3)
    difference = before.images(latents).astype(int) - after.images(latents)
    assert np.abs(difference).max() <= 2
    assert model.status().state == FINISHED
    assert after.step == model.status().step == worked.status().step


def test_a_packed_discriminator_says_what_it_said(worked, model):
    images = Sampler(worked).images(Sampler(worked).latents(64, seed=3))
    np.testing.assert_allclose(Discriminator(model).scores(images), Discriminator(worked).scores(images), atol=0.01)


def test_the_manifest_lists_every_file_and_no_other(home):
    for name, entry in shipped.manifest(home)[shipped.MODELS].items():
        assert entry["files"] == shipped.listed(home / name)
    assert {path.name for path in home.iterdir()} == {RECIPE.name, WITHOUT_D.name, shipped.MANIFEST}


def test_the_manifest_says_what_the_model_is(home, worked):
    entry = shipped.manifest(home)[shipped.MODELS][RECIPE.name]
    status = worked.status()
    assert (entry["dataset"], entry["split"], entry["images"]) == ("digits", "train", 1500)
    assert (entry["epochs"], entry["steps"], entry["seconds"]) == (status.epoch, status.step, status.seconds)
    assert entry["licence"] == "CC BY 4.0"
    assert entry["machine"].endswith(("thread", "threads"))
    assert entry["parameters"]["generator"] == Sampler(worked).generator.count_params()
    (found,) = entry["metrics"].values()
    assert {"frechet_distance", "score", "recognised", "copies", "floor", "noise"} <= found.keys()


def test_nothing_of_the_working_folder_is_left(model, worked):
    names = {path.relative_to(model.path).parts[0] for path in model.path.rglob("*")}
    assert not names & {"checkpoint", "control", "lock", "log.txt"}
    text = [path for path in model.path.rglob("*") if path.suffix in (".json", ".jsonl")]
    assert len(text) == 7
    for path in text:
        assert str(worked.path.parent) not in path.read_text()


def test_the_thorough_evaluation_comes_last_and_knows_what_d_thinks(home):
    for name in (RECIPE.name, WITHOUT_D.name):
        line = Run(home / name).evaluations()[-1]
        assert {"copies", "d_fake", "d_train", "d_held_out"} <= line.keys()


def test_a_model_brings_as_many_moments_for_the_time_machine_as_its_recipe_says(model, home):
    from ganlib.explore.time_machine import history

    steps, pictures = history(model, np.zeros((2, model.config.latent_dim)))
    assert len(steps) == RECIPE.snapshots + 1
    assert not Run(home / WITHOUT_D.name).snapshots()
    assert steps[-1] == model.status().step
    assert len(np.unique(pictures[:, 0], axis=0)) == len(steps)


def test_packing_again_replaces_the_model_and_says_the_same_of_it(worked, home):
    before = shipped.manifest(home)[shipped.MODELS][RECIPE.name]
    (home / RECIPE.name / "stray").write_text("")
    after = packing.pack(worked, RECIPE, home)
    assert not (home / RECIPE.name / "stray").exists()
    assert {**after, "files": None} == {**before, "files": None}
    assert after["files"].keys() == before["files"].keys()


@pytest.mark.usefixtures("unevaluated")
def test_what_somebody_judged_of_a_working_run_does_not_come_along(worked, home, tmp_path):
    judged = Run(tmp_path / worked.id)
    shutil.copytree(worked.path, judged.path)
    before = len(Run(home / RECIPE.name).evaluations())
    files.append_lines(judged.path / "evaluations.jsonl", [{"step": 1, "count": 50_000, "copies": 0.5}])
    packing.pack(judged, RECIPE, home)
    found = Run(home / RECIPE.name).evaluations()
    assert len(found) == before
    assert all(line["count"] < 50_000 for line in found)


@pytest.mark.usefixtures("unevaluated")
@pytest.mark.parametrize("has_new", [False, True], ids=["before the new one came", "before the manifest was written"])
def test_a_packing_that_was_killed_loses_nothing_and_the_next_one_works(worked, home, model, monkeypatch, has_new):
    aside = home / ".packing" / f"{RECIPE.name}.old"
    aside.parent.mkdir()
    if has_new:
        shutil.copytree(model.path, aside)
    else:
        model.path.rename(aside)
    evaluate = packing._evaluate
    monkeypatch.setattr(packing, "_evaluate", None)  # the next one fails
    with pytest.raises(TypeError):
        packing.pack(worked, RECIPE, home)
    Sampler(model)
    monkeypatch.setattr(packing, "_evaluate", evaluate)
    packing.pack(worked, RECIPE, home)
    Sampler(Run(home / RECIPE.name))
    assert {path.name for path in home.iterdir()} == {RECIPE.name, WITHOUT_D.name, shipped.MANIFEST}


@pytest.mark.usefixtures("unevaluated")
@pytest.mark.parametrize("where", ["_entry", "shipped.put_model"])
def test_an_interrupted_packing_leaves_the_old_model(worked, home, model, monkeypatch, where):
    def interrupt(*arguments):
        raise KeyboardInterrupt

    (model.path / "about.json").write_text('{"title": "old"}')
    owner, _, name = where.rpartition(".")
    monkeypatch.setattr(getattr(packing, owner) if owner else packing, name, interrupt)
    before = (home / shipped.MANIFEST).read_text()
    with pytest.raises(KeyboardInterrupt):
        packing.pack(worked, RECIPE, home)
    assert model.about().title == "old"
    assert (home / shipped.MANIFEST).read_text() == before
    assert {path.name for path in home.iterdir()} == {RECIPE.name, WITHOUT_D.name, shipped.MANIFEST}


@pytest.mark.usefixtures("unevaluated")
def test_a_run_that_trains_is_packed_from_its_newest_snapshot(worked, home, tmp_path):
    training = Run(tmp_path / worked.id)
    shutil.copytree(worked.path, training.path)
    status = json.loads((training.path / "status.json").read_text())
    files.write_json(training.path / "status.json", {**status, "state": "running"})
    newest = training.snapshots()[-2][0]
    shutil.rmtree(training.snapshots()[-1][1])
    with training.held():
        entry = packing.pack(training, RECIPE, home)
    packed = Run(home / RECIPE.name)
    assert entry["steps"] == newest == packed.status().step
    assert packed.metrics()["step"][-1] <= newest
    assert packed.samples()[-1].step == newest
    assert 0 < entry["seconds"] < worked.status().seconds


def test_a_run_without_weights_is_refused(worked, home, tmp_path):
    bare = store.make(tmp_path / "bare", worked.config, {})
    with pytest.raises(UserError, match="has no weights yet"):
        packing.pack(bare, RECIPE, home)


# What a shipped model lacks, or lost


def test_a_damaged_file_is_one_sentence_and_the_other_model_works(home, model):
    path = model.path / "generator.weights.h5"
    content = bytearray(path.read_bytes())
    content[-10] ^= 1
    path.write_bytes(content)
    with pytest.raises(UserError, match=r"generator\.weights\.h5 is damaged .* get a fresh copy"):
        Sampler(model)
    Discriminator(model)
    Sampler(Run(home / WITHOUT_D.name))


def test_a_damaged_snapshot_is_refused(model):
    step, folder = model.snapshots()[0]
    (folder / "generator.weights.h5").write_bytes(b"")
    with pytest.raises(UserError, match="is damaged"):
        Sampler(model, step)


def test_a_missing_file_is_one_sentence(model):
    (model.path / "generator.weights.h5").unlink()
    with pytest.raises(UserError, match="is missing or cannot be read"):
        Sampler(model)


def test_a_model_that_no_manifest_lists_is_not_loaded(home, model):
    model.path.rename(home / "stranger")
    with pytest.raises(UserError, match=r"lists no generator\.weights\.h5 of the model 'stranger'"):
        Sampler(Run(home / "stranger"))


def test_without_its_discriminator_a_model_says_so_and_is_judged_all_the_same(home):
    bare = Run(home / WITHOUT_D.name)
    assert bare.is_without_discriminator
    with pytest.raises(UserError, match="came without its discriminator"):
        Discriminator(bare)
    line = evaluate_run(bare, 100)
    assert "recognised" in line
    assert not {"d_train", "d_fake"} & line.keys()
    look = inspect(bare, 40, 100)
    assert look.scores is look.real_scores is look.held_out_scores is None
    assert look.confidence.shape == (40,)
