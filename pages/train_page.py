"""Train: choose a system, start its training, watch it."""

import streamlit as st

from ganlib import data, jobs, presets, runs
from ganlib.choices import datasets
from ganlib.config import TrainConfig
from ganlib.errors import UserError
from ganlib.runs import Run
from ui import cached, estimate, form, frame, links, live, words
from ui.links import Draft

NOT_HERE = " :material/download:"
"""Marks presets whose images are not on this machine."""

LONG = 20 * 60  # seconds, from which on people want to know how to make it shorter


def watch(name: str) -> None:
    """Show the run that the address names."""
    st.button("New training", icon=":material/arrow_back:", key="train_new", on_click=st.query_params.clear)
    try:
        run = links.run(name)
    except UserError as error:
        st.warning(words.plain(str(error)))
        st.page_link("pages/runs_page.py", label="See all runs")
        return
    live.show(run)


def compose() -> None:
    """Show the form and what it would start."""
    frame.header("Train a GAN", "Pick a starting point, change what you like, and watch two networks learn.")
    show_active()
    draft = form.draft()
    for trouble in st.session_state.get("train_troubles", ()):
        st.warning(frame.in_words(trouble))
    left, right = st.columns([3, 2], gap="large")
    with left:
        st.subheader("Starting point", anchor=False)
        form.show_presets(draft, {name: NOT_HERE for name, preset in presets.PRESETS.items() if not here(preset.config)})
        st.subheader("Settings", anchor=False)
        tabs = form.show_settings(draft)
    with right, st.container(border=True):
        show_summary(draft)
    form.write_address(draft)


compose() if "run" not in st.query_params else watch(st.query_params["run"])
