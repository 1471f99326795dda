"""The curves of a run, each with a sentence on how to read it for the loss at play."""

from typing import Any

import numpy as np
import streamlit as st

from ganlib import plots
from ganlib.choices.losses import Loss
from ganlib.runs import Run
from ui import cached

MARKED = ("paused", "resumed", "changed")
"""Events that interrupt a curve and are therefore drawn into it."""

_CONFIG = {"displayModeBar": False}


_NORMS = (
    "how strongly each network is pulled at a step. A norm near 0 means that this network no longer learns; "
    "one that shoots up by powers of ten comes before a breakdown."
)


def show(run: Run, loss: Loss | None) -> None:
    """Draw the losses and D's output of a run, and its gradient norms for those who ask.

    Args:
        run: whose curves.
        loss: its objective, or None if that is not known; curves are then shown without a reading.
    """
    columns = cached.metrics(run)
    if not columns:
        st.caption("No curves yet: they begin with the first ten steps.")
        return
    adversary = loss.adversary if loss else "Discriminator"
    events = [(float(event["step"]), str(event["event"])) for event in run.events() if _is_marked(event)]
    common: dict[str, Any] = {"events": events, "uirevision": run.id}

    left, right = st.columns(2, gap="medium")
    with left:
        st.markdown("**Losses**")
        g_balance, d_balance = (loss.g_balance, loss.d_balance) if loss else (None, None)
        figure = plots.loss_figure(columns, adversary=adversary, g_balance=g_balance, d_balance=d_balance, **common)
        _draw(run, "losses", figure, f"Losses of generator and {adversary.lower()} over the steps")
        if loss:
            st.caption(f"How to read it: {loss.reading}")
    with right:
        st.markdown(f"**{adversary}'s mean output**")
        reference = (loss.undecided, "undecided") if loss and loss.undecided is not None else None
        figure = plots.scores_figure(columns, score_title="mean output", reference=reference, **common)
        _draw(run, "scores", figure, f"Mean output of the {adversary.lower()} for real and for fake images")
        if loss:
            st.caption(f"How to read it: {loss.scores_reading}")

    if "g_grad_norm" in columns:
        _gradients(run, columns, adversary, common)


def _gradients(run: Run, columns: dict[str, np.ndarray], adversary: str, common: dict[str, Any]) -> None:
    folded = st.expander("Gradient norms", key=f"live_gradients_{run.id}", on_change="rerun")
    if folded.open:
        with folded:
            figure = plots.grad_norm_figure(columns, adversary, **common)
            _draw(run, "norms", figure, "Gradient norms of both networks over the steps")
            st.caption(f"How to read it: {_NORMS}")


def _is_marked(event: dict[str, Any]) -> bool:
    return event.get("event") in MARKED and isinstance(event.get("step"), int)


def _draw(run: Run, name: str, figure: Any, alt: str) -> None:
    st.plotly_chart(figure, key=f"live_{name}_{run.id}", config=_CONFIG, alt=alt)
