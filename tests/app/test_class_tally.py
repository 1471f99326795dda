"""You be D, and a class's answers: what the pages show, keep and count."""

from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from ganlib.explore.discriminate import Game
from ganlib.runs.class_answers import ClassAnswers
from ganlib.runs.folder import SHIPPED
from tests.app.shown import again, parameter, press, texts
from tests.app.test_lessons import ASKS, HEAD, PREDICTS, opened
from ui.lab import lesson, lesson_discriminate

PLAY = "```{discriminate}\nrun = 'digits-quick'\n```\n"
NAME = "90-own"
TRUTH = np.tile([True, False], 6)


@pytest.fixture
def own(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A lesson of one's own, beside the shipped models."""
    (home / "shipped").symlink_to(SHIPPED)
    folder = tmp_path / "lessons"
    folder.mkdir()
    monkeypatch.setenv(lesson.VARIABLE, str(folder))
    return folder / f"{NAME}.md"


@pytest.fixture
def game(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A lesson with a game whose images are made up: every other is real, and D is never wrong."""
    own.write_text(HEAD + PLAY)
    steps = tuple(np.repeat([23, 299, 2231], 4).tolist())
    made = Game(np.zeros((12, 8, 8, 1), np.uint8), steps, TRUTH, TRUTH, 7, dict.fromkeys(steps, 0.1))
    monkeypatch.setattr(lesson_discriminate, "_game", lambda run, seed: made)
    monkeypatch.setattr(lesson_discriminate, "_HASTE", 0.0)


def test_a_game_is_played_to_its_end_and_the_address_keeps_it(game: None, home: Path) -> None:
    app = press(opened(lesson=NAME, me="ann"), "part_0_begin")
    assert "Image 1 of 12" in texts(app)
    seed = parameter(app, "game") or ""
    press(app, "part_0_Fake")
    assert "Image 2 of 12" in texts(app)
    app = press(opened(lesson=NAME, me="ann", game=seed, said="f9" * 11), "part_0_Fake")
    assert "You were wrong 6 of 12 times, D 0 times." in texts(app)
    assert ClassAnswers(NAME, home).errors() == {"digits-quick": {"ann": {23: 0.5, 299: 0.5, 2231: 0.5}}}
    kept = {name: parameter(app, name) or "" for name in ("game", "said")}
    reloaded = opened(lesson=NAME, **kept)
    assert "You were wrong 6 of 12 times" in texts(reloaded)
    assert "Image 1 of 12" in texts(press(reloaded, "part_0_again"))
    assert parameter(reloaded, "said") is None


def test_what_follows_a_game_waits_for_its_end(game: None, own: Path) -> None:
    question = PREDICTS.replace("{predict}", "{question}")
    own.write_text(f"{HEAD}{PLAY}\nAfterwards.\n\n{question}")
    begun = {"game": "7", "said": "f9" * 11}
    assert "Afterwards." not in texts(opened(lesson=NAME))
    app = opened(lesson=NAME, **begun)
    assert "Afterwards." not in texts(app)
    assert "Afterwards." in texts(press(app, "part_0_Fake"))
    assert "Afterwards." in texts(press(app, "part_0_again"))
    assert "Afterwards." in texts(opened(lesson=NAME, p_why="1"))


def test_a_game_goes_on_where_it_was_and_late_answers_count(game: None) -> None:
    app = opened(lesson=NAME, game="7", said="r61" + "f9" * 10)
    assert "Image 12 of 12" in texts(app)
    press(app, "part_0_Fake")
    assert "You were wrong 5 of 12 times" in texts(app)
    assert "1 of them late" in texts(app)


def test_the_second_half_of_a_double_click_answers_nothing(game: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lesson_discriminate, "_HASTE", 600.0)
    app = opened(lesson=NAME, game="7", said="r10")
    assert "Image 2 of 12" in texts(press(app, "part_0_Real"))


@pytest.mark.parametrize("said", ["x", "r", "r1f", "r0001", "r1" * 13, "r" * 10_000])
def test_answers_that_cannot_be_begin_the_game_anew(game: None, said: str) -> None:
    app = opened(lesson=NAME, game="7", said=said)
    assert "cannot be shown" in texts(app, "warning")
    press(app, "part_0_begin")
    assert parameter(app, "game") == "7"


@pytest.mark.parametrize("run", ["mnist-wgan-gp", "fashion-quick", "no-such", "../runs"])
def test_a_training_that_cannot_be_played_is_told_in_a_sentence(own: Path, run: str) -> None:
    own.write_text(HEAD + PLAY)
    app = opened(lesson=NAME, game="7", said="r10", on=run)
    assert len(app.error) == 1


def test_critics_and_runs_without_a_discriminator_are_not_offered(game: None, own: Path) -> None:
    own.write_text(HEAD + PLAY.replace("digits-quick", "mnist-wgan-gp"))
    app = opened(lesson=NAME)
    offered = app.selectbox(key="explore_on")
    assert offered.value == "digits-quick"
    assert not {"mnist-wgan-gp", "fashion-quick"} & set(offered.options)
    assert parameter(press(app, "part_0_begin"), "on") == "digits-quick"
    assert "Image 1 of 12" in texts(app)


def test_answers_count_under_a_name_and_the_newest_one_does(own: Path, home: Path) -> None:
    own.write_text(HEAD + PREDICTS + ASKS.format(kind="question", key="end"))
    app = opened(lesson=NAME)
    app.radio(key="lesson_p_why").set_value(1)
    again(app)
    assert ClassAnswers(NAME, home).answers() == {}
    app = opened(lesson=NAME, p_why="1", me="ann")  # the name came later
    app.radio(key="lesson_p_end").set_value(1)
    again(app)
    app.radio(key="lesson_p_end").set_value(2)
    again(app)
    assert ClassAnswers(NAME, home).answers() == {"why": {"ann": 1}, "end": {"ann": 2}}
    opened(lesson=NAME, p_why="2", me="ann")  # an old link says nothing new
    assert ClassAnswers(NAME, home).answers()["why"] == {"ann": 1}


def test_the_tally_marks_what_is_right_once_it_is_revealed_and_counts_no_teacher(own: Path, home: Path) -> None:
    own.write_text(HEAD + PREDICTS)
    for number in range(20):
        ClassAnswers(NAME, home).keep_answer(f"person {number}", "why", 1 if number < 14 else 2)
    app = opened(lesson=NAME, me="teacher")
    assert len(app.get("progress")) == 0
    app.toggle(key="explore_class").set_value(True)
    again(app)
    assert bars(app) == ["**14 of 20** $a$", "**6 of 20** b"]
    app.radio(key="lesson_p_why").set_value(1)
    again(app)
    assert bars(app)[1].startswith(":green[")
    assert "teacher" not in ClassAnswers(NAME, home).answers()["why"]


def bars(app: AppTest) -> list[str]:
    return [element.proto.text for element in app.get("progress")]


def test_nobody_is_offered_a_tally_where_there_is_no_class(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own.write_text(HEAD + PREDICTS)
    assert len(opened(lesson=NAME).toggle) == 0
    monkeypatch.setenv("GANLIB_CLASS", "1")
    assert len(opened(lesson=NAME).toggle) == 1


def test_an_answer_that_cannot_be_kept_is_told_and_the_lesson_goes_on(own: Path, home: Path) -> None:
    own.write_text(f"{HEAD}{PREDICTS}\nAfter.")
    (home / ".class").write_text("")
    app = opened(lesson=NAME, me="ann")
    app.radio(key="lesson_p_why").set_value(2)
    again(app)
    assert "After." in texts(app)
    assert "not kept for the class" in app.toast[0].value


@pytest.mark.slow
def test_a_shipped_run_is_played(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lesson_discriminate, "_HASTE", 0.0)
    own.write_text(HEAD + PLAY)
    app = press(opened(lesson=NAME), "part_0_begin")
    press(app, "part_0_Real")
    assert "Image 2 of 12" in texts(app)
