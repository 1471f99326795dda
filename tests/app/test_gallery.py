import json
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from ganlib import data, presets
from ganlib.catalog import datasets
from ganlib.catalog.source_projects import ROWS
from ganlib.data import shipped
from ganlib.runs import folder as run
from ganlib.runs import queue, store
from ganlib.runs.folder import Run
from ganlib.runs.status import FINISHED, QUEUED, Status
from ganlib.utils import files, images
from tests.app.shown import again, alternatives
from ui.common import cached, links
from ui.gallery import cards

APP = Path(__file__).parents[2] / "app.py"
BLACK, GREY = (images.png_bytes(np.full((8, 8, 1), level, np.uint8)) for level in (0, 99))
PUBLISHED = {(name, part) for name in datasets.DATASETS.built_in for part in ("train", "test")}

At = set[tuple[str, str]]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GANLIB_RUNS", str(tmp_path / "runs"))
    for module in (run, store):
        monkeypatch.setattr(module, "SHIPPED", tmp_path / "shipped")
    monkeypatch.setattr(queue, "advance", lambda folder=None: None)
    return tmp_path


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch) -> At:
    """The splits that are on this machine, for a test to change; no file is read."""
    at_hand = set(PUBLISHED)

    def where(name: str, split: str = "train") -> str | None:
        return "here" if (name, split) in at_hand else None

    genuine = cached.originals

    def originals(config: Any, found: Any = ()) -> cached.Originals:
        if any((run.path / "samples" / "originals.png").exists() for run in found):
            return genuine(config, found)
        is_here = where(config.dataset, config.split)
        return cached.Originals(BLACK if is_here else None, "There are no originals to compare with.")

    monkeypatch.setattr(data, "where", where)
    monkeypatch.setattr(cached, "originals", originals)
    return at_hand


def make(folder: Path, name: str, preset: str = "", evaluations: str = "", state: str = FINISHED) -> Run:
    """Make a run with curves, one grid and an animation."""
    preset = preset or name
    made = Run(folder / name)
    (made.path / "samples").mkdir(parents=True)
    files.write_json(made.path / "config.json", {**presets.get(preset).config.to_dict(), "preset": preset})
    made.write_status(Status(state, step=100, total_steps=100, epoch=30.0))
    row = {"step": 100, "epoch": 30.0, "g_loss": 0.7, "d_loss": 1.4}
    files.append_lines(made.path / "metrics.jsonl", [row])
    files.write_bytes(made.path / "samples" / "1.png", GREY)
    files.append_lines(made.path / "samples" / "index.jsonl", [{"file": "1.png", "step": 100, "epoch": 30.0}])
    (made.path / "evaluations.jsonl").write_text(evaluations)
    return made


def ship(home: Path, *names: str, **options: str) -> list[Run]:
    return [make(home / "shipped", name, **options) for name in names]


def opened(**params: str) -> AppTest:
    app = AppTest.from_file(str(APP), default_timeout=30)
    app.query_params.update(params)
    return again(app)


def texts(app: AppTest, *kinds: str) -> str:
    return "\n".join(str(element.value) for kind in kinds for element in app.get(kind))


def ways(app: AppTest) -> dict[str, list[str]]:
    """Return the parameters of all links, by what they say."""
    found: dict[str, list[str]] = {}
    for link in app.get("page_link"):
        found.setdefault(link.proto.label, []).append(link.proto.query_string)
    return found


# Nothing shipped


def test_first_visit_says_what_a_gan_is_and_offers_a_first_training() -> None:
    app = opened()

    assert app.title[0].value == "GAN Explorer"
    assert "two neural networks that play against each other" in texts(app, "markdown")
    assert [button.label for button in app.button] == ["See how it works", "Train one now", "Explore trained models"]


@pytest.mark.parametrize(("door", "page"), [(0, "Lab"), (1, "Train a GAN"), (2, "Explore")])
def test_doors_lead_on_and_keep_who_one_is(door: int, page: str) -> None:
    app = opened(me="ann")

    app.button[door].click()
    again(app)

    assert app.title[0].value == page
    assert app.query_params["me"] in ("ann", ["ann"])


def test_the_form_is_filled_in_with_a_preset_that_works_everywhere() -> None:
    app = opened()

    app.button(key="way_pages/train.py").click()
    again(app)

    assert app.query_params["preset"] in ("digits-quick", ["digits-quick"])


def test_originals_of_all_data_at_hand_are_shown(here: At) -> None:
    here -= {(name, part) for name in ("mnist", "stacked-mnist") for part in ("train", "test")} | {("svhn", "train")}

    app = opened()

    assert alternatives(app) == [f"Grid of real images of {title}" for title in ("Digits", "Fashion-MNIST", "SVHN")]
    assert [query.partition("=")[2] for query in ways(app)["Train on it"]] == [
        "digits-quick",
        "fashion-quick",
        "svhn-quick",
    ]


def test_own_runs_are_shown_with_their_newest_pictures(home: Path) -> None:
    make(home / "runs", "mine", "mnist-quick")
    store.create(presets.get("digits-quick").config, {}, "no-pictures-yet")

    app = opened(me="ann")

    assert "**mine**" in texts(app, "markdown")
    assert "no-pictures-yet" not in texts(app, "markdown").replace("\\", "")
    assert "Grid of images that mine generated" in alternatives(app)
    assert ways(app)["Open"] == ["run=mine&me=ann"]


def test_own_run_that_waits_is_said_to(home: Path) -> None:
    make(home / "runs", "mine", "mnist-quick", state=QUEUED)

    assert "queued · 30 epochs" in texts(opened(), "caption")


# Shipped


def test_a_row_shows_originals_and_its_systems_side_by_side(home: Path) -> None:
    ship(home, *ROWS[0].systems.values())

    app = opened()

    assert [heading.value for heading in app.subheader] == ["MNIST"]
    headings = [element.value for element in app.markdown if element.value.startswith("**")]
    assert headings[:4] == ["**Original**", "**Baseline**", "**Advanced**", "**WGAN**"]
    assert alternatives(app) == [
        "Grid of real images of MNIST",
        *(f"Grid of images that {name} generated" for name in ROWS[0].systems.values()),
    ]
    assert ways(app)["Train it yourself"] == [f"preset={name}" for name in ROWS[0].systems.values()]
    assert texts(app, "caption").count("30 epochs") == 3


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.dataset)
def test_any_one_model_makes_a_row_and_says_what_is_missing(row: cards.Row, home: Path) -> None:
    ship(home, [*row.systems.values()][1])

    app = opened()

    assert len(alternatives(app)) == 2
    assert texts(app, "caption").count("No trained model of this one") == 2
    assert len(ways(app)["Train it yourself"]) == 3


def test_every_system_of_a_row_is_a_preset_on_its_data_set() -> None:
    for row in ROWS:
        assert {presets.get(name).config.dataset for name in row.systems.values()} == {row.dataset}


def test_models_outside_the_rows_come_first_as_cards(home: Path) -> None:
    ship(home, "mnist-wgan-gp", "digits-quick")

    app = opened()

    assert [heading.value for heading in app.subheader] == ["Trained models, nearest to real images first", "MNIST"]
    assert "**Digits, quick**" in texts(app, "markdown")
    assert "Grid of images that digits-quick generated" in alternatives(app)


def test_models_stand_in_the_order_of_the_manifest_under_their_own_titles(home: Path) -> None:
    for name, title in (("mnist-hinge", "MNIST, hinge"), ("mnist-lsgan", "MNIST, least squares")):
        made = make(home / "shipped", name, "mnist-quick")
        made.write_about(title=title, note=f"Why {name}.")
        config = made.config.changed(loss=name.removeprefix("mnist-"))
        files.write_json(made.path / "config.json", {**config.to_dict(), "preset": "mnist-quick"})
    put = partial(shipped.put_model, entry={}, order=["mnist-lsgan", "mnist-hinge"], folder=home / "shipped")
    for name in ("mnist-hinge", "mnist-lsgan"):
        put(name)

    app = opened()

    titles = [element.value for element in app.markdown if element.value.startswith("**MNIST")]
    assert titles == ["**MNIST, least squares**", "**MNIST, hinge**"]
    assert ways(app)["Train it yourself"] == [f"preset=mnist-quick&loss={loss}" for loss in ("lsgan", "hinge")]
    told = [element.value for element in app.caption if element.value.startswith("Why")]
    assert told == ["Why mnist\\-lsgan\\.", "Why mnist\\-hinge\\."]


def test_train_it_yourself_takes_all_settings_along_but_what_the_machine_decides(home: Path) -> None:
    made = make(home / "shipped", "mnist-minimax", "mnist-quick")
    settings = {"loss": "minimax", "g_learning_rate": 1e-3, "d_learning_rate": 2.5e-4, "max_seconds": 120.0}
    config = made.config.changed(**settings, precision="bfloat16", threads=2)
    files.write_json(made.path / "config.json", {**config.to_dict(), "preset": "mnist-quick"})

    (link,) = ways(opened())["Train it yourself"]

    draft, troubles = links.read(dict(parse_qsl(link)))
    assert troubles == []
    assert draft.config() == config.changed(precision="auto", threads=0)


def test_originals_come_from_the_part_that_is_here(home: Path, here: At) -> None:
    here.discard(("svhn", "train"))
    ship(home, "svhn-dcgan")

    app = opened()

    assert "Grid of real images of SVHN" in alternatives(app)
    assert "Real images, converted to greyscale" in texts(app, "caption")


def test_originals_that_a_run_brought_along_need_no_data(home: Path, here: At) -> None:
    here.clear()
    (brought,) = ship(home, "svhn-dcgan")
    assert "no originals" in texts(opened(), "caption")

    files.write_bytes(brought.path / "samples" / "originals.png", BLACK)
    assert "Grid of real images of SVHN" in alternatives(opened())


def test_watching_shows_the_animations_of_one_row(home: Path) -> None:
    ship(home, "mnist-dcgan", "fashion-wgan")
    app = opened()

    app.toggle(key="gallery_watch_mnist").set_value(True)
    again(app)

    moving = [text for text in alternatives(app) if text.startswith("Animation")]
    assert moving == ["Animation of the images that mnist-dcgan generated while it learned"]


def test_losses_are_drawn_on_demand_and_explained_once_a_loss(home: Path) -> None:
    ship(home, *ROWS[0].systems.values())
    app = opened()
    assert not app.get("plotly_chart")

    app.toggle(key="gallery_losses_mnist").set_value(True)
    again(app)

    charts = app.get("plotly_chart")
    assert len(charts) == 3
    assert texts(app, "caption").count("How to read the losses") == 2


def test_the_most_thorough_distance_is_told_with_its_floor(home: Path) -> None:
    thorough = {"step": 100, "count": 10_000, "seed": 0, "frechet_distance": 12.34, "floor": {"frechet_distance": 0.41}}
    later = {"step": 100, "count": 1_000, "seed": 0, "frechet_distance": 13.0, "floor": {"frechet_distance": 0.9}}
    ship(home, "mnist-dcgan", evaluations="".join(json.dumps(line) + "\n" for line in (thorough, later)))

    said = texts(opened(), "caption")

    assert "30 epochs · Fréchet distance 12.3 (real 0.4)" in said
    assert "Smaller is better" in said


@pytest.mark.parametrize("line", ["{", '{"frechet_distance": "low"}', '{"floor": 3}', '{"frechet_distance": null}'])
def test_damaged_evaluations_are_left_out(line: str, home: Path) -> None:
    ship(home, "mnist-dcgan", evaluations=line + "\n")

    assert "Fréchet" not in texts(opened(), "caption")


@pytest.mark.parametrize("content", ["{", '{"dataset": "nonsense", "preset": ["x"]}', "[]"])
def test_damaged_model_is_one_sentence_and_the_rest_is_shown(content: str, home: Path) -> None:
    damaged, _ = ship(home, "mnist-dcgan", "mnist-wgan-gp")
    (damaged.path / "config.json").write_text(content)
    app = opened()

    app.toggle(key="gallery_losses_mnist").set_value(True)
    again(app)

    assert "Grid of images that mnist-wgan-gp generated" in alternatives(app)
    assert len(app.get("plotly_chart")) == 1


def test_model_without_pictures_or_curves_is_no_error(home: Path) -> None:
    (bare,) = ship(home, "mnist-dcgan")
    for file in ("samples/1.png", "metrics.jsonl", "status.json"):
        (bare.path / file).unlink()
    app = opened()

    for toggle in app.toggle:
        toggle.set_value(True)
    again(app)

    assert "It has no pictures yet." in texts(app, "caption")
    assert "It has no curves." in texts(app, "caption")
