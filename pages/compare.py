"""Compare: runs side by side, and experiments that find out what one setting changes."""

import streamlit as st

from ui.common import address, dialogs, handout, page_layout, widget_version
from ui.compare import experiments, side_by_side

SIDE, EXPERIMENTS = "side-by-side", "experiments"
VIEWS = {SIDE: ("Side by side", side_by_side.show), EXPERIMENTS: ("Experiments", experiments.show)}
OF_A_VIEW = ("exp", "ready", "length", "seeds", "metric", "show")  # parameters that mean nothing in the other view
KEY = "compare_view"


def ask_view() -> str:
    """Ask what to show; a link to an experiment leads to it even if it does not name the view."""
    asked = address.one_of("view", VIEWS, EXPERIMENTS if address.get("exp") else SIDE)
    if not handout.offer("view", "View", asked):
        return asked
    key = widget_version.key(KEY, asked)
    return st.segmented_control(
        "View", VIEWS, format_func=lambda name: VIEWS[name][0], key=key, required=True, label_visibility="collapsed",
        on_change=pick_view, args=(key,), disabled=handout.is_locked("view"),
    )  # fmt: skip


def pick_view(key: str) -> None:
    if not widget_version.is_late(KEY, key):
        address.put(view=st.session_state[key], **dict.fromkeys(OF_A_VIEW))


page_layout.begin()
page_layout.header(
    "Compare",
    "Runs side by side, or an experiment: several runs that differ in one setting, to find out what it changes.",
    dialogs.offer_to_hand_out,
)
handout.tell_unknown("compare")
view = ask_view()
with page_layout.only(view, VIEWS):
    VIEWS[view][1]()
dialogs.show()
