"""Learn: lessons, each of which asks before it shows."""

import streamlit as st

from ganlib.utils import environment
from ui.common import formatting, linked_address, navigation, page_layout, user
from ui.lab import class_tally, lesson_parts, lesson_questions
from ui.lab.lesson import Lesson, Text, all_of

INTRODUCTION = "Short lessons on GANs. Each asks for a prediction, then shows what happens in a real training."
ANSWERS = "Your answers stay in the address of this page."
COUNTED = " With your name, they also count in the class's tally, of which only sums are shown."
READING = 760  # pixels of a line of text
WIDTH = 1200


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
                if st.button("Begin", key=f"lesson_begin_{lesson.name}", icon=":material/school:"):
                    turn_to(lesson)
                st.caption(f"{lesson.minutes} minutes")


def turn_to(lesson: Lesson | None) -> None:
    navigation.go(navigation.LEARN, **({"lesson": lesson.name} if lesson else {}))


def show_lesson(lesson: Lesson, lessons: list[Lesson]) -> None:
    with st.container(width=READING):
        if st.button("All lessons", key="lesson_all", icon=":material/arrow_back:", type="tertiary"):
            turn_to(None)
        page_layout.header(lesson.title, lesson.about)
        st.caption(f"Lesson {lesson.number}, {lesson.minutes} minutes. {ANSWERS}{COUNTED if is_counted() else ''}")
        if environment.is_class():
            user.ask()
        class_tally.offer(lesson.name)
        trouble = st.container()
    is_over = show_parts(lesson)
    with st.container(width=READING):
        if is_over:
            show_ways(lesson, lessons)
        lesson_questions.start_over(lesson)
    if told := linked_address.trouble():
        trouble.warning(formatting.plain(told))


def is_counted() -> bool:
    return environment.is_class() or bool(user.name())


def show_parts(lesson: Lesson) -> bool:
    """Show the parts up to the first prediction that is not made yet; return whether these are all."""
    for number, part in enumerate(lesson.parts):
        if isinstance(part, Text):
            st.container(width=READING).markdown(part.text)
        elif part.kind == "predict":
            with st.container(width=READING):
                if not lesson_questions.predict(lesson, part):
                    return False
        elif part.kind == "question":
            with st.container(width=READING):
                lesson_questions.question(lesson, part)
        else:
            lesson_parts.show(lesson, part, f"part_{number}")
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
        show_list(lessons, troubles)
