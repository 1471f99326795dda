"""Who sits at this browser: a name typed once and kept in the address as `me=ann`, and what that person may do.

There is no password, for a class knows its own. A server for one person (not `GANLIB_CLASS`) allows everything.
"""

import streamlit as st

from ganlib.runs.folder import Run
from ganlib.utils import environment
from ganlib.utils.errors import UserError
from ui.common import address

PARAMETER = "me"
LONGEST = 30


def name() -> str:
    """Return the person's name or "", and see to it that the address holds it, on whatever page."""
    asked = st.query_params.get(PARAMETER)
    if asked is not None:
        st.session_state["person"] = _clean(asked)
    found: str = st.session_state.get("person", "")
    if asked != (found or None):
        address.put(**{PARAMETER: found})
    return found


def parameters() -> dict[str, str]:
    """Return what a link within the app must carry for the name to stay."""
    return {PARAMETER: name()} if name() else {}


def without_name(params: dict[str, str]) -> dict[str, str]:
    """Return the parameters of an address but for the name, which belongs to no page."""
    return {key: value for key, value in params.items() if key != PARAMETER}


def ask() -> None:
    st.session_state["person_typed"] = name()
    optional = "" if environment.is_class() else " (optional)"
    st.text_input(
        f"Your name{optional}", key="person_typed", max_chars=LONGEST, on_change=_typed, placeholder="such as ann",
        help="Your runs carry it, so you find them among everybody's, and the queue takes turns between names.",
    )  # fmt: skip


def why_not_start() -> str:
    """Return one sentence if this person cannot start a training now, or ""."""
    if environment.is_class() and not name():
        return "Type your name to start: in a class, every run belongs to somebody."
    return ""


def why_not(run: Run) -> str:
    """Return one sentence if this person cannot pause, change or delete a run, or ""."""
    owner = run.about().owner
    if not environment.is_class() or (owner and owner == name()):
        return ""
    whose = f"{owner}'s" if owner else "nobody's here"
    return (
        f"This run is {whose}: you can watch it, and continue it in a run of your own; pausing, changing and deleting "
        "are for its owner."
    )


def demand_own(run: Run) -> None:
    """Refuse what only a run's owner may do. Raises UserError: the run is somebody else's, and this is a class."""
    if trouble := why_not(run):
        raise UserError(trouble)


def _typed() -> None:
    st.session_state["person"] = _clean(st.session_state["person_typed"])
    address.put(**{PARAMETER: st.session_state["person"]})


def _clean(text: str) -> str:
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())[:LONGEST].strip()
