"""What every page begins with, and how it says what is wrong."""

import re

import streamlit as st

from ganlib.config import FIELDS, GROUPS
from ui import words

_SETTINGS = re.compile(
    # A name of several words is never plain English; one of a single word is a setting only before "=".
    r"\b(?:({})\b(?:(=)(?=\S))?|({})(=))".format(
        "|".join(name for name in FIELDS if "_" in name), "|".join(name for name in FIELDS if "_" not in name)
    )
)


def header(title: str, sentence: str) -> None:
    """Show a page's title and the one sentence that says what it is for."""
    st.title(title, anchor=False)
    st.markdown(sentence)


def in_words(sentence: str) -> str:
    """Return a sentence of the library's for Markdown, its settings called as they are on the form."""

    def label(match: re.Match[str]) -> str:
        info = FIELDS[match[1] or match[3]]
        return f"\0{GROUPS[info.group]} › {info.label}\0" + (" = " if match[2] or match[4] else "")

    # Bold only after escaping, which would escape its asterisks.
    return words.plain(_SETTINGS.sub(label, sentence)).replace("\0", "**")
