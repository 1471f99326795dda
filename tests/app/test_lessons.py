"""Lessons: what a file may say, that those which ship say nothing false, and how the page shows them."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from ganlib.catalog.cheats import CHEATS, REAL
from ganlib.experiments import ready_made
from ganlib.metrics import cheats
from ganlib.metrics.cheats import Contest
from ganlib.runs import store
from ganlib.runs.evaluation import evaluations
from ganlib.runs.folder import SHIPPED, Run
from ganlib.utils.errors import UserError
from ganlib.utils.intervals import Measured
from tests.app.shown import again, parameter, press, texts
from tests.variants import slow_unless
from ui.common import links, page_layout
from ui.lab import form, lesson, lesson_cheats
from ui.lab.lesson import Lesson, Live, Text, parse

PAGE = str(Path(__file__).parents[2] / "pages" / "learn.py")

HEAD = "# Two players\n\nWhat they do.\n\n12 minutes\n\n"
ASKS = '```{{{kind}}}\nkey = "{key}"\nquestion = "Why?"\noptions = ["$a$", "b"]\nright = 2\nbecause = "So."\n```\n'
PREDICTS = ASKS.format(kind="predict", key="why")
LAB = '```{lab}\npreset = "ring-quick"\n```\n'

WHOLE, TROUBLES = lesson.all_of()


def opened(**params: str) -> AppTest:
    app = AppTest.from_file(PAGE, default_timeout=60)
    app.query_params.update(params)
    return again(app)


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for lessons of one's own."""
    folder = tmp_path / "lessons"
    folder.mkdir()
    monkeypatch.setenv(lesson.VARIABLE, str(folder))
    return folder


def test_a_file_is_text_and_live_parts_in_order() -> None:
    code = "```python\nprint(1)\n```"
    found = parse("07-two.md", f"{HEAD}First $x$.\n\n{code}\n\n{PREDICTS}\nLast.\n{LAB}")
    assert found[:5] == ("07-two", 7, "Two players", "What they do.", 12)
    assert [type(part) for part in found.parts] == [Text, Live, Text, Live]
    assert found.parts[0] == Text(f"First $x$.\n\n{code}")
    asked, lab = found.live()
    assert (asked.kind, asked.line, asked.values["right"]) == ("predict", 13, 2)
    assert lab.values["key"] == "lab"
    assert "fake" in lab.values["layers"]


def test_what_stands_in_a_block_of_code_is_no_live_part() -> None:
    assert parse("01-a.md", f"{HEAD}~~~\n{{lab}}\n~~~\n```text\n```{{lab}}\n```\n").live() == []


BROKEN = {
    "name": ("lesson.md", HEAD, "two digits"),
    "empty": ("01-a.md", "", "line 1: a lesson begins"),
    "no title": ("01-a.md", "Hello\n", "line 1: a lesson begins"),
    "no line": ("01-a.md", "# A\n\n12 minutes\n", "line 1: below the title"),
    "no minutes": ("01-a.md", "# A\n\nB.\n\nC.\n", "line 3: after that"),
    "kind": ("01-a.md", f"{HEAD}```{{film strip}}\n```\n", "line 7: there is no live part 'film strip'"),
    "open end": ("01-a.md", f"{HEAD}```{{lab}}\npreset = 'ring-quick'\n", "line 7: the part {lab} never ends"),
    "toml": ("01-a.md", f"{HEAD}```{{film}}\nrun = 'a'\nrun\n```\n", "line 9: this is no TOML"),
    "toml's end": ("01-a.md", f"{HEAD}```{{film}}\nrun\n```\n", "line 8: this is no TOML"),
    "unknown": ("01-a.md", f"{HEAD}```{{film}}\nruns = 'a'\n```\n", "line 7: {film} has no 'runs', only run"),
    "missing": ("01-a.md", f"{HEAD}```{{film}}\n```\n", "line 7: {film} lacks run"),
    "type": ("01-a.md", f"{HEAD}```{{film}}\nrun = 3\n```\n", "line 7: run of {film} is to be a text"),
    "true is no number": ("01-a.md", HEAD + PREDICTS.replace("right = 2", "right = true"), "a whole number"),
    "right": ("01-a.md", HEAD + PREDICTS.replace("right = 2", "right = 3"), "line 7: right is to be"),
    "options": ("01-a.md", HEAD + PREDICTS.replace('"b"', "2"), "options is to be a list of texts"),
    "key": ("01-a.md", HEAD + PREDICTS.replace('"why"', '"a b"'), "key is to be"),
    "key twice": ("01-a.md", HEAD + 2 * PREDICTS, "line 14: another part above has the key 'why'"),
    "preset": ("01-a.md", HEAD + LAB.replace("quick", "slow"), "line 7: "),
    "images": ("01-a.md", HEAD + LAB.replace("ring-quick", "digits-quick"), "digits-quick has images"),
    "setting": ("01-a.md", HEAD + LAB.replace("\n```", "\nsettings = {speed = 1}\n```"), "speed"),
    "value": ("01-a.md", HEAD + LAB.replace("\n```", "\nsettings = {depth = 99}\n```"), "depth"),
    "value's type": ("01-a.md", HEAD + LAB.replace("\n```", "\nsettings = {depth = 'x'}\n```"), "line 7: "),
    "layer": ("01-a.md", HEAD + LAB.replace("\n```", "\nlayers = ['sky']\n```"), "there is no layer 'sky'"),
    "pair": ("01-a.md", HEAD + LAB.replace("{lab}", "{pair}"), "have a pair"),
    "page": ("01-a.md", f"{HEAD}```{{open}}\npage = 'x'\nlabel = 'y'\n```\n", "there is no page 'x'"),
    "curves": ("01-a.md", f"{HEAD}```{{curves}}\nruns = ['x']\nwhat = 'y'\n```\n", "there are no curves 'y'"),
    "logits": ("01-a.md", f"{HEAD}```{{push}}\nlogits = ['x']\n```\n", "logits is to be a list of numbers"),
    "loss": ("01-a.md", f"{HEAD}```{{push}}\nloss = 'x'\n```\n", "line 7: "),
    "few images": ("01-a.md", f"{HEAD}```{{cheats}}\ncount = 3\n```\n", "line 7: count is to be from 20 to 2,000"),
    "no classes": ("01-a.md", f"{HEAD}```{{cheats}}\ndataset = 'ring'\n```\n", "the images of ring carry no classes"),
    "two steps": ("01-a.md", HEAD + 2 * "```{step}\nrun = 'digits-quick'\n```\n", "line 10: a lesson has room"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_told_in_one_sentence_with_its_name_and_line(name: str) -> None:
    file, content, said = BROKEN[name]
    with pytest.raises(UserError) as raised:
        parse(file, content)
    message = str(raised.value)
    assert message.startswith(file)
    assert said in message
    assert "\n" not in message


def test_files_that_cannot_be_read_leave_the_others_standing(own: Path) -> None:
    (own / "90-good.md").write_text(HEAD)
    (own / "91-bytes.md").write_bytes(b"\xff\xfe")
    (own / "92-folder.md").mkdir()
    (own / "93-long.md").write_text(HEAD + "a" * lesson.MOST_BYTES)
    (own / "01-two-players.md").write_text(HEAD)
    found, troubles = lesson.all_of()
    assert len(troubles) == 3
    assert {"90-good", "01-two-players"} <= {each.name for each in found}
    assert found[0].title == "Two players"  # in place of the shipped one


# The lessons that ship


def test_all_shipped_lessons_parse() -> None:
    assert TROUBLES == []
    assert [each.number for each in WHOLE] == list(range(1, len(WHOLE) + 1))
    assert len(WHOLE) >= 8


@pytest.mark.parametrize("each", WHOLE, ids=lambda each: each.name)
def test_a_shipped_lesson_asks_twice_before_it_shows_and_ends_with_something_to_do(each: Lesson) -> None:
    assert len(each.live("predict")) >= 2
    assert [part.kind for part in each.live() if part.kind != "open"][-1] == "question"
    assert 10 <= each.minutes <= 15


@pytest.mark.parametrize("each", WHOLE, ids=lambda each: each.name)
def test_all_that_a_shipped_lesson_names_is_there(each: Lesson) -> None:
    keys = {part.values["key"] for part in each.live("lab", "pair")}
    named = [name for part in each.live() for name in part.values.get("runs", [part.values.get("run")]) if name]
    for name in set(named) - keys:
        assert links.run(name).is_shipped
    for part in each.live("open"):
        check_address(part.values["page"], part.values["parameters"])


def check_address(page: str, parameters: dict[str, str]) -> None:
    """Look up whatever an address names."""
    if "run" in parameters:
        assert links.run(parameters["run"]).is_shipped
    if page == "compare":
        ready_made.get(parameters["ready"])
    if page == "lab":
        assert links.read(parameters)[1] == []


@pytest.mark.parametrize("each", slow_unless(lambda each: each in WHOLE[:1], WHOLE), ids=lambda each: each.name)
def test_a_shipped_lesson_opens_whether_answers_are_right_or_wrong(each: Lesson, home: Path, shipped: Path) -> None:
    asked = each.live("predict", "question")
    first = opened(lesson=each.name)
    assert len(first.radio) == 1
    for turn in (0, 1):
        answers = {f"p_{part.values['key']}": str(answer(part, turn)) for part in asked}
        app = opened(lesson=each.name, **answers)
        assert len([radio for radio in app.radio if str(radio.key).startswith("lesson_p_")]) == len(asked)
        assert len(app.success) == (0 if turn else len(asked))
        assert [error.value for error in app.error] == []
        assert [warning.value for warning in app.warning] == []


def answer(part: Live, turn: int) -> int:
    """Return the right answer, or in the next turn another one."""
    return (part.values["right"] - 1 + turn) % len(part.values["options"]) + 1


@pytest.fixture
def shipped(home: Path) -> Path:
    """The shipped models beside an empty folder of runs."""
    (home / "shipped").symlink_to(SHIPPED)
    return home / "shipped"


def distances(name: str) -> dict[int, float]:
    """Return the Fréchet distances of 2,000 samples of a shipped model, by step."""
    found = evaluations(store.find(name))
    return {each.step: each.values["frechet_distance"] for each in found if each.count == 2000}


def test_lesson_3_is_right_about_losses_and_distances() -> None:
    flat, far = store.find("mnist-dcgan").metrics(), distances("mnist-dcgan")
    late = flat["step"] > 7500
    assert np.ptp(flat["g_loss"][late]) < 0.2 > np.ptp(flat["d_loss"][late])
    assert (round(far[7496], 1), round(far[56102], 1)) == (4.5, 1.4)
    worse, far = store.find("fashion-gan-uniform").metrics(), distances("fashion-gan-uniform")
    assert worse["g_loss"][-20:].mean() > 2.5 * worse["g_loss"][:80].mean()
    assert worse["d_loss"][-20:].mean() < 0.5 * worse["d_loss"][:80].mean()
    assert round(far[937], 1) == 5.9
    assert all(0.5 < distance < 1 for step, distance in far.items() if step > 11_000)


def test_lesson_6_is_right_about_critics() -> None:
    clipped = store.find("fashion-wgan").metrics()["d_loss"]
    assert round(clipped[:70].mean(), 2) == -0.01
    assert round(clipped[-70:].mean(), 3) == -0.001
    critic, far = store.find("mnist-wgan-gp").metrics()["d_loss"], list(distances("mnist-wgan-gp").values())
    thirds = [part.mean() for part in np.array_split(critic[100:], 3)]
    assert thirds == sorted(thirds)
    assert far[-1] < far[len(far) // 2] < far[0]


def test_lesson_8_is_right_about_the_map() -> None:
    last = max(evaluations(store.find("mnist-2d")), key=lambda each: each.count)
    assert [round(last.count * share) for share in (last.classes[4], last.classes[5])] == [7, 0]
    assert round(last.classes[0], 2) == 0.28


# The page


def test_a_lesson_waits_for_the_prediction_and_the_address_keeps_it(home: Path, own: Path) -> None:
    (own / "90-own.md").write_text(
        f"{HEAD}Before.\n{PREDICTS}\nAfter.\n{ASKS.format(kind='question', key='end')}\nEnd."
    )
    app = opened(lesson="90-own")
    said = texts(app)
    assert "Before." in said
    assert "After." not in said
    assert "goes on once you have chosen" in said
    app.radio(key="lesson_p_why").set_value(1)
    again(app)
    assert parameter(app, "p_why") == "1"
    for found in (app, opened(lesson="90-own", p_why="1")):  # and after a reload
        assert "After." in texts(found)
        assert "End." in texts(found)
        assert "**Not so:** b. So." in found.info[0].value
        assert found.radio(key="lesson_p_why").disabled
        assert not found.radio(key="lesson_p_end").disabled
    right = opened(lesson="90-own", p_why="2")
    assert "**Right.** So." in right.success[0].value
    assert "After." not in texts(press(right, "lesson_over"))
    assert parameter(right, "p_why") is None


@pytest.mark.parametrize("value", ["0", "3", "x", "9" * 40])
def test_an_answer_that_cannot_be_is_none(home: Path, own: Path, value: str) -> None:
    (own / "90-own.md").write_text(f"{HEAD}{PREDICTS}\nAfter.")
    app = opened(lesson="90-own", p_why=value)
    assert "After." not in texts(app)
    assert "cannot be shown" in texts(app, "warning")


def test_the_list_names_all_lessons_and_what_is_broken(home: Path, own: Path) -> None:
    (own / "90-own.md").write_text("Hello")
    app = opened()
    said = texts(app)
    for each in WHOLE:
        assert f"{each.number}. {each.title}" in said
        assert f"{each.minutes} minutes" in said
    assert "90-own.md, line 1: a lesson begins" in texts(app, "warning")
    assert "There is no lesson" in texts(opened(lesson="../app"), "warning")


def test_a_lab_in_a_lesson_trains_what_it_says_once_and_the_address_keeps_the_run(
    home: Path, own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page_layout, "DOUBLE_CLICK_SECONDS", 600.0)
    lab = LAB.replace("\n```", "\nsettings = {width = 8, seed = 3}\n```")
    (own / "90-own.md").write_text(f"{HEAD}{lab}")
    app = press(opened(lesson="90-own"), "part_0_train")
    run = store.find(parameter(app, "r_lab") or "")
    assert (run.config.dataset, run.config.width, run.config.seed) == ("ring", 8, 3)
    assert run.record["preset"] == "ring-quick"
    press(app, "part_0_train")
    assert [other.id for other in store.list_runs()] == [run.id], "the second half of a double click"
    assert not app.expander


def test_what_a_training_shows_is_closed_before_and_after_it(home: Path, own: Path, ring: Run) -> None:
    shutil.copytree(ring.path, home / "ring")
    (own / "90-own.md").write_text(HEAD + LAB.replace("\n```", "\noutcome = 'All eight.'\n```"))
    for started in ({}, {"r_lab": "ring"}):
        app = opened(lesson="90-own", **started)
        told = next(each for each in app.expander if "what we saw" in each.label)
        assert (told.proto.expanded, [text.value for text in told.markdown]) == (False, ["All eight."])


def test_the_labs_form_has_the_controls_that_a_link_into_it_may_set(home: Path) -> None:
    app = AppTest.from_file(str(Path(PAGE).with_name("lab.py")), default_timeout=60)
    again(app)
    shown = {
        str(widget.key).removeprefix("explore_")
        for kind in ("selectbox", "select_slider", "slider", "number_input", "button_group")
        for widget in app.get(kind)
    }
    assert set(form.CONTROLS) - shown == set()


def test_a_pair_differs_in_the_loss_alone(home: Path, own: Path) -> None:
    (own / "90-own.md").write_text(HEAD + LAB.replace("{lab}", "{pair}").replace("quick", "vanishing"))
    app = press(opened(lesson="90-own"), "part_0_train")
    one, two = (store.find(parameter(app, name) or "").config.to_dict() for name in ("r_pair", "r_pair2"))
    assert {name: (one[name], two[name]) for name in one if one[name] != two[name]} == {
        "loss": ("minimax", "non_saturating")
    }


def test_what_was_trained_in_a_lesson_is_shown_taken_apart_and_drawn(ring: Run, home: Path, own: Path) -> None:
    shutil.copytree(ring.path, home / "ring")
    more = "```{step}\nrun = 'lab'\n```\n```{curves}\nruns = ['lab']\nwhat = 'losses'\n```\n"
    (own / "90-own.md").write_text(HEAD + LAB + more)
    app = opened(lesson="90-own", r_lab="ring")
    assert [metric.label for metric in app.metric] == ["Modes found", "Good samples"]
    assert "What each" not in texts(app)
    assert {"step_move_d", "part_0_train"} <= {str(button.key) for button in app.button}
    assert len(opened(lesson="90-own").metric) == 0


def test_a_run_that_is_not_there_is_told(home: Path, own: Path) -> None:
    (own / "90-own.md").write_text(f"{HEAD}{LAB}```{{film}}\nrun = 'gone'\n```\nEnd.")
    app = opened(lesson="90-own", r_lab="no-such")
    assert "There is no run" in texts(app, "warning")
    assert "There is no run" in texts(app, "error")
    assert "End." in texts(app)


@pytest.fixture
def contest(monkeypatch: pytest.MonkeyPatch) -> Contest:
    """What every metric says of every cheat, made up: one metric is deceived by all, one by none."""
    low, high = Measured(0.1, 0.05, 0.15), Measured(0.9, 0.85, 0.95)
    measured = {name: {"precision": high, "recall": high if name == REAL else low} for name in CHEATS}
    found = Contest(500, measured, {name: np.zeros((16, 8, 8, 1), np.uint8) for name in CHEATS})
    monkeypatch.setattr(cheats, "compare", lambda *arguments: found)
    lesson_cheats.contest.clear()
    return found


def test_a_cheat_is_evaluated_once_it_is_chosen_and_the_address_keeps_it(
    home: Path, own: Path, contest: Contest
) -> None:
    (own / "90-own.md").write_text(f"{HEAD}```{{cheats}}\n```\n")
    app = opened(lesson="90-own")
    assert len(app.table) == 0
    app = opened(lesson="90-own", cheat="blurred")
    for found in (app, again(app)):
        assert "It deceives **1 of 2** metrics." in texts(found)
        one, everything = (table.value for table in found.table)
        assert one["Verdict"].tolist() == [":red[**deceived**: as real]", ":green[caught]"]
        assert everything.shape == (2, 7)
    assert "cannot be shown" in texts(opened(lesson="90-own", cheat="real"), "warning")


def test_one_run_may_stand_in_two_labs_of_a_lesson(ring: Run, home: Path, own: Path) -> None:
    shutil.copytree(ring.path, home / "ring")
    other = LAB.replace("{lab}\n", '{lab}\nkey = "other"\n')
    (own / "90-own.md").write_text(HEAD + LAB + other)
    app = opened(lesson="90-own", r_lab="ring", r_other="ring")
    assert [metric.label for metric in app.metric] == 2 * ["Modes found", "Good samples"]
