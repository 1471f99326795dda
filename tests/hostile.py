"""A run folder with one value in it that is not what it should be, at every place in turn."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from ganlib import presets
from ganlib.catalog.metrics import METRICS
from ganlib.runs.folder import Run
from ganlib.utils import files, images

NASTY: dict[str, Any] = {
    "half a character": "a\ud800\x00\x1b[31m",
    "400 digits": 10**400,
    "below zero": -1,
    "beyond reason": 1e300,
    "infinite": float("inf"),
    "not a number": float("nan"),
    "nothing": None,
    "true": True,
    "a list": [],
    "an object": {"a": [{}]},
    "a long text": "*" * 100_000,
    "a name too long": "a" * 300 + ".png",
    "nested": json.loads("[" * 300 + "]" * 300),
}

QUICK = ("half a character", "400 digits", "below zero")

_SETTINGS = {"dataset": "digits", "g_learning_rate": 4e-4, "latent_dim": 16, "epochs": 20}

OBJECTS: dict[str, dict[str, Any]] = {
    "config.json": {
        "preset": "digits-quick", "device": "a machine", "bfloat16_speedup": 1.5,
        "versions": {"ganlib": "1", "backend": "tensorflow"}, "parent": {"run": "good", "step": 5, "exact": True},
        "experiment": {
            "id": "latent-dim-1a2b", "title": "Sizes", "field": "latent_dim", "value": 8, "seed": 1, "values": [8, 2],
        },
    },
    "status.json": {
        "state": "running", "step": 10, "total_steps": 100, "epoch": 0.4, "eta_s": 3.0, "images_per_s": 90.0,
        "seconds": 2.0, "message": "fine", "queued_at": 1.79e9, "launched_at": 1.79e9,
    },
    "about.json": {"title": "A title", "note": "A note", "owner": "ann"},
}  # fmt: skip

_VALUES = dict.fromkeys(METRICS, 0.5)

LINES: dict[str, dict[str, Any]] = {
    "metrics.jsonl": {"step": 10, "epoch": 0.4, "time_s": 1.0, "g_loss": 0.7, "d_loss": 1.4, "d_real": 0.5, "x": 1},
    "events.jsonl": {
        "event": "changed", "step": 10, "time": 1.79e9, "id": "1", "message": "so", "settings": {"critic_steps": 2},
    },
    "evaluations.jsonl": {
        "step": 10, "epoch": 0.4, "time": 1.79e9, "seconds": 0.8, "count": 2000, "seed": 0, **_VALUES,
        "interval": {name: [0.4, 0.6] for name in METRICS}, "floor": _VALUES, "noise": _VALUES,
        "classes": [0.1] * 10, "data_classes": [0.1] * 10, "d_train": 0.3, "d_held_out": 0.2, "d_fake": -0.3,
    },
    "samples/index.jsonl": {"file": "one.png", "step": 10, "epoch": 0.4},
}  # fmt: skip


def damaged(value: Any, nasty: Any) -> Iterator[Any]:
    """Yield a JSON value again and again, each time with another place in it, or all of it, replaced."""
    yield nasty
    if isinstance(value, dict):
        for key, item in value.items():
            yield from ({**value, key: other} for other in damaged(item, nasty))
    elif isinstance(value, list):
        yield from ([other, *value[1:]] for other in damaged(value[0], nasty))


def make(folder: Path, **contents: bytes) -> Run:
    """Make a run folder that is whole, but for files that are given otherwise."""
    (folder / "samples").mkdir(parents=True)
    config = {**presets.get("digits-quick").config.to_dict(), **OBJECTS["config.json"]}
    (folder / "config.json").write_text(json.dumps(config))
    for name in ("status.json", "about.json"):
        (folder / name).write_text(json.dumps(OBJECTS[name]))
    for name, line in LINES.items():
        (folder / name).write_bytes(files.to_lines([line, {**line, "step": 20}]))
    (folder / "samples" / "one.png").write_bytes(images.png_bytes(np.zeros((71, 71, 1), np.uint8)))
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    return Run(folder)


def make_all(folder: Path, nasty: Any) -> list[Run]:
    """Make runs in which the value is at one place of each of the objects; in the last, also on lines at any place."""
    config = {**_SETTINGS, **OBJECTS["config.json"]}
    objects = {name: list(damaged(entries, nasty)) for name, entries in {**OBJECTS, "config.json": config}.items()}
    made = []
    for number in range(max(map(len, objects.values()))):
        one = {name: json.dumps(some[number % len(some)]).encode() for name, some in objects.items()}
        made.append(make(folder / f"bad-{number}", **one))
    for name, line in LINES.items():
        lines = [*damaged(line, nasty), {**line, "step": 20}]
        (made[-1].path / name).write_text("\n".join(map(json.dumps, lines)))
    return made
