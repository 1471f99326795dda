"""The warning that a training ends before its pictures are recognisable, and the one button that makes it longer."""

from collections.abc import Callable

import streamlit as st

from ganlib.config import TrainConfig
from ganlib.training import estimate
from ui.common import formatting


def warn(
    config: TrainConfig, expected: estimate.Estimate, key: str, apply: Callable[..., None], learned: int = 0
) -> None:
    """Warn of a training that is too short; show nothing where it is long enough."""
    if found := estimate.shortfall(config, expected, learned):
        st.warning(formatting.plain(found.sentence))
        if found.remedy:
            st.button(
                f"Set {formatting.listed(found.remedy)}", key=key, icon=":material/timer:", on_click=apply,
                kwargs=dict(found.remedy),
            )  # fmt: skip
