"""Explore: a run's latent space, from single points to the whole plane."""

from collections.abc import Mapping
from types import ModuleType

import streamlit as st

from ganlib.catalog import losses
from ganlib.runs import store
from ganlib.runs.folder import Run
from ganlib.runs.status import ACTIVE, Status
from ganlib.utils.errors import UserError
from ui.common import (
    cached,
    dialogs,
    evaluation_table,
    formatting,
    handout,
    inference_guard,
    linked_address,
    linked_widgets,
    links,
    navigation,
    page_layout,
    refresh_rate,
    step_stations,
)
from ui.common.address import LARGEST_SEED
from ui.explore import (
    anchors,
    arithmetic,
    classes,
    codes,
    inside,
    inversion,
    one_step,
    path,
    picker,
    plane,
    reconstruction,
    sliders,
    time_machine,
    variety,
)
from ui.explore.view_context import ViewContext

INTRODUCTION = (
    "The latent space of a generator: every point in it is a picture. The address of this page holds all that you set, "
    "so a copied link shows the same to somebody else."
)
VIEWS: Mapping[str, ModuleType] = {
    "sliders": sliders,
    "path": path,
    "plane": plane,
    "arithmetic": arithmetic,
    "variety": variety,
    "inversion": inversion,
    "inside": inside,
    "reconstruction": reconstruction,
    "classes": classes,
    "codes": codes,
    "time": time_machine,
    "step": one_step,
}
REFRESH_SECONDS = 2.0
WIDTH = 1600  # pixels: what is wider leaves the picture far from its controls


def show_empty() -> None:
    with st.container(border=True, gap="medium"):
        st.markdown(
            "**Nothing to look into yet.** This page shows what is inside a trained generator, so it needs one. "
            "You can come back here as soon as a training has begun: it need not be over."
        )
        navigation.button(navigation.TRAIN, "Train a first GAN", preset=links.FIRST)
        navigation.link(navigation.GALLERY, "Browse the gallery", ":material/photo_library:")


def show_run(found: Mapping[str, tuple[Run, Status]]) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium", key="explore_what"):
        with st.container(width=330):
            run = picker.choose(found)
        right = st.container()
    status = found[run.id][1]
    if not inference_guard.has_weights(run):
        show_waiting(run, status)
        return
    try:
        config = run.config
        if config.is_plane:
            show_points(run, status)
            return
        with right, st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
            label = classes.choose(config)
            step, with_scores = choose_checkpoint(run, status, losses.get(config.loss).adversary)
        seed = linked_address.read("seed", 0, linked_widgets.between(0, LARGEST_SEED))
        context = ViewContext(run, step, config, seed, anchors.read(config, seed), with_scores, label)
        with st.spinner("Getting the networks ready: a few seconds the first time."), inference_guard.at_work():
            inference_guard.sampler(run, step)
        show_views(context)
    except UserError as error:
        st.warning(page_layout.in_words(str(error)))


def show_points(run: Run, status: Status) -> None:
    st.info("This run has points in the plane, which the Lab shows; here its next step can be taken apart.")
    navigation.link(navigation.LAB, "See it in the Lab", ":material/science:", run=run.id)
    step_stations.show(run, picker.checkpoint(run, status))


def choose_checkpoint(run: Run, status: Status, adversary: str) -> tuple[int | None, bool]:
    with st.container(width=330):
        step = picker.checkpoint(run, status)
    if run.is_without_discriminator:
        st.caption(f"This model came without its {adversary.lower()}, so pictures have no scores.")
        return step, False
    whose = f"Show the {adversary.lower()}'s score"
    with_scores = linked_widgets.toggle("d", whose, "Its output under every picture: the higher, the more real.")
    return step, with_scores


def show_waiting(run: Run, status: Status) -> None:
    st.info("This run has no weights yet: they come with the first snapshot, shortly after its training begins.")
    with st.container(horizontal=True):
        navigation.to_run(run, "View its progress")
    if status.state in ACTIVE:
        st.fragment(wait, run_every=REFRESH_SECONDS)(run)


def wait(run: Run) -> None:
    refresh_rate.enter()
    refresh_rate.advance(run.path.parent)
    if inference_guard.has_weights(run) or run.status().state not in ACTIVE:
        st.rerun()


def show_views(context: ViewContext) -> None:
    absent = {classes} if not context.config.classes else set()
    absent |= {codes} if context.config.conditioning != "infogan" else set()
    absent |= set() if losses.get(context.config.loss).has_autoencoder else {reconstruction}
    views = {name: module.TITLE for name, module in VIEWS.items() if module not in absent}
    view = linked_widgets.choice(
        "view", "View", views, "sliders",
        "Ways to look at the latent space.", label_visibility="collapsed",
    )  # fmt: skip
    if VIEWS[view] is one_step:
        one_step.show(context)
        return
    with st.container(horizontal=True, gap="medium", key="explore_body"):
        with st.container(key="explore_points"):
            if handout.offer("anchors", "Anchors", can_lock=False):
                anchors.show_row(context)
            anchors.show_grid(context)
        with st.container(key="explore_view_place"):
            st.fragment(show_view)(view, context)


def show_view(view: str, context: ViewContext) -> None:
    """Show a view; a fragment, so that a slider draws nothing but this anew."""
    try:
        VIEWS[view].show(context)
    except UserError as error:  # weights or images may go while the page is open
        st.warning(page_layout.in_words(str(error)))


page_layout.begin()
linked_address.begin()
with st.container(width=WIDTH):
    page_layout.header("Explore", INTRODUCTION, dialogs.offer_to_hand_out)
    handout.tell_unknown("explore")
    trouble = st.container()
    found = {run.id: (run, status) for run, status in cached.overview()}
    found |= {run.id: (run, run.status()) for run in evaluation_table.best_first(store.list_shipped())}
    if found:
        inference_guard.warm_up()
        show_run(found)
    else:
        picker.asked()  # so that a link to a run that is gone says so
        show_empty()
    if told := linked_address.trouble():
        trouble.warning(formatting.plain(told))
dialogs.show()
