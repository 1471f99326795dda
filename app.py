"""GAN Explorer in the browser: `streamlit run app.py`. This is the frame; what it holds is in `pages/`."""

from pathlib import Path

import streamlit as st

# A file of our own: Streamlit's named icons would be fetched from the internet.
ICON = Path(__file__).parent / "ui" / "icon.svg"

st.set_page_config(page_title="GAN Explorer", page_icon=str(ICON), layout="wide")

# A page's file is never called like its address: Streamlit would run it without this frame when somebody opens
# the address first.
TRAIN = st.Page("pages/train_page.py", title="Train", icon=":material/play_circle:", default=True)
RUNS = st.Page("pages/runs_page.py", title="Runs", icon=":material/folder:", url_path="runs")


def to_train() -> None:
    """Lead from /train, which people type, to the page at /, with all that stands in the address."""
    st.switch_page(TRAIN, query_params=st.query_params.to_dict())


st.navigation([TRAIN, RUNS, st.Page(to_train, url_path="train", visibility="hidden")], position="top").run()
