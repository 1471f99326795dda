"""From a lesson to another page and back, and how far a person is in each lesson."""

from pathlib import Path
from urllib.parse import parse_qs, urlencode

import pytest
from streamlit.testing.v1 import AppTest

from tests.app.shown import again, parameter, press, texts
from ui.lab import lesson, lesson_progress

pytestmark = pytest.mark.usefixtures("home")

ROOT = Path(__file__).parents[2]
LESSONS = {each.name: each for each in lesson.all_of()[0]}
COLLAPSE = {"lesson": "04-mode-collapse", "p_many": "1", "p_loss": "3", "p_slow": "2", "p_hills": "2"}
BACK = urlencode({**COLLAPSE, "place": "part_20_way"})
PAGES = ("lab", "train", "explore", "compare", "runs", "data")


def opened(page: str, **params: str) -> AppTest:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    app.query_params.update(params)
    return again(app.switch_page(f"pages/{page}.py"))


def links(app: AppTest) -> dict[str, dict[str, str]]:
    """Return what each link of the page carries, by its label."""
    found = {}
    for link in app.get("page_link"):
        found[link.proto.label] = {name: values[0] for name, values in parse_qs(link.proto.query_string).items()}
    return found


def test_every_link_of_a_lesson_carries_the_lesson_with_its_answers() -> None:
    found = links(opened("learn", me="ann", **COLLAPSE))
    assert set(found) == {"In the Lab", "R1 at the high rates, in the Lab"}
    for label, carried in found.items():
        back = {name: values[0] for name, values in parse_qs(carried["back"]).items()}
        assert back.pop("place").endswith("_way")
        assert back == COLLAPSE, label
        assert carried["me"] == "ann"


@pytest.mark.parametrize("page", PAGES)
def test_a_page_leads_back_to_the_lesson_as_it_was(page: str) -> None:
    app = opened(page, me="ann", back=BACK)
    assert links(app)["Back to lesson 4"] == {**COLLAPSE, "place": "part_20_way", "me": "ann"}
    assert parameter(app, "back") == BACK
    assert texts(app, "warning") == ""


@pytest.mark.parametrize(
    "back", ["", "x", "lesson=../app", "lesson=04-", "lesson=04-mode-collapse&p=" + "1" * 2000, "&" * 500]
)
def test_a_way_back_that_cannot_be_is_not_shown(back: str) -> None:
    assert not [label for label in links(opened("lab", back=back)) if label.startswith("Back")]


def test_a_way_back_carries_no_name_and_nothing_that_streamlit_keeps_for_itself() -> None:
    back = urlencode({**COLLAPSE, "me": "bob", "embed": "true", "EMBED_OPTIONS": "x"})
    assert links(opened("lab", back=back, me="ann"))["Back to lesson 4"] == {**COLLAPSE, "me": "ann"}


def test_the_way_back_outlasts_the_form_and_is_no_setting_of_it() -> None:
    app = press(opened("train", preset="digits-quick", batch_size="32", back=BACK), "train_reset")
    assert parameter(app, "back") == BACK
    assert app.session_state["train_address"] == {"preset": "digits-quick"}


# Progress


@pytest.mark.parametrize("each", LESSONS.values(), ids=str)
def test_a_lesson_asks_as_often_as_its_file_says(each: lesson.Lesson) -> None:
    cases = [case for part in each.live("clinic") for case in part.values["cases"]]
    assert len(lesson_progress.asked(each)) == len(each.live("predict", "question")) + len(cases) >= 3


def test_the_list_marks_lessons_that_were_begun_and_those_that_are_done() -> None:
    app = opened("learn")
    assert "answered" not in texts(app)
    assert {app.button(key=f"lesson_begin_{name}").label for name in LESSONS} == {"Begin"}

    done = "04-mode-collapse.1.3.2.2.0_05-saturation." + ".".join(
        "1" * len(lesson_progress.asked(LESSONS["05-saturation"]))
    )
    app = opened("learn", done=done)
    assert "4 of 5 answered" in texts(app)
    assert texts(app).count("check_circle:] All") == 1
    assert app.button(key="lesson_begin_04-mode-collapse").label == "Continue"
    assert app.button(key="lesson_begin_05-saturation").label == "Look again"
    assert parameter(app, "done") == done

    app = press(app, "lesson_begin_04-mode-collapse")
    assert [parameter(app, name) for name in COLLAPSE] == list(COLLAPSE.values())


def test_the_session_knows_what_was_answered_until_somebody_starts_over() -> None:
    app = press(opened("learn", r_collapse="gone", **COLLAPSE), "lesson_all")
    assert "4 of 5 answered" in texts(app)
    assert parameter(app, "done") == "04-mode-collapse.1.3.2.2.0"
    app = press(app, "lesson_begin_04-mode-collapse")
    assert parameter(app, "r_collapse") == "gone"
    app = press(press(app, "lesson_over"), "lesson_all")
    assert "answered" not in texts(app)
    assert parameter(app, "done") is None


@pytest.mark.parametrize("done", ["x", "._.", "04-mode-collapse.9.x.-1.0.0.0", "04-mode-collapse" + ".1" * 5000])
def test_marks_that_cannot_be_are_left_out(done: str) -> None:
    app = opened("learn", done=done)
    assert (parameter(app, "done") or "").count(".") in (0, len(lesson_progress.asked(LESSONS["04-mode-collapse"])))
