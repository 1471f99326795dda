"""Ways from one page to another: links that keep the person's name, and show nothing where a page is not there."""

import streamlit as st

from ganlib import presets
from ganlib.catalog import datasets
from ganlib.catalog.custom import batch_size
from ganlib.config import RESOLVED, TrainConfig
from ganlib.presets import Preset
from ganlib.runs.folder import Run
from ui.common import links, page_layout, user

GALLERY = "pages/gallery.py"
LEARN = "pages/learn.py"
LAB = "pages/lab.py"
TRAIN = "pages/train.py"
EXPLORE = "pages/explore.py"
COMPARE = "pages/compare.py"
RUNS = "pages/runs.py"
DATA = "pages/data.py"

DATA_SET = "data_set"
"""Key and parameter of the Data page's choice, which an address holds by its title."""


def link(page: str, label: str, icon: str | None = None, **params: str) -> None:
    """Show a link to a page of the app with these parameters in its address."""
    page_layout.link(page, label, icon=icon, query_params={**params, **user.parameters()})


def to_run(run: Run, label: str = "Open") -> None:
    link(RUNS, label, ":material/folder_open:", run=run.id)


def to_explore(run: Run) -> None:
    link(EXPLORE, "Explore", ":material/explore:", run=run.id)


def to_train(preset: str, label: str = "Train it yourself", **changes: str) -> None:
    """Link to the form, filled in with a preset and these changes; to the Lab's, where the preset is of points."""
    page = LAB if preset in presets.PRESETS and presets.get(preset).config.is_plane else TRAIN
    link(page, label, ":material/play_circle:", preset=preset, **changes)


def to_train_like(run: Run) -> None:
    """Link to the form, filled in as a run was; nothing if it has no preset. Raises UserError: it cannot be read."""
    preset = presets.named(run.record.get("preset"))
    if preset:
        to_train(**links.query(like(run.config, preset)))


def like(config: TrainConfig, preset: Preset) -> links.Draft:
    """Return the form's settings for a run like another one, but for what belongs to its machine and its viewers."""
    # What the machine decided for that run, this one decides anew; and somebody watches it, if nobody did that one.
    left_open = {name: getattr(preset.config, name) for name in (*RESOLVED, "devices", "sample_seconds")}
    return links.Draft(preset.name, {**config.to_dict(), **left_open})


def to_train_on(dataset: str, label: str = "Train on it") -> None:
    """Link to the form, filled in with the first preset on a data set, or with one that takes any images."""
    fitting = (name for name, preset in presets.PRESETS.items() if preset.config.dataset == dataset)
    preset = next(fitting, None)
    if preset:
        to_train(preset, label)
    else:
        batch = str(batch_size(datasets.get(dataset).count("train")))
        to_train(presets.FOR_ANY_IMAGES, label, dataset=dataset, batch_size=batch)


def to_data(dataset: str, label: str) -> None:
    link(DATA, label, ":material/image:", **{DATA_SET: datasets.get(dataset).title})


def button(page: str, label: str, **params: str) -> None:
    """Show the one button of a page that matters most; it leads to another page."""
    if st.button(label, type="primary", icon=":material/play_arrow:", key=f"way_{page}"):
        go(page, **params)


def go(page: str, **params: str) -> None:
    """Turn to a page of the app with these parameters in its address."""
    st.switch_page(page, query_params={**params, **user.parameters()})
