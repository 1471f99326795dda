"""What a link hides and locks, on every page that has such links, and the dialog that makes them."""

import re
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from streamlit.testing.v1 import AppTest

from ganlib import presets
from ganlib.catalog import drawing
from ganlib.config import GROUPS
from ganlib.data import points
from ganlib.runs import store
from tests.app.shown import again, parameter, press, texts
from ui.common import handout, handout_dialog
from ui.lab import form

pytestmark = pytest.mark.usefixtures("home")

ROOT = Path(__file__).parents[2]


def opened(page: str, **params: str) -> AppTest:
    app = AppTest.from_file(str(ROOT / "pages" / f"{page}.py"), default_timeout=60)
    for name, value in params.items():
        app.query_params[name] = value
    return again(app)


def keys(app: AppTest, kind: str) -> set[str]:
    return {str(widget.key) for widget in app.get(kind)}


def of(app: AppTest, key: str):
    return app.get_by_key(key)


def test_train_hides_a_setting_and_a_whole_group_and_keeps_their_values() -> None:
    app = opened("train", preset="digits-quick", batch_size="32", hide="batch_size,networks,broken,more,originals")

    assert [tab.label for tab in app.tabs] == [title for group, title in GROUPS.items() if group != "networks"]
    assert "train_batch_size" not in keys(app, "number_input")
    assert [pills.label for pills in app.pills] == ["Data set", "Method"]
    assert app.session_state["train_draft"].values["batch_size"] == 32
    assert "train_name" not in keys(app, "text_input")


def test_train_locks_a_value_whatever_else_is_chosen() -> None:
    app = opened("train", preset="digits-quick", loss="hinge", lock="loss")
    assert of(app, "train_loss").disabled
    assert not of(app, "train_batch_size").disabled

    of(app, "train_method_digits").set_value("quick")
    app = press(again(app), "train_reset")

    assert app.session_state["train_draft"].values["loss"] == "hinge"
    assert parameter(app, "lock") == "loss"


def test_train_locks_all_that_is_in_a_group() -> None:
    app = opened("train", lock="optimisation")

    assert of(app, "train_g_learning_rate").disabled
    assert of(app, "train_batch_size").disabled
    assert not of(app, "train_loss").disabled


def test_train_locks_the_presets_that_fail_by_themselves() -> None:
    app = opened("train", preset="digits-quick", lock="broken")

    assert of(app, "train_broken_digits").disabled
    assert not of(app, "train_method_digits").disabled


def test_as_many_names_as_there_are_are_locked() -> None:
    names = sorted(handout.KNOWN["train"] - {"seed"})
    app = opened("train", lock=",".join([*names, "seed"]))

    assert of(app, "train_seed").disabled
    watched = opened("train", run="no-such", lock=",".join([*names, "seed"]))
    assert parameter(press(watched, "train_new"), "lock") == ",".join([*names, "seed"])


def test_watching_a_run_keeps_what_the_link_locks() -> None:
    run = store.create(presets.get("digits-quick").config, {}, "one")
    app = press(opened("train", lock="loss"), "train_watch")

    assert (parameter(app, "run"), parameter(app, "lock")) == (run.id, "loss")


def test_lab_hides_and_locks_what_is_linked_to_the_address() -> None:
    app = opened("lab", preset="ring-quick", width="32", hide="width,layers", lock="loss,seed")

    assert "explore_width" not in keys(app, "slider")
    assert of(app, "explore_loss").disabled
    assert of(app, "explore_seed").disabled
    assert not of(app, "explore_depth").disabled


def test_lab_without_any_settings_still_starts_what_the_link_says() -> None:
    app = opened("lab", preset="ring-collapse", hide="settings")

    assert not keys(app, "selectbox")
    assert not keys(app, "slider")
    assert not app.button(key="lab_start").disabled


@pytest.mark.parametrize("parameter", ["hide", "lock"])
def test_who_may_not_choose_the_points_cannot_paint_any_either(parameter: str) -> None:
    drawn = drawing.make_name(points.HEART)
    assert "lab_clear" in keys(opened("lab", dataset=drawn), "button")
    assert "lab_clear" not in keys(opened("lab", dataset=drawn, **{parameter: "dataset"}), "button")


def test_compare_hides_its_sections_and_locks_its_runs() -> None:
    for name in ("one", "two"):
        store.create(presets.get("digits-quick").config, {}, name)

    app = opened("compare", runs="one,two", hide="settings,metrics,view", lock="runs")

    assert [each.value for each in app.subheader if each.value in ("What differs", "Metrics and training time")] == []
    assert of(app, "compare_runs").disabled
    assert "compare_view" not in keys(app, "button_group")


@pytest.mark.parametrize("page", ["train", "lab", "explore", "compare"])
def test_a_name_that_no_control_has_is_told_in_one_sentence(page: str) -> None:
    app = opened(page, hide="sneeze", lock="batch,<b>")

    assert len([each for each in app.warning if "sneeze" in each.value]) == 1
    assert not [each for each in opened(page, hide="seed", lock="seed").warning if "link" in each.value.lower()]


def test_every_control_that_is_linked_to_the_address_has_a_name_that_can_be_hidden() -> None:
    call = re.compile(r'linked_widgets\.(?:choice|menu|stops|slider|number|toggle)\(\s*"(\w+)"')
    for page in ("lab", "explore"):
        files = [*(ROOT / "ui" / page).glob("*.py"), *(ROOT / "ui" / "common").glob("*.py"), ROOT / f"pages/{page}.py"]
        found = {name for file in files for name in call.findall(file.read_text())}
        assert found
        assert found <= handout.KNOWN[page], page
    assert set(form.CONTROLS) <= handout.KNOWN["lab"]


def test_the_dialog_makes_a_link_that_hides_and_locks() -> None:
    app = press(opened("lab", preset="ring-quick"), "handout_open")
    app.checkbox(key="handout_hide_width").check()
    app.checkbox(key="handout_lock_loss").check()
    app = again(app)

    address = next(each.value for each in app.code if "hide=" in each.value)
    asked = {name: values[0] for name, values in parse_qs(address.partition("?")[2]).items()}
    assert asked == {"preset": "ring-quick", "hide": "width", "lock": "loss", "loss": "non_saturating"}
    again_app = opened("lab", **asked)
    assert of(again_app, "explore_loss").disabled
    assert "handout_open" not in keys(again_app, "button")


def test_only_what_can_be_locked_is_offered_to_be() -> None:
    app = press(opened("train"), "handout_open")
    boxes = keys(app, "checkbox")

    assert {"handout_hide_more", "handout_hide_originals", "handout_lock_networks", "handout_lock_broken"} <= boxes
    assert not {"handout_lock_more", "handout_lock_originals"} & boxes


def test_the_code_is_a_picture_with_a_name_on_white() -> None:
    card = handout_dialog.qr_card("http://class:8501/lab?lock=loss&hide=a,b")

    assert 'alt="QR code of the link"' in card
    assert "background: #fff" in card
    assert "data:image/svg+xml" in card


def test_the_page_names_its_controls_in_plain_words() -> None:
    app = press(opened("train"), "handout_open")

    said = texts(app, "markdown")
    assert all(label in said for label in ("Data set", "Method", "Loss", "G learning rate", "Batch size"))
