"""Plotly figures of what is computed in latent space."""

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go

from ganlib.plots import palette
from ganlib.plots.base import faded, framed

_HEIGHT = 230  # pixels
_STYLES = ({"color": palette.FAKE, "width": 3}, {"color": palette.NEUTRAL, "width": 2, "dash": "dash"})


def norm_figure(
    norms: Mapping[str, Sequence[float]], usual: tuple[float, float], frame: int | None = None, uirevision: str = "norm"
) -> go.Figure:
    """Draw the norm of z along paths, and the range in which nearly all draws of a prior lie.

    The first path stands out; `frame` is marked. As long as `uirevision` stays the same, so does a person's zoom.
    """
    traces = [
        go.Scatter(y=np.asarray(values, np.float32), mode="lines", name=name, line=line, hovertemplate="%{y:.2f}")
        for (name, values), line in zip(norms.items(), _STYLES, strict=False)
    ]
    figure = _small(framed(traces, "norm of z", uirevision), "frame")
    low, high = usual
    figure.add_hrect(low, high, fillcolor=faded(palette.REAL, 0.15), line_width=0, layer="below")
    figure.add_annotation(
        text="usual for noise", x=1, xref="paper", y=high, xanchor="right", yanchor="bottom", showarrow=False,
        font_size=11,
    )  # fmt: skip
    figure.update_yaxes(rangemode="tozero")
    return _marked(figure, frame)


def variety_figure(
    factors: Sequence[float], distances: Sequence[float], at: float | None = None, uirevision: str = "variety"
) -> go.Figure:
    """Draw the mean distance of two samples, 0 to 1, by the factor that z is scaled with; the one `at` is marked."""
    style = {"mode": "lines+markers", "line": {"color": palette.FAKE, "width": 2}, "showlegend": False}
    traces = [go.Scatter(x=list(factors), y=list(distances), hovertemplate="%{y:.3f}", **style)]
    figure = _small(framed(traces, "mean distance", uirevision), "scale of z")
    figure.update_xaxes(unifiedhovertitle_text="scale %{x:.2f}")
    figure.update_yaxes(rangemode="tozero")
    return _marked(figure, at)


def descent_figure(errors: np.ndarray, best: int, uirevision: str = "descent") -> go.Figure:
    """Draw how the errors of an inversion fell, on a logarithmic axis.

    Args:
        errors: before each step and after the last, shape (steps + 1, starts).
        best: the start that came closest.
        uirevision: as for `norm_figure`.
    """
    others = [column for column in range(errors.shape[1]) if column != best]
    traces = [
        go.Scatter(
            y=errors[:, column], mode="lines", line={"color": palette.NEUTRAL, "width": 1}, opacity=0.5,
            name="Other starts", legendgroup="others", showlegend=column == others[0], hoverinfo="skip",
        )
        for column in others
    ]  # fmt: skip
    line = {"color": palette.FAKE, "width": 3}
    traces.append(go.Scatter(y=errors[:, best], mode="lines", line=line, name="Best start", hovertemplate="%{y:.4f}"))
    figure = _small(framed(traces, "error", uirevision), "step")
    return figure.update_yaxes(type="log", tickformat=".2~g")


def _small(figure: go.Figure, across: str) -> go.Figure:
    figure.update_layout(height=_HEIGHT, margin={"l": 8, "r": 8, "t": 28, "b": 8})
    return figure.update_xaxes(title_text=across, unifiedhovertitle_text=f"{across} %{{x:,}}")


def _marked(figure: go.Figure, place: float | None) -> go.Figure:
    if place is not None:
        figure.add_vline(place, line={"color": palette.NEUTRAL, "width": 2, "dash": "dot"})
    return figure
