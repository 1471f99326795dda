"""What every page begins with, and how it says what is wrong."""

import math
import re
import time
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.errors import StreamlitPageNotFoundError
from streamlit.runtime.pages_manager import PagesManager
from streamlit.runtime.scriptrunner import get_script_run_ctx

from ganlib.catalog import labels
from ganlib.config import FIELDS, GROUPS
from ganlib.utils.errors import UserError
from ui.common import cached, formatting, handout, refresh_rate, sign_in, user, way_back

# A name of several words is never plain English; one of a single word is a setting only before "=".
_SETTINGS = re.compile(
    rf"\b({'|'.join(name for name in FIELDS if '_' in name)})\b(?:=(\w+))?|\b({'|'.join(FIELDS)})=(\w+)"
)

_TO_TOP = "<script>/* {} {} */ document.querySelector('[data-testid=stMain]').scrollTo(0, 0)</script>"
# Again after a while, for what stands above may still grow.
_TO_PLACE = """<script>
  for (const wait of [0, 500, 1500])
    setTimeout(() => document.querySelector('.st-key-{}')?.scrollIntoView({{block: 'center'}}), wait)
</script>"""

APP = "app.py"
STYLE = Path(__file__).parent / "style.css"
SCRIPTS = [Path(__file__).parent / name for name in ("save_chart.js", "menu.js")]
DOUBLE_CLICK_SECONDS = 1.0


def style() -> None:
    """Set what colours and spacing `.streamlit/config.toml` has no words for; let charts be saved, and menus lead back.

    `app.py` calls it before any page.
    """
    st.html(STYLE)
    for script in SCRIPTS:
        st.html(f"<script>{script.read_text(encoding='utf-8')}</script>", unsafe_allow_javascript=True)


def begin() -> None:
    """Begin a page, inside `app.py` whatever was opened first; every page calls it before all else.

    Until `app.py` has run once in a server, Streamlit makes the navigation itself, of the folder `pages/`, and runs
    the page of an address without what is around it. `app.py` is then one of these pages, which it never is among
    those that it declares.
    """
    context = get_script_run_ctx()
    pages = context.pages_manager.get_pages().values() if context else ()
    if any(Path(page["script_path"]).name == APP for page in pages):
        PagesManager.uses_pages_directory = False  # as `st.navigation` sets it
        st.rerun()
    sign_in.demand()
    refresh_rate.enter()
    handout.begin()
    user.name()  # not in `app.py`: what it writes into the address does not outlast the navigation
    way_back.show()


def header(title: str, sentence: str, tools: Callable[[], None] | None = None) -> None:
    """Show a page's title and the one sentence that says what it is for, and at the right end what `tools` shows."""
    with st.container(horizontal=True, vertical_alignment="center", gap="medium", key="page_header"):
        st.title(title, anchor=False, width="content")
        with st.container(width="stretch"):
            st.caption(sentence)
        if tools:
            tools()


def only(shown: str, views: Iterable[str], of: str = "") -> DeltaGenerator:
    """Return the place of the one view of a page that is shown; the others are empty at once.

    Streamlit leaves what a page no longer writes where it was until the page has run to its end, which may take
    seconds. With one place for all views, the end of the last one would be seen below the beginning of the next. Nor
    does it scroll: what is shown next, or the view of another thing (`of`), would begin where the last was left.
    """
    places = {view: st.container(key=f"view_{view}", gap=None) if view == shown else st.empty() for view in views}
    with places[shown]:
        # A browser runs it when it is new. Of the text, which may be anybody's, no more than a number gets into it.
        st.html(_TO_TOP.format(shown, zlib.crc32(of.encode())), unsafe_allow_javascript=True)
        return st.container()


def scroll_to(key: str) -> None:
    """Bring the container with this key, of letters, digits and _, into sight."""
    st.html(_TO_PLACE.format(key), unsafe_allow_javascript=True)


def one_or_all(one: Callable[[str], None], otherwise: Callable[[], None]) -> None:
    """Show the run that the address names, or what the page shows without one."""
    name = st.query_params.get("run")
    with only("all" if name is None else "one", ("all", "one"), name or ""):
        if name is None:
            otherwise()
        else:
            one(name)


def once(key: str, start: Callable[[], str]) -> str:
    """Start something and return its id; the second half of a double click starts no other."""
    started, when = st.session_state.get(key, ("", -math.inf))
    if time.monotonic() - when < DOUBLE_CLICK_SECONDS:
        return started
    started = start()
    cached.look_again()
    st.session_state[key] = (started, time.monotonic())
    return started


def link(page: str, label: str, **options: Any) -> None:
    """Show a link to another page, such as `pages/runs.py`; nothing where a page runs alone."""
    with suppress(StreamlitPageNotFoundError):
        st.page_link(page, label=label, **options)


@contextmanager
def errors_told() -> Iterator[None]:
    """Say what a person, or their disk, is to blame for, in the place of what else the block would do."""
    try:
        yield
    except (UserError, OSError) as error:
        st.error(in_words(formatting.reason(error)))


def in_words(sentence: str) -> str:
    """Return a sentence of the library's for Markdown, its settings called as they are on the form."""
    # Bold only after escaping, which would escape its asterisks.
    return formatting.plain(_SETTINGS.sub(_called, sentence)).replace("\0", "**")


def _called(match: re.Match[str]) -> str:
    name, value = match[1] or match[3], match[2] or match[4]
    info = FIELDS[name]
    if value and value in info.choices:
        value = labels.title(name, value)
    return f"\0{GROUPS[info.group]} › {info.label}\0" + (f" = {value}" if value else "")
