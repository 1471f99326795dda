"""Who takes real for fake, or fake for real, how often: errors over the steps of a training."""

from collections.abc import Mapping

import plotly.graph_objects as go

from ganlib.plots import palette
from ganlib.plots.base import Level, framed, level_label, level_line

CHANCE = Level(50.0, "coin toss")

YOU, D, ON_ALL, CLASS = "you", "d", "on_all", "class"
"""Whose errors: a person's, D's on the same images, D's on many more, and the mean of a class."""

_STYLES = {
    YOU: (palette.RUNS[0], "solid"),
    D: (palette.DISCRIMINATOR, "solid"),
    ON_ALL: (palette.DISCRIMINATOR, "dot"),
    CLASS: (palette.RUNS[1], "dash"),
}


def verdicts_figure(errors: Mapping[str, Mapping[int, float]], titles: Mapping[str, str]) -> go.Figure:
    """Draw errors in percent over steps, which stand at equal distances, and a line where a coin would be.

    Args:
        errors: shares of errors by step, of any of `YOU`, `D`, `ON_ALL` and `CLASS`.
        titles: what each of them is called.
    """
    traces = [
        go.Scatter(
            x=[f"{step:,}" for step in shares], y=[round(100 * share, 1) for share in shares.values()],
            name=titles[who], mode="lines+markers", line={"color": _STYLES[who][0], "dash": _STYLES[who][1]},
            marker={"size": 8}, hovertemplate="%{y:.0f} %",
        )
        for who, shares in errors.items()
    ]  # fmt: skip
    figure = framed(traces, "errors, %", "verdicts")
    steps = sorted({step for shares in errors.values() for step in shares})
    order = {"type": "category", "categoryorder": "array", "categoryarray": [f"{step:,}" for step in steps]}
    figure.update_xaxes(**order, unifiedhovertitle_text="step %{x}", rangemode="normal")
    figure.update_yaxes(range=[-4, 104], dtick=25)
    figure.update_layout(shapes=[level_line(CHANCE)], annotations=[level_label(CHANCE)], margin={"r": 64})
    return figure
