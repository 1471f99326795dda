"""All runs, newest first, and everything about one of them once it is opened (`?run=ID`)."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from ganlib.runs import store
from ganlib.runs.folder import Run, home
from ganlib.runs.status import ACTIVE, QUEUED
from ganlib.utils import environment
from ganlib.utils.errors import UserError
from ui.common import (
    address,
    cached,
    charts,
    dialogs,
    evaluation_table,
    formatting,
    links,
    navigation,
    page_layout,
    refresh_rate,
    run_header,
    user,
    widget_version,
)
from ui.gallery import limits_form, run_card, runs_table, waiting_list, wall
from ui.run import evaluation_view, live

ON_A_PAGE = 12
REFRESH_SECONDS = 3.0
VIEWS: dict[str, Callable[[Run, run_header.Parts], None]] = {"training": live.show, "judge": evaluation_view.show}
TITLES = {"training": "Training", "judge": "Evaluate"}


def pick_view(name: str, key: str) -> None:
    if not widget_version.is_late(name, key):
        address.keep("view", key)


def show_lead(name: str, view: str) -> None:
    """Lead back to all runs, and ask which view of this one to show; the address keeps the answer for a link."""
    widget = f"runs_view_{name}"
    key = widget_version.key(widget, view)
    st.button(
        "Runs", icon=":material/arrow_back:", type="tertiary", key="runs_back", on_click=address.put,
        kwargs={"run": None, "view": None, charts.PROJECTOR: None}, help="All runs",
    )  # fmt: skip
    st.segmented_control(
        "View", VIEWS, format_func=TITLES.__getitem__, key=key, required=True, label_visibility="collapsed",
        on_change=pick_view, args=(widget, key),
    )  # fmt: skip


def show_opened(name: str) -> None:
    view = address.one_of("view", VIEWS, next(iter(VIEWS)))
    lead = partial(show_lead, name, view)
    try:
        run = links.run(name)
    except UserError as error:
        lead()
        st.error(formatting.plain(str(error)))
        return
    with page_layout.only(view, VIEWS):
        VIEWS[view](run, run_header.Parts(lead, partial(run_card.actions, run)))


def show_cards(found: Sequence[Run]) -> None:
    """Show runs as cards; what changes in them is drawn by one fragment, so that buttons stay where they are."""
    slots = []
    grid = st.grid(3, min_column_width=330, border=True)
    for run in found:
        with grid.cell():
            slots.append((run.path, st.container()))
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                st.button("Open", key=f"open_{run.id}", on_click=address.put, kwargs={"run": run.id})
                runs_table.tick(run)
                run_card.actions(run)
    is_live = any(run.status().state in ACTIVE for run in found)
    every = refresh_rate.pace(REFRESH_SECONDS) if is_live else None
    st.fragment(fill, run_every=every)(slots, every)


def fill(slots: Sequence[tuple[Path, DeltaGenerator]], every: float | None) -> None:
    refresh_rate.enter()
    refresh_rate.advance(home())
    if every and refresh_rate.has_changed(every, REFRESH_SECONDS):
        st.rerun()
    for path, slot in slots:
        with slot:
            run_card.body(Run(path))


def show_own(own: runs_table.Found, matching: runs_table.Found) -> None:
    """Show those of everybody's runs that match, narrowed down to a state and to a person."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        state = st.pills(
            "Show only", formatting.STATES, format_func=lambda s: formatting.STATES[s].label, key="runs_state",
            persist_state="page", width="content", wrap=True,
        )  # fmt: skip
        owners = sorted({owner for run, _ in own if (owner := run.about().owner)}, key=str.casefold)
        owner = None
        if len(owners) > 1:
            owner = st.selectbox(
                "Owner", owners, index=None, key="runs_owner", persist_state="page", placeholder="Everybody", width=200
            )
        me = user.name()
        only_mine = bool(me) and st.toggle("Mine", key="runs_mine", persist_state="page", help=f"Runs of {me} only.")
    whom = me if only_mine else owner
    found = [run for run, status in matching if state in (None, status.state) and whom in (None, run.about().owner)]
    if not found:
        count = sum(whom in (None, run.about().owner) for run, _ in own)
        whose = "your" if only_mine else f"{formatting.plain(owner)}'s" if owner else "the"
        is_searched = len(matching) < len(own)
        lacks = "matches" if is_searched else "is in this state now"
        st.info(f"None of {whose} {count:,} runs {lacks}." if count else "You have no runs yet.")
        return
    cards = st.container()
    pages = -(-len(found) // ON_A_PAGE)
    page = st.pagination(pages, key="runs_page", persist_state="page") if pages > 1 else 1
    with cards:
        show_cards(found[(page - 1) * ON_A_PAGE : page * ON_A_PAGE])


def show_waiting() -> None:
    """Say who waits and for how long, and say it again after a while; a line that is there as long as anybody does."""
    if any(status.state == QUEUED for _, status in cached.overview()):
        st.fragment(tell_waiting, run_every=refresh_rate.pace(REFRESH_SECONDS))()


def tell_waiting() -> None:
    st.markdown(waiting_list.sentence() or "Nobody waits any more.")


def show_list() -> None:
    if address.get(wall.PARAMETER):
        wall.show()
        return
    kept = "for an hour, for this is a public demo" if environment.is_demo() else "here"
    page_layout.header("Runs", f"Every training is kept {kept}, with its pictures and its networks.")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        with st.container(width=260):
            user.ask()
        limits_form.offer()
        st.button("Import a run", key="runs_import", icon=":material/upload:", on_click=dialogs.ask, args=("import",))
        if cached.overview():
            st.button(
                "Class wall", key="runs_wall", icon=":material/grid_view:", on_click=address.put,
                kwargs={wall.PARAMETER: 1}, help="Everybody's newest pictures on one screen, for the projector.",
            )  # fmt: skip
    show_waiting()
    own, shipped = cached.overview(), evaluation_table.best_first(store.list_shipped())
    asked = runs_table.ask(own, shipped) if own or shipped else None
    if own and asked:
        show_own(own, runs_table.matching(own, asked))
    else:
        st.info("There are none yet.")
        navigation.link(navigation.TRAIN, "Train a first one", ":material/arrow_forward:")
    if not asked:
        return
    if found := runs_table.matching([(run, run.status()) for run in shipped], asked):
        st.header("Models that come with the app", anchor=False)
        show_cards([run for run, _ in found])


page_layout.begin()
page_layout.one_or_all(show_opened, show_list)
dialogs.show()
