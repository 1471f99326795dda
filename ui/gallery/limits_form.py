"""The limits of a class, which its teachers set."""

import streamlit as st

from ganlib.runs import limits
from ganlib.runs.limits import EVERYBODY, Limits
from ganlib.utils.errors import UserError
from ui.common import cached, page_layout, user

_MOST = 10**9
_LONGEST = 254


def offer() -> None:
    """Show the form to teachers."""
    if not user.person().is_teacher:
        return
    with st.popover("Limits", icon=":material/speed:", key="limits_open", help="What each student may have."):
        st.caption("For everybody, or for one student. 0 is no limit; teachers have none.")
        owners = sorted({owner for run, _ in cached.overview() if (owner := run.about().owner)}, key=str.casefold)
        whom = st.selectbox(
            "For", [EVERYBODY, *owners], key="limits_for", accept_new_options=True,
            format_func=lambda name: "Everybody" if name == EVERYBODY else name,
            help="A student's e-mail address; type one that is not listed.",
        )  # fmt: skip
        whom = str(whom or EVERYBODY).strip().lower()[:_LONGEST]
        now = limits.of(whom)
        # The keys hold whose limits these are, so that another choice shows other numbers.
        asked = Limits(
            _ask("Runs at once", now.runs, f"limits_runs_{whom}", "That train or wait."),
            _ask("Seconds a run", now.seconds, f"limits_seconds_{whom}", "Of training; a run then ends as if done."),
            _ask("Megabytes", now.megabytes, f"limits_mb_{whom}", "Of all runs and own images; asked before a start."),
        )
        buttons = st.container(horizontal=True)
        if buttons.button("Save", type="primary", key="limits_save"):
            with page_layout.errors_told():
                _save(whom, asked)
                st.success("Saved. It counts from the next start on.")
        buttons.button(
            "Take back", key="limits_take_back", disabled=not limits.has_own(whom), on_click=_take_back, args=(whom,),
            help="To this server's own limits." if whom == EVERYBODY else "To everybody's limits.",
        )  # fmt: skip


def _ask(label: str, now: int, key: str, explanation: str) -> int:
    return int(st.number_input(label, 0, _MOST, now, 1, key=key, help=explanation))


def _take_back(whom: str) -> None:
    with page_layout.errors_told():
        _save(whom, None)
    for name in ("runs", "seconds", "mb"):  # they show what holds from now on
        st.session_state.pop(f"limits_{name}_{whom}", None)


def _save(whom: str, asked: Limits | None) -> None:
    if not user.person().is_teacher:
        raise UserError("Limits are for teachers to set.")
    limits.put(whom, asked)
