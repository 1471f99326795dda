"""Gallery: the landing page. What there is to see at once, and where to begin."""

import streamlit as st

from ganlib import data
from ganlib.catalog import datasets
from ganlib.catalog.source_projects import IN_ROWS, ROWS
from ganlib.runs.folder import Run
from ui.common import cached, links, navigation, page_layout
from ui.gallery import cards

WELCOME = (
    "A GAN is two neural networks that play against each other: a **generator** turns random numbers into pictures, a "
    "**discriminator** tries to tell them from real ones, and both get better until the pictures look real."
)
STEPS = (
    ("1 · Train", "Pick images, two networks and a loss, or just press Start."),
    ("2 · Watch", "Follow pictures and losses while both networks learn. Pause, change a learning rate, go on."),
    ("3 · Look inside", "Walk through the space of all its pictures, evaluate it by numbers, compare it with another."),
)
RECENT = 4


def show_steps() -> None:
    grid = st.grid(3, min_column_width=250, border=True)
    for title, sentence in STEPS:
        with grid.cell(), st.container(gap="xxsmall"):
            st.markdown(f"**{title}**")
            st.caption(sentence)


def show_shipped(shipped: dict[str, Run]) -> list:
    left = []
    for row in ROWS:
        if shipped.keys() & set(row.systems.values()):
            left.append(cards.show_row(row, shipped))
            if len(left) == 1:  # below the first numbers that it explains
                cards.explain(shipped.values())
    others = [run for name, run in shipped.items() if name not in IN_ROWS]
    if others:
        st.subheader("Small ones, trained within minutes" if left else "Trained models", anchor=False)
        cards.show_cards(others)
    if not left:
        cards.explain(others)
    return left


def show_recent(recent: list[Run]) -> None:
    if recent:
        st.subheader("Latest runs", anchor=False)
        cards.show_cards(recent)
        cards.explain(recent)


def show_data() -> list:
    names = [name for name in datasets.of_images() if any(data.where(name, part) for part in datasets.get(name).counts)]
    st.subheader("What a GAN can learn from", anchor=False)
    st.markdown("Real images, as they are on this machine. The generator never sees them: only the discriminator does.")
    return cards.show_data(names)


page_layout.begin()
shipped = cards.shipped()
recent = [run for run, _ in cached.overview()[: 3 * RECENT] if cached.samples(run)][:RECENT]
page_layout.header("GAN Explorer", WELCOME)
label = "Train a GAN" if recent else "Train your first GAN"
navigation.button(navigation.TRAIN, label, preset=links.FIRST)
if shipped:
    left = show_shipped(shipped)
    show_recent(recent)
    st.subheader("What you can do here", anchor=False)
    show_steps()
else:
    show_steps()
    show_recent(recent)
    left = show_data()
for fill in left:  # last, because reading a data set for the first time takes a second
    fill()
