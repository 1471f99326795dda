"""The form of a training: one widget a setting, made from what `ganlib.config.FIELDS` knows of it.

The draft in the session is what counts. Widgets change it when a person touches them, an address when it is
new; whatever changed it, the widgets are then set to it. Widgets alone would not do: Streamlit forgets those
that are not on the screen.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any

import streamlit as st

from ganlib.choices import datasets, initializers, losses, networks
from ganlib.config import FIELDS, GROUPS, FieldInfo
from ganlib.presets import PRESETS
from ui import frame, links
from ui.links import Draft

_QUICK = ("digits-quick", "mnist-quick", "fashion-quick", "svhn-quick", "mnist-mlp")
PRESET_GROUPS: Mapping[str, tuple[str, ...]] = {
    "Quick first looks": _QUICK,
    "The student projects' systems": tuple(name for name in PRESETS if name not in _QUICK),
}

_GROUP_INTRODUCTIONS = {
    "data": "What D takes for real, and what G learns to imitate.",
    "networks": (
        "The initialiser draws the weights once, before training; the prior draws a new z for every image."
    ),
    "objective": "What each of the two networks tries to make small.",
    "optimisation": "How fast each network learns. When one runs away from the other, lower its rate.",
    "run": "Whatever comes first ends the training. You can stop it at any time and keep what was learned.",
}

_TITLED = (
    datasets.DATASETS, networks.GENERATORS, networks.DISCRIMINATORS, initializers.INITIALIZERS,
    initializers.PRIORS, losses.LOSSES,
)  # fmt: skip
_UNTITLED = {"rmsprop": "RMSprop", "sgd": "SGD", "simultaneous": "At once", "alternating": "D, then G"}

_FEW = 3
"""So many options stand side by side; more fold into a list."""


def draft() -> Draft:
    """Return the draft that the form shows in this run of the page, and set all widgets to it."""
    state = st.session_state
    was_edited = state.pop("train_edited", False)
    asked = st.query_params.to_dict()
    # A click may arrive with the address of a moment ago; it must not undo what the person just did. Without a
    # click, an address that is not our own is a link or the browser's Back.
    is_news = asked and not was_edited and asked != state.get("train_address")
    if "train_draft" not in state or is_news:
        read, state["train_troubles"] = links.read(asked)
        _put(read)
    for name, value in state["train_draft"].values.items():
        state.setdefault(_key(name), value)
    return state["train_draft"]


def write_address(shown: Draft) -> None:
    """Make the browser's address a link to the draft."""
    address = links.query(shown)
    if st.query_params.to_dict() != address:
        st.query_params.from_dict(address)
    st.session_state["train_address"] = address


def set_values(**values: Any) -> None:
    """Change settings in answer to a click."""
    _edit(st.session_state["train_draft"].with_values(**values))


def reset() -> None:
    """Take all settings back to the preset's, in answer to a click."""
    _edit(Draft.of(st.session_state["train_draft"].preset))


def show_presets(shown: Draft, marks: Mapping[str, str]) -> None:
    """Show all presets to pick from, and what the chosen one teaches.

    Args:
        shown: the form's draft.
        marks: what to add to the title of some.
    """
    for number, (title, names) in enumerate(PRESET_GROUPS.items()):
        key = f"train_presets_{number}"
        st.session_state[key] = shown.preset if shown.preset in names else None
        st.pills(
            title, names, key=key, format_func=lambda name: PRESETS[name].title + marks.get(name, ""),
            required=True, on_change=_preset_picked, args=(key,),
        )  # fmt: skip
    st.markdown(PRESETS[shown.preset].shows)


def show_settings(shown: Draft) -> Mapping[str, Any]:
    """Show all settings, a tab for each group, and return the tabs by group for what a page adds."""
    tabs = dict(zip(GROUPS, st.tabs(list(GROUPS.values())), strict=True))
    for group, tab in tabs.items():
        infos = [info for info in FIELDS.values() if info.group == group]
        with tab:
            st.caption(_GROUP_INTRODUCTIONS[group])
            _fields([info for info in infos if not info.advanced], shown)
            if folded := [info for info in infos if info.advanced]:
                with st.expander("More settings"):
                    _fields(folded, shown)
    return MappingProxyType(tabs)


def title(name: str, value: Any) -> str:
    """Return what a person reads for the value of a setting."""
    if FIELDS[name].choices:
        titles = (table[value].title for table in _TITLED if set(table) == set(FIELDS[name].choices))
        return next(titles, _UNTITLED.get(value, value.capitalize()))
    return {True: "on", False: "off"}[value] if isinstance(value, bool) else f"{value:g}"


def _fields(infos: Iterable[FieldInfo], shown: Draft) -> None:
    """Show settings in two columns, row by row so that they are in order on a narrow screen too."""
    waiting = list(infos)
    while waiting:
        info = waiting.pop(0)
        if info.name in _ADDITIONS:
            _field(info, shown)
            _ADDITIONS[info.name](shown)
            continue
        row = [info]
        if waiting and waiting[0].name not in _ADDITIONS:
            row.append(waiting.pop(0))
        for column, entry in zip(st.columns(2, gap="medium"), row, strict=False):
            with column:
                _field(entry, shown)


def _field(info: FieldInfo, shown: Draft) -> None:
    """Show one setting with the widget that suits its type, and explain the option chosen."""
    unit = f" ({info.unit})" if info.unit and " " not in info.unit and info.unit not in info.label.lower() else ""
    common = {
        "label": info.label + unit, "key": _key(info.name), "help": _help(info),
        "on_change": _field_changed, "args": (info.name,),
    }  # fmt: skip
    if info.choices:
        _choice(info, common)
        st.caption(info.choices[shown.values[info.name]])
    elif isinstance(info.default, bool):
        st.toggle(**common)
    else:
        _number(info, common)


def _choice(info: FieldInfo, common: Mapping[str, Any]) -> None:
    common = {**common, "options": list(info.choices), "format_func": lambda value: title(info.name, value)}
    if len(info.choices) <= _FEW:
        st.segmented_control(**common, required=True, width="stretch")
    else:
        st.selectbox(**common, filter_mode=None)


def _number(info: FieldInfo, common: Mapping[str, Any]) -> None:
    kind = type(info.default)
    low, high = (kind(bound) for bound in (info.low, info.high))
    if kind is int:
        st.number_input(**common, min_value=low, max_value=high, step=1)
        return
    # One unit of the default's last digit, as 0.0001 for 2e-4; "%g" shows numbers of any size without zeros.
    digit = 10.0 ** int(Decimal(f"{info.default:g}").as_tuple().exponent)
    st.number_input(**common, min_value=low, max_value=high, step=min(digit, high / 10), format="%g")


def _help(info: FieldInfo) -> str:
    bounds = "" if info.low is None or info.high is None else f" From {info.low:,g} to {info.high:,g}."
    return f"{info.doc}{f' In {info.unit}.' if ' ' in info.unit else ''}{bounds}"


def _explain_loss(shown: Draft) -> None:
    """Show the chosen loss as a formula, how to read its curves, and what it brought along."""
    loss = losses.get(shown.values["loss"])
    with st.container(border=True):
        # Inline formulas, because those between lines of text are cut where the screen is narrow.
        st.markdown(f"{loss.adversary} minimises  \n$\\displaystyle {loss.d_formula}$")
        st.markdown(f"Generator minimises  \n$\\displaystyle {loss.g_formula}$")
        st.caption(f"{loss.reading} Paper: [arXiv {loss.paper}](https://arxiv.org/abs/{loss.paper}).")
    before, brought = st.session_state.get("train_brought", ({}, {}))
    if not brought:
        return
    listed = ", ".join(f"{FIELDS[name].label} {title(name, value)}" for name, value in brought.items())
    with st.container(horizontal=True, vertical_alignment="center"):
        st.info(f"{loss.title} brought its own settings: {listed}.")
        st.button("Keep my earlier ones", key="train_undo", on_click=set_values, kwargs=before)


_ADDITIONS = {"loss": _explain_loss}
"""What stands below a setting, over the whole width."""


def _key(name: str) -> str:
    return f"train_{name}"


def _put(new: Draft) -> None:
    """Make this the draft and set all widgets to it."""
    state = st.session_state
    state["train_draft"] = new
    state["train_brought"] = ({}, {})
    state.update({_key(name): value for name, value in new.values.items()})


def _edit(new: Draft) -> None:
    _put(new)
    st.session_state["train_edited"] = True
    st.session_state["train_troubles"] = []


def _preset_picked(key: str) -> None:
    _edit(Draft.of(st.session_state[key]))


def _field_changed(name: str) -> None:
    state = st.session_state
    before, value = state["train_draft"], state[_key(name)]
    if name != "loss":
        noted = state["train_brought"]
        _edit(before.with_values(**{name: value}))
        state["train_brought"] = noted
        return
    after = before.with_loss(value)
    _edit(after)
    names = [other for other in after.values if other != "loss" and after.values[other] != before.values[other]]
    state["train_brought"] = tuple({n: d.values[n] for n in names} for d in (before, after))
