"""The values of a setting that an experiment compares: which to propose, and the widget that suits them."""

from math import floor, log10
from typing import Any

import streamlit as st

from ganlib.config import FieldInfo
from ganlib.experiments.plan import MOST_VALUES
from ui.common import terms

_SHARES = (0.0, 0.1, 0.5, 0.9, 0.99, 0.999)


def ask(info: FieldInfo, base: Any, key: str) -> list[Any]:
    """Ask for the values of a setting.

    Returns:
        The values in the person's order, of the setting's type.

    Raises:
        UserError: what was typed is no such value.
    """
    if isinstance(info.default, bool):
        st.caption(f"{info.label}: both off and on are compared.")
        return [False, True]
    if info.choices:
        names = list(info.choices)
        following = names[(names.index(base) + 1) % len(names)]
        return st.multiselect(
            f"{info.label}: values to compare", names, default=[base, following], key=key,
            format_func=lambda name: terms.title(info.name, name), max_selections=MOST_VALUES, filter_mode=None,
            help=info.doc, select_all=False,
        )  # fmt: skip
    proposed = [_text(value) for value in proposals(info, base)]
    place = proposed.index(_text(base))  # its neighbours are what a first experiment would compare
    typed = st.multiselect(
        f"{info.label}: values to compare", proposed, default=proposed[max(0, place - 1) : place + 2], key=key,
        accept_new_options=True, max_selections=MOST_VALUES, select_all=False,
        help=f"{info.doc} From {terms.number(info.low)} to {terms.number(info.high)}; pick some, or type your own.",
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
