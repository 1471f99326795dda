"""Data: what the discriminator takes for real, and what the generator learns to imitate."""

import streamlit as st

from ganlib import data, plots
from ganlib.catalog import datasets
from ganlib.catalog.datasets import Dataset
from ganlib.utils.errors import UserError
from ui.common import address, charts, code, formatting, missing_data, navigation, page_layout
from ui.data import custom_data, originals
from ui.data.originals import Numbers, Part

SHUFFLED, BY_CLASS = "Shuffled", "By class"
SEED = "data_seed"
MUCH = 0.2  # share of black pixels that makes a black ground
LABEL_WIDTH = 104  # pixels
MEAN_WIDTH = 84  # pixels: eleven of them fit side by side
MOST_CLASSES = 20  # shown side by side; own images may have a thousand
COLOURS = {1: "grey", 3: "colour"}


def choose() -> Dataset:
    names = datasets.of_images()
    wanted = st.session_state.pop(custom_data.WANTED, None)
    if wanted in names:
        st.session_state[navigation.DATA_SET] = wanted
    name = st.pills(
        "Data set", names, default=names[0], key=navigation.DATA_SET, required=True, wrap=True, bind="query-params",
        format_func=lambda name: datasets.get(name).title,
    )  # fmt: skip
    return datasets.get(name or names[0])


def choose_part(facts: Dataset) -> str:
    """Let one of the published parts be chosen; at first one that is at hand."""
    here = [part for part in facts.counts if missing_data.is_here(facts.name, part)]
    part = st.segmented_control(
        "Split", list(facts.counts), default=(here or ["train"])[0], key=f"data_part_{facts.name}", required=True,
        format_func=lambda part: missing_data.PARTS[part].capitalize(), bind="query-params",
    )  # fmt: skip
    return part or "train"


def show_facts(facts: Dataset) -> None:
    """Say what there is, where it is and what may be done with it; lead to training."""
    st.markdown(formatting.plain(facts.about))
    height, width, channels = facts.shape
    lines = [f"**{facts.counts[part]:,}** {missing_data.PARTS[part]}" for part in facts.counts]
    lines.append(f"{height}x{width} pixels, {COLOURS[channels]}")
    if facts.classes:
        more = ", ..." if len(facts.classes) > MOST_CLASSES else ""
        shown = formatting.plain(", ".join(facts.classes[:MOST_CLASSES]))
        lines.append(f"{len(facts.classes):,} classes: {shown}{more}")
    lines.append(f"Licence: {formatting.plain(facts.licence)}")
    if facts.homepage:
        lines.append(f"[Where it comes from]({facts.homepage})")
    st.markdown("\n".join(f"- {line}" for line in lines))
    if facts.name in data.custom.names():
        for note in data.custom.notes(facts.name):
            st.warning(formatting.plain(note))
    places = {str(origin) for part in facts.counts if (origin := data.where(facts.name, part))}
    if places:
        st.caption("Where the files are:")
        st.code("\n".join(sorted(places)), language=None, wrap_lines=True)
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        navigation.to_train_on(facts.name)
        if facts.name in data.custom.names():
            custom_data.offer_delete(facts.name, facts.title)


def show_images(facts: Dataset, part: Part) -> None:
    options = [SHUFFLED, *([BY_CLASS, *facts.classes] if facts.classes else [])]
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        with st.container(width=220):
            which = st.selectbox(
                "Show", options, key=f"data_show_{facts.name}", filter_mode=None, bind="query-params",
                format_func=lambda option: option if option in options[:2] else f"Only {option}",
            )  # fmt: skip
        seed = address.number(SEED, 0, address.LARGEST_SEED, 0)
        st.session_state[SEED] = seed  # without `bind`, which ends in a traceback at a number too large
        with st.container(width=150):
            st.number_input("Seed", 0, address.LARGEST_SEED, key=SEED, on_change=address.keep, args=(SEED, SEED))
        following = {SEED: (seed + 1) % address.LARGEST_SEED}
        st.button("Others", icon=":material/shuffle:", key="data_others", on_click=address.put, kwargs=following)
    if which == BY_CLASS:
        show_strips(facts, part, seed)
        return
    label = facts.classes.index(which) if which in facts.classes else None
    of = f" of class {which}" if label is not None else ""
    alt = f"Grid of {originals.PER_GRID} real images of {facts.title}{of}, drawn by seed {seed}"
    st.image(originals.grid(part, seed, label), width="stretch", output_format="PNG", alt=alt)
    code.show(originals.grid_code(part, seed, label))


def show_strips(facts: Dataset, part: Part, seed: int) -> None:
    label_width = min(LABEL_WIDTH, 24 + 8 * max(map(len, facts.classes)))  # digits leave the room to the pictures
    if len(facts.classes) > MOST_CLASSES:
        st.caption(f"The first {MOST_CLASSES} of {len(facts.classes):,} classes; choose another above.")
    for name, strip in zip(facts.classes, originals.strips(part, seed, MOST_CLASSES), strict=False):
        with st.container(horizontal=True, wrap=False, gap="small", vertical_alignment="center"):
            with st.container(width=label_width):
                st.caption(formatting.plain(name))
            if strip:
                st.image(strip, width="stretch", output_format="PNG", alt=f"A row of real images of class {name}")
            else:
                st.caption("None in this split.")


def show_numbers(facts: Dataset, part: Part) -> None:
    found = originals.numbers(part)
    left, right = st.columns(2, gap="large")
    with left:
        st.subheader("Pixel values", anchor=False)
        show_pixels(facts, found)
    with right:
        st.subheader("Images of each class", anchor=False)
        if found.counts:
            # Plotly reads a little HTML, and own folders may be called anything.
            names = [plots.as_is(name) for name in found.counts]
            figure = plots.class_counts_figure(list(found.counts.values()), names)
            alt = f"Bars: number of images in each class of {facts.title}"
            charts.draw(figure, f"data_classes_{facts.name}", alt)
            st.caption(
                "How to read it: bars of one height mean a balanced set. A class that is rare is rarely shown to D, so "
                "G loses little by never making it."
            )
        else:
            st.caption("These images carry no classes: a GAN needs none.")
    st.subheader("The average image" + (", of all and of each class" if found.counts else ""), anchor=False)
    with st.container(horizontal=True, gap="small"):
        for name, picture in list(found.means.items())[: MOST_CLASSES + 1]:
            with st.container(width=MEAN_WIDTH, gap="xxsmall"):
                st.image(picture, width="stretch", output_format="PNG", alt=f"Average image of {facts.title}: {name}")
                st.caption(formatting.plain(name), text_alignment="center")
    st.caption(
        "How to read it: a sharp average means that images of a class are alike, a fog that they vary. A generator "
        "that only knew the average would paint this fog, and D would catch it at once."
    )


def show_pixels(facts: Dataset, found: Numbers) -> None:
    figure = plots.pixel_histogram_figure(found.levels)
    alt = f"Histogram of the pixel values of {facts.title}, logarithmic"
    charts.draw(figure, f"data_pixels_{facts.name}", alt)
    black, white = (found.levels[level] / found.levels.sum() for level in (0, 255))
    grounds = " That is why black grounds look grey when training begins." if black > MUCH else ""
    st.caption(
        f"How to read it: {black:.1%} of all values are 0 (black), {white:.1%} are 255 (white). For a generator that "
        f"ends in tanh these are -1 and +1, which tanh only comes close to for large inputs.{grounds}"
    )


def show(facts: Dataset) -> None:
    left, right = st.columns([3, 2], gap="large")
    with right:
        show_facts(facts)
    with left:
        name = choose_part(facts)
        part = originals.find(facts.name, name)
        if part is None:
            st.info(f"{formatting.plain(facts.title)}'s {missing_data.PARTS[name]} are not on this machine yet.")
            missing_data.show_download(facts.name, name)
            return
        try:
            show_images(facts, part)
        except UserError as error:
            st.error(formatting.plain(str(error)))
            return
    show_numbers(facts, part)


page_layout.begin()
page_layout.header(
    "Data", "Real images: what the discriminator knows, and what the generator learns to imitate unseen."
)
facts = choose()
# Closed by itself once images are in, for its key is another one then.
with st.expander(
    "Add your own images",
    icon=":material/add_photo_alternate:",
    key=f"own_panel_{st.session_state.get('own_taken', 0)}",
):
    custom_data.ask()
custom_data.show_made()
show(facts)
