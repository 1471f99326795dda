"""The kinds of live parts of a lesson: what each must say and may say, and what no lesson can mean by it."""

import re
from collections.abc import Mapping
from typing import Any

from ganlib import presets
from ganlib.catalog import datasets, losses
from ganlib.catalog.metrics import FEWEST_SAMPLES
from ganlib.catalog.mistakes import MISTAKES
from ganlib.catalog.points import PAIRS
from ganlib.utils.errors import UserError
from ui.lab.layers import LAYERS, USUAL

PAGES = ("gallery", "train", "lab", "explore", "compare", "runs", "data")
MOST_IMAGES = 2000
"""Of each cheat: a page waits for them."""
CURVES = ("losses", "scores", "distance")

_KEY = re.compile(r"[a-z][a-z0-9_]{0,19}")

_ASKED: Mapping[str, type] = {"key": str, "question": str, "options": list, "right": int, "because": str}

NEEDED: Mapping[str, Mapping[str, type]] = {
    "predict": _ASKED,
    "question": _ASKED,
    "lab": {"preset": str},
    "pair": {"preset": str},
    "film": {"run": str},
    "step": {"run": str},
    "curves": {"runs": list, "what": str},
    "push": {},
    "cheats": {},
    "clinic": {"cases": list},
    "discriminate": {"run": str},
    "open": {"page": str, "label": str},
}
"""What each kind of live part must say, and of which type."""

OPTIONAL: Mapping[str, Mapping[str, Any]] = {
    "lab": {"key": "lab", "settings": {}, "layers": list(USUAL), "outcome": ""},
    "pair": {"key": "pair", "layers": list(USUAL), "outcome": ""},
    "push": {"loss": "minimax", "logits": [-6.0, -3.0, 0.0]},
    "cheats": {"dataset": "digits", "count": 500},
    "open": {"parameters": {}},
}
"""What it may say besides, and what holds if it does not."""

TYPES = {str: "a text", int: "a whole number", list: "a list", dict: "a table"}


def trouble(values: Mapping[str, Any]) -> str:
    """Return what no lesson can mean by these settings, or ""."""
    for names in ("options", "layers", "runs", "cases"):
        if not all(isinstance(each, str) for each in values.get(names, [])):
            return f"{names} is to be a list of texts"
    if not all(type(each) in (int, float) for each in values.get("logits", [])):
        return "logits is to be a list of numbers"
    if "options" in values and not 1 <= values["right"] <= len(values["options"]) > 1:
        return "right is to be the number of one of two options or more, counted from 1"
    if not _KEY.fullmatch(values.get("key", "lab")):
        return "key is to be a short name of small letters, digits and _"
    if unknown := set(values.get("layers", [])) - set(LAYERS):
        return f"there is no layer {min(unknown)!r}, only {', '.join(LAYERS)}"
    if values.get("page", "lab") not in PAGES:
        return f"there is no page {values['page']!r}, only {', '.join(PAGES)}"
    if unknown := set(values.get("cases", [])) - set(MISTAKES):
        return f"there is no case {min(unknown)[:20]!r}, only {', '.join(MISTAKES)}"
    if not FEWEST_SAMPLES <= values.get("count", FEWEST_SAMPLES) <= MOST_IMAGES:
        return f"count is to be from {FEWEST_SAMPLES} to {MOST_IMAGES:,}"
    if values.get("what", "losses") not in CURVES:
        return f"there are no curves {values['what']!r}, only {', '.join(CURVES)}"
    if not all(isinstance(each, str) for each in values.get("parameters", {}).values()):
        return "parameters of an address are texts"
    try:
        losses.get(values.get("loss", "minimax"))
        if "count" in values and not datasets.get(values["dataset"]).classes:
            return f"the images of {values['dataset']} carry no classes"
        return _trouble_with_preset(values) if "preset" in values else ""
    except UserError as error:
        return str(error).rstrip(".")


def _trouble_with_preset(values: Mapping[str, Any]) -> str:
    config = presets.get(values["preset"]).config.changed(**values.get("settings", {}))
    if not config.is_plane:
        return f"{values['preset']} has images, and the Lab shows points"
    return "" if "settings" in values or values["preset"] in PAIRS else f"only {', '.join(PAIRS)} have a pair"
