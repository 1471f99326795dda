"""Judging several runs in one go, so that they can be compared by numbers."""

from collections.abc import Sequence
from contextlib import suppress

import streamlit as st

from ganlib.runs import access
from ganlib.runs.folder import Run
from ganlib.runs.status import ACTIVE
from ganlib.utils.errors import UserError
from ui.common import evaluation_table, formatting, inference_guard, missing_data, page_layout, user

COUNT = 2000
"""As many as a trainer draws, so that all numbers compare."""


def able_now(unjudged: Sequence[Run]) -> list[Run]:
    """Return those of some runs that can be judged now."""
    found = []
    for run in unjudged:
        with suppress(UserError):
            is_here = missing_data.is_here(run.config.dataset, run.config.split)
            is_ready = not user.why_not(access.EVALUATE, run)
            is_ready &= run.status().state not in ACTIVE and inference_guard.has_weights(run)
            if is_here and is_ready and evaluation_table.possible_counts(run.config):
                found.append(run)
    return found


def show(unjudged: Sequence[Run], place: str) -> None:
    """Offer to judge the runs that nobody has judged yet; say why where none of them can be."""
    if not unjudged:
        return
    able = able_now(unjudged)
    if not able:
        st.caption(
            "Runs without an evaluation can be evaluated here once they have ended, if enough of their real images are "
            "on this machine."
        )
        return
    many = "it" if len(able) == 1 else f"{len(able)} runs"
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        is_asked = st.button(
            f"Evaluate {many} with {COUNT:,} samples", key=f"{place}_judge", icon=":material/gavel:"
        )  # fmt: skip
        st.caption("Not evaluated yet. It takes some seconds a run.", width="stretch")
    if is_asked:
        _judge(able)


def _judge(able: Sequence[Run]) -> None:
    bar = st.progress(0.0, text="Getting the networks ready")
    troubles = []
    for place, run in enumerate(able):
        bar.progress(place / len(able), text=f"Evaluating {formatting.plain(run.id)}, {place + 1} of {len(able)}")
        try:
            user.demand(access.EVALUATE, run)
            with inference_guard.at_work():
                from ganlib.explore import evaluate_run  # loads the networks' library

                evaluate_run.evaluate_run(run, COUNT, evaluation_table.SEED, owner=user.name())
        except (UserError, OSError) as error:
            troubles.append(formatting.reason(error))
    bar.empty()
    if troubles:
        st.error("  \n".join(page_layout.in_words(trouble) for trouble in troubles))
    else:
        st.rerun()
