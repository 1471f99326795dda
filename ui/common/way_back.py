"""The way back to the lesson that led to a page: `back=` in the address holds the lesson's own address.

So whoever looks something up in the Lab comes back to the same place, with the answers given so far.
"""

import re
from contextlib import suppress
from urllib.parse import parse_qsl, urlencode

import streamlit as st
from streamlit.errors import StreamlitPageNotFoundError

from ui.common import user

PARAMETER = "back"
PLACE = "place"
"""Parameter of a lesson's address: the key of the container to scroll to."""

LONGEST = 1500  # characters: room for the answers and the runs of a lesson
_PAGE = "pages/learn.py"
_LESSON = re.compile(r"(\d\d)-[a-z0-9-]{1,60}")
_NAME = re.compile(r"(?!embed)[a-z][a-z0-9_]*")  # Streamlit keeps what begins with "embed" for itself


def from_lesson(place: str) -> dict[str, str]:
    """Return what a link to another page must carry to lead back to the lesson that is open, at a place in it."""
    kept = {name: str(value) for name, value in user.without_name(st.query_params.to_dict()).items()}
    text = urlencode({**kept, PLACE: place})
    return {PARAMETER: text} if len(text) <= LONGEST else {}


def parameters() -> dict[str, str]:
    """Return what an address of the same page must carry for the way back to stay."""
    return {PARAMETER: st.query_params[PARAMETER]} if _asked() else {}


def without(params: dict[str, str]) -> dict[str, str]:
    """Return the parameters of an address but for the way back, which says nothing of the page itself."""
    return {name: value for name, value in params.items() if name != PARAMETER}


def show() -> None:
    """Show the link back, where the address names a lesson; nothing where it cannot be one."""
    asked = _asked()
    named = _LESSON.fullmatch(asked.get("lesson", ""))
    if not named:
        return
    with st.container(key="way_back"), suppress(StreamlitPageNotFoundError):
        st.page_link(
            _PAGE, label=f"Back to lesson {int(named[1])}", icon=":material/arrow_back:",
            query_params={**asked, **user.parameters()},
        )  # fmt: skip


def _asked() -> dict[str, str]:
    """Return the parameters of the lesson's address, or none."""
    text = str(st.query_params.get(PARAMETER, ""))
    if len(text) > LONGEST:
        return {}
    found = user.without_name(dict(parse_qsl(text)))
    return {name: value for name, value in found.items() if _NAME.fullmatch(name)}
