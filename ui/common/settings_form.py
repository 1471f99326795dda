"""The form of a training: one widget a setting, made from what `ganlib.config.FIELDS` knows of it.

The draft in the session is what counts. Widgets change it when a person touches them, an address when it is
new; whatever changed it, the widgets are then set to it. Widgets alone would not do: Streamlit forgets those
that are not on the screen.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import streamlit as st

from ganlib.catalog import datasets, losses, points
from ganlib.catalog.custom import batch_size
from ganlib.config import FIELDS, GROUPS, FieldInfo
from ganlib.presets import BROKEN, FOR_ANY_IMAGES, PRESETS, of_images
from ui.common import formatting, handout, links, user, way_back, widgets
from ui.common.links import Draft

METHODS: Mapping[str, str] = {
    "quick": "Quick",
    "cgan-quick": "Conditional, quick",
    "acgan-quick": "ACGAN, quick",
    "infogan-quick": "InfoGAN, quick",
    "ebgan-quick": "EBGAN, quick",
    "began-quick": "BEGAN, quick",
    "mlp": "Perceptrons",
    "dcgan": "DCGAN",
    "dcgan-advanced": "DCGAN, advanced",
    "wgan-gp": "WGAN-GP",
    "gan-uniform": "GAN, uniform initialiser",
    "gan-normal": "GAN, normal initialiser",
    "wgan": "WGAN",
    "collapse": "Mode collapse",
    "vanishing": "Vanishing gradient",
    "divergence": "Divergence",
    "oscillation": "Oscillation",
}
"""What a preset is beside its data set: the end of its name, and what people call it."""

_METHOD_PARTS: Mapping[str, tuple[str, str]] = {
    "method": ("Method", "Networks, loss and rates that were made for these images. All of it can be changed below."),
    "broken": (
        "Break it",
        "Trainings that fail on purpose within 20 seconds: watch the curves, then read what the doctor finds.",
    ),
}

_DATASET = "dataset"
_ELSEWHERE = {*points.SETTINGS, _DATASET}  # not among the settings of a group
_FOR_ANY_TOO = ("mnist-mlp",)
_FIRST = "objective"  # the group of settings that is open at first

ADVISED = "train_advised"
"""Key of the session that holds the settings which somebody's advice has filled in, until the form is changed."""

_GROUP_INTRODUCTIONS = {
    "data": "Training images: the target distribution.",
    "networks": "The initialiser draws the weights once, before training; the prior draws a new z for every image.",
    "objective": "The objective each network minimises.",
    "optimisation": "How fast each network learns. When one runs away from the other, lower its rate.",
    "run": "Stops at the first limit reached. You can stop it at any time and keep what was learned.",
}


def draft() -> Draft:
    """Return the draft that the form shows in this run of the page, and set all widgets to it."""
    state = st.session_state
    was_edited = state.pop("train_edited", False)
    asked = _asked()
    # A click may arrive with the address of a moment ago; it must not undo what the person just did. Without a
    # click, an address that is not our own is a link or the browser's Back.
    is_news = asked and not was_edited and asked != state.get("train_address")
    if "train_draft" not in state or is_news:
        read, state["train_troubles"] = links.read(asked)
        _put(read)
    shown: Draft = state["train_draft"]
    for name, value in shown.values.items():
        state.setdefault(_key(name), value)
    return shown


def write_address(shown: Draft) -> None:
    address = links.query(shown)
    if _asked() != address:
        st.query_params.from_dict({**address, **handout.parameters(), **user.parameters(), **way_back.parameters()})
    st.session_state["train_address"] = address


def _asked() -> dict[str, str]:
    """Return what the address says of settings."""
    return way_back.without(handout.without(user.without_name(st.query_params.to_dict())))


def hold() -> None:
    """Keep what is in the form in answer to a click, whatever the address says."""
    st.session_state["train_edited"] = True


def set_values(**values: Any) -> None:
    _edit(st.session_state["train_draft"].with_values(**values))


def reset() -> None:
    """Take all settings back to the preset's, in answer to a click."""
    _edit(Draft.of(st.session_state["train_draft"].preset))


def show_choice(shown: Draft, mark: Callable[[str], str]) -> None:
    """Show data set and method, which together name a preset, and what it teaches; `mark` says more of a data set."""
    dataset = shown.values[_DATASET]
    found = methods(dataset)
    with st.container(horizontal=True, gap="medium", vertical_alignment="top"):
        if handout.offer(_DATASET, "Data set", dataset):
            st.pills(
                "Data set", datasets.of_images(), key=_key(_DATASET), required=True, wrap=True,
                help=widgets.explanation(FIELDS[_DATASET]), disabled=handout.is_locked(_DATASET),
                format_func=lambda name: datasets.get(name).title + mark(name), on_change=_dataset_picked,
            )  # fmt: skip
        for part, (label, _) in _METHOD_PARTS.items():
            offered = [name for name in found if (found[name] in BROKEN) == (part == "broken")]
            if offered and handout.offer(part, label):
                _methods(shown, dataset, offered, part)
    preset = PRESETS[shown.preset]
    is_its_own = preset.config.dataset == dataset
    st.caption(preset.shows if is_its_own else f"With the settings of {preset.title}.")


def _methods(shown: Draft, dataset: str, offered: list[str], part: str) -> None:
    (label, about), key = _METHOD_PARTS[part], f"train_{part}_{dataset}"
    st.session_state[key] = next((name for name in offered if methods(dataset)[name] == shown.preset), None)
    st.pills(
        label, offered, key=key, required=True, wrap=True, format_func=METHODS.__getitem__, help=about,
        disabled=handout.is_locked("method", part), on_change=lambda: _edit(_on(dataset, st.session_state[key])),
    )  # fmt: skip


def methods(dataset: str) -> dict[str, str]:
    """Return the presets for a data set by method; for one that none was made for, those that fit any images."""
    own = {name: preset for name, preset in of_images().items() if preset.config.dataset == dataset}
    return {PRESETS[name].method: name for name in own or (FOR_ANY_IMAGES, *_FOR_ANY_TOO)}


def _on(dataset: str, method: str) -> Draft:
    """Return the preset of a data set and a method; for a data set that none was made for, one that fits any images."""
    found = methods(dataset)
    chosen = Draft.of(found.get(method, next(iter(found.values()))))
    if PRESETS[chosen.preset].config.dataset == dataset:
        return chosen
    return chosen.with_values(dataset=dataset, batch_size=batch_size(datasets.get(dataset).count("train")))


def _dataset_picked() -> None:
    method = PRESETS[st.session_state["train_draft"].preset].method
    _edit(_on(st.session_state[_key(_DATASET)], method))


def show_settings(shown: Draft) -> None:
    """Show all settings, a tab for each group."""
    left = [group for group in GROUPS if not handout.is_hidden(group)]
    if not left:
        return
    first = _FIRST if _FIRST in left else left[0]
    tabs = dict(zip(left, st.tabs([GROUPS[group] for group in left], default=GROUPS[first]), strict=True))
    for group, tab in tabs.items():
        infos = [info for info in FIELDS.values() if info.group == group and info.name not in _ELSEWHERE]
        with tab, handout.group(group, f"{GROUPS[group]}: all of it"):
            st.caption(_GROUP_INTRODUCTIONS[group])
            infos = [info for info in infos if handout.offer(info.name, info.label, _text(shown, info.name))]
            _fields([info for info in infos if not info.advanced], shown)
            if folded := [info for info in infos if info.advanced]:
                with st.expander("More settings"):
                    _fields(folded, shown)


def _text(shown: Draft, name: str) -> str:
    return links.text(shown.values[name])


def _fields(infos: Iterable[FieldInfo], shown: Draft) -> None:
    """Show settings in two columns, row by row so that they are in order on a narrow screen too."""
    for row in widgets.rows(infos):
        if row[0].name == "loss":
            _field(row[0], shown)
            _explain_loss(shown)
            continue
        for column, info in zip(st.columns(2, gap="medium"), row, strict=False):
            with column:
                _field(info, shown)


def _field(info: FieldInfo, shown: Draft) -> None:
    """Show one setting with the widget that suits its type, and explain it or the option chosen."""
    # The session holds the value; this one is what an emptied field goes back to, or it would be its lowest.
    widgets.setting(
        info, shown.base()[info.name], key=_key(info.name), on_change=_field_changed, args=(info.name,),
        disabled=handout.is_locked(info.name),
    )  # fmt: skip
    if info.choices:
        st.caption(info.choices[shown.values[info.name]])
    elif not info.advanced:
        st.caption(info.doc)


def _explain_loss(shown: Draft) -> None:
    """Show what the chosen loss brought along, the loss as a formula, and how to read its curves."""
    loss = losses.get(shown.values["loss"])
    before, brought = st.session_state["train_brought"]
    if brought:
        st.info(f"{loss.title} brought its own settings: {formatting.listed(brought)}.")
        st.button("Keep my earlier settings", key="train_undo", on_click=set_values, kwargs=before)
    with st.container(border=True):
        # Inline formulas, because those that stand alone are cut where the screen is narrow.
        st.markdown(f"{loss.adversary} minimises  \n$\\displaystyle {loss.d_formula}$")
        st.markdown(f"Generator minimises  \n$\\displaystyle {loss.g_formula}$")
        st.caption(f"{loss.how_to_read} Paper: [arXiv {loss.paper}](https://arxiv.org/abs/{loss.paper}).")


def _key(name: str) -> str:
    return f"train_{name}"


def _put(new: Draft) -> None:
    """Make this the draft and set the widgets to it that showed something else."""
    state = st.session_state
    old = state["train_draft"].values if "train_draft" in state else {}
    # Not all widgets: another one may hold a change that came with the same click and is still to be taken in.
    state.update({_key(name): value for name, value in new.values.items() if old.get(name) != value})
    state["train_draft"] = new
    state["train_brought"] = ({}, {})


def _edit(new: Draft) -> None:
    old = st.session_state["train_draft"].values
    _put(new.with_values(**{name: old[name] for name in old if handout.is_locked(name, FIELDS[name].group)}))
    st.session_state["train_troubles"] = []
    st.session_state.pop(ADVISED, None)
    hold()


def _field_changed(name: str) -> None:
    state = st.session_state
    before, value = state["train_draft"], state[_key(name)]
    if name != "loss":
        _edit(before.with_values(**{name: value}))
        return
    after = before.with_loss(value)
    _edit(after)
    names = [other for other in after.values if other != "loss" and after.values[other] != before.values[other]]
    state["train_brought"] = tuple({n: d.values[n] for n in names} for d in (before, after))
