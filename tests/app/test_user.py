"""A name typed once, and what it allows where many share a server."""

from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from ganlib import presets
from ganlib.config import TrainConfig
from ganlib.runs import queue, store
from ganlib.runs.folder import Run
from ganlib.runs.status import FINISHED, QUEUED, RUNNING, Status
from ganlib.utils.errors import UserError
from tests.app.shown import again, keys, texts
from tests.variants import slow_unless
from ui.common import run_header, user

ROOT = Path(__file__).parents[2]
RUNS_PAGE = ROOT / "pages" / "runs.py"
TRAIN_PAGE = ROOT / "pages" / "train.py"


pytestmark = pytest.mark.usefixtures("calm_home")


@pytest.fixture
def lesson(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many share this server."""
    monkeypatch.setenv("GANLIB_CLASS", "1")


def make(name: str, owner: str = "", state: str = FINISHED) -> Run:
    run = store.create(presets.get("digits-quick").config, {"preset": "digits-quick"}, name)
    run.write_status(Status(state, step=100, total_steps=100))
    if owner:
        run.write_about(owner=owner)
    return run


def opened(script: Path = RUNS_PAGE, **params: str) -> AppTest:
    app = AppTest.from_file(str(script), default_timeout=30)
    app.query_params.update(params)
    return again(app)


def me(app: AppTest) -> list[str]:
    found = app.query_params.get("me", [])
    return [found] if isinstance(found, str) else found


def test_name_once_typed_stays_in_the_address_through_the_pages() -> None:
    make("one")
    app = opened(ROOT / "app.py").switch_page("pages/train.py").run()
    app.text_input(key="person_typed").set_value("  Ann \u200b B. ").run()
    assert me(app) == ["Ann B."]

    for page in ("gallery", "data", "runs"):
        app.query_params.clear()  # as a click on another page does
        app.switch_page(f"pages/{page}.py").run()
        assert not app.exception
        assert me(app) == ["Ann B."]

    app.query_params.clear()
    app.query_params["run"] = "one"
    app.run()
    assert not app.exception
    assert me(app) == ["Ann B."]


def test_name_that_is_emptied_leaves_the_address() -> None:
    app = opened(me="ann")
    assert app.text_input(key="person_typed").value == "ann"

    app.text_input(key="person_typed").set_value("").run()

    assert me(app) == []


def test_name_in_the_address_is_no_setting_of_the_form() -> None:
    app = opened(TRAIN_PAGE, me="ann", preset="mnist-quick")

    assert not [warning for warning in app.warning if "link" in str(warning.value)]
    assert me(app) == ["ann"]
    assert app.session_state["train_address"] == {"preset": "mnist-quick"}


def test_a_teachers_address_is_no_name_to_be_typed(lesson: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GANLIB_TEACHERS", "tea@school")
    assert (user._clean(" Tea@School"), user._clean("tea")) == ("", "tea")


@pytest.mark.parametrize(
    "name", slow_unless("<b>x</b>".__eq__, ["<b>x</b>", "[x](http://a)", "../../etc", "a" * 10_000, "a\0b"])
)
def test_hostile_name_is_shown_as_it_is_and_cut(name: str) -> None:
    make("one", user._clean(name))

    app = opened(me=name)

    assert len(app.text_input(key="person_typed").value) <= user.LONGEST
    assert "](http" not in "\n".join(str(caption.value) for caption in app.caption)


def test_start_hands_the_name_on(monkeypatch: pytest.MonkeyPatch) -> None:
    owners: list[str] = []

    def start(config: TrainConfig, record: dict[str, Any], name: str | None = None, owner: str = "") -> Run:
        owners.append(owner)
        return store.create(config, record, name)

    monkeypatch.setattr(queue, "start", start)

    opened(TRAIN_PAGE, me="ann").button(key="train_start").click().run()

    assert owners == ["ann"]


def test_card_names_the_owner_and_mine_leaves_the_others_out() -> None:
    make("hers", "ann")
    make("his", "bob")
    app = opened(me="ann")
    assert "· bob" in texts(app, "caption")

    app.toggle(key="runs_mine").set_value(True).run()

    assert "open_hers" in keys(app)
    assert "open_his" not in keys(app)


def test_without_a_name_there_is_no_filter_for_it() -> None:
    make("one")

    assert not opened().toggle


def test_on_a_server_for_one_person_everything_is_allowed() -> None:
    make("his", "bob", QUEUED)

    assert {"rename_his", "delete_his"} <= keys(opened())
    assert "live_stop" in keys(opened(run="his"))


def test_in_a_class_only_the_owner_has_the_buttons(lesson: None) -> None:
    make("his", "bob", QUEUED)

    assert {"rename_his", "delete_his", "live_stop"} <= keys(opened(me="bob", run="his"))
    app = opened(me="ann", run="his")
    assert not {"rename_his", "delete_his", "live_stop"} & keys(app)
    assert "This run is bob's" in texts(app, "caption")


@pytest.mark.parametrize("owner", ["", "bob"])
def test_without_a_name_nobody_owns_a_run_in_a_class(lesson: None, owner: str) -> None:
    make("one", owner, QUEUED)

    assert "live_stop" not in keys(opened(run="one"))


def test_in_a_class_a_name_is_needed_to_start(lesson: None) -> None:
    app = opened(TRAIN_PAGE)
    assert app.button(key="train_start").disabled
    assert "Type your name" in texts(app, "warning")

    app.text_input(key="person_typed").set_value("ann").run()

    assert not app.button(key="train_start").disabled


def test_who_owns_a_run_is_asked_again_when_it_is_to_be_deleted(lesson: None) -> None:
    run = make("one", "ann")
    app = opened(me="ann")
    app.button(key="delete_one").click().run()
    run.write_about(owner="bob")

    app.button(key="delete_confirm").click().run()

    assert run.path.exists()
    assert "This run is bob's" in texts(app, "error")


def test_who_owns_a_run_is_asked_again_when_it_is_commanded(lesson: None, monkeypatch: pytest.MonkeyPatch) -> None:
    run = make("one", "bob")
    commands: list[Run] = []
    monkeypatch.setattr(queue, "stop", commands.append)

    run_header._act(run, "stop", ("one", RUNNING, 0))

    assert commands == []
    with pytest.raises(UserError, match="bob's"):
        user.demand("stop", run)
