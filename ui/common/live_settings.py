"""Changing the learning rates and the critic steps of a training while it goes on."""

from typing import Any

import streamlit as st

from ganlib.config import FIELDS
from ganlib.runs import access, queue
from ganlib.runs.folder import Run
from ganlib.runs.records import LIVE_SETTINGS
from ganlib.utils.errors import UserError
from ui.common import page_layout, user, widgets

_ASKED = "Requested. It takes effect at the step that a line in the curves marks."


def current(run: Run) -> dict[str, Any]:
    """Return the settings that can be changed live as they are now; a `UserError` if they cannot be read."""
    config = run.config_now()
    return {name: getattr(config, name) for name in LIVE_SETTINGS}


def show(run: Run) -> None:
    """Offer the change of a run that trains or is paused; outside of fragments, so that typing is not disturbed."""
    try:
        now = current(run)
    except UserError:
        return  # the rest of the page says what is wrong
    # The keys hold the values, so that a change shows once it is made.
    with st.popover("Rates", icon=":material/tune:", key="live_rates"), st.form(f"steer_{run.id}", border=False):
        st.caption("Changed while it trains.")
        chosen = {}
        for name, value in now.items():
            chosen[name] = widgets.setting(FIELDS[name], value, key=f"steer_{name}_{run.id}_{value:g}")
        if st.form_submit_button("Apply", key=f"steer_apply_{run.id}"):
            _apply(run, {name: value for name, value in chosen.items() if value != now[name]})


def _apply(run: Run, changes: dict[str, Any]) -> None:
    if not changes:
        st.caption("Nothing was changed.")
        return
    with page_layout.errors_told():
        user.demand(access.CHANGE, run)
        queue.change(run, changes)
        st.success(_ASKED)
