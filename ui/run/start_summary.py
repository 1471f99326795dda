"""What the form would start: what was changed in the preset, what the networks are, and how long it takes."""

import streamlit as st

from ganlib.catalog import datasets, losses, networks
from ganlib.config import TrainConfig
from ganlib.presets import BROKEN, Preset
from ganlib.training import estimate
from ui.common import cached, formatting, page_layout, settings_form, short_training_warning
from ui.common.links import Draft

LONG = 20 * 60  # seconds, from which on people want to know how to make it shorter
ENDS = {
    "epochs": "It ends with the last epoch",
    "max_steps": "It ends with the last step allowed",
    "max_seconds": "The time limit ends it",
}


def show_changes(draft: Draft) -> None:
    """Say what was changed in the preset, by the person, by advice, or by the loss."""
    if advised := st.session_state.get(settings_form.ADVISED):
        st.info(
            f"Filled in as advised: {formatting.plain(formatting.listed(advised))}. Start trains a new run with it."
        )
    if changes := draft.changes():
        said = {name: value for name, value in changes.items() if name != "dataset"} or changes
        st.caption(f"Changed: {formatting.plain(formatting.listed(said))}")
        if brought := draft.brought():
            st.caption(
                f"This loss brings the settings of its paper along: {formatting.plain(formatting.listed(brought))}"
            )
        st.button(
            "Undo changes", key="train_reset", icon=":material/undo:", type="tertiary", on_click=settings_form.reset
        )


def show_estimate(config: TrainConfig, before: float, preset: Preset) -> None:
    """Foretell how long the training takes, on what ground, and warn of what is likely to disappoint."""
    expected = estimate.estimate(config, (run for run, _ in cached.overview()))
    speed = float(f"{expected.images_per_s:.2g}")
    ground = (
        f"Guessed from {formatting.plain(expected.source)}, an earlier run on this machine."
        if expected.source
        else "A rough guess, for two processor cores; a first run will tell."
    )
    steps, epochs = float(f"{expected.steps:.2g}"), round(expected.epochs, 1)
    st.metric(
        "Estimated time", formatting.duration(estimate.rounded(expected.seconds + before)),
        help=f"{formatting.duration(before)} to get ready, then training at {speed:,.0f} real images/s. "
        f"{ENDS[expected.ended_by]}. {ground}",
    )  # fmt: skip
    passes = f"{epochs:,g} epoch{'' if epochs == 1 else 's'}"
    st.caption(f"About {steps:,.0f} steps, {passes} of {datasets.get(config.dataset).title}.")
    if expected.seconds > LONG:
        st.caption("Too long? Set a time limit under **Length**, or stop whenever you like.")
    for warning in config.warnings(preset.config):
        st.warning(page_layout.in_words(warning))
    if preset.name not in BROKEN:
        short_training_warning.warn(config, expected, "train_enough", settings_form.set_values)


def show_networks(config: TrainConfig) -> None:
    """Show what the two networks are, from z to the verdict."""
    size = " × ".join(map(str, config.image_shape))
    generator, discriminator = networks.GENERATORS[config.generator], networks.DISCRIMINATORS[config.discriminator]
    g_weights = networks.GENERATOR_WEIGHTS.get(config.generator, 0)
    d_weights = networks.DISCRIMINATOR_WEIGHTS.get(config.discriminator, 0)
    st.markdown(
        f"z, {config.latent_dim} numbers → **G** {generator.title} → {size}  \n{size} → **D** {discriminator.title} → "
        f"{'a score' if losses.get(config.loss).adversary == 'Critic' else 'real or fake?'}",
        help=f"{generator.about} {discriminator.about} Weights at 28 × 28 × 1: {g_weights:,},000 in G and "
        f"{d_weights:,},000 in D.",
    )
