"""Settings in words, and the table of those in which several trainings differ."""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from ganlib.config import FIELDS
from ganlib.experiments import results
from ui.common import formatting

NOTHING: Mapping[str, str] = {
    "max_steps": "no limit",
    "max_seconds": "no limit",
    "sample_every": "each epoch",
    "sample_seconds": "never",
    "evaluate_every": "never",
    "ema": "none",
    "threads": "all",
}
"""What 0 stands for in settings where it is no amount."""


def said(name: str, value: Any) -> str:
    """Return a setting's value in words, with its unit; safe inside Markdown."""
    if type(value) in (int, float) and not value and name in NOTHING:
        return NOTHING[name]
    text = results.label(name, value)
    unit = FIELDS[name].unit if name in FIELDS else ""
    return formatting.plain(f"{text} {unit}" if unit and unit not in FIELDS[name].label.lower() else text)


def show(heads: Sequence[str], differences: Mapping[str, Sequence[Any]], first: str = "") -> None:
    names = sorted(differences, key=lambda name: name != first)
    rows = {"Setting": [f"**{FIELDS[name].label}**" if name == first else FIELDS[name].label for name in names]}
    for column, head in enumerate(heads):
        rows[formatting.plain(head)] = [said(name, differences[name][column]) for name in names]
    st.table(rows, border="horizontal", hide_index=True, alt="Settings that differ")
