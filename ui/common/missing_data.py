"""Images that are not on this machine: say so, and offer what can be done about it."""

import streamlit as st

from ganlib import data
from ganlib.catalog import datasets
from ganlib.utils import environment
from ganlib.utils.errors import UserError
from ui.common import formatting, page_layout, settings_form

PARTS = {"train": "training images", "test": "test images", "all": "images"}


def is_here(dataset: str, split: str) -> bool:
    return data.where(dataset, split) is not None


def show(dataset: str, split: str) -> None:
    """Say that images are not here, and offer to use others of the data set or to download them."""
    facts = datasets.get(dataset)
    others = [part for part in facts.counts if is_here(dataset, part)]
    but = "".join(f"; its {PARTS[part]} are" for part in others)
    st.info(f"{facts.title}'s {PARTS[split]} are not on this machine yet{but}.")
    for part in others:
        st.button(
            f"Use the {PARTS[part]}", key=f"offer_{part}", width="stretch",
            on_click=settings_form.set_values, kwargs={"split": part},
        )  # fmt: skip
    show_download(dataset, split)


def show_download(dataset: str, split: str) -> None:
    """Offer to download images that are not here, or say why that cannot be."""
    if not datasets.get(dataset).downloads:
        st.caption("This is a custom data set: import its images again on the Data page.")
        return
    if environment.is_demo():
        st.caption("This is a public demo, which downloads no data sets: choose one that is on this server.")
        return
    missing = [part for part in datasets.SPLITS[split] if not is_here(dataset, part)]
    files = {file for part in missing for file in datasets.get(dataset).downloads[part]}
    if st.button(
        f"Download {formatting.size(sum(file.size for file in files))}", key="offer_download", width="stretch"
    ):
        _fetch(dataset, split)


def _fetch(dataset: str, split: str) -> None:
    """Download, and show the page anew when the images are here."""
    bar = st.progress(0.0, text="Connecting")

    def show_progress(done: int, total: int) -> None:
        bar.progress(min(1.0, done / total), text=f"{formatting.size(done)} of {formatting.size(total)}")

    try:
        data.fetch(dataset, split, show_progress)
    except UserError as error:
        bar.empty()
        st.error(page_layout.in_words(str(error)))
    else:
        st.rerun()
