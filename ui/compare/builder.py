"""The experiment builder: a base, a setting to vary, its values, how often and for how long."""

from math import floor, log10
from typing import Any

import streamlit as st

from ganlib import presets
from ganlib.catalog import labels, losses
from ganlib.config import FIELDS, GROUPS, FieldInfo
from ganlib.experiments.plan import (
    MOST_VALUES,
    OWN_LIMITS,
    PAPER,
    SAME,
    SETTINGS,
    VARIABLE,
    Budget,
    Plan,
    brought,
    plan,
)
from ganlib.presets import PRESETS, of_images
from ganlib.utils.errors import UserError
from ui.common import address, formatting, links, page_layout
from ui.compare import starting

STEPS, EPOCHS, SECONDS, OWN = "steps", "epochs", "seconds", "own"
BUDGETS = {STEPS: "Steps", EPOCHS: "Epochs", SECONDS: "Seconds", OWN: "As the base"}

WAYS = {SAME: "Same settings", PAPER: "Paper's settings"}

_FIRST = "loss"
_STEPS = 1000
_SECONDS = 60
_MOST_SECONDS = 24 * 3600
_FAIR = {
    STEPS: "Each run updates G equally often, on any machine; a slow setting takes longer.",
    SECONDS: "Each run trains equally long; a slow setting gets fewer steps, and so does a slow machine.",
    EPOCHS: "Each run sees the same images equally often; a slow setting takes longer.",
    OWN: "Each run ends as the base says.",
}


def show() -> None:
    st.subheader("Build your own", anchor=False)
    st.markdown("Pick a base, one setting to vary and its values. Everything else stays the same.")
    left, right = st.columns([2, 3], gap="large")
    with left:
        try:
            chosen = _ask()
        except UserError as error:
            chosen, trouble = None, str(error)
    with right:
        if chosen:
            starting.show(chosen, "built")
        else:
            st.info(page_layout.in_words(trouble))


def _ask() -> Plan:
    """Ask for everything, and return the plan. Raises UserError: the answers make no experiment yet."""
    names = list(of_images())
    preset = st.selectbox(
        "Base", names, index=names.index(links.FIRST), format_func=lambda name: PRESETS[name].title,
        key="compare_base", filter_mode=None, persist_state="page", help="Where all other settings come from.",
    )  # fmt: skip
    base = presets.get(preset).config
    field = st.selectbox(
        "Setting to vary", list(VARIABLE), index=list(VARIABLE).index(_FIRST), format_func=_called,
        key="compare_field", persist_state="page",
    )  # fmt: skip
    if field != _FIRST:  # what a loss brings here is told below
        st.caption(FIELDS[field].doc)
    found = ask_values(VARIABLE[field], getattr(base, field), f"compare_values_{preset}_{field}")
    way = _ask_way(preset, found) if field == _FIRST else SAME
    seeds = starting.ask_seeds("compare_built_seeds", default=2)
    budget = _ask_budget(base.max_steps, base.max_seconds)
    title = st.text_input(
        "Title (optional)", key="compare_title", max_chars=80, placeholder="such as: which loss learns sooner?"
    )
    return plan(preset, base, field, found, seeds, budget, way, title.strip())


def _called(name: str) -> str:
    return f"{GROUPS[FIELDS[name].group]} › {FIELDS[name].label}"


def _ask_way(preset: str, found: list[Any]) -> str:
    """Ask what each loss brings besides the objective, and say what that is."""
    key = "compare_way"
    st.session_state[key] = address.one_of("settings", WAYS, SAME)
    way = st.segmented_control(
        "Hyper-parameters", WAYS, format_func=WAYS.__getitem__, required=True, key=key, on_change=address.keep,
        args=("settings", key),
        help="With the same settings the objective alone differs, but one may do badly for want of its usual ones. "
        "With its paper's each shows what it can do, but nobody can tell whether the objective or its rate did it.",
    )  # fmt: skip
    told = _brought(preset, found, way)
    st.caption("  \n".join([SETTINGS[way], *told]))
    return way


def _brought(preset: str, found: list[Any], way: str) -> list[str]:
    """Say of each loss what comes with it."""
    base = presets.get(preset).config
    told = []
    for name in found:
        brings = brought(base, name, way)
        listed = [f"{FIELDS[key].label} {labels.title(key, value)}" for key, value in brings.items()]
        if base.changed(loss=name).norm != base.norm:
            listed.append("no normalisation in D")
        if listed:
            told.append(formatting.plain(f"{losses.get(name).title} brings: {', '.join(listed)}."))
    return told


def _ask_budget(own_steps: int, own_seconds: float) -> Budget:
    kind = st.segmented_control(
        "Budget of each run", BUDGETS, format_func=BUDGETS.__getitem__, default=STEPS, required=True,
        key="compare_budget",
    )  # fmt: skip
    st.caption(_FAIR[kind])
    if kind == STEPS:
        most = int(FIELDS["max_steps"].high or 1)
        return Budget(steps=st.number_input(
            "Steps", 1, most, own_steps or _STEPS, step=100, key="compare_steps"
        ))  # fmt: skip
    if kind == SECONDS:
        return Budget(seconds=st.number_input(
            "Seconds of training", 1, _MOST_SECONDS, int(own_seconds or _SECONDS), step=5, key="compare_seconds"
        ))  # fmt: skip
    if kind == EPOCHS:
        most = int(FIELDS["epochs"].high or 1)
        return Budget(epochs=st.number_input("Epochs", 1, most, 5, step=1, key="compare_epochs"))
    return OWN_LIMITS


_SHARES = (0.0, 0.1, 0.5, 0.9, 0.99, 0.999)


def ask_values(info: FieldInfo, base: Any, key: str) -> list[Any]:
    """Ask for the values of a setting, in the person's order and of its type. Raises UserError: one is none."""
    if isinstance(info.default, bool):
        st.caption(f"{info.label}: both off and on are compared.")
        return [False, True]
    if info.choices:
        names = list(info.choices)
        following = names[(names.index(base) + 1) % len(names)]
        return st.multiselect(
            f"{info.label}: values to compare", names, default=[base, following], key=key,
            format_func=lambda name: labels.title(info.name, name), max_selections=MOST_VALUES, filter_mode=None,
            help=info.doc, select_all=False,
        )  # fmt: skip
    proposed = [_text(value) for value in proposals(info, base)]
    place = proposed.index(_text(base))  # its neighbours are what a first experiment would compare
    typed = st.multiselect(
        f"{info.label}: values to compare", proposed, default=proposed[max(0, place - 1) : place + 2], key=key,
        accept_new_options=True, max_selections=MOST_VALUES, select_all=False,
        help=f"{info.doc} From {labels.number(info.low)} to {labels.number(info.high)}; pick some, or type your own.",
    )  # fmt: skip
    return [info.checked(info.parse(text.replace(",", ""))) for text in typed]


def proposals(info: FieldInfo, base: float) -> list[float]:
    """Return numbers around the base that are worth comparing, rising and within the setting's bounds."""
    kind, low, high = type(info.default), info.low or 0.0, info.high or 0.0
    if kind is int:
        around = [base // 4, base // 2, base, base * 2, base * 4] if base else [0, 1, 10, 100]
    elif high < 1 or (high == 1 and low == 0):
        around = [*_SHARES, base]
    elif base:
        around = [float(f"{base * factor:.6g}") for factor in (0.1, 0.5, 1, 2, 10)]
    else:
        some = 10.0 ** floor(log10(high) / 2)
        around = [0.0, some / 10, some]
    return sorted({kind(value) for value in around if low <= value <= high})


def _text(value: float) -> str:
    return str(value) if isinstance(value, int) else f"{value:g}"
