"""Learn: lessons, each of which asks before it shows."""

import re

import streamlit as st

from ui.common import formatting, linked_address, navigation, page_layout, user, way_back
from ui.lab import class_tally, lesson_parts, lesson_progress, lesson_questions
from ui.lab.lesson import Lesson, Text, all_of

INTRODUCTION = "Short lessons on GANs. Each asks for a prediction, then shows what happens in a real training."
ANSWERS = "Your answers stay in the address of this page."
COUNTED = " With your name, they also count in the class's tally, of which only sums are shown."
WIDTH = 1200
PLACE = re.compile(r"part_\d{1,3}_way")


def show_list(lessons: list[Lesson], troubles: list[str]) -> None:
    page_layout.header("Learn", INTRODUCTION)
    for trouble in troubles:
        st.warning(formatting.plain(trouble))
    grid = st.grid(2, min_column_width=320, border=True)
    for lesson in lessons:
        with grid.cell(), st.container(key=f"lesson_{lesson.name}", gap="small"):
            st.markdown(f"#### {lesson.number}. {lesson.title}")
            st.markdown(lesson.about)
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                show_begin(lesson)


def show_begin(lesson: Lesson) -> None:
    """Show the button that opens a lesson, how long it takes, and how far this person is."""
    answered, asked = lesson_progress.answered(lesson), len(lesson_progress.asked(lesson))
    is_done = asked == answered > 0
    label = "Look again" if is_done else "Continue" if answered else "Begin"
    if st.button(label, key=f"lesson_begin_{lesson.name}", icon=":material/school:"):
        turn_to(lesson)
    st.caption(f"{lesson.minutes} minutes", width="content")
    if is_done:
        st.caption(f":green[:material/check_circle:] All {asked} answered", width="content")
    elif answered:
        st.caption(f"{answered} of {asked} answered", width="content")


def turn_to(lesson: Lesson | None) -> None:
    """Turn to a lesson, as this person left it, or to the list of all."""
    navigation.go(navigation.LEARN, **({"lesson": lesson.name, **lesson_progress.of(lesson)} if lesson else {}))


def show_lesson(lesson: Lesson, lessons: list[Lesson]) -> None:
    with st.container(width=lesson_parts.READING):
        if st.button("All lessons", key="lesson_all", icon=":material/arrow_back:", type="tertiary"):
            turn_to(None)
        st.title(lesson.title, anchor=False)
        st.markdown(lesson.about)
        st.caption(f"Lesson {lesson.number}, {lesson.minutes} minutes. {ANSWERS}{COUNTED if is_counted() else ''}")
        if user.is_shared():
            user.ask()
        class_tally.offer(lesson.name)
        trouble = st.container()
    is_over = show_parts(lesson)
    with st.container(width=lesson_parts.READING):
        lesson_progress.remember(lesson)
        if is_over:
            show_ways(lesson, lessons)
        lesson_questions.start_over(lesson)
    if told := linked_address.trouble():
        trouble.warning(formatting.plain(told))
    if PLACE.fullmatch(place := st.query_params.get(way_back.PLACE, "")):
        page_layout.scroll_to(place)


def is_counted() -> bool:
    return user.is_shared() or bool(user.name())


def show_parts(lesson: Lesson) -> bool:
    """Show the parts up to the first prediction or game that is still to come; return whether these are all."""
    for number, part in enumerate(lesson.parts):
        if isinstance(part, Text):
            st.container(width=lesson_parts.READING).markdown(part.text)
        elif part.kind == "predict":
            with st.container(width=lesson_parts.READING):
                if not lesson_questions.predict(lesson, part):
                    return False
        elif part.kind == "question":
            with st.container(width=lesson_parts.READING):
                lesson_questions.question(lesson, part)
        elif not lesson_parts.show(lesson, part, f"part_{number}") and not lesson_progress.is_beyond(lesson, number):
            st.caption("The lesson goes on once you have played.")
            return False
    return True


def show_ways(lesson: Lesson, lessons: list[Lesson]) -> None:
    place = lessons.index(lesson)
    st.space("small")
    with st.container(horizontal=True, gap="small"):
        if place and st.button(lessons[place - 1].title, key="lesson_back", icon=":material/arrow_back:"):
            turn_to(lessons[place - 1])
        if place + 1 < len(lessons) and st.button(
            lessons[place + 1].title, key="lesson_next", icon=":material/arrow_forward:", type="primary"
        ):
            turn_to(lessons[place + 1])


page_layout.begin()
linked_address.begin()
lessons, troubles = all_of()
asked = st.query_params.get("lesson")
chosen = next((lesson for lesson in lessons if lesson.name == asked), None)
with st.container(width=WIDTH), page_layout.only("one" if chosen else "all", ("all", "one"), asked or ""):
    if chosen:
        show_lesson(chosen, lessons)
    else:
        if asked:
            troubles = [f"There is no lesson {asked[:40]!r}; here are those there are.", *troubles]
        lesson_progress.read(lessons)
        show_list(lessons, troubles)
