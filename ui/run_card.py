"""A run in a list: its picture, where it stands, and what can be done with it."""

from functools import partial
from textwrap import shorten

import streamlit as st

from ganlib import archive, runs
from ganlib.errors import UserError
from ganlib.runs import Run, Status
from ui import cached, live, words

LONGEST_TITLE = 80
LONGEST_NOTE = 2000

_PICTURE = 136  # pixels
_NOTE_ON_CARD = 120  # characters


def body(run: Run) -> None:
    """Show all about a run but the buttons, short enough for a dozen on a page."""
    status = run.status()
    with st.container(horizontal=True, gap="medium", wrap=False):
        with st.container(width=_PICTURE):
            _thumbnail(run)
        with st.container(gap="xsmall"):
            st.markdown(f"**{words.title(run)}**")
            words.badge(status)
            st.caption("  \n".join(_lines(run, status)))
    if status.state in live.ACTIVE and status.step:
        st.progress(status.progress, text=words.progress(status))


def actions(run: Run) -> None:
    """Show what can be done with a run besides opening it: download, title and note, delete."""
    st.download_button(
        "Download as zip",
        data=partial(archive.zip_bytes, run),
        file_name=f"{run.id}.zip",
        mime="application/zip",
        icon=":material/download:",
        key=f"download_{run.id}",
        on_click="ignore",
        help="Everything but the checkpoint, which matters only to go on training.",
    )
    if run.is_shipped:
        return
    if st.button("Title and note", icon=":material/edit:", key=f"edit_{run.id}"):
        edit(run)
    if st.button("Delete", icon=":material/delete:", key=f"delete_{run.id}"):
        ask_to_delete(run)


@st.dialog("Title and note")
def edit(run: Run) -> None:
    """Let a person name a run and write a note about it."""
    about = run.about()
    with st.form("about", border=False):
        title = st.text_input("Title", about.title, LONGEST_TITLE, key=f"title_{run.id}", placeholder=run.id)
        note = st.text_area("Note", about.note, max_chars=LONGEST_NOTE, key=f"note_{run.id}")
        if not st.form_submit_button("Save", type="primary", key="save_about"):
            return
    try:
        # The widgets' limits live in the browser only.
        run.write_about(title=title.strip()[:LONGEST_TITLE], note=note.strip()[:LONGEST_NOTE])
    except OSError as error:
        st.error(words.plain(words.reason(error)))
    else:
        st.rerun()


@st.dialog("Delete this run?")
def ask_to_delete(run: Run) -> None:
    """Delete a run for good, after a person has said so twice."""
    st.markdown(
        f"**{words.title(run)}**, its pictures and its trained networks ({words.size(cached.size(run))}) "
        "will be gone for good."
    )
    with st.container(horizontal=True):
        confirmed = st.button("Delete for good", type="primary", key="delete_confirm")
        if st.button("Keep it", key="delete_cancel"):
            st.rerun()
    if not confirmed:
        return
    try:
        runs.delete(run)
    except (UserError, OSError) as error:
        st.error(words.plain(words.reason(error)))
    else:
        st.query_params.pop("run", None)
        st.rerun()


def _thumbnail(run: Run) -> None:
    samples = cached.samples(run)
    sheet = cached.sheet(samples[-1].path) if samples else None
    if sheet:
        st.image(sheet, width="stretch", output_format="PNG", alt=f"The newest images that {run.id} generated")
    else:
        with st.container(height=_PICTURE, vertical_alignment="center", horizontal_alignment="center"):
            st.caption("no pictures yet", text_alignment="center")


def _lines(run: Run, status: Status) -> list[str]:
    """Return what a card says below its title, line by line."""
    lines = [f"{words.origin(run)} · {words.size(cached.size(run))}"]
    if losses := cached.last_losses(run):
        g_loss, d_loss = losses
        lines.append(f"Loss of G {g_loss:.3g}, of D {d_loss:.3g}")
    if status.state not in live.ACTIVE and status.step:
        lines.append(words.progress(status))
    try:
        created = (run.path / "config.json").stat().st_mtime
    except OSError:
        created = status.queued_at
    lines.append(words.moment(created))
    if note := run.about().note:
        lines.append(words.plain(shorten(note, _NOTE_ON_CARD, placeholder=" …")))
    return lines
