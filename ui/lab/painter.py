"""The Lab's drawing: a density that is painted cell by cell (`painter.js`) or taken from a picture."""

from pathlib import Path

import streamlit as st

from ganlib.catalog import drawing
from ganlib.data.drawing import from_picture
from ganlib.data.points import HEART
from ganlib.plots import palette
from ganlib.utils.errors import UserError
from ui.common import linked_address, page_layout, user

DRAWN = "drawn"
"""The data set that stands for a drawing until there is one."""

_LAST, _PICTURE, _LIGHT, _TROUBLE = "lab_drawing", "lab_picture_file", "lab_light_is_dense", "lab_picture_trouble"
_LINE = "#8a8f98"  # on a light and on a dark ground

_HERE = Path(__file__).parent
_canvas = st.components.v2.component(
    "lab_painter", **{kind: (_HERE / f"painter.{kind}").read_text("utf-8") for kind in ("html", "css", "js")}
)


def current() -> str:
    """Return the drawing that the address names, or else the last one of this session; `DRAWN` if there is none."""
    asked = st.query_params.get("dataset", "")
    if drawing.read_name(asked) is not None:
        st.session_state[_LAST] = asked
    return str(st.session_state.get(_LAST, DRAWN))


def show(name: str) -> None:
    """Show the cells to paint on, and what else makes a drawing; each change gets into the address."""
    shown = drawing.make_name(HEART) if name == DRAWN else name
    key, colours = "lab_painter", {"full": palette.REAL, "line": _LINE}
    _canvas(key=key, data={"name": shown, "colours": colours}, on_painted_change=lambda: _painted(key))
    with st.container(horizontal=True, gap="small"):
        st.button("Clear", key="lab_clear", on_click=_put, args=(drawing.EMPTY,), icon=":material/ink_eraser:")
        with st.popover("From a picture", icon=":material/image:"):
            _ask_picture()
    st.caption("Paint where real points shall be; a stroke that begins on a full cell clears.")


def _ask_picture() -> None:
    if off := user.why_no_uploads():
        st.caption(off)
        return
    st.file_uploader(
        "Picture", type=["png", "jpg", "jpeg", "gif", "bmp", "webp"], key=_PICTURE, on_change=_take_picture,
        help="The square in its middle becomes 24 × 24 cells, in four levels of density.",
    )  # fmt: skip
    st.toggle("Light is dense", key=_LIGHT, on_change=_take_picture, help="Otherwise dark is.")
    if trouble := st.session_state.get(_TROUBLE):
        st.error(page_layout.in_words(trouble))


def _painted(key: str) -> None:
    name = st.session_state[key].painted
    if name and drawing.read_name(name) is not None:
        _put(name)


def _take_picture() -> None:
    file = st.session_state[_PICTURE]
    st.session_state[_TROUBLE] = ""
    if file is None:
        return
    try:
        _put(from_picture(file.getvalue(), file.name, bool(st.session_state[_LIGHT])))
    except UserError as error:
        st.session_state[_TROUBLE] = str(error)


def _put(name: str) -> None:
    linked_address.put("dataset", name)
