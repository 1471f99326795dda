"""The way from settings for points in the plane to the page that shows them."""

import streamlit as st

from ganlib.catalog import datasets
from ui.common import links, navigation
from ui.common.links import Draft


def show(draft: Draft) -> bool:
    """Lead to the Lab where a draft trains on points; return whether it does."""
    if not datasets.get(draft.values["dataset"]).has_points:
        return False
    st.info("The Lab is the place for points in the plane: it shows every point, and D's opinion of the whole plane.")
    navigation.link(navigation.LAB, "Open the Lab", ":material/science:", **links.query(draft))
    return True
