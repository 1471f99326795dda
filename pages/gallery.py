"""Gallery: the landing page. What there is to see at once, and where to begin."""

import streamlit as st

from ganlib import data, presets
from ganlib.catalog import datasets
from ganlib.catalog.source_projects import IN_ROWS, ROWS
from ganlib.runs.folder import Run
from ganlib.utils.errors import UserError
from ui.common import cached, evaluation_table, film, formatting, links, navigation, page_layout
from ui.gallery import cards

WELCOME = (
    "A GAN is two neural networks that play against each other: a **generator** turns random numbers into pictures, a "
    "**discriminator** tries to tell them from real ones, and both get better until the pictures look real."
)
DOORS = (
    ("See how it works", navigation.LAB, ":material/science:", {}, "Both networks at work on points in the plane."),
    (
        "Train one now", navigation.TRAIN, ":material/play_arrow:", {"preset": links.FIRST},
        "Handwritten digits in about a minute, without a download.",
    ),
    (
        "Explore trained models", navigation.EXPLORE, ":material/explore:", {},
        "Walk through all the pictures that a generator can make.",
    ),
)  # fmt: skip
BROKEN = {"ring-collapse": "Collapse", "ring-vanishing": "Vanishing gradient", "two-oscillation": "Oscillation"}
GAME = "12-you-be-d"
RECENT = 4
FEWEST_GRIDS = 10  # of a training that is worth a film


def is_worth_a_film(run: Run) -> bool:
    """Whether it has many sample grids, and its generator turns numbers alone into pictures, as the page says."""
    try:
        is_told_a_class = run.config.classes > 0
    except UserError:
        return False
    return not is_told_a_class and len(cached.samples(run)) >= FEWEST_GRIDS


def show_doors() -> None:
    for label, page, icon, params, sentence in DOORS:
        kind = "primary" if page == navigation.TRAIN else "secondary"
        if st.button(label, type=kind, icon=icon, key=f"way_{page}", width="stretch"):
            navigation.go(page, **params)
        st.caption(sentence)
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.markdown("Break it:", width="content")
        for preset, label in BROKEN.items():
            navigation.link(navigation.LAB, label, preset=preset)
        navigation.link(navigation.TRAIN, "On images", preset=next(iter(presets.BROKEN)))
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.markdown("Play:", width="content")
        navigation.link(navigation.LEARN, "You be the discriminator", lesson=GAME)


def show_welcome(shipped: list[Run]) -> None:
    """Show what this is, where to begin, and beside it a training as a film."""
    words, moving = st.columns([5, 7], gap="large", vertical_alignment="center")
    with words:
        st.title("GAN Explorer", anchor=False)
        st.markdown(WELCOME)
        show_doors()
    with moving:
        shown = next((run for run in shipped if is_worth_a_film(run) and film.show(run)), None)
        if shown:
            st.caption(f"{formatting.title(shown)}: what its generator made as it learned, always of the same noise.")


def nearest_first(shipped: dict[str, Run]) -> list[Run]:
    return sorted(shipped.values(), key=evaluation_table.from_real)


def show_shipped(shipped: dict[str, Run]) -> list:
    others = [run for run in nearest_first(shipped) if run.id not in IN_ROWS]
    if others:
        st.subheader("Trained models, nearest to real images first", anchor=False)
        cards.show_cards(others)
        cards.explain(others)
    rows = [row for row in ROWS if shipped.keys() & set(row.systems.values())]
    left = [cards.show_row(row, shipped) for row in rows]
    if rows and not others:
        cards.explain(shipped.values())
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
show_welcome(nearest_first(shipped))
show_recent(recent)
for fill in show_shipped(shipped) if shipped else show_data():  # last: reading a data set first takes a second
    fill()
