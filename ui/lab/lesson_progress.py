"""How far a person is in each lesson, as the session and the address of the list know it; the server stores nothing.

The list's address holds `done=01-two-players.2.0_04-mode-collapse.2`: the answers of each lesson in the order of its
questions, 0 where there is none yet.
"""

from collections.abc import Sequence

import streamlit as st

from ganlib.catalog.mistakes import MISTAKES
from ui.common import address, linked_address, user, way_back
from ui.lab.lesson import Lesson, Live

PARAMETER = "done"
PREDICTION, CASE = "p_", "c_"
"""Begin the parameters of answers: to a question, by its key, and to a case of the clinic, by its number."""

_KEPT = "lesson_progress"  # of the session: the address that each lesson was left with
_LONGEST = 2000  # characters of the address that are looked at


def asked(lesson: Lesson) -> dict[str, int]:
    """Return the parameter of each question of a lesson, with the number of its options."""
    found = {}
    for part in lesson.live("predict", "question"):
        found[PREDICTION + part.values["key"]] = len(part.values["options"])
    for part in lesson.live("clinic"):
        found |= {f"{CASE}{number}": len(MISTAKES) for number in range(1, len(part.values["cases"]) + 1)}
    return found


def answered(lesson: Lesson) -> int:
    """Return how many questions of a lesson are answered, as far as is known."""
    return len(_answers(lesson, of(lesson)))


def is_beyond(lesson: Lesson, number: int) -> bool:
    """Return whether a question after the part of this number is answered in the address."""
    later = [part for part in lesson.parts[number:] if isinstance(part, Live) and "right" in part.values]
    return any(PREDICTION + part.values["key"] in st.query_params for part in later)


def of(lesson: Lesson) -> dict[str, str]:
    """Return the parameters that the lesson was left with."""
    return dict(_kept().get(lesson.name, {}))


def remember(lesson: Lesson) -> None:
    """Keep the address of the lesson that is open, once there is an answer in it."""
    params = {name: str(value) for name, value in user.without_name(st.query_params.to_dict()).items()}
    if _answers(lesson, params):
        _kept()[lesson.name] = {name: value for name, value in params.items() if name not in ("lesson", way_back.PLACE)}


def forget(lesson: Lesson) -> None:
    """Take all answers of the lesson that is open out of the address and the session."""
    for name in asked(lesson):
        linked_address.put(name, None)
    _kept().pop(lesson.name, None)


def read(lessons: Sequence[Lesson]) -> None:
    """Take over what the list's address holds and the session does not know, then write all into the address."""
    told = {}
    for part in str(st.query_params.get(PARAMETER, ""))[:_LONGEST].split("_"):
        name, *values = part.split(".")
        told[name] = values
    for lesson in lessons:
        params = dict(zip(asked(lesson), told.get(lesson.name, []), strict=False))
        if found := _answers(lesson, params):
            _kept().setdefault(lesson.name, found)
    address.put(**{PARAMETER: "_".join(_text(lesson) for lesson in lessons if answered(lesson))})


def _text(lesson: Lesson) -> str:
    found = _answers(lesson, of(lesson))
    return ".".join([lesson.name, *(found.get(name, "0") for name in asked(lesson))])


def _answers(lesson: Lesson, params: dict[str, str]) -> dict[str, str]:
    """Return those parameters that are possible answers to the questions of a lesson."""
    return {name: params[name] for name, options in asked(lesson).items() if _is_answer(params.get(name, ""), options)}


def _is_answer(text: str, options: int) -> bool:
    try:
        return bool(address.whole(text, 1, options))
    except ValueError:
        return False


def _kept() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = st.session_state.setdefault(_KEPT, {})
    return found
