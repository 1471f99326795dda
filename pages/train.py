"""Train: choose a system, start its training, watch it."""

from functools import partial
from typing import NamedTuple

import streamlit as st

from ganlib import presets
from ganlib.catalog import datasets
from ganlib.config import TrainConfig
from ganlib.runs import queue, store
from ganlib.runs.folder import Run, home
from ganlib.runs.status import PAUSED, QUEUED, RUNNING, Status
from ganlib.training import estimate
from ganlib.utils.errors import UserError
from ui.common import (
    cached,
    dialogs,
    formatting,
    handout,
    lab_link,
    links,
    missing_data,
    navigation,
    page_layout,
    refresh_rate,
    run_header,
    settings_form,
    user,
    way_back,
)
from ui.common.links import Draft
from ui.run import live, start_summary

NOT_HERE = " :material/download:"  # marks presets whose images are not on this machine
REFRESH_SECONDS = 3.0


class Labels(NamedTuple):
    """What a person may say of a run before it starts."""

    name: str
    note: str


STANDINGS = {RUNNING: "is training, {:.0%} done.", PAUSED: "is paused, {:.0%} done.", QUEUED: "waits for its turn."}


def watch(name: str) -> None:
    try:
        run = links.run(name)
    except UserError as error:
        show_way_back()
        st.warning(formatting.plain(str(error)))
        navigation.link(navigation.RUNS, "See all runs")
        return
    live.show(run, run_header.Parts(show_way_back))
    dialogs.show()


def show_way_back() -> None:
    # No callback: after a restart of the server, the first click would not find it.
    if st.button("New", icon=":material/arrow_back:", key="train_new", type="tertiary", help="A new training"):
        st.query_params.from_dict({**handout.parameters(), **user.parameters(), **way_back.parameters()})
        st.rerun()


def compose() -> None:
    draft = settings_form.draft()
    if lab_link.show(draft):
        return
    page_layout.header(
        "Train a GAN",
        "A generator G turns noise z into pictures; a discriminator D tells them from real ones.",
        dialogs.offer_to_hand_out,
    )
    handout.tell_unknown("train")
    others = active()
    if others:
        every = refresh_rate.pace(REFRESH_SECONDS)
        st.fragment(show_active, run_every=every)(every)
    if troubles := st.session_state.get("train_troubles"):
        st.warning("  \n".join(page_layout.in_words(trouble) for trouble in troubles))
    # On a narrow screen the settings come last, and Start stays in sight by itself (`style.css`).
    with st.container(horizontal=True, gap="medium", key="train_bench"):
        with st.container(key="train_form"):
            settings_form.show_choice(draft, lambda name: "" if missing_data.is_here(name, "train") else NOT_HERE)
            with st.container(key="train_settings"):
                settings_form.show_settings(draft)
        with st.container(border=True, key="train_summary", gap="xsmall"):
            show_summary(draft, must_wait=any(status.state == RUNNING for _, status in others))
    settings_form.write_address(draft)
    dialogs.show()


def active() -> list[tuple[Run, Status]]:
    """Return the runs that train or wait, those that train first."""
    order = list(STANDINGS)
    found = (pair for pair in cached.overview() if pair[1].state in order)
    return sorted(found, key=lambda pair: order.index(pair[1].state))


def show_active(every: float) -> None:
    """Say in a line what trains at the moment, and say it again after so many seconds."""
    refresh_rate.enter()
    refresh_rate.advance(home())
    found = active()
    if not found or refresh_rate.has_changed(every, REFRESH_SECONDS):
        st.rerun()
    run, status = found[0]
    more = f" {len(found) - 1} more in line." if found[1:] else ""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(
            f"**{formatting.title(run)}** {STANDINGS[status.state].format(status.progress)}{more}", width="content"
        )
        if st.button("Watch", key="train_watch", icon=":material/visibility:"):
            st.query_params.from_dict({"run": run.id, **handout.parameters(), **way_back.parameters()})
            st.rerun()


def is_here(config: TrainConfig) -> bool:
    """Return whether the images a config trains on are on this machine."""
    return missing_data.is_here(config.dataset, config.split)


def show_summary(draft: Draft, must_wait: bool) -> None:
    """Show what the form would start: the button, how long it will take or why it cannot be, images and networks."""
    action = st.container(key="train_action")
    start_summary.show_changes(draft)
    try:
        config = draft.config()
        before = estimate.getting_ready(is_alone=not must_wait)
        start_summary.show_estimate(config, before, presets.get(draft.preset))
    except UserError as error:
        config = None
        st.error(page_layout.in_words(str(error)))
    else:
        start_summary.show_networks(config)
        if not is_here(config):
            missing_data.show(config.dataset, config.split)
    is_more_shown = handout.offer("more", "Name, note, link", can_lock=False)
    labels, problem = show_more(draft) if is_more_shown else (Labels("", ""), "")
    if problem:
        st.error(formatting.plain(problem))
    if why_not := user.why_not_start():
        st.warning(why_not)
        user.ask()
    with action:
        show_start(draft, labels, is_ready=config is not None and is_here(config) and not (problem or why_not))
        if must_wait:
            st.caption("Another run is training; this one waits in line and starts by itself.")
        if rules := user.rules():
            st.caption(rules)
    if config and is_here(config) and handout.offer("originals", "Real images", can_lock=False):
        show_originals(config)  # last, because reading a data set for the first time takes a second


def show_more(draft: Draft) -> tuple[Labels, str]:
    """Ask what few people want to say of a run; return it, and why the name cannot be, or ""."""
    with st.popover("Name, note, link", type="tertiary", key="train_more"):
        name = st.text_input(
            "Name of the run (optional)", key="train_name", max_chars=61, placeholder="such as my-first-gan",
            help="Small letters, digits and hyphens. Without a name, it is called after the preset and numbered.",
        )  # fmt: skip
        note = st.text_input("Note (optional)", key="train_note", max_chars=dialogs.LONGEST_NOTE)
        if not user.why_not_start():
            user.ask()
        st.caption("A link to these settings. Whoever opens it finds the form filled in.")
        st.code(links.address(draft, st.context.url), language=None, wrap_lines=True)
    return Labels(name, note.strip()[: dialogs.LONGEST_NOTE]), name_problem(name)


def show_start(draft: Draft, labels: Labels, is_ready: bool) -> None:
    """Show the button and, when it is pressed, start the training and turn to its view."""
    # A callback could not start it: it would get what was in the form before the click that also ended the typing.
    is_pressed = st.button(
        "Start", key="train_start", type="primary", icon=":material/play_arrow:", width="stretch",
        disabled=not is_ready, on_click=settings_form.hold,
    )  # fmt: skip
    if not (is_pressed and is_ready):
        return
    try:
        run = page_layout.once("train_started", partial(start_training, draft, labels))
    except UserError as error:
        st.error(page_layout.in_words(str(error)))
    else:
        st.query_params.from_dict({"run": run, **handout.parameters(), **way_back.parameters()})
        st.rerun()


def start_training(draft: Draft, labels: Labels) -> str:
    config, preset = draft.config(), presets.get(draft.preset)
    # On other images, the preset's name would only mislead.
    record = {"preset": preset.name} if config.dataset == preset.config.dataset else {}
    run = queue.start(config, record, labels.name or None, owner=user.name())
    if labels.note:
        run.write_about(note=labels.note)
    return run.id


def name_problem(name: str) -> str:
    """Say why a run cannot have this name, or return ""."""
    try:
        taken = name and (home() / store.check_id(name)).exists()
    except UserError as error:
        return str(error)
    return f"There is already a run named {name}; choose another name." if taken else ""


def show_originals(config: TrainConfig) -> None:
    """Show some of the images that the training would imitate."""
    originals = cached.originals(config)
    if originals.png:
        title = datasets.get(config.dataset).title
        st.image(originals.png, width="stretch", alt=f"Grid of real images of {title}")
    else:
        st.warning(formatting.plain(originals.trouble))


page_layout.begin()
page_layout.one_or_all(watch, compose)
