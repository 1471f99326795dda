"""Who sits at this browser, and what that person may do (`ganlib.runs.access`).

Where people sign in it is their e-mail address; in a demo, a number for as long as the session lasts; else a name
typed once and kept in the address as `me=ann`, which protects nothing. A server for one person (none of these, nor
`GANLIB_CLASS`) allows everything.
"""

from contextlib import AbstractContextManager
from uuid import uuid4

import streamlit as st

from ganlib.runs import access, limits
from ganlib.runs.access import Person
from ganlib.runs.folder import Run
from ganlib.utils import environment
from ui.common import address, formatting, sign_in

PARAMETER = "me"
LONGEST = 30

DEMO = "This is a public demo"
NO_PROTECTION = "A typed name is no protection: whoever types it may stop and delete its runs."


def name() -> str:
    """Return the person's name or "", and see to it that the address holds a typed one, on whatever page."""
    if sign_in.is_on():
        found = sign_in.account()
    elif environment.is_demo():
        found = st.session_state.setdefault("visitor", f"guest-{uuid4().hex[:8]}")
    else:
        return _typed_name()
    if PARAMETER in st.query_params:
        address.put(**{PARAMETER: None})
    return found


def is_shared() -> bool:
    """Return whether many people share this server, each with runs of their own."""
    return environment.is_class() or environment.is_demo() or sign_in.is_on()


def person() -> Person:
    me = name()
    return Person(me, is_teacher=sign_in.is_on() and me in environment.teachers(), is_alone=not is_shared())


def parameters() -> dict[str, str]:
    """Return what a link within the app must carry for the name to stay."""
    typed = "" if sign_in.is_on() or environment.is_demo() else name()
    return {PARAMETER: typed} if typed else {}


def without_name(params: dict[str, str]) -> dict[str, str]:
    """Return the parameters of an address but for the name, which belongs to no page."""
    return {key: value for key, value in params.items() if key != PARAMETER}


def ask() -> None:
    """Ask for a name, or say who has signed in."""
    if sign_in.is_on():
        role = " (teacher)" if person().is_teacher else ""
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.caption(f"Signed in as {formatting.plain(name())}{role}", width="content")
            sign_in.offer_to_leave()
        return
    if environment.is_demo():
        st.caption(f"{DEMO}: you are {name()} until you close this page.")
        return
    st.session_state["person_typed"] = name()
    optional = "" if environment.is_class() else " (optional)"
    st.text_input(
        f"Your name{optional}", key="person_typed", max_chars=LONGEST, on_change=_typed, placeholder="such as ann",
        help="Your runs carry it, so you find them among everybody's, and the queue takes turns between names.",
    )  # fmt: skip
    if environment.is_class():
        st.caption(NO_PROTECTION)


def rules() -> str:
    """Return in one sentence what limits this person's runs, or ""."""
    mine = limits.of(name())
    said = [
        f"each of your runs trains for at most {mine.seconds:,} s" if mine.seconds else "",
        f"{mine.runs} of them may train or wait at once" if mine.runs else "",
        f"all you keep may take {mine.megabytes:,} MB" if mine.megabytes else "",
        "everything is deleted after an hour" if environment.is_demo() else "",
    ]
    listed = ", ".join(filter(None, said))
    if environment.is_demo():
        return f"{DEMO}: {listed}."
    return f"{listed[0].upper()}{listed[1:]}." if listed else ""


def why_no_uploads() -> str:
    """Return one sentence if nobody may bring files along, or ""."""
    if environment.allows_uploads():
        return ""
    if environment.is_demo():
        return f"{DEMO}: uploads are off, because anybody could put anything on it."
    return "Uploads are off on this server (GANLIB_UPLOADS)."


def why_not_start() -> str:
    """Return one sentence if this person cannot start a training now, or ""."""
    return access.why_not_start(person())


def why_not(action: str, run: Run) -> str:
    """Return one sentence if this person may not do something with a run, such as `access.STOP`, or ""."""
    return access.why_not(person(), action, run)


def demand(action: str, run: Run) -> None:
    """Refuse what this person may not do with a run. Raises UserError: why."""
    access.demand(person(), action, run)


def allowed(action: str, run: Run) -> AbstractContextManager[None]:
    """Refuse as `demand` does, when it is entered; inside, no other run can take the room there is for this one."""
    return access.allowed(person(), action, run)


def demand_start() -> None:
    """Refuse to start or bring along anything that nobody would own. Raises UserError: why."""
    access.demand_start(person())


def _typed_name() -> str:
    asked = st.query_params.get(PARAMETER)
    if asked is not None:
        st.session_state["person"] = _clean(asked)
    found: str = st.session_state.get("person", "")
    if asked != (found or None):
        address.put(**{PARAMETER: found})
    return found


def _typed() -> None:
    st.session_state["person"] = _clean(st.session_state["person_typed"])
    address.put(**{PARAMETER: st.session_state["person"]})


def _clean(text: str) -> str:
    """Return a name as it is kept; "" for a teacher's address, which frees from limits and is for who signs in."""
    found = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())[:LONGEST].strip()
    return "" if found.lower() in environment.teachers() else found
