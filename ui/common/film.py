"""A shipped training as a film: sample grids change while the two losses draw themselves, all in the browser."""

import base64
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st

from ganlib.plots import palette
from ganlib.runs.folder import Run
from ui.common import cached

_POINTS = 240  # of each curve
_HERE = Path(__file__).parent
_film = st.components.v2.component(
    "film", **{kind: (_HERE / f"film.{kind}").read_text("utf-8") for kind in ("html", "css", "js")}
)


def show(run: Run, key: str = "film") -> bool:
    """Show how a run learned; False, and nothing shown, where it has no sample grids or curves."""
    samples, curves = cached.samples(run), cached.metrics(*cached.metrics_stamp(run))
    if len(samples) < 2 or "g_loss" not in curves:
        return False
    _film(key=key, data=_data(str(run.path), *cached.metrics_stamp(run)))
    return True


@st.cache_data(max_entries=4, show_spinner=False)
def _data(path: str, *stamp: Any) -> dict[str, Any]:
    run = Run(Path(path))
    grids = [
        {"step": sample.step, "png": base64.b64encode(sample.path.read_bytes()).decode("ascii")}
        for sample in cached.samples(run)
    ]
    curves = cached.metrics(*stamp)
    kept = np.linspace(0, len(curves["step"]) - 1, _POINTS).astype(int)
    return {
        "run": run.id,
        "grids": grids,
        "curves": {name: np.round(curves[name][kept], 4).tolist() for name in ("step", "g_loss", "d_loss")},
        "colours": {"g": palette.GENERATOR, "d": palette.DISCRIMINATOR},
    }
