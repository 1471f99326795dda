"""Compare: runs side by side, and experiments that find out what one setting changes."""

import streamlit as st

from ui import address, audience, frame, person
from ui.compare import experiments, side

SIDE, EXPERIMENTS = "side-by-side", "experiments"
VIEWS = {SIDE: ("Side by side", side.show), EXPERIMENTS: ("Experiments", experiments.show)}
OF_A_VIEW = ("exp", "ready", "length", "seeds", "metric")  # parameters that mean nothing in the other view
KEY = "compare_view"


def ask_view() -> str:
    """Ask what to show; a link to an experiment leads to it even if it does not name the view."""
    st.session_state[KEY] = address.one_of("view", VIEWS, EXPERIMENTS if address.get("exp") else SIDE)
    return st.segmented_control(
        "View", VIEWS, format_func=lambda name: VIEWS[name][0], key=KEY, required=True, label_visibility="collapsed",
        on_change=pick_view,
    )  # fmt: skip


def pick_view() -> None:
    address.put(view=st.session_state[KEY], **dict.fromkeys(OF_A_VIEW))


audience.enter()
person.name()  # not in the frame: what it writes into the address does not outlast the navigation
frame.header(
    "Compare",
    "Put runs next to each other, or let an experiment train several that differ in one thing and find out what it "
    "changes.",
)
VIEWS[ask_view()][1]()
