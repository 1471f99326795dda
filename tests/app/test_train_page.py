import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from ganlib import data, presets
from ganlib.catalog import datasets, losses, points
from ganlib.config import FIELDS, GROUPS, TrainConfig
from ganlib.presets import BROKEN, of_images
from ganlib.runs import queue, store
from ganlib.runs.folder import Run
from ganlib.runs.status import FINISHED, RUNNING, Status
from ganlib.utils import images
from ganlib.utils.errors import UserError
from tests.variants import slow_unless
from ui.common import cached, settings_form
from ui.run import live

PAGE = Path(__file__).parents[2] / "pages" / "train.py"
EVERYTHING = {(name, part) for name in datasets.DATASETS for part in ("train", "test")}

At = set[tuple[str, str]]


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch) -> At:
    """The splits that are on this machine, for a test to change; no file is looked for."""
    at_hand = set(EVERYTHING)

    def where(name: str, split: str = "train") -> str | None:
        return "here" if {(name, part) for part in datasets.SPLITS[split]} <= at_hand else None

    picture = images.png_bytes(np.zeros((8, 8, 1), np.uint8))
    monkeypatch.setattr(data, "where", where)
    monkeypatch.setattr(cached, "originals", lambda config: cached.Originals(picture))
    return at_hand


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GANLIB_RUNS", str(tmp_path))
    monkeypatch.setattr(queue, "advance", lambda folder=None: None)
    return tmp_path


@pytest.fixture(autouse=True)
def started(monkeypatch: pytest.MonkeyPatch) -> list[Run]:
    """The runs that the page started; each waits in the queue for good."""
    found: list[Run] = []

    def start(config: TrainConfig, record: dict[str, Any], name: str | None = None, owner: str = "") -> Run:
        found.append(store.create(config, record, name))
        if owner:
            found[-1].write_about(owner=owner)
        return found[-1]

    monkeypatch.setattr(queue, "start", start)
    return found


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> list[Run]:
    """The runs whose live view was shown."""
    found: list[Run] = []
    monkeypatch.setattr(live, "show", lambda run, parts: found.append(run) or parts.lead())
    return found


def opened(**params: str) -> AppTest:
    app = AppTest.from_file(str(PAGE), default_timeout=30)
    app.query_params.update(params)
    return run(app)


def run(app: AppTest) -> AppTest:
    app.run()
    assert not app.exception
    return app


def values(app: AppTest) -> dict[str, Any]:
    return {name: app.session_state[f"train_{name}"] for name in FIELDS}


def address(app: AppTest) -> dict[str, str]:
    return {name: found if isinstance(found, str) else found[0] for name, found in app.query_params.items()}


def choose(app: AppTest, name: str, value: Any) -> AppTest:
    """Set a setting as a person would."""
    app.get_by_key(f"train_{name}").set_value(value)
    return run(app)


def pick(app: AppTest, preset: str) -> AppTest:
    """Pick the data set and the method of a preset."""
    dataset = presets.get(preset).config.dataset
    app = choose(app, "dataset", dataset)
    part = "broken" if preset in BROKEN else "method"
    app.get_by_key(f"train_{part}_{dataset}").set_value(preset.partition("-")[2])
    return run(app)


def press(app: AppTest, key: str) -> AppTest:
    app.button(key=key).click()
    return run(app)


def texts(app: AppTest, kind: str) -> str:
    return "\n".join(str(element.value) for element in app.get(kind))


def can_start(app: AppTest) -> bool:
    return not app.button(key="train_start").disabled


# The form


def test_first_visit_offers_what_works_everywhere(here: At) -> None:
    here.intersection_update({("digits", "train")})

    app = opened()

    assert app.title[0].value == "Train a GAN"
    assert values(app) == presets.get("digits-quick").config.to_dict()
    assert address(app) == {"preset": "digits-quick"}
    assert can_start(app)


def test_every_setting_has_a_widget_with_its_label_and_its_doc() -> None:
    app = opened()

    for info in (info for name, info in FIELDS.items() if name not in points.SETTINGS):
        widget = app.get_by_key(f"train_{info.name}")
        assert widget.label.startswith(info.label)
        assert widget.help.startswith(info.doc)
    assert [tab.label for tab in app.tabs] == list(GROUPS.values())


@pytest.mark.parametrize(
    "preset", slow_unless({"digits-quick", "mnist-cgan-quick", "svhn-dcgan"}.__contains__, of_images())
)
def test_every_preset_of_images_can_be_picked_and_started(preset: str) -> None:
    app = pick(opened(preset="mnist-mlp" if preset == "digits-quick" else "digits-quick"), preset)

    assert values(app) == presets.get(preset).config.to_dict()
    assert presets.get(preset).shows in texts(app, "caption")
    assert address(app) == {"preset": preset}
    assert can_start(app)


def test_picking_a_preset_takes_back_every_change() -> None:
    app = choose(opened(), "batch_size", 32)

    assert values(pick(app, "mnist-quick")) == presets.get("mnist-quick").config.to_dict()


def test_changes_are_listed_and_can_be_undone() -> None:
    app = choose(choose(opened(), "batch_size", 32), "initializer", "orthogonal")
    assert "Changed: Weight initialiser = Orthogonal, Batch size = 32" in texts(app, "caption")

    app = press(app, "train_reset")
    assert values(app) == presets.get("digits-quick").config.to_dict()
    assert "Changed" not in texts(app, "caption")


def test_what_another_loss_brings_along_is_told() -> None:
    app = choose(opened(preset="mnist-quick"), "loss", "hinge")
    said = texts(app, "caption")
    assert "Changed: Loss = Hinge" in said
    assert "This loss brings the settings of its paper along: " in said
    assert "D learning rate = 0\\.0002" in said
    assert "brings" not in texts(opened(preset="mnist-quick"), "caption")


def test_changes_that_arrive_together_all_count() -> None:
    app = opened(preset="mnist-quick")
    wanted = {"batch_size": 32, "seed": 7, "loss": "wgan", "prior": "uniform"}
    for name, value in wanted.items():
        app.get_by_key(f"train_{name}").set_value(value)

    assert values(run(app)) == presets.get("mnist-quick").config.changed(**wanted).to_dict()


def test_emptied_number_goes_back_to_what_preset_and_loss_bring() -> None:
    app = choose(choose(opened(preset="mnist-quick", loss="wgan"), "g_learning_rate", 3e-4), "g_learning_rate", None)

    assert values(app)["g_learning_rate"] == 5e-5


def test_chosen_option_is_explained() -> None:
    app = choose(opened(), "prior", "uniform")

    assert FIELDS["prior"].choices["uniform"] in texts(app, "caption")


@pytest.mark.parametrize("loss", losses.LOSSES.values(), ids=losses.LOSSES)
def test_chosen_loss_is_shown_as_formulas_with_how_to_read_it_and_its_paper(loss: losses.Loss) -> None:
    app = opened(loss=loss.name)

    formulas, small_print = texts(app, "markdown"), texts(app, "caption")
    assert f"{loss.adversary} minimises  \n$\\displaystyle {loss.d_formula}$" in formulas
    assert f"Generator minimises  \n$\\displaystyle {loss.g_formula}$" in formulas
    assert loss.how_to_read in small_print
    assert f"https://arxiv.org/abs/{loss.paper}" in small_print


def test_new_loss_brings_its_papers_settings_and_says_so() -> None:
    app = choose(opened(preset="mnist-quick"), "loss", "wgan")

    assert values(app) == presets.get("mnist-quick").config.changed(loss="wgan").to_dict()
    assert app.info[0].value.startswith("WGAN (weight clipping) brought its own settings: D updates per step = 5")
    assert "G learning rate = 5e-05" in app.info[0].value


def test_what_a_loss_brought_can_be_refused() -> None:
    app = press(choose(opened(preset="mnist-quick"), "loss", "wgan"), "train_undo")

    assert values(app) == {**presets.get("mnist-quick").config.to_dict(), "loss": "wgan"}
    assert not app.info


# Before Start


def test_contradiction_is_explained_in_the_forms_words_and_cannot_be_started() -> None:
    app = choose(opened(preset="fashion-wgan"), "update", "simultaneous")

    assert [error.value for error in app.error] == [
        "Several D updates per step need **Objective › Update order** = D before G; "
        "set that, or **Objective › D updates per step** = 1\\."
    ]
    assert not can_start(app)
    assert not app.metric


def test_click_on_start_that_comes_with_a_contradiction_starts_nothing(started: list[Run]) -> None:
    app = opened(preset="fashion-wgan")
    app.get_by_key("train_update").set_value("simultaneous")

    press(app, "train_start")

    assert not started
    assert app.error


def test_doubtful_combination_warns_and_can_be_started() -> None:
    app = choose(opened(), "r1_gamma", 1.0)

    assert app.warning[0].value.startswith("R1 is taken image by image")
    assert can_start(app)


def test_time_is_foretold_and_called_a_guess_until_there_was_a_run() -> None:
    app = opened(preset="mnist-quick")

    assert (app.metric[0].label, app.metric[0].value) == ("Estimated time", "50 s")
    assert "It ends with the last step allowed" in app.metric[0].help
    assert "A rough guess" in app.metric[0].help


def test_earlier_run_tells_the_speed() -> None:
    earlier = store.create(presets.get("mnist-quick").config, {}, "earlier")
    earlier.write_status(Status(FINISHED, step=900, seconds=60.0))

    app = opened(preset="mnist-quick", max_seconds="0", max_steps="1500")

    assert app.metric[0].value == "2 min"
    assert "Guessed from earlier, an earlier run on this machine." in app.metric[0].help


def test_long_training_says_how_to_make_it_shorter() -> None:
    assert "Too long? Set a time limit" in texts(opened(preset="mnist-dcgan"), "caption")
    assert "Too long?" not in texts(opened(preset="mnist-quick"), "caption")


# Links


def test_link_fills_the_form() -> None:
    app = opened(preset="mnist-quick", loss="hinge", batch_size="128", spectral_norm="true", prior="uniform")

    wanted = presets.get("mnist-quick").config.changed(loss="hinge")
    assert values(app) == wanted.changed(batch_size=128, spectral_norm=True, prior="uniform").to_dict()
    assert not app.warning


def test_address_holds_what_differs_from_the_preset() -> None:
    app = choose(choose(opened(preset="mnist-quick"), "batch_size", 128), "ema", 0.9)

    assert address(app) == {"preset": "mnist-quick", "batch_size": "128", "ema": "0.9"}
    assert app.code[0].value.endswith("?preset=mnist-quick&batch_size=128&ema=0.9")


def test_bad_values_of_a_link_are_named_and_the_good_ones_used() -> None:
    app = opened(preset="mnist-quick", batch_size="a lot", seed="-1", loss="[x](http://x)", ema="0.5", what="?")

    assert values(app) == presets.get("mnist-quick").config.changed(ema=0.5).to_dict()
    assert address(app) == {"preset": "mnist-quick", "ema": "0.5"}
    said = app.warning[0].value
    assert "**Optimisation › Batch size** must be a whole number, not 'a lot'" in said
    assert "seed must be between 0 and 2147483647" in said
    assert "no setting 'what'" in said
    assert "[x](" not in said


def test_sentence_about_a_bad_link_goes_with_the_next_change() -> None:
    app = choose(opened(preset="nonsense"), "seed", 1)

    assert not app.warning


def test_back_button_of_the_browser_fills_the_form_with_what_was() -> None:
    app = choose(opened(preset="mnist-quick"), "seed", 7)
    app.query_params.clear()
    app.query_params.update({"preset": "mnist-quick", "seed": "3"})

    assert values(run(app))["seed"] == 3


def test_click_that_arrives_with_an_old_address_changes_what_it_should() -> None:
    app = choose(opened(preset="mnist-quick"), "seed", 7)
    app.query_params.clear()
    app.query_params.update({"preset": "mnist-quick", "seed": "3"})

    app = choose(app, "batch_size", 32)

    assert (values(app)["seed"], values(app)["batch_size"]) == (7, 32)
    assert address(app) == {"preset": "mnist-quick", "seed": "7", "batch_size": "32"}


def test_address_without_anything_keeps_what_is_in_the_form() -> None:
    app = choose(opened(preset="mnist-quick"), "seed", 7)
    app.query_params.clear()

    assert values(run(app))["seed"] == 7


# Starting


def test_start_hands_the_settings_to_a_run_and_shows_it(started: list[Run], watched: list[Run]) -> None:
    app = choose(opened(preset="mnist-quick"), "batch_size", 128)
    app.text_input(key="train_name").set_value("my-gan")

    press(app, "train_start")

    assert [run.id for run in started] == ["my-gan"]
    assert started[0].config == presets.get("mnist-quick").config.changed(batch_size=128)
    assert started[0].record["preset"] == "mnist-quick"
    assert address(app) == {"run": "my-gan"}
    assert watched == started


def test_click_on_start_that_ends_the_typing_starts_what_was_typed(started: list[Run], watched: list[Run]) -> None:
    app = opened()
    app.number_input(key="train_seed").set_value(11)
    app.text_input(key="train_name").set_value("typed")

    press(app, "train_start")

    assert [(run.id, run.config.seed) for run in started] == [("typed", 11)]


def test_run_on_other_images_is_not_called_after_the_preset(started: list[Run], watched: list[Run]) -> None:
    app = opened(preset="mnist-quick", dataset="fashion-mnist")
    assert "With the settings of MNIST, quick." in texts(app, "caption")
    press(app, "train_start")

    assert [run.id for run in started] == ["fashion-mnist-1"]


def test_double_click_starts_one_run(started: list[Run], watched: list[Run], monkeypatch: pytest.MonkeyPatch) -> None:
    now = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now)  # a busy machine takes longer than a double click
    app = press(opened(), "train_start")
    press(press(app, "train_new"), "train_start")
    assert [run.id for run in started] == ["digits-quick-1"]
    assert address(app) == {"run": "digits-quick-1"}

    monkeypatch.setattr(time, "monotonic", lambda: now + 5)
    press(press(app, "train_new"), "train_start")
    assert [run.id for run in started] == ["digits-quick-1", "digits-quick-2"]


def test_new_training_leads_back_to_the_settings_of_before(watched: list[Run]) -> None:
    app = press(choose(opened(), "seed", 5), "train_start")

    app = press(app, "train_new")

    assert values(app)["seed"] == 5
    assert address(app) == {"preset": "digits-quick", "seed": "5"}


def test_refused_start_says_why_and_keeps_the_form(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*arguments: Any, owner: str) -> Run:
        raise UserError("The run could not be written to runs (No space left on device); make room and try again.")

    monkeypatch.setattr(queue, "start", refuse)

    app = press(choose(opened(), "seed", 5), "train_start")

    assert "No space left on device" in app.error[0].value
    assert values(app)["seed"] == 5


@pytest.mark.parametrize(
    ("name", "sentence"), [("My GAN", "is no name for a run"), ("taken", "There is already a run named taken")]
)
def test_name_that_cannot_be_is_refused_before_start(name: str, sentence: str, started: list[Run]) -> None:
    store.create(presets.get("digits-quick").config, {}, "taken")
    app = opened()
    app.text_input(key="train_name").set_value(name)
    run(app)

    assert sentence in app.error[0].value
    assert not can_start(app)


def test_running_training_is_named_and_the_new_one_is_said_to_wait(home: Path, watched: list[Run]) -> None:
    running = store.create(presets.get("digits-quick").config, {}, "busy")
    store.create(presets.get("digits-quick").config, {}, "next")
    running.write_status(Status(RUNNING, step=40, total_steps=100))
    with running.held():
        app = opened()
        assert "**busy** is training, 40% done. 1 more in line." in texts(app, "markdown")
        assert "this one waits in line" in texts(app, "caption")
        assert can_start(app)

        press(app, "train_watch")
    assert address(app) == {"run": "busy"}
    assert watched == [running]


# Images that are not here


def test_images_that_are_not_here_are_offered_for_download(
    here: At, started: list[Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    here.intersection_update({("digits", "train"), ("digits", "test")})
    asked: list[tuple[str, str]] = []

    def fetch(name: str, split: str, progress: Callable[[int, int], None]) -> str:
        progress(1_000_000, 11_490_434)
        asked.append((name, split))
        here.add((name, split))
        return "here"

    monkeypatch.setattr(data, "fetch", fetch)
    app = opened(preset="mnist-quick")
    assert app.info[0].value == "MNIST's training images are not on this machine yet."
    assert app.button(key="offer_download").label == "Download 11 MB"
    assert not can_start(app)

    press(app, "offer_download")

    assert asked == [("mnist", "train")]
    assert not app.info
    assert can_start(app)


def test_failed_download_says_what_to_do(here: At, monkeypatch: pytest.MonkeyPatch) -> None:
    here.clear()

    def fetch(name: str, split: str, progress: Callable[[int, int], None]) -> str:
        raise UserError("MNIST's train split could not be downloaded: put mnist.npz into data/mnist by hand.")

    monkeypatch.setattr(data, "fetch", fetch)

    app = press(opened(preset="mnist-quick"), "offer_download")

    assert "put mnist\\.npz into data/mnist by hand" in app.error[0].value
    assert not can_start(app)


def test_part_that_is_here_is_one_click_away(here: At) -> None:
    here.discard(("svhn", "train"))
    app = opened(preset="svhn-quick")
    assert app.info[0].value == "SVHN's training images are not on this machine yet; its test images are."

    app = press(app, "offer_test")

    assert values(app) == presets.get("svhn-quick").config.changed(split="test").to_dict()
    assert can_start(app)


def test_data_sets_whose_images_are_not_here_are_marked(here: At) -> None:
    here.discard(("svhn", "train"))

    marked = {option for group in opened().pills for option in group.options if "download" in option}

    assert {option.partition(" ")[0] for option in marked} == {"SVHN"}


def test_every_preset_of_images_is_a_data_set_and_a_method() -> None:
    pairs = [(name, method) for name in datasets.of_images() for method in settings_form.methods(name).values()]

    assert {preset for _, preset in pairs} == set(of_images())
    assert {method for name in datasets.of_images() for method in settings_form.methods(name)} <= set(
        settings_form.METHODS
    )


def test_what_fails_on_purpose_stands_apart_from_the_methods_and_is_on_digits_alone() -> None:
    app = opened()
    assert [pills.label for pills in app.pills] == ["Data set", "Method", "Break it"]
    assert app.get_by_key("train_broken_digits").value is None

    app = pick(app, "digits-collapse")
    assert app.get_by_key("train_method_digits").value is None
    assert address(pick(app, "digits-quick")) == {"preset": "digits-quick"}
    assert [pills.label for pills in opened(preset="mnist-quick").pills] == ["Data set", "Method"]


def test_another_data_set_keeps_the_method_where_it_has_it() -> None:
    app = choose(opened(preset="mnist-wgan-gp"), "dataset", "svhn")
    assert address(app) == {"preset": "svhn-wgan-gp"}

    assert address(choose(app, "dataset", "digits")) == {"preset": "digits-quick"}


def test_note_goes_with_the_run(started: list[Run], watched: list[Run]) -> None:
    app = opened()
    app.text_input(key="train_note").set_value("the first try")

    press(app, "train_start")

    assert started[0].about().note == "the first try"


# A run in the address


@pytest.mark.parametrize("name", ["../../etc", "no-such-run", "[x](http://x)"])
def test_run_that_is_not_there_gets_one_sentence_and_a_way_on(name: str) -> None:
    app = opened(run=name)

    assert len(app.warning) == 1
    assert "There is no run" in app.warning[0].value
    assert "](http" not in app.warning[0].value
    assert not app.error

    assert can_start(press(app, "train_new"))


def test_run_of_the_address_is_shown(watched: list[Run]) -> None:
    wanted = store.create(presets.get("digits-quick").config, {}, "a-run")

    app = opened(run="a-run")

    assert watched == [wanted]
    assert address(app) == {"run": "a-run"}
    assert not app.title


def test_a_training_that_is_too_short_is_warned_of_and_made_long_enough_by_a_click() -> None:
    app = opened(preset="mnist-quick", max_seconds="5")
    assert "hardly be recognisable" in texts(app, "warning")

    press(app, "train_enough")

    assert values(app)["max_seconds"] == 10
    assert "hardly be recognisable" not in texts(app, "warning")
    assert "hardly be recognisable" not in texts(opened(preset="mnist-quick"), "warning")
