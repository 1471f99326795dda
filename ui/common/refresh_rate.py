"""How many people look on at once, and how much later a page that follows a training looks again for it.

Each view that refreshes itself costs the processor that trains. So a whole class looks less often than one person,
and what it looks at is read once for all of them.
"""

import time
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

import streamlit as st

from ganlib.runs import queue

WINDOW = 20.0
"""Seconds for which a session counts after it looked last."""

SHARE = 0.25
"""Seconds that each viewer adds between two looks: at most four looks a second, however many they are."""

SLOWEST = 15.0
"""Seconds between two looks for the largest audience, less than `WINDOW` so that all are still counted."""

TOLERANCE = 1.5
"""A page keeps its pace until the right one is this many times as fast or as slow."""

_FRESH = 1.0  # seconds for which several viewers see the same


def enter() -> None:
    """Count this session as looking now."""
    now, seen = time.monotonic(), _seen()
    seen[st.session_state.setdefault("audience_id", uuid4().hex)] = now
    for session, moment in list(seen.items()):
        if now - moment > WINDOW:
            seen.pop(session, None)


def viewers() -> int:
    return max(1, len(_seen()))


def pace(least: float) -> float:
    """Return the seconds between two looks that this audience can afford, at least `least`."""
    return max(least, min(SLOWEST, SHARE * viewers()))


def has_changed(seconds: float, least: float) -> bool:
    """Whether a page that looks every so many seconds should be told another pace."""
    ratio = pace(least) / seconds
    return not 1 / TOLERANCE <= ratio <= TOLERANCE


def instant() -> float:
    """Return a number that names this instant: the same for about a second if several look on, else always new."""
    now = time.monotonic()
    return now // _FRESH * _FRESH if viewers() > 1 else now


def advance(folder: Path) -> None:
    """Let waiting runs start, see `queue.advance`; tried every other second however many ask."""
    _advance(str(folder))


@st.cache_data(max_entries=8, ttl=2 * _FRESH, show_spinner=False)
def _advance(folder: str) -> None:
    with suppress(OSError):  # a full disk is the trainer's to report
        queue.advance(Path(folder))


@st.cache_resource(show_spinner=False)
def _seen() -> dict[str, float]:
    """When each session looked last, for the whole server."""
    return {}
