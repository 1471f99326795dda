"""The dialog that makes a link for a class to what a page shows, with controls hidden or locked, and its QR code."""

from html import escape
from urllib.parse import urlencode, urlparse

import segno
import streamlit as st

from ui.common import formatting, handout, user

_HERE_ALONE = ("localhost", "127.0.0.1", "::1")


def show() -> None:
    """Ask what to hide and what to lock, and show the link and its code."""
    left, right = st.columns([3, 2], gap="medium")
    with left:
        st.caption("Hidden controls are gone; locked ones are shown, and their values stay as they are now.")
        hidden, locked = _ask()
    page, asked = st.context.url or "", handout.link(hidden, locked)
    asked.pop(user.PARAMETER, None)
    address = f"{page.partition('?')[0]}?{urlencode(asked, safe=',')}".rstrip("?")
    with right:
        st.html(qr_card(address))
        if urlparse(page).hostname in _HERE_ALONE:
            st.caption("This address works on this machine only: open the app by the machine's name, then hand out.")
    st.code(address, language=None, wrap_lines=True)


def qr_card(address: str) -> str:
    """Return a QR code of an address on a white card, as HTML: a code on a dark ground is not read by all cameras."""
    code = segno.make(address, error="l", micro=False)
    # As an image: Streamlit lets no SVG into a page, and an image has a text for those who do not see it.
    source = code.svg_data_uri(omitsize=True, border=2, title="QR code of the link", light="#fff", dark="#000")
    return (
        '<div style="background: #fff; padding: 0.5rem; border-radius: 0.5rem">'
        f'<img src="{escape(source)}" alt="QR code of the link" style="display: block; width: 100%"></div>'
    )


def _ask() -> tuple[list[str], list[str]]:
    """Show a line for each control with two boxes; return the names to hide and the names to lock."""
    hidden, locked = [], []
    with st.container(height=330, gap="xsmall", key="handout_controls"):
        for name, control in handout.offered().items():
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                st.markdown(formatting.plain(control.label), width="stretch")
                place = st.container(width="content")  # before "Hide", which every line has: those stay in line
                if st.checkbox("Hide", key=f"handout_hide_{name}"):
                    hidden.append(name)
                if control.can_lock and place.checkbox("Lock", key=f"handout_lock_{name}", disabled=name in hidden):
                    locked.append(name)
    return hidden, [name for name in locked if name not in hidden]
