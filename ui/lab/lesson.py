"""Lessons as files: Markdown with live parts, each checked before it is shown. It needs no Streamlit.

A lesson is a file `NN-name.md`: a title, a line that says what one will know, a line such as "12 minutes", then text.
A live part is a fenced block whose info string is its kind in braces, and whose body is TOML; see `docs/lessons.md`.
"""

import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from ganlib.utils.errors import UserError
from ui.lab import lesson_kinds
from ui.lab.lesson_kinds import NEEDED, OPTIONAL

SHIPPED = Path(__file__).parents[2] / "lessons"
VARIABLE = "GANLIB_LESSONS"
"""Environment variable that names a folder with more lessons; one of the same file name stands for a shipped one."""

MOST_BYTES = 200_000

_FILE = re.compile(r"(\d\d)-([a-z0-9-]+)\.md")
_MINUTES = re.compile(r"(\d{1,3}) minutes")
_LIVE = re.compile(r"```\{(.*)\}\s*")
_WHERE = re.compile(r" \(at line (\d+), column \d+\)| \(at end of document\)")


class Text(NamedTuple):
    """Markdown as it is shown."""

    text: str


class Live(NamedTuple):
    """A live part: its kind, the line of the file where it begins, and its settings, those left out filled in."""

    kind: str
    line: int
    values: Mapping[str, Any]


class Lesson(NamedTuple):
    """A lesson as it is shown."""

    name: str  # the file's, without its end; the page's address holds it
    number: int
    title: str
    about: str  # one line: what one will know
    minutes: int
    parts: tuple[Text | Live, ...]

    def live(self, *kinds: str) -> list[Live]:
        """Return the live parts of some kinds, or all."""
        return [part for part in self.parts if isinstance(part, Live) and (not kinds or part.kind in kinds)]


def parse(name: str, content: str) -> Lesson:
    """Read a lesson.

    Args:
        name: of the file.
        content: of the file.

    Raises:
        UserError: one sentence with the file's name, and the line where it has one.
    """
    named = _FILE.fullmatch(name)
    if not named:
        raise UserError(f"{name}: a lesson's file is called like 09-labels.md, two digits and a name.")
    lines = content.splitlines()
    said = [(number, line.strip()) for number, line in enumerate(lines, 1) if line.strip()][:3]
    if not said or not said[0][1].startswith("# "):
        raise _broken(name, said[0][0] if said else 1, 'a lesson begins with "# " and its title')
    if len(said) < 2 or said[1][1].startswith(("#", "```")) or _MINUTES.fullmatch(said[1][1]):
        raise _broken(name, said[0][0], "below the title comes a line that says what one will know")
    minutes = _MINUTES.fullmatch(said[2][1]) if len(said) > 2 else None
    if not minutes:
        raise _broken(name, said[1][0], 'after that comes a line such as "12 minutes"')
    parts = tuple(_parts(name, lines, said[2][0]))
    lesson = Lesson(name[:-3], int(named[1]), said[0][1][2:].strip(), said[1][1], int(minutes[1]), parts)
    _check_keys(name, lesson)
    return lesson


def all_of() -> tuple[list[Lesson], list[str]]:
    """Return all lessons by file name, and a sentence for each file that is broken."""
    found, troubles = [], []
    own = os.environ.get(VARIABLE)
    files: dict[str, Path] = {}
    for folder in [SHIPPED, *([Path(own)] if own else [])]:
        if not folder.is_dir():
            troubles.append(f"There is no folder {folder} to take lessons from ({VARIABLE}).")
            continue
        files |= {path.name: path for path in folder.glob("*.md")}
    for name in sorted(files):
        try:
            found.append(parse(name, _read(files[name])))
        except UserError as error:
            troubles.append(str(error))
    return found, troubles


def _read(path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
        if len(content) > MOST_BYTES:
            raise UserError(f"{path.name}: a lesson is shorter than {MOST_BYTES:,} bytes.")
        return content.decode()
    except OSError as error:
        raise UserError(f"{path.name}: it cannot be read ({error.strerror}).") from None
    except UnicodeDecodeError:
        raise UserError(f"{path.name}: it is not text in UTF-8.") from None


def _parts(name: str, lines: list[str], begin: int) -> Iterator[Text | Live]:
    """Yield text and live parts of the lines after the first `begin`."""
    text: list[str] = []
    body: list[str] = []
    opened, kind, is_code = 0, "", False
    for number, line in enumerate(lines[begin:], begin + 1):
        found = _LIVE.fullmatch(line)
        if opened:
            if line.strip() == "```":
                yield Live(kind, opened, _checked(name, kind, opened, "\n".join(body)))
                opened, body = 0, []
            else:
                body.append(line)
        elif found and not is_code:
            if any(each.strip() for each in text):
                yield Text("\n".join(text).strip())
            text, opened, kind = [], number, found[1].strip()
            if kind not in NEEDED:
                raise _broken(name, number, f"there is no live part {kind[:20]!r}, only {', '.join(NEEDED)}")
        else:
            is_code ^= line.startswith("```")
            text.append(line)
    if opened:
        raise _broken(name, opened, f"the part {{{kind}}} never ends: close it with ```")
    if any(each.strip() for each in text):
        yield Text("\n".join(text).strip())


def _checked(name: str, kind: str, line: int, body: str) -> dict[str, Any]:
    """Return the settings of a live part, those left out filled in."""
    try:
        values = tomllib.loads(body)
    except tomllib.TOMLDecodeError as error:
        where = _WHERE.search(str(error))
        at = line + (int(where[1]) if where and where[1] else len(body.splitlines()))
        raise _broken(name, at, f"this is no TOML ({_WHERE.sub('', str(error))})") from None
    needed, optional = NEEDED[kind], OPTIONAL.get(kind, {})
    for key, value in values.items():
        wanted = needed.get(key) or (type(optional[key]) if key in optional else None)
        if wanted is None:
            raise _broken(name, line, f"{{{kind}}} has no {key!r}, only {', '.join([*needed, *optional])}")
        if type(value) is not wanted:
            raise _broken(name, line, f"{key} of {{{kind}}} is to be {lesson_kinds.TYPES[wanted]}")
    if missing := [key for key in needed if key not in values]:
        raise _broken(name, line, f"{{{kind}}} lacks {', '.join(missing)}")
    values = {**optional, **values}
    if trouble := lesson_kinds.trouble(values):
        raise _broken(name, line, trouble)
    return values


def _check_keys(name: str, lesson: Lesson) -> None:
    """Refuse two parts that would share a place in the address."""
    seen: set[tuple[bool, str]] = set()
    for part in lesson.live("predict", "question", "lab", "pair"):
        key = ("right" in part.values, part.values["key"])
        if key in seen:
            raise _broken(name, part.line, f"another part above has the key {key[1]!r}")
        seen.add(key)
    for kind in ("step", "cheats", "clinic", "discriminate"):
        for part in lesson.live(kind)[1:]:
            raise _broken(name, part.line, f"a lesson has room for one {{{kind}}}")


def _broken(name: str, line: int, trouble: str) -> UserError:
    return UserError(f"{name}, line {line}: {trouble}.")
