"""Who waits for a turn, and for how long."""

import streamlit as st

from ganlib.runs.folder import home
from ganlib.training import estimate, waiting
from ui.common import formatting, refresh_rate

_SHOWN = 4
_OWNER = 20  # characters


def sentence() -> str:
    """Say who waits and when each is likely to start, "" where nobody does."""
    found = _found(str(home()), refresh_rate.instant())
    if not found:
        return ""
    told = [f"{name} in about {formatting.duration(estimate.rounded(seconds))}" for name, seconds in found[:_SHOWN]]
    more = f", and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
    return f"**{len(found)}** waiting: {', '.join(told)}{more}"


@st.cache_data(max_entries=4, show_spinner=False)
def _found(folder: str, instant: float) -> list[tuple[str, float]]:
    return [
        (formatting.plain(formatting.cut(run.about().owner, _OWNER)) or formatting.title(run, _OWNER), seconds)
        for run, seconds in waiting.expected()
    ]
