import re
import shutil

import numpy as np
import pytest

from ganlib import presets
from ganlib.catalog.source_projects import ENDS, ROWS
from ganlib.data import shipped
from ganlib.plots.palette import RUNS
from ganlib.runs import folder as run
from ganlib.runs import store
from ganlib.runs.folder import Run
from ganlib.runs.status import FINISHED, STOPPED, Status
from ganlib.utils import files
from ganlib.utils.errors import UserError
from tests.release.conftest import RECIPE
from tools.release import criteria, findings, results
from tools.release.recipes import RECIPES
from tools.release.results_page import Page

FOUND = {
    "frechet_distance": 12.3,
    "score": 8.8,
    "recognised": 0.8,
    "classes_missing": 0.0,
    "copies": 0.01,
    "classes": [0.1] * 10,
    "floor": {"frechet_distance": 0.0398, "score": 9.7, "recognised": 0.98, "copies": 0.01},
    "noise": {"frechet_distance": 825.0, "score": 1.0, "recognised": 1.0, "copies": 0.0},
}


@pytest.fixture(scope="module")
def written(shipping, tmp_path_factory):
    """The page of all nine systems of the source projects, each a copy of a tiny one, with numbers of its own.

    It lies in `docs`, beside the models in `pretrained`; no test changes either.
    """
    folder = tmp_path_factory.mktemp("written")
    for place, name in enumerate(name for row in ROWS for name in row.systems.values()):
        shutil.copytree(shipping / RECIPE.name, folder / "pretrained" / name)
        entry = shipped.manifest(shipping)[shipped.MODELS][RECIPE.name]
        metrics = {"1000": {**FOUND, "score": 0.11}, "10000": {**FOUND, "score": 8 + place / 100}}
        shipped.put_model(name, {**entry, "metrics": metrics}, list(RECIPES), folder / "pretrained")
    return results.write(folder / "docs", folder / "pretrained")


@pytest.fixture
def home(written, tmp_path):
    """The nine systems once more, to be changed."""
    return shutil.copytree(written.parent.parent / "pretrained", tmp_path / "pretrained")


@pytest.fixture
def docs(tmp_path):
    return tmp_path / "docs"


@pytest.mark.slow
def test_the_page_has_every_picture_and_chart_it_shows(written):
    docs, text = written.parent, written.read_text()
    charts = re.findall(r"!\[[^]]*\]\(([^)]+)\)", text)
    grids = re.findall(r'<img src="([^"]+)"', text)
    assert len(charts) >= 9
    assert len(grids) == 12
    assert "*Not trained far enough yet.*" in text.partition("## Small models")[2].partition("##")[0]
    for path in [*charts, *grids]:
        assert (docs / path).is_file(), path


@pytest.mark.slow
def test_the_page_tells_the_thorough_numbers_beside_what_real_images_get(written):
    text = written.read_text()
    assert "| Classifier score (higher is better) | 9.70 | 8.00 | 8.01 | 8.02 | 1.00 |" in text
    assert "| Fréchet distance (lower is better) | 0.04 | 12.3 | 12.3 | 12.3 | 825.0 |" in text
    assert "0.11" not in text
    assert "10,000 samples" in text


@pytest.mark.slow
def test_the_losses_of_the_source_projects_stand_beside_ours(written, worked):
    text = written.read_text()
    columns = worked.metrics()
    last = columns["epoch"] >= columns["epoch"][-1] - 1
    ours = f"{columns['g_loss'][last].mean():.3f} | {columns['d_loss'][last].mean():.3f}"
    for name, end in ENDS.items():
        assert re.search(rf"`{name}` \| {end.epochs} \| .* \| {re.escape(ours)} \|", text)


@pytest.mark.slow
def test_a_page_without_models_says_so_and_the_same_models_give_the_same_page(written, home, docs, tmp_path):
    assert "Not trained far enough yet" in results.write(docs, tmp_path / "nothing").read_text()
    assert results.write(docs, home).read_text() == written.read_text()


@pytest.mark.slow
def test_a_system_has_one_colour_in_all_charts_whoever_else_ships(home, docs):
    entries = {name: entry for name, entry in shipped.manifest(home)[shipped.MODELS].items() if name != "mnist-dcgan"}
    files.write_json(home / shipped.MANIFEST, {shipped.CLASSIFIERS: {}, shipped.MODELS: entries})
    present = Page(docs, home).systems("mnist")
    assert [(system.title, system.color) for system in present] == [("Advanced", RUNS[1]), ("WGAN", RUNS[2])]
    results.write(docs, home)
    chart = (docs / "images" / "mnist-g-loss.svg").read_text()
    assert RUNS[1] in chart
    assert RUNS[0] not in chart


@pytest.mark.slow
def test_critics_have_charts_of_their_own(home, docs):
    lossy = home / "mnist-wgan-gp" / "config.json"
    lossy.write_text(lossy.read_text().replace('"non_saturating"', '"wgan_gp"'))
    results.write(docs, home)
    shared, own = ((docs / "images" / name).read_text() for name in ("mnist-d-loss.svg", "mnist-wgan-gp-losses.svg"))
    assert "Baseline" in shared
    assert "WGAN" not in shared
    assert "Critic" in own


@pytest.mark.slow
def test_what_somebody_judged_here_is_not_on_the_page(written, home, docs, monkeypatch):
    before = sorted((path.name, path.read_text()) for path in (written.parent / "images").iterdir())
    monkeypatch.setattr(run, "SHIPPED", home)
    monkeypatch.setenv("GANLIB_RUNS", str(home.parent / "runs"))
    line = {"step": 1, "epoch": 0.1, "count": 2000, "frechet_distance": 5000.0}
    path = Run(home / "mnist-dcgan").evaluations_path
    path.parent.mkdir(parents=True)
    files.append_lines(path, [line, line])
    assert line in Run(home / "mnist-dcgan").evaluations()
    results.write(docs, home)
    assert sorted((path.name, path.read_text()) for path in (docs / "images").iterdir()) == before


@pytest.mark.parametrize("block", ["losses nowhere", "finding nothing", "nonsense"])
def test_a_block_that_there_is_not_is_one_sentence(home, tmp_path, block):
    readme = tmp_path / "README.md"
    readme.write_text(f"<!-- {block} -->\n<!-- end -->\n")
    with pytest.raises(UserError, match=r"There is no .* choose one of"):
        results.refresh(readme, home)


def test_the_page_and_the_readme_are_those_of_what_ships(tmp_path):
    """Whoever packs a model or changes the words must run `python -m tools.release --results`."""
    (tmp_path / "pretrained").symlink_to(shipped.HOME, target_is_directory=True)
    shutil.copytree(findings.HOME, tmp_path / "docs" / "findings")
    readme = tmp_path / "README.md"
    shutil.copy(results.README, readme)
    page = results.write(tmp_path / "docs", tmp_path / "pretrained")
    assert page.read_text(encoding="utf-8") == (results.DOCS / results.PAGE).read_text(encoding="utf-8")
    for chart in (tmp_path / "docs" / "images").iterdir():
        assert chart.read_text() == (results.DOCS / "images" / chart.name).read_text(), chart.name
    results.refresh(readme, tmp_path / "pretrained")
    assert readme.read_text(encoding="utf-8") == results.README.read_text(encoding="utf-8")


def test_no_number_of_ours_is_written_by_hand():
    words = results.TEMPLATE.read_text()
    numbers = re.findall(r"\d+(?:\.\d+)?", re.sub(r"<!-- .* -->|`[^`]*`", "", words))
    # A year, a paper, the bits of a number format, and the published protocol's epochs.
    assert set(numbers) <= {"2018", "1711.10337", "16", "20"}


def test_every_bar_can_be_met_and_missed():
    recipe = RECIPES["mnist-dcgan"]
    assert criteria.missed(recipe, FOUND) == []
    assert criteria.missed(recipe, {**FOUND, "recognised": 0.7}) == ["at least 75 % recognised"]
    assert criteria.missed(recipe, {**FOUND, "classes": [0.02, *[0.1] * 9]}) == ["every class above 3 %"]
    assert len(criteria.missed(recipe, {**FOUND, "frechet_distance": 100.0, "copies": 0.1})) == 2
    assert criteria.missed(RECIPES["fashion-gan-normal"], {**FOUND, "score": 6.4}) == ["classifier score at least 6.5"]
    assert criteria.missed(RECIPES["mnist-wgan-gp"], {**FOUND, "classes_missing": 1.0}) == ["no class missing"]
    assert len(criteria.missed(RECIPES["svhn-dcgan"], {**FOUND, "frechet_distance": 300.0})) == 1


# Findings


@pytest.fixture
def work(tmp_path):
    """The runs of the finding, made up: with the normal initialiser G's loss rises half as fast and is calmer."""
    folder, random = tmp_path / "work", np.random.default_rng(0)
    for work in findings.FINDINGS["fashion-seeds"].works():
        is_normal = work.record["preset"] == "fashion-gan-normal"
        run = store.make(folder / work.name, work.config, work.record, STOPPED)
        run.write_status(Status(FINISHED, step=4000, epoch=2.0))
        steps = np.arange(10, 4001, 10)
        noise = random.normal(0, 0.05 if is_normal else 0.1, len(steps))
        g_loss = 1 + steps / 1000 * (0.2 if is_normal else 0.4) + noise
        rows = [
            {"step": int(step), "epoch": step / 2000, "g_loss": float(g), "d_loss": 1.0}
            for step, g in zip(steps, g_loss, strict=True)
        ]
        files.append_lines(run.path / "metrics.jsonl", rows)
        line = {"step": 4000, "count": 2000, "frechet_distance": 9.0, "score": 7.0}
        files.append_lines(run.path / "evaluations.jsonl", [line])
    return folder


def test_a_finding_has_runs_that_differ_in_system_and_seed_alone():
    finding = findings.FINDINGS["fashion-seeds"]
    works = finding.works()
    assert len({work.name for work in works}) == len(works) == 9
    assert [work.config.seed for work in works] == [1, 1, 1, 2, 2, 2, 3, 3, 3]
    assert {(work.config.epochs, work.config.precision) for work in works} == {(finding.epochs, "bfloat16")}
    first, second = works[0].config, works[1].config
    assert second == first.changed(initializer="glorot_normal")


def test_what_is_kept_of_a_finding_tells_rise_and_fluctuation(work, docs):
    home = docs / "findings"
    assert findings.keep("fashion-seeds", work, home)
    uniform, normal = findings.seen("initialisers", home)
    for found, rise, fluctuation in ((uniform, 0.4, 0.1), (normal, 0.2, 0.05)):
        assert len(found["runs"]) == 3
        for numbers in found["runs"]:
            assert numbers["g_rise"] == pytest.approx(rise, abs=0.05)
            assert numbers["g_fluctuation"] == pytest.approx(fluctuation, rel=0.2)
            assert numbers["d_fluctuation"] == pytest.approx(0, abs=1e-6)
        assert found["bands"]["g_loss"]["runs"] == 3
    assert (home / "fashion-seeds.json").stat().st_size < 60_000


def test_a_run_too_short_to_be_smoothed_has_no_fluctuation(tmp_path):
    (first, *_) = findings.FINDINGS["fashion-seeds"].works()
    run = store.make(tmp_path / first.name, first.config, first.record, STOPPED)
    rows = [{"step": 10 * n, "epoch": n / 100, "g_loss": 1.0 + n % 2, "d_loss": 1.0} for n in range(1, 19)]
    files.append_lines(run.path / "metrics.jsonl", rows)
    assert {"g_end", "g_rise"} <= findings.measured(run).keys()
    assert not {"g_fluctuation", "d_fluctuation"} & findings.measured(run).keys()


@pytest.mark.slow
def test_the_page_needs_no_runs_once_a_finding_is_kept(work, docs, home):
    findings.keep("fashion-seeds", work, docs / "findings")
    shutil.rmtree(work)
    assert not findings.keep("fashion-seeds", work, docs / "findings")
    text = results.write(docs, home).read_text()
    assert "images/initialisers-g-loss.svg" in text
    assert re.search(r"uniform initialiser \| 3 \| 2 \| 0\.[34]\d+ \(0\.\d+ to 0\.\d+\)", text)
    assert "| 9.0 | 7.00 |" in text


def test_a_run_of_a_finding_that_failed_before_its_first_line_is_left_out(work, docs):
    (next(work.glob("fashion-gan-normal-*")) / "metrics.jsonl").unlink()
    for path in work.glob("fashion-gan-uniform-*"):
        (path / "metrics.jsonl").unlink()
    assert findings.keep("fashion-seeds", work, docs / "findings")
    (normal,) = findings.seen("initialisers", docs / "findings")
    assert (normal["value"], len(normal["runs"])) == ("fashion-gan-normal", 2)


def test_a_finding_that_was_not_run_is_nothing(docs):
    assert findings.seen("objectives", docs) == []


def test_a_document_shows_what_ships_between_its_marks_and_nothing_else_changes(home, tmp_path):
    readme = tmp_path / "README.md"
    block = "<!-- pictures {} -->\n\nold\n\n<!-- end -->\n\n"
    readme.write_text(f"Before.\n\n{block.format('mnist')}Between.\n\n{block.format('svhn')}After.\n")
    text = results.refresh(readme, home).read_text()
    assert text.startswith("Before.\n\n<!-- pictures mnist -->\n\n| Original | Baseline |")
    assert text.endswith("|\n\n<!-- end -->\n\nAfter.\n")
    assert "old" not in text
    grids = re.findall(r'<img src="([^"]+)"', text)
    assert len(grids) == 8
    assert "|\n\n<!-- end -->\n\nBetween.\n\n<!-- pictures svhn -->\n\n| Original" in text
    assert all((tmp_path / sample_grid).is_file() for sample_grid in grids)
    assert results.refresh(readme, home).read_text() == text


def test_the_readme_has_marks_for_all_data_sets_of_the_source_projects():
    words = results.README.read_text(encoding="utf-8")
    assert [f"<!-- pictures {row.dataset} -->" in words for row in ROWS] == [True] * len(ROWS)


def test_small_models_stand_four_beside_each_other(shipping, tmp_path):
    entry = shipped.manifest(shipping)[shipped.MODELS][RECIPE.name]
    home = tmp_path / "pretrained"
    names = ["mnist-quick", "fashion-quick", "digits-quick", "mnist-lsgan", "mnist-hinge"]
    for name in names:
        shutil.copytree(shipping / RECIPE.name, home / name)
        shipped.put_model(name, entry, names, home)
    readme = tmp_path / "README.md"
    readme.write_text("<!-- small -->\n<!-- end -->\n")
    head, line, *rows = results.refresh(readme, home).read_text().split("\n")[2:8]
    assert head.count("|") == line.count("|") == 5
    assert [row.count("<img") for row in rows] == [4, 0, 1, 0]
    assert "**MNIST, least squares**" in rows[0]
    assert {row.count("|") for row in rows} == {5}


def test_with_a_gpu_the_systems_train_as_the_source_projects_did():
    for name in ("mnist-dcgan", "svhn-dcgan", "fashion-wgan"):
        recipe, source = RECIPES[name], presets.get(name).config
        full = recipe.work(is_full=True).config
        assert full.batch_size == source.batch_size
        assert full.epochs == recipe.full_epochs >= recipe.work().config.epochs
