"""The widget that suits a setting: made from what `ganlib.config.FIELDS` knows of it."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import streamlit as st

from ganlib.catalog import labels
from ganlib.catalog.points import NETWORK, POINTS
from ganlib.config import FieldInfo

_FEW = 3
"""So many options stand side by side; more fold into a list."""


def setting(info: FieldInfo, value: Any, **options: Any) -> Any:
    is_short = " " not in info.unit and info.unit not in info.label
    label = f"{info.label} ({info.unit})" if info.unit and is_short else info.label
    options = {"label": label, "help": explanation(info), **options}
    if info.choices:
        return _choice(info, value, options)
    if isinstance(info.default, bool):
        return st.toggle(**options, value=value)
    return _number(info, value, options)


def rows(infos: Iterable[FieldInfo]) -> list[list[FieldInfo]]:
    """Put settings in rows of at most two: G's and D's of a kind side by side, the loss alone."""
    rows: list[list[FieldInfo]] = []
    keeps_its_row = True
    for info in infos:
        kept, keeps_its_row = keeps_its_row, info.name == "loss" or info.name.startswith("g_")
        partner = next((row for row in rows if info.name == f"d{row[0].name[1:]}"), None)
        if info.name.startswith("d_") and partner:
            partner.append(info)
        elif kept or keeps_its_row or len(rows[-1]) == 2:
            rows.append([info])
        else:
            rows[-1].append(info)
    return rows


def explanation(info: FieldInfo) -> str:
    """Return what a setting is, its bounds and its unit."""
    parts = [info.doc]
    if info.low is not None and info.high is not None:
        parts.append(f"From {labels.number(info.low)} to {labels.number(info.high)}.")
    if info.unit:
        parts.append(f"Unit: {info.unit}.")
    return " ".join(parts)


def _choice(info: FieldInfo, value: Any, options: dict[str, Any]) -> Any:
    only_for_points = {*POINTS, NETWORK} - {value}
    names = [name for name in info.choices if name not in only_for_points]
    options = {**options, "options": names, "format_func": lambda name: labels.title(info.name, name)}
    if len(names) <= _FEW:
        return st.segmented_control(**options, default=value, required=True, width="stretch")
    return st.selectbox(**options, index=names.index(value), filter_mode=None)


def _number(info: FieldInfo, value: Any, options: dict[str, Any]) -> Any:
    kind = type(info.default)
    low, high = kind(info.low), kind(info.high)
    options = {**options, "value": value, "min_value": low, "max_value": high}
    if kind is int:
        return st.number_input(**options, step=1)
    # One unit of the default's last digit, as 0.0001 for 2e-4; "%g" shows numbers of any size without zeros.
    digit = 10.0 ** int(Decimal(f"{info.default:g}").as_tuple().exponent)
    return st.number_input(**options, step=min(digit, high / 10), format="%g")
