"""The live part of cheats: pick a generator that cheats, and see which metrics it deceives."""

from typing import TYPE_CHECKING

import streamlit as st

from ganlib.catalog.cheats import CHEATS, PLAYERS, REAL
from ganlib.catalog.metrics import METRICS
from ganlib.utils import images
from ui.common import inference_guard, linked_address

if TYPE_CHECKING:
    from ganlib.metrics.cheats import Contest

_PARAMETER = "cheat"
_WORDS = {"better": ":red[**deceived**: better than real]", "as real": ":red[**deceived**: as real]",
          "caught": ":green[caught]"}  # fmt: skip
_SHORT = {"better": ":red[**deceived**]", "as real": ":red[**deceived**]", "caught": ":green[caught]"}
_SHARP = 480  # pixels


def show(dataset: str, count: int, place: str) -> None:
    """Show the choice of cheats; what they get is computed once somebody has chosen, and then kept."""
    key = f"{place}_cheat"
    chosen = linked_address.read(_PARAMETER, None, lambda text: PLAYERS[PLAYERS.index(text)])
    linked_address.hold(key, chosen)
    st.pills(
        "A generator that cheats", PLAYERS, format_func=lambda name: CHEATS[name].title, key=key, wrap=True,
        on_change=lambda: linked_address.put(_PARAMETER, st.session_state[key]),
    )  # fmt: skip
    if not chosen:
        st.caption("Choose one. The first time, all of them are evaluated here, which takes about a minute.")
        return
    found = contest(dataset, count)
    st.markdown(f"{CHEATS[chosen].about} {_in_short(found, chosen)}")
    pictures, table = st.columns([2, 3], gap="medium")
    with pictures, st.container(horizontal=True, gap="small"):
        for name in (chosen, REAL):
            with st.container(width=160, gap=None):
                picture = images.mosaic(found.images[name], columns=4, gap=1, fill=96)
                title = CHEATS[name].title
                st.image(
                    images.png_bytes(images.enlarge(picture, _SHARP)), width="stretch", output_format="PNG",
                    alt=f"{len(found.images[name])} images: {title.lower()}",
                )  # fmt: skip
                st.caption(title)
    with table:
        st.table(_rows(found, chosen), border="horizontal")
        st.caption(
            f"{found.size:,} images of each, compared with as many others. *Deceived* is a metric that gives the "
            "cheat a better value than other real images, or one that chance could make."
        )
    with st.expander("All cheats and all metrics"):
        st.table(_all_rows(found), border="horizontal")


@st.cache_resource(max_entries=4, show_spinner=False)
def contest(dataset: str, count: int) -> "Contest":
    with st.spinner("Evaluating every cheat, once; about a minute.", show_time=True), inference_guard.at_work():
        from ganlib.metrics import cheats  # loads the networks' library

        return cheats.compare(dataset, count)


def _in_short(found: "Contest", cheat: str) -> str:
    return f"It deceives **{len(found.deceived(cheat))} of {len(found.measured[cheat])}** metrics."


def _rows(found: "Contest", cheat: str) -> dict[str, list[str]]:
    """Return the columns of the table of one cheat, a row a metric."""
    names = list(found.measured[cheat])
    return {
        "Metric": [METRICS[name].title for name in names],
        "Cheat": [METRICS[name].text(found.measured[cheat][name].value) for name in names],
        "Real": [METRICS[name].text(found.measured[REAL][name].value) for name in names],
        "Verdict": [_WORDS[found.verdict(cheat, name)] for name in names],
    }


def _all_rows(found: "Contest") -> dict[str, list[str]]:
    """Return the columns of the table of all cheats, a row a metric."""
    names = list(found.measured[REAL])
    verdicts = {CHEATS[cheat].title: [_SHORT[found.verdict(cheat, name)] for name in names] for cheat in PLAYERS}
    return {"Metric": [METRICS[name].title for name in names], **verdicts}
