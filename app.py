"""GAN Explorer in the browser: `streamlit run app.py`. This is the frame; what it holds is in `pages/`."""

from pathlib import Path

import pandas  # noqa: F401  (whole before any chart: Plotly stumbles over one that another session half imported)
import streamlit as st

from ganlib.runs import demo
from ganlib.utils import environment
from ui.common import page_layout, warmup

# A file of our own: Streamlit's named icons would be fetched from the internet.
ICON = Path(__file__).parent / "ui" / "common" / "icon.svg"

st.set_page_config(page_title="GAN Explorer", page_icon=str(ICON), layout="wide")
page_layout.style()

# A page's file is called like its address: until this has run once, Streamlit looks for the file of an address in the
# folder, and says "Page not found" if there is none. `frame.begin` then leads here.
GALLERY = st.Page("pages/gallery.py", title="Gallery", icon=":material/photo_library:", default=True)
LEARN = st.Page("pages/learn.py", title="Learn", icon=":material/school:", url_path="learn")
TRAIN = st.Page("pages/train.py", title="Train", icon=":material/play_circle:", url_path="train")
LAB = st.Page("pages/lab.py", title="Lab", icon=":material/science:", url_path="lab")
EXPLORE = st.Page("pages/explore.py", title="Explore", icon=":material/explore:", url_path="explore")
COMPARE = st.Page("pages/compare.py", title="Compare", icon=":material/compare:", url_path="compare")
RUNS = st.Page("pages/runs.py", title="Runs", icon=":material/folder:", url_path="runs")
DATA = st.Page("pages/data.py", title="Data", icon=":material/image:", url_path="data")

st.navigation([GALLERY, LEARN, TRAIN, LAB, EXPLORE, COMPARE, RUNS, DATA], position="top").run()

warmup.keep()
if environment.is_demo():
    demo.keep_tidy()
