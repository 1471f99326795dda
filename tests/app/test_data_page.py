import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from ganlib import data
from ganlib.catalog import datasets
from ganlib.data import ImageSet, custom
from ganlib.training import estimate
from ganlib.utils import images
from ganlib.utils.errors import UserError
from tests.app.shown import again, alternatives, press, texts
from tests.variants import slow_unless
from ui.common import links
from ui.data import originals

APP = Path(__file__).parents[2] / "app.py"
PAGE = "pages/data.py"
COUNT = 600

At = set[tuple[str, str]]


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GANLIB_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("GANLIB_IMPORT", raising=False)
    monkeypatch.delenv("GANLIB_CLASS", raising=False)
    return tmp_path


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> At:
    """The published splits that are on this machine, for a test to change; small random images stand for them."""
    at_hand = {(name, part) for name in datasets.DATASETS.built_in for part in ("train", "test")}

    def load(name: str, split: str) -> ImageSet:
        facts = datasets.get(name)
        rng = np.random.default_rng(len(name))
        pool = rng.integers(0, 256, (COUNT, *facts.shape), np.uint8)
        labels = np.arange(COUNT) % len(facts.classes) if facts.classes else None
        return ImageSet(pool, labels, facts.classes, name, split, tmp_path)

    monkeypatch.setattr(data, "where", lambda name, part="train": tmp_path if (name, part) in at_hand else None)
    monkeypatch.setattr(data, "load", load)
    return at_hand


def opened(**params: str) -> AppTest:
    app = AppTest.from_file(str(APP.parent / PAGE), default_timeout=30)
    app.query_params.update(params)
    return again(app)


def grid(app: AppTest) -> str:
    """Return what tells one picture from another."""
    return str(app.get("image")[0].proto.imgs[0].url)


def packed(count: int = 64, folders: tuple[str, ...] = ("",), name: str = "{}.png") -> bytes:
    """Return a zip file of small pictures in folders."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for number in range(count):
            picture = np.full((9, 12, 3), number % 256, np.uint8)
            archive.writestr(folders[number % len(folders)] + name.format(number), images.png_bytes(picture))
    return buffer.getvalue()


def add(app: AppTest, content: bytes, word: str = "my-cats") -> AppTest:
    app.file_uploader[0].set_value([("mine.zip", content, "application/zip")])
    app.text_input(key="own_word").set_value(word)
    return press(again(app), "own_add")


# Data sets that are here


def test_first_visit_shows_what_is_on_every_machine() -> None:
    app = opened()

    assert app.title[0].value == "Data"
    assert app.pills[0].value == "digits"
    assert "**1,500** training images" in texts(app, "markdown")
    assert "scikit-learn" in texts(app, "code")
    assert alternatives(app)[0] == "Grid of 96 real images of Digits, drawn by seed 0"
    assert not app.error


IMAGES = [name for name, dataset in datasets.DATASETS.built_in.items() if not dataset.has_points]


@pytest.mark.parametrize("facts", [datasets.get(name) for name in IMAGES], ids=IMAGES)
def test_every_data_set_tells_its_facts_and_has_its_charts(facts: datasets.Dataset, here: At) -> None:
    app = opened(data_set=facts.title)

    assert app.pills[0].value == facts.name
    said = texts(app, "markdown")
    for fact in (facts.about, facts.licence, facts.homepage, f"{facts.counts['test']:,}", *facts.classes):
        assert fact in said
    assert len(app.get("plotly_chart")) == 1 + bool(facts.classes)
    assert texts(app, "caption").count("How to read it") == 2 + bool(facts.classes)
    assert f"Average image of {facts.title}: {facts.classes[-1] if facts.classes else 'all'}" in alternatives(app)
    assert all(alternatives(app))


def test_address_that_names_nothing_shows_the_first_data_set(here: At) -> None:
    app = opened(data_set="../../etc", data_seed="-3", data_show_digits="nonsense")

    assert (app.pills[0].value, app.number_input[0].value) == ("digits", 0)
    assert not app.error


def test_others_are_drawn_by_the_next_seed_and_a_seed_always_draws_the_same(here: At) -> None:
    app = opened(data_seed="3")
    before = grid(app)

    after = grid(press(app, "data_others"))

    assert app.number_input[0].value == 4
    assert after != before
    assert grid(opened(data_seed="3")) == before


def test_one_class_can_be_seen_alone(here: At) -> None:
    app = opened(data_set="Fashion-MNIST")

    app.selectbox[0].set_value("Dress")
    again(app)

    assert alternatives(app)[0].endswith("of Fashion-MNIST of class Dress, drawn by seed 0")


def test_by_class_every_class_has_a_row(here: At) -> None:
    app = opened(data_set="Fashion-MNIST", **{"data_show_fashion-mnist": "By class"})

    rows = [text for text in alternatives(app) if text.startswith("A row")]
    assert rows == [f"A row of real images of class {name}" for name in datasets.get("fashion-mnist").classes]


@pytest.mark.parametrize("label", [None, 3])
def test_code_makes_the_picture_of_the_page(label: int | None) -> None:
    part = originals.find("digits", "train")
    assert part is not None
    made: dict[str, Any] = {}
    exec(originals.grid_code(part, 5, label), made)
    assert images.png_bytes(images.enlarge(made["picture"], 900)) == originals.grid(part, 5, label)


# Data sets that are not here


def test_data_that_are_not_here_are_offered_for_download(here: At, monkeypatch: pytest.MonkeyPatch) -> None:
    here -= {("mnist", "train"), ("mnist", "test")}
    asked: list[tuple[str, str]] = []

    def fetch(name: str, split: str, progress: Callable[[int, int], None]) -> None:
        progress(1_000_000, 11_490_434)
        asked.append((name, split))
        here.add((name, split))

    monkeypatch.setattr(data, "fetch", fetch)
    app = opened(data_set="MNIST")
    assert app.info[0].value == "MNIST's training images are not on this machine yet."
    assert app.button(key="offer_download").label == "Download 11 MB"
    assert not app.get("plotly_chart")

    press(app, "offer_download")

    assert asked == [("mnist", "train")]
    assert len(app.get("plotly_chart")) == 2


def test_part_that_is_here_is_shown_at_first(here: At) -> None:
    here.discard(("svhn", "train"))

    app = opened(data_set="SVHN")

    assert app.segmented_control(key="data_part_svhn").value == "test"
    assert not app.info


def test_damaged_files_are_one_sentence(here: At, monkeypatch: pytest.MonkeyPatch) -> None:
    def load(name: str, split: str) -> ImageSet:
        raise UserError("data/mnist/mnist.npz cannot be used (incomplete): replace it with a fresh copy.")

    monkeypatch.setattr(data, "load", load)

    app = opened(data_set="MNIST", data_seed="77")

    assert "replace it with a fresh copy" in texts(app, "error")
    assert app.file_uploader


# Own images


def test_own_images_are_shown_told_and_led_on_from() -> None:
    app = add(opened(), packed(folders=("cats/", "dogs/")))

    assert app.pills[0].value == "own-my-cats-28-grey"
    assert "**my cats (28, grey)** is a data set now" in texts(app, "success")
    assert "2 classes: cats, dogs" in texts(app, "markdown")
    assert len(app.get("plotly_chart")) == 2
    assert app.button(key="own_add").disabled  # the same ones cannot be added again by a second click
    app.pills[0].set_value("digits")
    assert "is a data set now" not in texts(again(app), "success")


def test_chart_shows_a_folder_called_like_markup_as_it_is() -> None:
    app = add(opened(), packed(folders=("<b>cats/", "dogs/")))

    assert '"&lt;b&gt;cats"' in app.get("plotly_chart")[1].proto.spec.replace("\\u0026", "&")


def test_images_without_folders_have_no_classes_and_need_none() -> None:
    app = add(opened(), packed())

    assert "carry no classes" in texts(app, "caption")
    assert len(app.get("plotly_chart")) == 1
    assert app.selectbox[0].options == ["Shuffled"]


def test_size_and_colour_are_the_persons_choice() -> None:
    app = opened()
    app.segmented_control(key="own_size").set_value(32)
    app.segmented_control(key="own_color").set_value(True)

    assert add(app, packed()).pills[0].value == "own-my-cats-32-rgb"


@pytest.mark.parametrize("count", slow_unless((16).__eq__, [16, 300]))
def test_own_images_lead_to_a_form_that_can_be_started_and_that_is_long_enough(count: int) -> None:
    app = AppTest.from_file(str(APP), default_timeout=30)
    add(again(again(app).switch_page(PAGE)), packed(count))

    (query,) = {link.proto.query_string for link in app.get("page_link") if link.proto.label == "Train on it"}

    draft, troubles = links.read(dict(parse_qsl(query)))
    assert not troubles
    config = draft.config()
    assert config.dataset == "own-my-cats-28-grey"
    expected = estimate.estimate(config)
    assert expected.steps >= 1000
    assert estimate.shortfall(config, expected) is None


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"no zip", "zip"),
        (packed(10), "fewer than 16"),
        (packed(name="../{}.png"), "leads elsewhere"),
        (packed(folders=("a/b/", "c/")), "folder within a folder"),
    ],
    ids=["no zip", "too few", "leads elsewhere", "nested"],
)
def test_refused_upload_is_one_sentence_and_leaves_nothing(content: bytes, sentence: str) -> None:
    app = add(opened(), content)

    assert sentence in texts(app, "error")
    assert len(app.error) == 1
    assert custom.names() == []


@pytest.mark.parametrize("word", ["***", "_-_"])
def test_name_that_cannot_be_is_one_sentence(word: str) -> None:
    assert "no name for images" in texts(add(opened(), packed(), word), "error")


def test_name_that_is_taken_is_one_sentence() -> None:
    add(opened(), packed())

    assert "There is already a custom data set" in texts(add(opened(), packed()), "error")


def test_own_images_are_deleted_after_a_question() -> None:
    app = add(opened(), packed())
    assert "will be gone for good" in texts(app, "markdown")

    press(app, "own_delete_sure_own-my-cats-28-grey")

    assert custom.names() == []
    assert app.pills[0].value == "digits"
    assert not app.success


def test_published_data_cannot_be_deleted(here: At) -> None:
    assert not [button for button in opened().button if str(button.key).startswith("own_delete")]


def test_in_a_class_images_need_a_name_and_those_of_nobody_are_not_deleted(monkeypatch: pytest.MonkeyPatch) -> None:
    custom.import_zip(io.BytesIO(packed()), "ours")
    monkeypatch.setenv("GANLIB_CLASS", "1")

    app = opened(data_set="ours (28, grey)")

    assert "Type your name" in texts(app, "warning")
    assert "whoever runs the server" in texts(app, "markdown")
    assert "own_delete_sure_own-ours-28-grey" not in {button.key for button in app.button}


def test_in_a_class_images_are_deleted_by_whoever_added_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GANLIB_CLASS", "1")
    hers = add(opened(me="ann"), packed())
    assert custom.owner("own-my-cats-28-grey") == "ann"
    theirs = opened(me="bob")
    theirs.pills[0].set_value("own-my-cats-28-grey")

    assert "can be deleted by ann" in texts(again(theirs), "markdown")
    assert "own_delete_sure_own-my-cats-28-grey" not in {button.key for button in theirs.button}
    press(hers, "own_delete_sure_own-my-cats-28-grey")
    assert custom.names() == []


def test_folders_of_the_server_are_off_by_default_and_offered_where_allowed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "own_folder" not in {box.key for box in opened().selectbox}
    folder = tmp_path / "allowed" / "cats"
    folder.mkdir(parents=True)
    zipfile.ZipFile(io.BytesIO(packed())).extractall(folder)
    monkeypatch.setenv("GANLIB_IMPORT", str(folder.parent))

    app = opened()
    app.selectbox(key="own_folder").set_value("cats")
    app.text_input(key="own_word").set_value("theirs")
    press(again(app), "own_add")

    assert custom.names() == ["own-theirs-28-grey"]
