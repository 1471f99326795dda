"""Which runs stand side by side: up to four, own or shipped, named in the address as `runs=a,b,c`."""

from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from itertools import islice
from pathlib import Path

import streamlit as st

from ganlib.runs import store
from ganlib.runs.folder import Run
from ganlib.utils.errors import UserError
from ui.common import address, cached, evaluation_table, formatting, handout, links, navigation

MOST = 4
"""More grids than these are too small to compare."""

PARAMETER = "runs"

_KEY = "compare_runs"
_FRESH = 10.0  # seconds in which a new title may not show yet
_LABEL, _SHORT = 48, 24  # characters
_EMPTY = (
    "**Nothing to compare yet.** It takes two runs: train one as it is, then another one with a single setting "
    "changed. Or let an experiment do both, under **Experiments** above."
)


def choose() -> list[Run]:
    """Let runs be picked and return them; say so where there are none, or where the address names one in vain."""
    own = [run for run, _ in cached.overview()]
    known = {run.id: run for run in [*own, *evaluation_table.best_first(store.list_shipped())]}
    if not known:
        with st.container(border=True, gap="medium"):
            st.markdown(_EMPTY)
            navigation.to_train(links.FIRST, "Train a first one")
        return []
    asked = list(dict.fromkeys(filter(None, address.get(PARAMETER).split(","))))
    found = [name for name in asked if name in known][:MOST]
    labels = _labels(tuple(str(run.path) for run in known.values()))
    st.session_state[_KEY] = found
    if handout.offer("runs", "Runs", ",".join(found)):
        _ask(known, labels)
    _tell_lost([name for name in asked if name not in known], len(asked) - len(found))
    if len(found) < 2 and not (handout.is_hidden("runs") or handout.is_locked("runs")):
        _suggest(found, known)
    return [known[name] for name in found]


def _ask(known: Mapping[str, Run], labels: Mapping[str, str]) -> None:
    st.multiselect(
        "Runs", list(known), key=_KEY, max_selections=MOST, placeholder="Pick up to four runs",
        on_change=lambda: _put(st.session_state[_KEY]),
        format_func=lambda name: labels.get(name, name), select_all=False, disabled=handout.is_locked("runs"),
    )  # fmt: skip


def titles(chosen: list[Run]) -> list[str]:
    """Return what to call each of the chosen runs; two of the same title are told apart by their ids."""
    called = [formatting.cut(run.about().title, 40) or run.id for run in chosen]
    return [name if called.count(name) == 1 else run.id for name, run in zip(called, chosen, strict=True)]


def _put(names: list[str]) -> None:
    address.put(**{PARAMETER: ",".join(names), "at": None})


def _tell_lost(lost: list[str], left_out: int) -> None:
    if lost:
        named = ", ".join(formatting.cut(name, 40) for name in lost[:MOST])
        st.warning(formatting.plain(f"Not here: {named}. The link is wrong, or these were deleted or renamed."))
    elif left_out:
        st.warning(f"At most {MOST} runs stand side by side; these are the first {MOST} of the link.")


def _suggest(found: list[str], known: Mapping[str, Run]) -> None:
    """Offer the first runs that have pictures, so that a first look takes one click."""
    fitting = (name for name, run in known.items() if name not in found and cached.samples(run))
    others = list(islice(fitting, 2 - len(found)))
    both = [*found, *others]
    if len(both) < 2:
        st.info("One run alone cannot be compared: train another one with a single setting changed.")
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.markdown("Pick runs to see their pictures, curves, settings and numbers together.", width="stretch")
        called = titles([known[name] for name in others])
        named = " and ".join(formatting.plain(formatting.cut(title, _SHORT)) for title in called)
        label = f"{'Add' if found else 'Take'} {named}"
        st.button(label, key="compare_suggest", icon=":material/add:", on_click=_put, args=(both,))


@st.cache_data(max_entries=8, ttl=_FRESH, show_spinner=False)
def _labels(paths: tuple[str, ...]) -> dict[str, str]:
    """Return what the list of runs calls each: its title or, where it has none of its own, its id and kind."""
    runs = [Run(Path(path)) for path in paths]
    called = Counter(run.about().title for run in runs)
    found = {}
    for run in runs:
        title = run.about().title
        found[run.id] = title if title and called[title] == 1 else run.id
        with suppress(UserError):
            if found[run.id] == run.id:
                found[run.id] = f"{run.id} · {title or formatting.kind(run)}"
    return {name: formatting.cut(label, _LABEL) for name, label in found.items()}
