"""The questions of a lesson: an answer goes into the address as `p_<key>=2`, so that a reload shows the same."""

import streamlit as st

from ui.common import linked_address, linked_widgets
from ui.lab import class_tally, lesson_progress
from ui.lab.lesson import Lesson, Live


def predict(lesson: Lesson, part: Live) -> bool:
    """Ask for a prediction; return whether there is one, so that the lesson may go on. It is given once."""
    chosen = _ask(lesson, part, ":material/psychology_alt: **Predict first.**", is_final=True)
    if not chosen:
        st.caption("The lesson goes on once you have chosen. A wrong guess costs nothing.")
    return bool(chosen)


def question(lesson: Lesson, part: Live) -> None:
    """Ask what the person can answer now; another answer may follow."""
    _ask(lesson, part, ":material/help: **Your turn.**", is_final=False)


def start_over(lesson: Lesson) -> None:
    """Offer to forget all answers, where there is one."""
    given = lesson_progress.asked(lesson).keys() & st.query_params.to_dict().keys()
    if given and st.button("Start over", key="lesson_over", icon=":material/restart_alt:", help="Forget my answers."):
        lesson_progress.forget(lesson)
        st.rerun()


def _name(part: Live) -> str:
    return lesson_progress.PREDICTION + part.values["key"]


def _ask(lesson: Lesson, part: Live, begins: str, is_final: bool) -> int:
    """Show the question and, once it is answered, what is right; return the answer, 0 for none."""
    name, options, right = _name(part), part.values["options"], part.values["right"]
    numbers = range(1, len(options) + 1)
    chosen = linked_address.read(name, 0, linked_widgets.between(1, len(options)))
    key = f"lesson_{name}"
    if chosen and is_final:
        st.session_state[key] = chosen  # each time: a browser forgets the choice where it learns that this was the last
    else:
        linked_address.hold(key, chosen or None)
    with st.container(border=True, key=f"lesson_box_{name}"):
        st.markdown(f"{begins} {part.values['question']}")
        st.radio(
            part.values["question"], numbers, format_func=lambda number: options[number - 1], key=key, index=None,
            label_visibility="collapsed", disabled=bool(chosen) and is_final,
            on_change=_answer, args=(lesson, part, key),
        )  # fmt: skip
        if chosen:
            class_tally.keep_if_new(lesson.name, part.values["key"], chosen)
        if chosen == right:
            st.success(f"**Right.** {part.values['because']}", icon=":material/check_circle:")
        elif chosen:
            yours, answer = (options[number - 1].rstrip(".") for number in (chosen, right))
            st.info(f"You said: {yours}. **Not so:** {answer}. {part.values['because']}", icon=":material/lightbulb:")
        if class_tally.is_shown():
            class_tally.show(lesson.name, part.values["key"], options, right if chosen else None)
    return chosen


def _answer(lesson: Lesson, part: Live, key: str) -> None:
    linked_address.put(_name(part), st.session_state[key])
    class_tally.keep(lesson.name, part.values["key"], st.session_state[key])
