"""A person's own images: taken in as a data set, and deleted again."""

import os
from collections.abc import Sequence
from typing import IO

import streamlit as st

from ganlib.catalog import datasets
from ganlib.catalog.custom import LONGEST_TITLE, SIZES
from ganlib.data import custom
from ganlib.runs import access
from ganlib.utils.errors import UserError
from ui.common import formatting, navigation, page_layout, user

WANTED = "data_wanted"
"""Key of the session that holds the data set to show next."""

_COLOURS = {False: "Grey", True: "Colour"}


def ask() -> None:
    """Show the questions, and take the images in once they are answered."""
    if off := user.why_no_uploads():
        st.info(off)
        return
    st.markdown(
        "From 16 pictures up, and from 40 up the samples can be evaluated; a few thousand are better. Drop the "
        "pictures themselves, one zip file, or an array (`.npz`, `.npy`). Of each picture the centre square is scaled "
        "down. Folders in a zip become classes."
    )
    left, right = st.columns(2, gap="medium")
    with left:
        # A number of its own for each import, so that the field is empty again after one.
        uploads = st.file_uploader(
            "Pictures, or one zip file", accept_multiple_files=True,
            key=f"own_file_{st.session_state.get('own_taken', 0)}",
        )  # fmt: skip
        place = None if uploads else _ask_folder()
    with right:
        word = st.text_input(
            "Name", key="own_word", max_chars=LONGEST_TITLE, placeholder="such as My cats",
        )  # fmt: skip
        size = st.segmented_control(
            "Size (pixels)", SIZES, default=SIZES[0], key="own_size", required=True,
            help="Height and width. Every network here can make them; 64 takes about four times as long.",
        )  # fmt: skip
        color = st.segmented_control(
            "Colours", list(_COLOURS), default=False, format_func=_COLOURS.__getitem__, key="own_color", required=True
        )
        st.caption("Colour pictures become greyscale." if not color else "All pictures keep, or get, three channels.")
        if trouble := user.why_not_start():
            st.warning(trouble)
        # Not for want of a name: while it is being typed nobody here knows of it, and the click brings it along.
        is_ready = bool((uploads or place) and not trouble)
        if not (st.button("Add these images", type="primary", key="own_add", disabled=not is_ready) and is_ready):
            return
        if not word.strip():
            st.warning("Give the images a name.")
        else:
            _take_in(uploads, place, word.strip(), int(size or SIZES[0]), bool(color))


def show_made() -> None:
    """Say that the images just taken in are a data set now, and lead on; only while they are shown."""
    made = st.session_state.get("own_made")
    if made not in custom.names() or made != st.session_state[navigation.DATA_SET]:
        return
    st.success(
        f"**{formatting.plain(datasets.get(made).title)}** is a data set now: it is shown below, and can be trained on."
    )
    navigation.to_train_on(made)


def _ask_folder() -> str | None:
    """Let a folder of the server's be chosen, where its keeper allows that."""
    try:
        base = custom.permitted(".")
        found = sorted(entry.name for entry in os.scandir(base) if entry.is_dir() and not entry.name.startswith("."))
    except (UserError, OSError):
        return None
    return st.selectbox(
        "Or a folder on the server", found, index=None, key="own_folder", placeholder="Choose a folder",
        help="One of those that whoever runs the server has put there to be imported.",
    )  # fmt: skip


def _take_in(uploads: Sequence[IO[bytes]], place: str | None, word: str, size: int, color: bool) -> None:
    bar = st.progress(0.0, text="Reading")

    def show_progress(done: int, total: int) -> None:
        if done == total or done % max(1, total // 50) == 0:
            bar.progress(done / total, text=f"{done:,} of {total:,} images")

    try:
        user.demand_start()
        if uploads:
            made = custom.import_files(uploads, word, size, color, show_progress)
        else:
            made = custom.import_folder(custom.permitted(str(place)), word, size, color, show_progress)
        if user.name():
            custom.set_owner(made.name, user.name())
    except (UserError, OSError) as error:
        bar.empty()
        st.error(formatting.plain(formatting.reason(error)))
        return
    st.session_state["own_taken"] = st.session_state.get("own_taken", 0) + 1
    st.session_state[WANTED] = st.session_state["own_made"] = made.name
    st.rerun()


def offer_delete(name: str, title: str) -> None:
    """Show the button that deletes own images, and ask before it does."""
    owner = custom.owner(name)
    with st.popover("Delete", type="tertiary", icon=":material/delete:", key=f"own_delete_{name}"):
        if not access.is_own(user.person(), owner):
            whom = f"{owner}, whose images they are" if owner else "whoever runs the server: nobody here owns them"
            st.markdown(f"These images can be deleted by {formatting.plain(whom)}.")
            return
        st.markdown(
            f"The images of **{formatting.plain(title)}** will be gone for good. Runs that learned from them stay, but "
            "cannot be resumed or evaluated."
        )
        if st.button("Delete for good", type="primary", key=f"own_delete_sure_{name}"):
            with page_layout.errors_told():
                custom.delete(name)
                st.rerun()
