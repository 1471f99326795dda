"""The same training once more under the other loss of a pair: one click starts it, and a link compares both."""

import streamlit as st

from ganlib import presets
from ganlib.catalog import losses
from ganlib.catalog.points import PAIRS
from ganlib.config import TrainConfig
from ganlib.runs.folder import Run
from ganlib.utils.errors import UserError
from ui.common import formatting, linked_address, links, navigation, user
from ui.lab import watching


def other_loss(preset: str, loss: str) -> str | None:
    """Return the loss that a preset's run is to be seen beside, or None where it belongs to no pair."""
    if preset not in PAIRS:
        return None
    both = [presets.get(preset).config.loss, PAIRS[preset]]
    return next((name for name in both if name != loss), None) if loss in both else None


def under(config: TrainConfig, loss: str) -> TrainConfig:
    """Return the settings with another loss, and nothing else changed, what the loss usually brings along included."""
    return TrainConfig.from_dict({**config.to_dict(), "loss": loss})


def show(run: Run) -> None:
    """Offer to train the other run of a pair, and once it is there, to look at it and to compare both."""
    other = _other_run()
    if other and other.id != run.id:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            title = losses.get(other.config.loss).title
            if st.button(f"Show {title}", key="lab_pair_other", icon=":material/swap_horiz:"):
                _turn_to(other, run)
            both = f"{run.id},{other.id}"
            navigation.link(navigation.COMPARE, "Compare both", ":material/compare:", view="side-by-side", runs=both)
        return
    preset = str(run.record.get("preset"))
    loss = other_loss(preset, run.config.loss)
    if not loss:
        return
    why_not = user.why_not_start()
    is_pressed = st.button(
        f"Train the same under {losses.get(loss).title}", key="lab_pair", icon=":material/compare_arrows:",
        disabled=bool(why_not), help=why_not or "The same data, seed and settings; then both can be compared.",
    )  # fmt: skip
    if is_pressed and (started := watching.start(under(run.config, loss), {"preset": preset})):
        _turn_to(started, run)


def _other_run() -> Run | None:
    """Return the other run of the pair, which the address names; says so if there is none."""
    name = st.query_params.get("pair")
    if not name:
        return None
    try:
        found = links.run(name)
        return found if found.config.is_plane else None
    except UserError as error:
        st.caption(formatting.plain(str(error)))
        return None


def _turn_to(run: Run, other: Run) -> None:
    for name, value in {"run": run.id, "pair": other.id, "point": None, "step": None}.items():
        linked_address.put(name, value)
    st.rerun()
