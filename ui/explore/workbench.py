"""The workbench of a view: its picture, which stays in sight, beside the controls that change it."""

from typing import NamedTuple

import streamlit as st
from streamlit.delta_generator import DeltaGenerator


class Workbench(NamedTuple):
    """Two places; on a telephone the first lies above the second."""

    picture: DeltaGenerator
    controls: DeltaGenerator


def begin(name: str = "view") -> Workbench:
    """Begin a workbench; a page with several names each."""
    # Controls are asked before the picture can be drawn, but it comes first. Where each lies says `style.css`.
    with st.container(horizontal=True, gap="medium", key=f"workbench_{name}"):
        return Workbench(st.container(key=f"workbench_picture_{name}"), st.container(key=f"workbench_controls_{name}"))
