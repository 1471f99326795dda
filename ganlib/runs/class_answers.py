"""What a class answered in a lesson: one JSON-lines file a lesson, in `.class` below the folder of runs.

Whoever is in the class may have sent anything, and two may write at once: a line that cannot be is left out, a file
never grows beyond `MOST_BYTES`, and of each person the newest answer counts.
"""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from filelock import FileLock, Timeout

from ganlib.runs import records
from ganlib.runs.folder import home
from ganlib.utils import files, values
from ganlib.utils.errors import UserError

FOLDER = ".class"

MOST_BYTES = 500_000
"""Some thousand answers; beyond, older answers of the same people go first, then those of whoever answered first."""

LONGEST_NAME = 254  # an e-mail address may be as long
MOST_STEPS = 16
"""Steps of a training that one game's errors may be of."""

_MOST_OPTIONS = 99
_LESSON = re.compile(r"[a-z0-9][a-z0-9-]{0,251}")  # as long as a file's name may be
_TOPIC = re.compile(r"[a-z0-9][a-z0-9_-]{0,79}")  # the key of a question, or the id of a run
_WAIT = 2.0  # seconds


class _Answer(NamedTuple):
    """One line: a person's answer to a question, or their errors in a game on a run."""

    person: str
    question: str
    option: int

    @classmethod
    def from_json(cls, line: Mapping[str, Any]) -> "_Answer":
        """Read a line. Raises ValueError: it is none of a question."""
        option = values.demand_whole(line, "option", low=1)
        if option > _MOST_OPTIONS:
            raise ValueError("no question has that many options")
        return cls(_person(line.get("person")), _topic(line.get("question")), option)


class _Errors(NamedTuple):
    person: str
    run: str
    errors: Mapping[int, float]

    @classmethod
    def from_json(cls, line: Mapping[str, Any]) -> "_Errors":
        """Read a line. Raises ValueError: it is none of a game."""
        errors = {int(step): values.demand_number(line["errors"], step) for step in values.table(line.get("errors"))}
        if not 0 < len(errors) <= MOST_STEPS or max(errors.values()) > 1 or min(errors) < 0:
            raise ValueError("errors are shares by step")
        return cls(_person(line.get("person")), _topic(line.get("run")), errors)


class ClassAnswers:
    """The answers of a class in one lesson.

    Attributes:
        path: of the file, which need not be there.
    """

    def __init__(self, lesson: str, folder: Path | None = None) -> None:
        """Take a lesson by its file's name without the end, and the folder of runs, by default `home()`.

        Raises ValueError: no lesson is called like that.
        """
        if not _LESSON.fullmatch(lesson):
            raise ValueError(f"no lesson is called {lesson[:40]!r}")
        self.path = (folder or home()) / FOLDER / f"{lesson}.jsonl"

    def keep_answer(self, person: str, question: str, option: int) -> None:
        """Keep the number, from 1, of the option that a person chose.

        Raises ValueError: such a line could not be read again; UserError: it could not be written.
        """
        line = {"person": person, "question": question, "option": option}
        _Answer.from_json(line)
        self._append(line)

    def keep_errors(self, person: str, run: str, errors: Mapping[int, float]) -> None:
        """Keep a person's share of errors by step, from a game on a run; errors as for `keep_answer`."""
        line = {"person": person, "run": run, "errors": {str(step): share for step, share in errors.items()}}
        _Errors.from_json(line)
        self._append(line)

    def answers(self) -> dict[str, dict[str, int]]:
        """Return by question what each person chose last, by name."""
        found: dict[str, dict[str, int]] = {}
        for each in records.sound(self._lines(), _Answer.from_json):
            found.setdefault(each.question, {})[each.person] = each.option
        return found

    def errors(self) -> dict[str, dict[str, Mapping[int, float]]]:
        """Return by run each person's errors by step in their last game, by name."""
        found: dict[str, dict[str, Mapping[int, float]]] = {}
        for each in records.sound(self._lines(), _Errors.from_json):
            found.setdefault(each.run, {})[each.person] = each.errors
        return found

    def forget(self) -> None:
        """Delete all answers of the lesson. Raises OSError: the file cannot be deleted."""
        self.path.unlink(missing_ok=True)

    def _lines(self) -> list[dict[str, Any]]:
        """Return the objects of the file; the last of one that somebody else has made far too large."""
        try:
            with self.path.open("rb") as file:
                file.seek(max(0, os.fstat(file.fileno()).st_size - 2 * MOST_BYTES))
                return list(files.parse_lines(file.read(2 * MOST_BYTES)))
        except OSError:
            return []

    def _append(self, line: dict[str, Any]) -> None:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with FileLock(self.path.with_suffix(".lock"), timeout=_WAIT):
                files.append_lines(self.path, [line])
                if self.path.stat().st_size > MOST_BYTES:
                    files.write_bytes(self.path, files.to_lines(_newest(self._lines(), MOST_BYTES // 2)))
        except Timeout:
            raise UserError("The answer was not kept for the class: too many came at once. Choose it again.") from None
        except OSError as error:
            raise files.unwritable("The answer was not kept for the class", error, "GANLIB_RUNS") from error


def _newest(lines: list[dict[str, Any]], most: int) -> list[dict[str, Any]]:
    """Return the newest line of each person and topic, in order, as many of the last as fit into so many bytes."""
    kept: dict[tuple[str, ...], dict[str, Any]] = {}
    for line in reversed(lines):
        kept.setdefault(tuple(str(line.get(name)) for name in ("person", "question", "run")), line)
    room, found = most, []
    for line in kept.values():
        room -= len(files.to_lines([line]))
        if room < 0:
            break
        found.append(line)
    return found[::-1]


def _person(value: Any) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST_NAME or not value.isprintable():
        raise ValueError(f"a name is a text of up to {LONGEST_NAME} characters")
    return value


def _topic(value: Any) -> str:
    if not isinstance(value, str) or not _TOPIC.fullmatch(value):
        raise ValueError("a question's key or a run's id is a short word")
    return value
