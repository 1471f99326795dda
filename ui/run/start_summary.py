"""What the form would start: the preset and what was changed in it, and how long it takes."""

import streamlit as st

from ganlib import presets
from ganlib.catalog import datasets
from ganlib.config import TrainConfig
from ganlib.training import estimate
from ui.common import cached, formatting, page_layout, settings_form, short_training_warning
from ui.common.links import Draft

LONG = 20 * 60  # seconds, from which on people want to know how to make it shorter
ENDS = {
    "epochs": "It ends with the last epoch",
    "max_steps": "It ends with the last step allowed",
    "max_seconds": "The time limit ends it",
}


def show_choice(draft: Draft) -> None:
    """Say which preset was chosen and what was changed in it."""
    preset = presets.get(draft.preset)
    dataset = draft.values["dataset"]
    # On other images, the preset's own title would mislead.
    is_elsewhere = dataset != preset.config.dataset
    st.subheader(formatting.plain(datasets.get(dataset).title) if is_elsewhere else preset.title, anchor=False)
    if is_elsewhere:
        st.caption(f"With the settings of {preset.title}.")
    if changes := draft.changes():
        st.caption(f"Changed: {formatting.plain(formatting.listed(changes))}")
        if brought := draft.brought():
            st.caption(
                f"This loss brings the settings of its paper along: {formatting.plain(formatting.listed(brought))}"
            )
        st.button(
            "Undo changes", key="train_reset", icon=":material/undo:", type="tertiary", on_click=settings_form.reset
        )


def show_estimate(config: TrainConfig, before: float, preset: TrainConfig) -> None:
    """Foretell how long the training takes, on what ground, and warn of what is likely to disappoint."""
    expected = estimate.estimate(config, (run for run, _ in cached.overview()))
    speed = float(f"{expected.images_per_s:.2g}")
    ground = (
        f"Guessed from {formatting.plain(expected.source)}, an earlier run on this machine."
        if expected.source
        else "A rough guess, for two processor cores; a first run will tell."
    )
    st.metric("It takes about", formatting.duration(estimate.rounded(expected.seconds + before)))
    steps, epochs = float(f"{expected.steps:.2g}"), round(expected.epochs, 1)
    st.caption(
        f"{formatting.duration(before)} to get ready, then training: about {steps:,.0f} steps, "
        f"{epochs:,g} epochs of {datasets.get(config.dataset).title}, at {speed:,.0f} real images/s. "
        f"{ENDS[expected.ended_by]}. {ground}"
    )
    if expected.seconds > LONG:
        st.caption("Too long? Set a time limit under **Length**, or stop whenever you like.")
    for warning in config.warnings(preset):
        st.warning(page_layout.in_words(warning))
    short_training_warning.warn(config, expected, "train_enough", settings_form.set_values)
