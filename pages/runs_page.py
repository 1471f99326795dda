"""All runs, newest first, and everything about one of them once it is opened (`?run=ID`)."""

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.errors import StreamlitPageNotFoundError

from ganlib import jobs, runs
from ganlib.errors import UserError
from ganlib.runs import Run
from ui import dialogs, frame, links, live, run_card, words

ON_A_PAGE = 12
REFRESH_SECONDS = 3.0
TRAIN_PAGE = "pages/train_page.py"


def open_run(name: str) -> None:
    st.query_params["run"] = name


def close_run() -> None:
    st.query_params.pop("run", None)


def show_opened(name: str) -> None:
    st.button("All runs", icon=":material/arrow_back:", type="tertiary", key="runs_back", on_click=close_run)
    try:
        run = links.run(name)
    except UserError as error:
        st.error(words.plain(str(error)))
        return
    live.show(run)
    st.divider()
    with st.container(horizontal=True, gap="small"):
        run_card.actions(run)


def show_cards(found: Sequence[Run]) -> None:
    """Show runs as cards; what changes in them is drawn by one fragment, so that buttons stay where they are."""
    slots = []
    grid = st.grid(2, min_column_width=330, border=True)
    for run in found:
        with grid.cell():
            slots.append((run.path, st.container()))
            with st.container(horizontal=True, gap="small"):
                st.button("Open", key=f"open_{run.id}", on_click=open_run, args=(run.id,))
                run_card.actions(run)
    is_live = any(run.status().state in live.ACTIVE for run in found)
    st.fragment(fill, run_every=REFRESH_SECONDS if is_live else None)(slots)


def fill(slots: Sequence[tuple[Path, DeltaGenerator]]) -> None:
    with suppress(OSError):  # a full disk is the trainer's to report
        jobs.advance()
    for path, slot in slots:
        with slot:
            run_card.body(Run(path))


def show_own(own: Sequence[Run]) -> None:
    state = st.pills(
        "Show only", words.STATES, format_func=lambda s: words.STATES[s].label, key="runs_state", persist_state="page"
    )
    found = [run for run in own if state is None or run.status().state == state]
    if not found:
        st.info(f"None of the {len(own):,} runs is in this state now.")
        return
    cards = st.container()
    pages = -(-len(found) // ON_A_PAGE)
    page = st.pagination(pages, key="runs_page", persist_state="page") if pages > 1 else 1
    with cards:
        show_cards(found[(page - 1) * ON_A_PAGE : page * ON_A_PAGE])


def show_list() -> None:
    frame.header("Runs", "Every training is kept here, with its pictures and its networks.")
    if own := runs.list_runs():
        show_own(own)
    else:
        st.info("There are none yet: a first one takes half a minute.")
        with suppress(StreamlitPageNotFoundError):  # where this page runs alone
            st.page_link(TRAIN_PAGE, label="Train a first one", icon=":material/arrow_forward:")
    if shipped := runs.list_shipped():
        st.header("Models that come with the app", anchor=False)
        show_cards(shipped)


if "run" in st.query_params:
    show_opened(st.query_params["run"])
else:
    show_list()
dialogs.show()
