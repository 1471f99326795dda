"""Which classes a conditional generator draws when it is asked for which."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from ganlib.plots import palette
from ganlib.plots.base import CLEAR, as_is, faded


def confusion_figure(
    counts: Sequence[Sequence[float]], names: Sequence[str], asked: Sequence[str] | None = None
) -> go.Figure:
    """Draw a confusion matrix: a row for each class that was asked for, a column for each that was seen.

    Args:
        counts: how many samples, (classes, classes).
        names: of the classes.
        asked: what the rows are called, where that is not the classes.
    """
    matrix = np.asarray(counts, float)
    shares = matrix / np.maximum(matrix.sum(axis=1, keepdims=True), 1)
    texts = [[f"{share:.0%}" if share >= 0.005 else "" for share in row] for row in shares]
    labels, rows = ([as_is(name) for name in each] for each in (names, names if asked is None else asked))
    figure = go.Figure(
        go.Heatmap(
            z=shares, x=labels, y=rows, customdata=matrix, text=texts, texttemplate="%{text}", zmin=0, zmax=1,
            colorscale=[[0, CLEAR], [1, faded(palette.FAKE, 0.8)]], showscale=False, xgap=1, ygap=1,
            hovertemplate="asked for %{y}: %{customdata:,} samples (%{z:.1%}) taken for %{x}<extra></extra>",
        )
    )  # fmt: skip
    figure.update_layout(height=120 + 26 * len(labels), margin={"l": 8, "r": 8, "t": 8, "b": 8})
    figure.update_layout(paper_bgcolor=CLEAR, plot_bgcolor=CLEAR)
    axis = {"type": "category", "fixedrange": True, "showgrid": False, "zeroline": False, "automargin": True}
    figure.update_xaxes(title_text="taken for", **axis)
    return figure.update_yaxes(title_text="asked for", autorange="reversed", **axis)
