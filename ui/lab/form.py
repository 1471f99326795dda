"""The Lab's controls: a preset and what a person changes of it, all in the address."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from ganlib import presets
from ganlib.catalog import drawing, losses
from ganlib.catalog.points import POINTS, PRESETS
from ganlib.catalog.training import ACTIVATIONS
from ganlib.config import FIELDS, TrainConfig
from ganlib.utils.errors import UserError
from ui.common import handout, linked_address, linked_widgets, links
from ui.lab import painter
from ui.lab.layers import LAYERS, USUAL

CONTROLS = (
    "dataset", "loss", "g_learning_rate", "latent_dim", "depth", "d_learning_rate", "critic_steps", "width",
    "activation", "instance_noise", "r1_gamma", "pack", "seed",
)  # fmt: skip
"""Settings that can be changed here; all others are the preset's."""

_RATES = (1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 2e-3, 3e-3, 1e-2, 3e-2)


def show() -> tuple[str, TrainConfig]:
    """Show the controls, see `_show`; together they can be hidden or locked."""
    with handout.group("settings", "All settings"):
        return _show()


def _show() -> tuple[str, TrainConfig]:
    """Show the controls.

    Returns:
        The preset's name, and the settings as a config.

    Raises:
        UserError: they do not go together.
    """
    titles = {name: title for name, (title, *_) in PRESETS.items()}
    preset = linked_widgets.menu("preset", "Preset", titles, next(iter(PRESETS)), "A setting that shows something.")
    config = presets.get(preset).config
    about = st.empty()
    found: dict[str, Any] = {}
    drawn = painter.current()
    sets = {drawn if name == painter.DRAWN else name: info.title for name, info in POINTS.items()}
    found["dataset"] = linked_widgets.menu("dataset", "Points", sets, config.dataset, FIELDS["dataset"].doc)
    if found["dataset"] == drawn and not handout.is_fixed("dataset"):
        painter.show(drawn)
    titles = {name: loss.title for name, loss in losses.LOSSES.items() if not loss.has_autoencoder}
    found["loss"] = linked_widgets.menu("loss", "Loss", titles, config.loss, "The game both networks play.")
    left, right = st.columns(2)
    with left:
        found["g_learning_rate"] = _rate("g_learning_rate", config)
        found["latent_dim"] = linked_widgets.slider(
            "latent_dim", "Latent dimension", 1, 8, config.latent_dim, 1, FIELDS["latent_dim"].doc
        )
        found["depth"] = linked_widgets.slider("depth", "Hidden layers", 1, 5, config.depth, 1, FIELDS["depth"].doc)
    with right:
        found["d_learning_rate"] = _rate("d_learning_rate", config)
        found["critic_steps"] = linked_widgets.slider(
            "critic_steps", "D updates a step", 1, 10, config.critic_steps, 1, FIELDS["critic_steps"].doc
        )
        found["width"] = linked_widgets.slider("width", "Units in each", 8, 128, config.width, 8, FIELDS["width"].doc)
    with st.container() if handout.is_hidden("settings") else st.expander("More"):
        acts = {name: name.replace("_", " ") for name in ACTIVATIONS}
        found["activation"] = linked_widgets.choice(
            "activation", "Activation", acts, config.activation, FIELDS["activation"].doc
        )
        found["instance_noise"] = linked_widgets.slider(
            "instance_noise", "Instance noise", 0.0, 1.0, config.instance_noise, 0.05, FIELDS["instance_noise"].doc
        )
        found["r1_gamma"] = linked_widgets.slider(
            "r1_gamma", "R1 gamma", 0.0, 1.0, config.r1_gamma, 0.001, FIELDS["r1_gamma"].doc, format="%.3f"
        )
        found["pack"] = int(
            linked_widgets.stops("pack", "Pack", {each: each for each in "1248"}, str(config.pack), FIELDS["pack"].doc)
        )
        found["seed"] = linked_widgets.number("seed", "Seed", 0, 2**31 - 1, config.seed, FIELDS["seed"].doc)
    if drawing.is_empty(found["dataset"]):
        raise UserError("The drawing is empty: paint where points shall be, or take a picture.")
    asked = config.changed(**found)
    _complain(asked)
    about.caption(
        presets.get(preset).shows if asked == config else f"Unchanged, it shows this: {presets.get(preset).shows}"
    )
    return preset, asked


def layers(has_modes: bool) -> list[str]:
    """Let layers of the picture be switched on and off; return the names of those that are on."""
    names = [name for name in LAYERS if has_modes or name != "lost"]
    usual = ",".join(name for name in USUAL if name in names)
    shown = [name for name in names if name in linked_address.read("layers", usual, _known_layers).split(",")]
    if not handout.offer("layers", "Layers", ",".join(shown) or "none"):
        return shown
    chosen = st.pills(
        "Layers", names, selection_mode="multi", key=f"lab_layers_{has_modes}", label_visibility="collapsed",
        default=shown, disabled=handout.is_locked("layers"), format_func=lambda name: LAYERS[name][0],
    )  # fmt: skip
    now = [name for name in names if name in chosen]
    if now != shown:
        text = ",".join(now) or "none"
        linked_address.put("layers", None if text == usual else text)
    return now


def explain(shown: Sequence[str]) -> None:
    """Say how to read the layers that are on."""
    st.caption(" ".join(f"**{LAYERS[name][0]}:** {LAYERS[name][1]}" for name in shown))


def _known_layers(text: str) -> str:
    if unknown := set(text.split(",")) - {*LAYERS, "none"}:
        raise ValueError(unknown)
    return text


def _rate(name: str, config: TrainConfig) -> float:
    """Let a rate be chosen: a usual one, the preset's, or whichever the address holds."""
    info, usual = FIELDS[name], links.text(getattr(config, name))
    parse = linked_widgets.between(info.low, info.high)

    def valid(text: str) -> str:
        parse(text)
        return text

    asked = linked_address.read(name, usual, valid)
    texts = {float(text): text for text in (*map(links.text, _RATES), usual, asked)}
    options = {texts[rate]: f"{rate:g}" for rate in sorted(texts)}
    return float(linked_widgets.stops(name, info.label, options, texts[float(usual)], info.doc))


def _complain(asked: TrainConfig) -> None:
    """Keep in mind which settings of the address nothing here can change, unless they are as it wants them."""
    for name, text in st.query_params.items():
        if name in FIELDS and name not in CONTROLS and text != links.text(getattr(asked, name)):
            linked_address.complain(name, text)
