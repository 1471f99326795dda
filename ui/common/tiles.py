"""Tiles to click: one picture of many images, and what is to happen when one of them is clicked."""

from collections.abc import Callable
from typing import Any

import plotly.graph_objects as go
import streamlit as st

_CONFIG = {"displayModeBar": False, "doubleClick": False}


def show(figure: go.Figure, key: str, height: int, alt: str, on_click: Callable[[int], None] | None = None) -> None:
    """Show the tiles of `ganlib.plots.tiles_figure`; `on_click` gets a tile's number before the next run."""
    figure.update_layout(height=height)
    if on_click is None:
        st.plotly_chart(figure, key=key, config=_CONFIG, alt=alt)
        return

    def clicked() -> None:
        selected, before = _numbers(st.session_state[key]), st.session_state.get(f"{key}_selected", set())
        if changed := (selected - before) or (before - selected):  # newly selected, or selected no longer
            on_click(min(changed))

    shown = st.plotly_chart(figure, key=key, config=_CONFIG, alt=alt, on_select=clicked, selection_mode="points")
    # A chart whose tiles or frames have changed is another one, in which nothing is selected.
    st.session_state[f"{key}_selected"] = _numbers(shown)


def _numbers(state: Any) -> set[int]:
    return {int(point["point_index"]) for point in state.selection.points}
