"""Questions about a run: one at a time, open until the person is done, whatever redraws the page meanwhile."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import streamlit as st

from ganlib.runs import access, importer, store
from ganlib.runs.folder import Run
from ganlib.runs.records import MOST_TAGS, distinct_tags
from ui.common import cached, forking, formatting, handout, handout_dialog, page_layout, run_details, user

LONGEST_TITLE = 80
LONGEST_NOTE = 2000


def ask(dialog: str, run: Run | None = None, **details: Any) -> None:
    """Open a dialog, for `on_click` too."""
    st.session_state["dialog"] = (dialog, run.path if run else None, details)


def show() -> None:
    """Show the open dialog, if there is one; call it at the end of a page."""
    if "dialog" in st.session_state:
        name, path, details = st.session_state["dialog"]
        DIALOGS[name](Run(path) if path else None, **details)


def _close() -> None:
    st.session_state.pop("dialog", None)


def _done() -> None:
    _close()
    cached.look_again()
    st.rerun()


def _open(run: Run) -> None:
    st.query_params.pop("view", None)
    st.query_params["run"] = run.id
    _done()


@st.dialog("Title, tags and note", on_dismiss=_close)
def _rename(run: Run) -> None:
    about = run.about()
    with st.form("about", border=False):
        title = st.text_input("Title", about.title, LONGEST_TITLE, key=f"title_{run.id}", placeholder=run.id)
        tags = st.multiselect(
            "Tags", run_details.tags(cached.overview()), about.tags, key=f"tags_{run.id}", accept_new_options=True,
            max_selections=MOST_TAGS, placeholder="Choose, or type a new one",
            help="Words to find runs by, such as week3 or best. Type one and press Enter.",
        )  # fmt: skip
        note = st.text_area("Note", about.note, max_chars=LONGEST_NOTE, key=f"note_{run.id}")
        if not st.form_submit_button("Save", type="primary", key="rename_confirm"):
            return
    with page_layout.errors_told():
        user.demand(access.RENAME, run)
        # The widgets' limits live in the browser only.
        run.write_about(title=title.strip()[:LONGEST_TITLE], note=note.strip()[:LONGEST_NOTE], tags=distinct_tags(tags))
        _done()


@st.dialog("Delete this run?", on_dismiss=_close)
def _delete(run: Run) -> None:
    st.markdown(
        f"**{formatting.title(run)}**, its pictures and its trained networks ({formatting.size(cached.size(run))}) "
        "will be gone for good."
    )
    with st.container(horizontal=True):
        is_sure = st.button("Delete for good", type="primary", key="delete_confirm")
        if st.button("Keep it", key="delete_cancel"):
            _done()
    if not is_sure:
        return
    with page_layout.errors_told():
        user.demand(access.DELETE, run)
        store.delete(run)
        st.query_params.pop("run", None)
        _done()


@st.dialog("Continue with other settings", width="medium", on_dismiss=_close)
def _fork(run: Run, advised: Mapping[str, Any] = MappingProxyType({})) -> None:
    new = forking.ask(run, advised)
    if new:
        _open(new)


@st.dialog("Import a run", on_dismiss=_close)
def _import(about: None) -> None:
    if off := user.why_no_uploads():
        st.info(off)
        return
    st.caption("A zip file that was made here or elsewhere with Download. It is checked before anything is kept.")
    file = st.file_uploader("Zip file", type="zip", key="import_file")
    name = st.text_input(
        "Name (optional)", key="import_name", max_chars=61, placeholder="the one it had", help="If that one is taken."
    )
    if trouble := user.why_not_start():
        st.warning(trouble)
    is_asked = st.button("Import", type="primary", key="import_confirm", disabled=file is None or bool(trouble))
    if not file or not is_asked:
        return
    with page_layout.errors_told():
        user.demand_start()
        _open(importer.import_run(file, name.strip() or None, owner=user.name()))


def offer_to_hand_out() -> None:
    """Show the button of the dialog that hands the page out; not where it was handed out itself."""
    if not handout.is_on():
        st.button(
            "Hand out", key="handout_open", icon=":material/qr_code_2:", type="tertiary", on_click=ask,
            args=("handout",), help="A link and a QR code to what this page shows; hide or lock what you like.",
        )  # fmt: skip


@st.dialog("Hand out", width="medium", on_dismiss=_close)
def _hand_out(run: None) -> None:
    handout_dialog.show()


DIALOGS = {"rename": _rename, "delete": _delete, "fork": _fork, "import": _import, "handout": _hand_out}
