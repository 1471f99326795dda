"""The experiment builder: a base, a setting to vary, its values, how often and for how long."""

from typing import Any

import streamlit as st

from ganlib import presets
from ganlib.choices import losses
from ganlib.config import FIELDS, GROUPS
from ganlib.errors import UserError
from ganlib.experiments.plan import OWN_LIMITS, VARIABLE, Budget, Plan, plan
from ganlib.presets import PRESETS
from ui import frame, links, words
from ui.compare import starting, values

SECONDS, EPOCHS, OWN = "seconds", "epochs", "own"
BUDGETS = {SECONDS: "Seconds", EPOCHS: "Epochs", OWN: "As the base"}

BRING, KEEP = "bring", "keep"
WAYS = {BRING: "Bring its paper's settings", KEEP: "Keep the base's"}

_FIRST = "loss"
_SECONDS = 60
_MOST_SECONDS = 24 * 3600
_FAIR = {
    SECONDS: "Each run trains equally long; a slow setting gets fewer steps.",
    EPOCHS: "Each run sees the same images equally often; a slow setting takes longer.",
    OWN: "Each run ends as the base says.",
}


def show() -> None:
    """Show the builder, and what it would start."""
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
            st.info(frame.in_words(trouble))


def _ask() -> Plan:
    """Ask for everything, and return the plan.

    Raises:
        UserError: the answers make no experiment yet.
    """
    names = list(PRESETS)
    preset = st.selectbox(
        "Base", names, index=names.index(links.FIRST), format_func=lambda name: PRESETS[name].title,
        key="compare_base", filter_mode=None, persist_state="page", help="Where all other settings come from.",
    )  # fmt: skip
    base = presets.get(preset).config
    field = st.selectbox(
        "Setting to vary", list(VARIABLE), index=list(VARIABLE).index(_FIRST), format_func=_called,
        key="compare_field", persist_state="page",
    )  # fmt: skip
    st.caption(FIELDS[field].doc)
    found = values.ask(VARIABLE[field], getattr(base, field), f"compare_values_{preset}_{field}")
    brings = field != _FIRST or _ask_way(preset, found) == BRING
    seeds = starting.ask_seeds("compare_built_seeds", default=2)
    budget = _ask_budget(base.max_seconds)
    title = st.text_input(
        "Title (optional)", key="compare_title", max_chars=80, placeholder="such as: which loss learns sooner?"
    )
    return plan(preset, base, field, found, seeds, budget, brings, title.strip())


def _called(name: str) -> str:
    return f"{GROUPS[FIELDS[name].group]} › {FIELDS[name].label}"


def _ask_way(preset: str, found: list[Any]) -> str:
    """Ask whether each loss brings its paper's settings, and say what that changes."""
    way = st.segmented_control(
        "Each loss shall", WAYS, format_func=WAYS.__getitem__, default=BRING, required=True, key="compare_way",
        help="A loss was published with an optimiser, rates and critic steps. With them it shows what it can do; "
        "without them the objective alone differs.",
    )  # fmt: skip
    if way == BRING and (told := _brought(preset, found)):
        st.caption("  \n".join(told))
    elif way == BRING:
        st.caption("These losses bring nothing that the base does not have already.")
    else:
        st.caption("The objective alone differs; a loss may then do badly for want of its usual settings.")
    return way


def _brought(preset: str, found: list[Any]) -> list[str]:
    """Say of each loss what comes with it."""
    base = presets.get(preset).config
    told = []
    for name in found:
        config = base.changed(loss=name)
        brought = [key for key in losses.get(name).defaults if getattr(config, key) != getattr(base, key)]
        if brought:
            listed = ", ".join(f"{FIELDS[key].label} {getattr(config, key)}" for key in brought)
            told.append(words.plain(f"{losses.get(name).title} brings: {listed}."))
    return told


def _ask_budget(own_seconds: float) -> Budget:
    kind = st.segmented_control(
        "Budget of each run", BUDGETS, format_func=BUDGETS.__getitem__, default=SECONDS, required=True,
        key="compare_budget",
    )  # fmt: skip
    st.caption(_FAIR[kind])
    if kind == SECONDS:
        return Budget(seconds=st.number_input(
            "Seconds of training", 1, _MOST_SECONDS, int(own_seconds or _SECONDS), step=5, key="compare_seconds"
        ))  # fmt: skip
    if kind == EPOCHS:
        most = int(FIELDS["epochs"].high or 1)
        return Budget(epochs=st.number_input("Epochs", 1, most, 5, step=1, key="compare_epochs"))
    return OWN_LIMITS
