"""Tiles to click: one picture of many images, and what is to happen when one of them is clicked."""

from collections.abc import Callable
from functools import partial
from typing import Any

import plotly.graph_objects as go
import streamlit as st

_CONFIG = {"displayModeBar": False, "doubleClick": False}


def show(figure: go.Figure, key: str, height: int, alt: str, on_click: Callable[[int], None] | None = None) -> None:
    """Show the tiles of `ganlib.plots.tiles_figure`.

    Args:
        figure: the tiles.
        key: names the widget; other images should have another one.
        height: in pixels.
        alt: what is to be seen, for those who cannot see it.
        on_click: is told the number of the tile that is clicked, before the page is drawn anew.
    """
    figure.update_layout(height=height)
    if on_click is None:
        st.plotly_chart(figure, key=key, config=_CONFIG, alt=alt)
        return
    clicked = partial(_clicked, key, on_click)
    shown = st.plotly_chart(figure, key=key, config=_CONFIG, alt=alt, on_select=clicked, selection_mode="points")
    # A chart whose tiles or frames have changed is another one, in which nothing is selected.
    st.session_state[f"{key}_selected"] = _numbers(shown)


def _clicked(key: str, on_click: Callable[[int], None]) -> None:
    """Find the tile that was clicked: one that is newly selected, or the one that is no longer."""
    selected, before = _numbers(st.session_state[key]), st.session_state.get(f"{key}_selected", set())
    if changed := (selected - before) or (before - selected):
        on_click(min(changed))


def _numbers(state: Any) -> set[int]:
    return {int(point["point_index"]) for point in state.selection.points}
