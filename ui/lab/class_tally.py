"""What a class answers in a lesson: kept under each person's name, and shown as a tally to whoever teaches."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import streamlit as st

from ganlib.runs.class_answers import ClassAnswers
from ganlib.utils.errors import UserError
from ui.common import cached, formatting, linked_widgets, page_layout, refresh_rate, sign_in, user

PARAMETER = "class"
REFRESH_SECONDS = 3.0


def offer(lesson: str) -> None:
    """Offer to show the class's answers, where there is a class."""
    if not _may_see():
        return
    if user.is_shared() or is_shown() or cached.stamp(ClassAnswers(lesson).path)[1]:
        linked_widgets.toggle(
            PARAMETER, "Show the class's answers",
            "For the one who teaches: a bar for each option, which grows as answers come in. What is right is marked "
            "once you choose an option here; your own answers are not counted meanwhile.",
        )  # fmt: skip
    if user.person().is_teacher:
        with st.popover("Reset", key="lesson_reset", type="tertiary", help="Delete the class's answers."):
            st.markdown("All answers of the class in this lesson will be gone for good.")
            if st.button("Delete the answers", type="primary", key="lesson_reset_sure"):
                with page_layout.errors_told():
                    ClassAnswers(lesson).forget()
                    st.rerun()


def is_shown() -> bool:
    return st.query_params.get(PARAMETER) == "1" and _may_see()


def _may_see() -> bool:
    """Whether the class's answers are this person's to see: where people sign in, they are the teachers'."""
    return user.person().is_teacher or not sign_in.is_on()


def keep(lesson: str, question: str, option: int) -> None:
    """Keep the answer of whoever has a name; a trouble is told in passing, for the lesson goes on without."""
    if (person := user.name()) and not is_shown():
        with _told_in_passing():
            ClassAnswers(lesson).keep_answer(person, question, option)


def keep_if_new(lesson: str, question: str, option: int) -> None:
    """Keep an answer of somebody who has none yet: it was given before the name was typed."""
    if user.name() and user.name() not in answers(lesson).get(question, {}):
        keep(lesson, question, option)


def keep_errors(lesson: str, run: str, errors: Mapping[int, float]) -> None:
    """Keep somebody's errors by step in a game on a run; else as `keep`."""
    if (person := user.name()) and not is_shown():
        with _told_in_passing():
            ClassAnswers(lesson).keep_errors(person, run, errors)


def answers(lesson: str) -> dict[str, dict[str, int]]:
    """Return by question what each person chose, by name."""
    return _answers(*cached.stamp(ClassAnswers(lesson).path))


def mean_errors(lesson: str, run: str) -> tuple[dict[int, float], int]:
    """Return the mean error by step of all who played on a run, and how many they are."""
    played = _errors(*cached.stamp(ClassAnswers(lesson).path)).get(run, {}).values()
    steps = sorted({step for each in played for step in each})
    shares = {step: [each[step] for each in played if step in each] for step in steps}
    return {step: sum(found) / len(found) for step, found in shares.items()}, len(played)


def show(lesson: str, question: str, options: Sequence[str], right: int | None) -> None:
    """Show a bar for each option, looked at again every few seconds; `right`, from 1, is marked, None marks none."""
    every = refresh_rate.pace(REFRESH_SECONDS)
    st.fragment(_bars, run_every=every)(lesson, question, options, right)


def _bars(lesson: str, question: str, options: Sequence[str], right: int | None) -> None:
    refresh_rate.enter()
    given = answers(lesson).get(question, {}).values()
    counts = Counter(option for option in given if option <= len(options))
    if not counts:
        st.caption("The class's answers: none yet.")
        return
    st.caption("The class's answers; how to read it: the longer a bar, the more chose it.")
    for number, option in enumerate(options, 1):
        count, total = counts[number], counts.total()
        said = f"{count} of {total}"
        text = f":green[:material/check_circle: **{said}**] {option}" if number == right else f"**{said}** {option}"
        st.progress(count / total, text=text)


def show_mean(lesson: str, run: str) -> None:
    """Say how often the class was wrong at each step of a run, looked at again every few seconds."""
    st.fragment(_mean, run_every=refresh_rate.pace(REFRESH_SECONDS))(lesson, run)


def _mean(lesson: str, run: str) -> None:
    refresh_rate.enter()
    errors, count = mean_errors(lesson, run)
    if not count:
        st.caption("The class's errors: nobody has finished a game on this training yet.")
        return
    listed = ", ".join(f"**{share:.0%}** at step {step:,}" for step, share in errors.items())
    st.markdown(f"The class's errors, mean of {count}: {listed}.")


@contextmanager
def _told_in_passing() -> Iterator[None]:
    try:
        yield
    except UserError as error:
        st.toast(formatting.plain(str(error)), icon=":material/warning:")


@st.cache_data(max_entries=16, show_spinner=False)
def _answers(path: str, changed: int, length: int) -> dict[str, dict[str, int]]:
    return _of(path).answers()


@st.cache_data(max_entries=16, show_spinner=False)
def _errors(path: str, changed: int, length: int) -> dict[str, dict[str, Mapping[int, float]]]:
    return _of(path).errors()


def _of(path: str) -> ClassAnswers:
    return ClassAnswers(Path(path).stem, Path(path).parent.parent)
