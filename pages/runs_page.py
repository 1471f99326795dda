"""All runs, newest first, and everything about one of them once it is opened (`?run=ID`)."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import streamlit as st
from streamlit.errors import StreamlitPageNotFoundError

from ganlib import jobs, runs
from ganlib.errors import UserError
from ganlib.runs import Run
from ui import links, live, run_card, words

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
    with st.container(horizontal=True):
        run_card.actions(run)


def show_cards(found: Sequence[Run]) -> None:
    """Show runs as cards; what changes in them is drawn by one fragment, so that buttons stay where they are."""
    slots = []
    grid = st.grid(2, min_column_width=340)
    for run in found:
        with grid.cell(), st.container(border=True, height="stretch"):
            slots.append((run.path, st.container()))
            with st.container(horizontal=True):
                st.button("Open", key=f"open_{run.id}", on_click=open_run, args=(run.id,))
                with st.popover("More", key=f"more_{run.id}"):
                    run_card.actions(run)
    is_live = any(run.status().state in live.ACTIVE for run in found)
    st.fragment(fill, run_every=REFRESH_SECONDS if is_live else None)(slots)


def fill(slots: Sequence[tuple[Any, Any]]) -> None:
    for path, slot in slots:
        with slot:
            run_card.body(Run(path))


def show_all(own: Sequence[Run]) -> None:
    state = st.pills("Show only", words.STATES, format_func=lambda s: words.STATES[s].label, key="runs_state", bind="query-params")
    found = [run for run in own if state is None or run.status().state == state]
    if not found:
        st.info(f"None of the {len(own):,} runs is in this state now.")
        return
    cards = st.container()
    pages = -(-len(found) // ON_A_PAGE)
    page = st.pagination(pages, key="runs_page", bind="query-params") if pages > 1 else 1
    with cards:
        show_cards(found[(page - 1) * ON_A_PAGE : page * ON_A_PAGE])


opened = st.query_params.get("run")
if opened is not None:
    show_opened(opened)
    st.stop()

st.title("Runs", anchor=False)
with suppress(OSError):
    jobs.advance()
own, shipped = runs.list_runs(), runs.list_shipped()
if own:
    show_all(own)
else:
    st.info("No runs yet. Every training you start is kept here, with its pictures and its networks.")
    with suppress(StreamlitPageNotFoundError):  # where this page runs alone
        st.page_link(TRAIN_PAGE, label="Train a first one", icon=":material/arrow_forward:")
if shipped:
    st.header("Models that come with the app", anchor=False)
    show_cards(shipped)
