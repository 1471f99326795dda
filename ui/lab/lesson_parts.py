"""The live parts of a lesson, each made of what the pages have: a table from the kind to what shows it."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import streamlit as st

from ganlib import plots, presets
from ganlib.catalog import losses
from ganlib.catalog.points import PAIRS
from ganlib.config import TrainConfig
from ganlib.data import points
from ganlib.runs.folder import Run
from ui.common import (
    charts,
    evaluation_curves,
    film,
    formatting,
    linked_address,
    links,
    navigation,
    page_layout,
    step_stations,
    user,
    way_back,
)
from ui.lab import form, lesson_cheats, lesson_clinic, lesson_discriminate, pair, watching
from ui.lab.lesson import Lesson, Live

READING = 760  # pixels of a line of text

_PARAMETER = "r_"
_STARTED = "lesson_started"  # of the session: the place of what was just started, to be brought into sight
_PUSH = (
    "How to read it: the height is how hard G's loss pushes a generated sample along D's own slope, by D's logit for "
    "it. Far to the left D is sure that it is generated. Marks at the bottom are samples."
)


def show(lesson: Lesson, part: Live, place: str) -> bool:
    """Show a live part other than a question; what it cannot show, it says.

    Return whether the lesson may go on: what follows a game would tell how it ends.

    Args:
        lesson: whose.
        part: which.
        place: begins the keys of its widgets.
    """
    with page_layout.errors_told():
        return KINDS[part.kind](lesson, part.values, place) is not False
    return True


def _lab(lesson: Lesson, values: Mapping[str, Any], place: str) -> None:
    config = presets.get(values["preset"]).config.changed(**values["settings"])
    _show_trainable({values["key"]: config}, values, place)


def _pair(lesson: Lesson, values: Mapping[str, Any], place: str) -> None:
    config = presets.get(values["preset"]).config
    other = pair.under(config, PAIRS[values["preset"]])
    _show_trainable({values["key"]: config, f"{values['key']}2": other}, values, place)


def _show_trainable(configs: Mapping[str, TrainConfig], values: Mapping[str, Any], place: str) -> None:
    """Show trainings on points, with one button that starts them all."""
    runs = {key: watching.named(_PARAMETER + key) for key in configs}
    config = next(iter(configs.values()))
    layers = [name for name in values["layers"] if name != "lost" or points.modes(config.dataset)]
    why_not = user.why_not_start()
    label = "Train" if len(configs) == 1 else "Train both"
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        is_pressed = st.button(
            f"{label} again" if all(runs.values()) else label, key=f"{place}_train", icon=":material/play_arrow:",
            type="secondary" if all(runs.values()) else "primary", disabled=bool(why_not), help=why_not or None,
        )  # fmt: skip
        _link_to_lab(values, [run for run in runs.values() if run], place)
    if is_pressed:
        for key, one in configs.items():
            if run := watching.start(one, {"preset": values["preset"]}):
                linked_address.put(_PARAMETER + key, run.id)
                st.session_state[_STARTED] = place
        st.rerun()
    if not any(runs.values()):
        st.caption(
            "It trains on this machine, and the points move as it goes. Where nothing else runs, it takes ten to "
            "thirty seconds; in a queue or on a busy machine, longer."
        )
        _offer_outcome(values)
        return
    with st.container(key=f"{place}_runs"):
        _show_runs([run for run in runs.values() if run], layers, place)
    _offer_outcome(values)
    if st.session_state.get(_STARTED) == place:
        del st.session_state[_STARTED]
        page_layout.scroll_to(f"{place}_runs")


def _offer_outcome(values: Mapping[str, Any]) -> None:
    """Offer what there is to see, closed: whoever trains sees it first for themselves."""
    if values["outcome"]:
        with st.expander("When it has trained: what we saw", icon=":material/visibility:", width=READING):
            st.markdown(values["outcome"])


def _link_to_lab(values: Mapping[str, Any], runs: list[Run], place: str) -> None:
    """Lead to the Lab with these settings, as far as it has them, and with what was trained."""
    settings = {name: linked_address.text_of(value) for name, value in values.get("settings", {}).items()}
    if runs or settings.keys() <= set(form.CONTROLS):
        there = {name: run.id for name, run in zip(("run", "pair"), runs, strict=False)}
        known = {name: text for name, text in settings.items() if name in form.CONTROLS}
        with st.container(width="content", key=f"{place}_way"):
            navigation.link(
                navigation.LAB, "In the Lab", ":material/science:", preset=values["preset"], **known, **there,
                **way_back.from_lesson(f"{place}_way"),
            )  # fmt: skip


def _title(config: TrainConfig) -> str:
    return losses.get(config.loss).title


def _show_runs(runs: list[Run], layers: list[str], place: str) -> None:
    """Show one run with its numbers beside it, or two side by side with theirs below."""
    columns = st.columns([7, 5] if len(runs) == 1 else len(runs), gap="medium")
    for number, run in enumerate(runs):
        with columns[number]:
            if len(runs) > 1:
                st.markdown(f"**{_title(run.config)}**")
            watching.picture(run, layers, key=f"{place}_plane_{number}")
            if len(runs) == 1:
                form.explain(layers)
        with columns[-1] if len(runs) == 1 else columns[number]:
            watching.beside(run, f"{place}_{number}")
    if len(runs) > 1:
        form.explain(layers)


def _film(lesson: Lesson, values: Mapping[str, Any], place: str) -> None:
    run = links.run(values["run"])
    if film.show(run, f"{place}_film"):
        st.caption(f"{formatting.title(run)}: samples of always the same z, and both losses so far.")
    else:
        st.caption("This run has no sample grids and curves to show.")


def _step(lesson: Lesson, values: Mapping[str, Any], place: str) -> None:
    run = _run(lesson, values["run"])
    if run and watching.has_weights(run):
        step_stations.show(run, None)
    else:
        st.caption("Train the run above to its end: then its next step can be taken apart here.")


def _curves(lesson: Lesson, values: Mapping[str, Any], place: str) -> None:
    runs = [run for name in values["runs"] if (run := _run(lesson, name))]
    if len(runs) < len(values["runs"]):
        st.caption("Train the run above first: then its curves are here.")
    columns = st.columns(min(2, len(runs)) if runs else 1, gap="medium")
    for number, run in enumerate(runs):
        with columns[number % len(columns)]:
            st.markdown(f"**{formatting.title(run)}**")
            _draw(run, values["what"], f"{place}_{number}")


def _draw(run: Run, what: str, key: str) -> None:
    if what == "distance":
        evaluation_curves.show_one(run, evaluation_curves.FIRST, key)
    elif not charts.are_there(run):
        st.caption("No curves yet: they begin after ten steps.")
    else:
        charts.show_one(run, losses.get(run.config.loss), what, key)


def _push(lesson: Lesson, values: Mapping[str, Any], place: str) -> None:
    figure = plots.push_figure(np.array(values["logits"], dtype=float), values["loss"])
    charts.draw(figure, f"{place}_push", "Push of each loss by D's logit")
    st.caption(_PUSH)


def _cheats(lesson: Lesson, values: Mapping[str, Any], place: str) -> None:
    lesson_cheats.show(values["dataset"], values["count"], place)


def _clinic(lesson: Lesson, values: Mapping[str, Any], place: str) -> None:
    lesson_clinic.show(values["cases"], place)


def _discriminate(lesson: Lesson, values: Mapping[str, Any], place: str) -> bool:
    return lesson_discriminate.show(lesson.name, values["run"], place)


def _open(lesson: Lesson, values: Mapping[str, Any], place: str) -> None:
    page = f"pages/{values['page']}.py"
    with st.container(key=f"{place}_way"):
        there = {**values["parameters"], **way_back.from_lesson(f"{place}_way")}
        navigation.link(page, values["label"], ":material/open_in_new:", **there)


KINDS: Mapping[str, Callable[[Lesson, Mapping[str, Any], str], bool | None]] = {
    "lab": _lab,
    "pair": _pair,
    "film": _film,
    "step": _step,
    "curves": _curves,
    "push": _push,
    "cheats": _cheats,
    "clinic": _clinic,
    "discriminate": _discriminate,
    "open": _open,
}


def _run(lesson: Lesson, name: str) -> Run | None:
    """Return a run that was trained in this lesson, None where it was not yet, or else the one of that name."""
    keys = {part.values["key"] for part in lesson.live("lab", "pair")}
    return watching.named(_PARAMETER + name) if name in keys else links.run(name)
