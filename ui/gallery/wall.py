"""The class wall, for a projector: what everybody's newest run draws now, where it stands and what the doctor finds."""

from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from ganlib.runs.folder import Run, home
from ganlib.runs.status import ACTIVE, QUEUED, RUNNING, Status
from ganlib.utils.errors import UserError
from ui.common import address, cached, doctor_report, formatting, refresh_rate, user
from ui.gallery import waiting_list

PARAMETER = "wall"
"""Parameter of the Runs page's address."""

MOST = 24
"""More pictures than these are too small to see from the last row."""

REFRESH_SECONDS = 3.0

_COLUMNS = ((4, 4), (8, 4), (18, 6), (MOST, 8))  # up to so many pictures, so many stand side by side
_TITLE = 24  # characters


def show() -> None:
    """Show the wall; it looks again every few seconds, and each picture keeps its place."""
    with st.container(horizontal=True, vertical_alignment="center", gap="medium", key="page_header"):
        st.button(
            "Runs", icon=":material/arrow_back:", type="tertiary", key="wall_back", on_click=address.put,
            kwargs={PARAMETER: None}, help="All runs",
        )  # fmt: skip
        st.title("Class wall", anchor=False, width="content")
        counts = st.container(key="wall_counts")
    chosen = newest_of_each()
    if not chosen:
        st.info("No runs yet: everybody's newest one appears here by itself.")
    columns = next((columns for most, columns in _COLUMNS if len(chosen) <= most), _COLUMNS[-1][1])
    rows = max(1, -(-len(chosen) // columns))
    st.html(f"<style>:root {{ --wall-rows: {rows}; }}</style>")
    every = refresh_rate.pace(REFRESH_SECONDS)
    st.fragment(_follow, run_every=every)([run.path for run in chosen], columns, every, counts)


def newest_of_each() -> list[Run]:
    """Return each owner's newest run, by name; runs that nobody owns each stand for themselves, newest first."""
    named: dict[str, Run] = {}
    nobodys = []
    for run, _ in cached.overview():
        if owner := run.about().owner:
            named.setdefault(owner, run)
        else:
            nobodys.append(run)
    return [*(named[owner] for owner in sorted(named, key=str.casefold)), *nobodys][:MOST]


def _follow(paths: Sequence[Path], columns: int, every: float, counts: st.delta_generator.DeltaGenerator) -> None:
    """Show all pictures; draw the page anew once they are of other runs."""
    refresh_rate.enter()
    refresh_rate.advance(home())
    if [run.path for run in newest_of_each()] != list(paths) or refresh_rate.has_changed(every, REFRESH_SECONDS):
        st.rerun()
    with counts:
        st.markdown(_counted())
    with st.container(key="wall"):
        grid = st.grid(columns, min_column_width=130)
        for path in paths:
            with grid.cell(), st.container(border=True, gap=None):
                _cell(Run(path))


def _cell(run: Run) -> None:
    """Show a picture, and below it three lines: never more, nor fewer."""
    status = run.status()
    samples = cached.samples(run)
    picture = cached.sample_grid(samples[-1].path) if samples else None
    if picture:
        st.image(picture, width="stretch", output_format="PNG", alt=f"The newest images that {run.id} generated")
    else:
        st.html('<div class="wall-empty">no pictures yet</div>')
    owner = formatting.plain(formatting.cut(run.about().owner, user.LONGEST))
    title = formatting.title(run, _TITLE)
    st.markdown(f"**{owner}** {title}" if owner else f"**{title}**")
    label, colour, icon = formatting.STATES[status.state]
    done = f" {status.progress:.0%}" if status.state in ACTIVE and status.step else ""
    st.markdown(f":{colour}-badge[{icon} {label}{done}]")
    st.markdown(_finding(run, status) or "&nbsp;")


def _finding(run: Run, status: Status) -> str:
    try:
        found = [] if status.state == QUEUED else doctor_report.of(run, status)
    except UserError:  # a damaged run says so where it is opened
        found = []
    return doctor_report.in_a_word(found[0]) if found else ""


def _counted() -> str:
    states = [status.state for _, status in cached.overview()]
    training = f"**{states.count(RUNNING)}** training"
    return " · ".join([training, *filter(None, [waiting_list.sentence()])])
