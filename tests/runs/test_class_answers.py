"""The answers of a class: the newest counts, and nothing that anybody sends or leaves does harm."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ganlib.runs import class_answers, store
from ganlib.runs.class_answers import ClassAnswers
from ganlib.utils.errors import UserError
from tests.hostile import NASTY


@pytest.fixture
def kept(tmp_path: Path) -> ClassAnswers:
    return ClassAnswers("01-a", tmp_path)


def test_the_newest_answer_of_each_person_counts(kept: ClassAnswers) -> None:
    for person, question, option in [("ann", "why", 1), ("bob", "why", 2), ("ann", "why", 3), ("ann", "how", 1)]:
        kept.keep_answer(person, question, option)
    kept.keep_errors("ann", "mnist-quick", {100: 1.0})
    kept.keep_errors("ann", "mnist-quick", {100: 0.25, 2500: 0.5})
    assert kept.answers() == {"why": {"ann": 3, "bob": 2}, "how": {"ann": 1}}
    assert kept.errors() == {"mnist-quick": {"ann": {100: 0.25, 2500: 0.5}}}


def test_each_lesson_has_a_file_that_is_no_run(kept: ClassAnswers, tmp_path: Path) -> None:
    assert kept.answers() == {}
    kept.keep_answer("ann", "why", 1)
    assert ClassAnswers("02-b", tmp_path).answers() == {}
    assert store.list_runs(tmp_path) == []


@pytest.mark.parametrize("lesson", ["../a", "", "a/b", "A", "a" * 300])
def test_only_a_lessons_name_becomes_a_path(lesson: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no lesson"):
        ClassAnswers(lesson, tmp_path)


@pytest.mark.parametrize(
    ("person", "question", "option"),
    [
        *(("", "why", 1), ("a" * 255, "why", 1), ("a\nb", "why", 1)),
        *(("ann", "a b", 1), ("ann", "why", 0), ("ann", "why", 100)),
    ],
)
def test_what_could_not_be_read_again_is_not_kept(kept: ClassAnswers, person: str, question: str, option: int) -> None:
    with pytest.raises(ValueError):
        kept.keep_answer(person, question, option)
    assert not kept.path.exists()


@pytest.mark.parametrize("nasty", NASTY.values(), ids=NASTY)
def test_damaged_lines_are_left_out(kept: ClassAnswers, nasty: object) -> None:
    kept.keep_answer("ann", "why", 2)
    kept.keep_errors("ann", "run", {1: 0.5})
    for line in (
        {"person": "eve", "question": "why", "option": 1},
        {"person": "eve", "run": "run", "errors": {"1": 1}},
    ):
        broken = [{**line, name: nasty} for name in line]
        broken += [{**line, "errors": {"1": nasty}}, {**line, "errors": {"x": 1}}] if "errors" in line else []
        with kept.path.open("a") as file:
            file.writelines(f"{json.dumps(each)}\n" for each in broken)
            file.write('{"person": "eve", \n\0\n')
    answers, errors = kept.answers(), kept.errors()
    assert answers.pop("why").pop("ann") == 2
    assert errors.pop("run").pop("ann") == {1: 0.5}
    kept.keep_answer("bob", "why", 1)
    assert kept.answers()["why"]["bob"] == 1


def test_a_file_stays_bounded_and_keeps_the_newest(kept: ClassAnswers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(class_answers, "MOST_BYTES", 2000)
    kept.keep_answer("ann", "how", 1)
    for turn in range(60):
        kept.keep_answer("bob", "why", turn % 5 + 1)
        assert kept.path.stat().st_size <= 2000
    assert kept.answers() == {"how": {"ann": 1}, "why": {"bob": 5}}, "of the same person older ones go first"
    for number in range(100):
        kept.keep_answer(f"person {number}", "why", 1)
        assert kept.path.stat().st_size <= 2000
    assert "person 99" in kept.answers()["why"]
    kept.path.write_bytes(b"x" * 10_000)
    kept.keep_answer("ann", "why", 1)
    assert kept.path.stat().st_size <= 2000


def test_a_class_may_answer_at_once(kept: ClassAnswers) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: kept.keep_answer(f"person {number}", "why", 1), range(40)))
    assert len(kept.answers()["why"]) == 40


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "runs").write_text("")
    with pytest.raises(UserError, match="GANLIB_RUNS"):
        ClassAnswers("01-a", tmp_path / "runs").keep_answer("ann", "why", 1)
