"""A run in a list: its picture, where it stands, and what can be done with it."""

from functools import partial

import streamlit as st

from ganlib.runs import access, archive
from ganlib.runs.folder import Run
from ganlib.runs.status import ACTIVE, FAILED, Status
from ganlib.utils.errors import UserError
from ui.common import cached, dialogs, doctor_report, formatting, user

_PICTURE = 132  # pixels
_TITLE_ON_CARD, _NOTE_ON_CARD = 61, 100  # characters


def body(run: Run) -> None:
    """Show all about a run but the buttons, short enough for a dozen on a page."""
    status = run.status()
    with st.container(horizontal=True, gap="small", wrap=False, key=f"run_body_{run.id}"):
        with st.container(width=_PICTURE):
            _thumbnail(run)
        with st.container(gap="xsmall"):
            st.markdown(f"**{formatting.title(run, _TITLE_ON_CARD)}**")
            formatting.badge(status)
            doctor_report.badge(run, status)
            st.caption("  \n".join(_lines(run, status)))
            if tags := run.about().tags:
                st.markdown(formatting.tags(tags))  # a caption would make badges too pale
    if status.state in ACTIVE and status.step:
        st.progress(status.progress, text=formatting.progress(status))


def actions(run: Run) -> None:
    """Show what can be done with a run besides opening it; a page that calls this ends with `dialogs.show()`."""
    if not user.why_not(access.RENAME, run):
        st.button(
            "Rename", type="tertiary", key=f"rename_{run.id}", help="Give it a title, tags and a note.",
            on_click=dialogs.ask, args=("rename", run),
        )  # fmt: skip
    _download(run)
    if not user.why_not(access.DELETE, run):
        st.button("Delete", type="tertiary", key=f"delete_{run.id}", on_click=dialogs.ask, args=("delete", run))


def _download(run: Run) -> None:
    with_checkpoint = False
    place = st.container(width="content")
    if (run.path / archive.CHECKPOINT).is_dir():
        place = st.popover("Download", type="tertiary", key=f"pack_{run.id}")
        with place:
            with_checkpoint = st.checkbox(
                "With the checkpoint", key=f"checkpoint_{run.id}",
                help="Needed to go on training elsewhere; several times larger.",
            )  # fmt: skip
    with place:
        st.download_button(
            "Download", partial(archive.zip_bytes, run, with_checkpoint), f"{run.id}.zip", "application/zip",
            type="tertiary", key=f"download_{run.id}", on_click="ignore",
            help="A zip file of the run, its pictures and its networks; Import on this page takes it in.",
        )  # fmt: skip


def _thumbnail(run: Run) -> None:
    samples = cached.samples(run)
    sample_grid = cached.sample_grid(samples[-1].path) if samples else None
    if sample_grid:
        st.image(sample_grid, width="stretch", output_format="PNG", alt=f"The newest images that {run.id} generated")
    else:
        with st.container(height=_PICTURE, vertical_alignment="center", horizontal_alignment="center"):
            st.caption("no pictures yet", text_alignment="center")


def _lines(run: Run, status: Status) -> list[str]:
    """Return what a card says below its title, line by line."""
    lines = [f"{formatting.plain(formatting.kind(run))} · {formatting.size(cached.size(run))}"]
    if losses := cached.last_losses(run):
        lines.append("Loss of G {:.3g}, of D {:.3g}".format(*losses))
    if status.state not in ACTIVE and status.step:
        lines.append(formatting.progress(status))
    try:
        created = (run.path / "config.json").stat().st_mtime
    except OSError:
        created = status.queued_at
    about = run.about()
    owner = formatting.plain(formatting.cut(about.owner, user.LONGEST))
    lines.append(" · ".join(filter(None, [formatting.moment(created), owner])))
    troubles = [status.message] if status.state == FAILED else []
    try:
        _ = run.config
    except UserError as error:
        troubles.append(str(error))
    lines += [formatting.plain(formatting.cut(text, _NOTE_ON_CARD)) for text in (*troubles, about.note) if text]
    return lines
