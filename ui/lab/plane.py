"""The picture of the Lab: frames of a run, played by the browser on a canvas (`plane.js`)."""

import base64
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st
from scipy.special import expit

from ganlib.catalog import losses
from ganlib.config import TrainConfig
from ganlib.data import points
from ganlib.metrics.doctor import modes
from ganlib.plots import palette
from ganlib.runs import frames
from ganlib.runs.folder import Run
from ganlib.runs.frames import Frame
from ganlib.utils import seeds
from ui.common import evaluation_table
from ui.lab import chosen_point

PLACE = "lab_plane"
"""Key of the picture on the Lab's own page."""

_REAL = 400
_UNIT = 8000  # of a packed coordinate; int16 reaches 4 units of the plane
_MIDDLE = (238, 238, 242)  # of the surface, where D is undecided

_HERE = Path(__file__).parent
_canvas = st.components.v2.component(
    "lab_plane", **{kind: (_HERE / f"plane.{kind}").read_text("utf-8") for kind in ("html", "css", "js")}
)


def show(run: Run, config: TrainConfig, layers: Sequence[str], is_live: bool, key: str = PLACE) -> None:
    """Show a run's frames; those that the browser has are not sent again.

    Args:
        run: whose.
        config: its choices.
        layers: names of `ui.lab.layers.LAYERS`.
        is_live: whether it trains, so that more frames will come.
        key: of the picture; in any other than `PLACE` no point can be chosen.
    """
    sent_key = f"lab_sent_{run.id}"
    there = frames.steps(run.path)
    sent, before = st.session_state.get(sent_key, (frozenset(), frozenset()))
    # A message may be overtaken by the next one, so a frame is sent twice before it counts as arrived.
    news = [step for step in there if step not in before]
    st.session_state[sent_key] = (frozenset(there), sent)
    found = _frames(str(run.path), tuple(news))
    damaged = set(news) - {frame.step for frame in found}  # which the browser must not wait for
    whole = [step for step in there if step not in damaged]
    is_critic = losses.get(config.loss).adversary == "Critic"
    packed = [_packed(frame, _opinion(frame, is_critic)) for frame in found]
    _draw(
        run, run.id, layers, packed, key, steps=whole, live=is_live, first=not sent,
        on_missing_change=lambda: st.session_state.pop(sent_key, None),
    )  # fmt: skip


def show_opinion(run: Run, config: TrainConfig, layers: Sequence[str], opinion: np.ndarray, name: str) -> None:
    """Show another opinion than D's own behind the newest frame.

    Args:
        run: whose frame.
        config: its choices.
        layers: names of `ui.lab.layers.LAYERS`.
        opinion: from 0, fake, to 1, real, shape (CELLS, CELLS); NaN is undecided.
        name: what tells this opinion from others.
    """
    found = frames.read(run.path, frames.steps(run.path)[-1:])
    packed = [_packed(frame, np.nan_to_num(opinion, nan=0.5)) for frame in found]
    steps = [frame.step for frame in found]
    _draw(run, f"{run.id} {name}", layers, packed, PLACE, steps=steps, live=False, first=True)


def _draw(run: Run, name: str, layers: Sequence[str], packed: list[dict[str, Any]], key: str, **more: Any) -> None:
    on_missing, is_chosen = more.pop("on_missing_change", lambda: None), key == PLACE
    dataset = run.config.dataset
    real = points.get(dataset).sample(_REAL, seeds.rng(0, "points to show"))
    lost = modes.lost_by_step(evaluation_table.of(run), dataset)
    data = {
        "run": name, "frames": packed, "real": _coordinates(real), "layers": list(layers), "colours": _colours(),
        "lost": [{"step": step, "places": _coordinates(places)} for step, places in lost],
        "chosen": chosen_point.number() if is_chosen else 0, "at": chosen_point.step() if is_chosen else None, **more,
    }  # fmt: skip
    on_chosen = _chosen if is_chosen else lambda: None
    _canvas(key=key, data=data, on_missing_change=on_missing, on_chosen_change=on_chosen)


def _chosen() -> None:
    chosen_point.choose(st.session_state[PLACE].chosen)


@st.cache_data(max_entries=64, show_spinner=False)
def _frames(path: str, wanted: tuple[int, ...]) -> list[Frame]:
    return frames.read(Path(path), wanted)


def _opinion(frame: Frame, is_critic: bool) -> np.ndarray:
    """Return D's probability, or where a critic's score lies between its lowest and its highest."""
    logits = frame.logits.astype(np.float32)
    if is_critic:
        return (logits - logits.min()) / max(float(np.ptp(logits)), 1e-6)
    return expit(logits)


def _packed(frame: Frame, opinion: np.ndarray) -> dict[str, Any]:
    """Return a frame in 6 kB: coordinates as int16, the opinion as bytes."""
    lengths = np.linalg.norm(frame.pushes.astype(np.float32), axis=1)
    usual = max(float(np.median(lengths)), 1e-12)  # arrows are as many times the usual as the push is
    return {
        "step": frame.step,
        "points": _coordinates(frame.points),
        "surface": _text(np.rint(255 * opinion).astype(np.uint8)),
        "lattice": _coordinates(frame.lattice),
        "pushes": _coordinates(frame.pushes.astype(np.float32) / usual),
    }


def _coordinates(values: np.ndarray) -> str:
    return _text(np.clip(np.nan_to_num(values.astype(np.float32)) * _UNIT, -32000, 32000).astype("<i2"))


def _text(values: np.ndarray) -> str:
    return base64.b64encode(values.tobytes()).decode("ascii")


def _colours() -> dict[str, Any]:
    def rgb(colour: str) -> list[int]:
        return [int(colour[place : place + 2], 16) for place in (1, 3, 5)]

    names = {"generator": palette.GENERATOR, "discriminator": palette.DISCRIMINATOR, "real": palette.REAL}
    return {
        **names,
        "fake": palette.FAKE,
        "realRgb": rgb(palette.REAL),
        "fakeRgb": rgb(palette.FAKE),
        "middleRgb": list(_MIDDLE),
    }


def lines(run: Run, layers: Sequence[str]) -> str:
    """Return lines that leave `figure`, the frames of a run as they are shown."""
    step, is_critic = chosen_point.step(), losses.get(run.config.loss).adversary == "Critic"
    options = ["lost=lost"] if "lost" in layers else []
    options += ["is_critic=True"] if is_critic else []
    options += [f"shown=frames.steps(run.path).index({step})"] if step in frames.steps(run.path) else []
    lost = "lost = modes.lost_by_step(evaluation.evaluations(run), run.config.dataset)\n" if "lost" in layers else ""
    return (
        "from ganlib import load_data, plots\n"
        + ("from ganlib.metrics.doctor import modes\n" if lost else "")
        + f"from ganlib.runs import {'evaluation, ' if lost else ''}frames, store\n\n"
        f"run = store.find({run.id!r})\n"
        f"real = load_data({run.config.dataset!r}, 'test').points[:400]\n"
        "found = frames.read(run.path, frames.steps(run.path))\n"
        f"{lost}"
        f"figure = plots.plane_figure({', '.join(['found', 'real', repr(layers), *options])})"
    )
