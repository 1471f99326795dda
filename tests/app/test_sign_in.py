"""Signing in: whose runs are whose then, and what a public demo leaves out."""

from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.errors import StreamlitMissingAuthlibError
from streamlit.runtime.secrets import Secrets
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.util import patch_config_options

from ganlib import presets
from ganlib.runs import access, commands, limits, queue, store
from ganlib.runs.class_answers import ClassAnswers
from ganlib.runs.folder import Run
from ganlib.runs.limits import Limits
from ganlib.runs.status import FINISHED, PAUSED, QUEUED, RUNNING, Status
from tests.app.shown import again, keys, parameter, press, texts
from ui.common import live_settings, run_header, sign_in, user

PAGES = Path(__file__).parents[2] / "pages"
ANN, BOB, TEACHER = "ann@school.example", "bob@school.example", "tea@school.example"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GANLIB_RUNS", str(tmp_path))
    monkeypatch.setenv("GANLIB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(queue, "advance", lambda folder=None: None)
    return tmp_path


@pytest.fixture
def signing_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sign_in, "is_on", lambda: True)
    monkeypatch.setenv("GANLIB_TEACHERS", f"someone@else.example, {TEACHER.upper()}")


@pytest.fixture
def demo(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GANLIB_DEMO", "1")


@pytest.fixture
def his() -> Run:
    return make("his", BOB)


def make(name: str, owner: str, state: str = FINISHED) -> Run:
    run = store.create(presets.get("digits-quick").config, {"preset": "digits-quick"}, name)
    run.write_status(Status(state, step=100, total_steps=100))
    run.write_about(owner=owner)
    return run


def opened(page: str, email: str = "", claims: dict[str, Any] | None = None, **params: str) -> AppTest:
    app = AppTest.from_file(str(PAGES / f"{page}.py"), default_timeout=30)
    app.query_params.update(params)
    if email:
        app.user = {"is_logged_in": True, "email": email, "email_verified": True, **(claims or {})}
    return again(app)


@pytest.mark.parametrize("page", sorted(path.stem for path in PAGES.glob("*.py")))
def test_without_signing_in_no_page_shows_anything(signing_in: None, his: Run, page: str) -> None:
    app = opened(page, run="his", me=BOB)
    assert keys(app) == {"sign_in_None"}
    assert [title.value for title in app.title] == ["GAN Explorer"]


@pytest.mark.parametrize("confirmed", [False, "false", "False", None])
def test_an_address_that_its_provider_does_not_vouch_for_is_nobodys(signing_in: None, confirmed: Any) -> None:
    app = opened("runs", BOB, {"email_verified": confirmed})
    assert keys(app) == {"sign_out"}
    assert "no confirmed e-mail address" in texts(app, "warning")


@pytest.mark.parametrize("is_trusted", [True, False])
def test_where_the_provider_says_nothing_the_settings_decide(
    signing_in: None, monkeypatch: pytest.MonkeyPatch, is_trusted: bool
) -> None:
    assert sign_in._is_confirmed({"email_verified": True})
    monkeypatch.setattr(sign_in.st, "secrets", {"auth": {"trust_email": is_trusted}})
    assert sign_in._is_confirmed({}) is is_trusted
    assert not sign_in._is_confirmed({"email_verified": None})


def test_the_address_of_the_page_makes_nobody_somebody_else(signing_in: None) -> None:
    make("his", BOB, QUEUED)
    app = opened("runs", ANN, run="his", me=BOB)
    assert not {"rename_his", "delete_his", "live_stop"} & keys(app)
    assert f"This run is {BOB}'s" in texts(app, "caption")
    assert parameter(app, "me") is None


@pytest.mark.parametrize("email", [BOB, TEACHER, f" {BOB.upper()} "])
def test_the_owner_and_teachers_have_all_buttons(signing_in: None, email: str) -> None:
    make("his", BOB, QUEUED)
    assert {"rename_his", "delete_his", "live_stop"} <= keys(opened("runs", email, run="his"))


def test_who_has_signed_in_is_said_and_owns_what_they_start(signing_in: None) -> None:
    app = press(opened("train", ANN), "train_start")
    assert [run.about().owner for run in store.list_runs()] == [ANN]
    assert f"Signed in as {TEACHER} (teacher)" in texts(opened("runs", TEACHER), "caption")
    assert not app.exception


def test_what_signing_in_lacks_is_said_in_one_sentence(signing_in: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def login(provider: str | None) -> None:
        raise StreamlitMissingAuthlibError

    monkeypatch.setattr(st, "login", login)
    app = press(opened("runs"), "sign_in_None")
    assert "not set up on this server" in texts(app, "error")
    assert "Authlib" in texts(app, "error")


@pytest.mark.parametrize(("content", "asks"), [(None, False), ("[auth]\n", True), ("x = 1\n", False), ("x =", True)])
def test_a_file_of_secrets_that_cannot_be_read_opens_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str | None, asks: bool
) -> None:
    path = tmp_path / "secrets.toml"
    if content is not None:
        path.write_text(content)
    monkeypatch.setattr(st, "secrets", Secrets())
    with patch_config_options({"secrets.files": [str(path)]}):
        assert sign_in.is_on.__wrapped__() is asks


# Another's run by a form that was made up, or that stayed open


@pytest.fixture
def ann(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(user, "person", lambda: access.Person(ANN))


@pytest.mark.parametrize(("command", "state"), [("stop", RUNNING), ("pause", RUNNING), ("resume", PAUSED)])
def test_no_button_commands_anothers_run(ann: None, command: str, state: str) -> None:
    run = make("his", BOB, state)
    with run.held():
        run_header._act(run, command, ("his", state, 0))
        assert commands.pending(run) == []


def test_no_form_changes_anothers_training(ann: None) -> None:
    run = make("his", BOB, RUNNING)
    with run.held():
        live_settings._apply(run, {"critic_steps": 2})
        assert commands.pending(run) == []


@pytest.mark.parametrize(("dialog", "confirm"), [("rename", "rename_confirm"), ("delete", "delete_confirm")])
def test_no_open_question_renames_or_deletes_anothers_run(
    signing_in: None, his: Run, dialog: str, confirm: str
) -> None:
    app = opened("runs", ANN)
    app.session_state["dialog"] = (dialog, his.path, {})
    again(app)
    if dialog == "rename":
        app.text_input(key="title_his").set_value("mine now")
    press(app, confirm)

    assert f"This run is {BOB}'s" in texts(app, "error")
    assert his.about().title == ""
    assert his.path.exists()


def test_another_evaluates_no_run(signing_in: None, his: Run) -> None:
    app = opened("runs", ANN, run="his", view="judge")
    assert "judge_his" not in keys(app)
    assert "evaluating" in texts(app, "caption")


# Teachers


def test_teachers_set_limits_and_students_see_theirs(signing_in: None) -> None:
    app = opened("runs", TEACHER)
    app.number_input(key="limits_runs_*").set_value(2)
    app.number_input(key="limits_seconds_*").set_value(300)
    press(app, "limits_save")

    assert limits.of(ANN) == Limits(2, 300, 0)
    assert "limits_save" not in keys(opened("runs", ANN))
    press(app, "limits_take_back")
    assert (limits.of(ANN), app.number_input(key="limits_runs_*").value) == (Limits(), 0)
    limits.put("*", Limits(2, 300, 0))
    said = texts(opened("train", ANN), "caption")
    assert "Each of your runs trains for at most 300 s, 2 of them may train or wait at once." in said


def test_a_class_answers_to_its_teachers_alone(signing_in: None) -> None:
    lesson = next(path.stem for path in (PAGES.parent / "lessons").glob("*.md"))
    ClassAnswers(lesson).keep_answer(ANN, "why", 1)
    assert "explore_class" not in {
        toggle.key for toggle in opened("learn", ANN, lesson=lesson, **{"class": "1"}).toggle
    }
    app = opened("learn", TEACHER, lesson=lesson)
    assert "explore_class" in {toggle.key for toggle in app.toggle}

    press(app, "lesson_reset_sure")

    assert ClassAnswers(lesson).answers() == {}


# A public demo


@pytest.mark.parametrize("is_demo", [False, True])
def test_a_demo_is_swept_for_as_long_as_it_is_served(monkeypatch: pytest.MonkeyPatch, is_demo: bool) -> None:
    swept: list[bool] = []
    monkeypatch.setattr("ganlib.runs.demo.keep_tidy", lambda: swept.append(True))
    monkeypatch.setenv("GANLIB_DEMO", str(int(is_demo)))
    again(AppTest.from_file(str(PAGES.parent / "app.py"), default_timeout=30))
    assert bool(swept) is is_demo


def test_a_visitor_of_a_demo_is_one_for_a_session_whatever_the_address_says(demo: None) -> None:
    app = opened("runs", me="bob")
    one = app.session_state["visitor"]
    assert one in texts(app, "caption")
    assert parameter(again(app), "me") is None
    assert app.session_state["visitor"] == one != opened("runs").session_state["visitor"]


def test_a_demo_says_what_is_off_and_why(demo: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GANLIB_DATA", raising=False)
    off = "This is a public demo: uploads are off, because anybody could put anything on it."
    assert off in texts(opened("data"), "info")
    app = press(opened("runs"), "runs_import")
    assert off in texts(app, "info")
    assert not app.get("file_uploader")

    app = opened("train", preset="mnist-quick")
    assert "a public demo, which downloads no data sets" in texts(app, "caption")
    assert "offer_download" not in keys(app)
    assert "everything is deleted after an hour." in texts(app, "caption")


def test_a_visitor_starts_what_may_train_briefly(demo: None) -> None:
    press(opened("train"), "train_start")
    (run,) = store.list_runs()
    assert run.about().owner.startswith("guest-")
    assert 0 < run.config.max_seconds <= 120
