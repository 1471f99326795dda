"""The one generated point that a person clicks: the push that D would give it under each loss, side by side."""

from typing import Any

import numpy as np
import streamlit as st

from ganlib import plots
from ganlib.config import TrainConfig
from ganlib.data import points
from ganlib.runs import frames
from ganlib.runs.folder import Run
from ganlib.runs.frames import POINTS, Frame
from ganlib.utils import seeds
from ui.common import charts, code, linked_address, linked_widgets, same_fake

_NEWS = "lab_point_news"


def number() -> int:
    """Return the chosen point of the address, counted from 1; 0 for none."""
    return linked_address.read("point", 0, linked_widgets.between(0, POINTS))


def step() -> int | None:
    """Return the step of the frame that the address names, or None."""
    return linked_address.read("step", None, linked_widgets.between(0, 10**12))


def choose(chosen: Any) -> None:
    """Write into the address what was clicked: `point` from 1, or 0 to let go, and the `step` of the frame."""
    if not isinstance(chosen, dict):
        return
    found = int(chosen.get("point") or 0)
    linked_address.put("point", found or None)
    linked_address.put("step", int(chosen["step"]) if found else None)
    st.session_state[_NEWS] = True


def has_news() -> bool:
    """Whether a click has to be shown beyond the picture; once for each."""
    return bool(st.session_state.pop(_NEWS, False))


def show(run: Run) -> None:
    """Show how hard each loss pushes the points of a frame, and where to the chosen one."""
    asked = step()
    known = frames.steps(run.path)
    found = frames.read(run.path, [asked] if asked in known else known[-1:])
    if not found:
        return
    frame, place = found[0], number() - 1
    st.subheader("The same points under every loss", anchor=False)
    is_chosen = place >= 0
    left, right = st.columns([7, 5], gap="medium")
    with left:
        logit = float(frame.scores[place]) if is_chosen else None
        figure = plots.push_figure(frame.scores.astype(float), run.config.loss, logit)
        charts.draw(figure, "lab_push", "Push of each loss by D's logit")
    with right:
        st.caption(
            "How to read it: every loss pushes a generated point along D's own slope, towards what D takes for real; "
            "they differ in how hard. A mark at the bottom is a point. Far to the left D is sure that it is generated: "
            "there minimax pushes no more, and the non-saturating loss most; least squares pushes back what D rates "
            "above 1."
        )
        linked_widgets.number(
            "point", "Point", 0, POINTS, 0, "A click into the picture chooses one; 0 is none.", width=150
        )
        if not is_chosen:
            st.caption(f"Click a generated point in the picture, or choose one of the {POINTS} by its number.")
    if is_chosen:  # last, so that nothing moves when one is chosen
        _show_arrows(run.config, frame, place)
        code.show(_lines(run, frame, place), "These lines compute the push of this point under each loss.")


def _show_arrows(config: TrainConfig, frame: Frame, place: int) -> None:
    if not np.isfinite(frame.slopes[place]).all():
        st.caption("The frames of this run were kept without D's slopes; retrain with its settings to see them.")
        return
    chosen = slice(place, place + 1)
    pushes = plots.pushes_under(frame.scores[chosen], frame.slopes[chosen])
    real = points.get(config.dataset).sample(POINTS // 4, seeds.rng(0, "points to show"))
    titles = plots.distinct_losses()
    same_fake.show_arrows(
        real, frame.points[chosen].astype(float), np.concatenate([pushes[name] for name in titles]),
        list(titles.values()), "lab_under",
    )  # fmt: skip
    steepness = float(np.linalg.norm(frame.slopes[place].astype(float)))
    st.caption(
        f"Point {place + 1} at step {frame.step:,}: D's output there is {float(frame.scores[place]):.3g}, its slope "
        f"{steepness:.3g} long. All are drawn to one scale, with the length of the push below."
    )


def _lines(run: Run, frame: Frame, place: int) -> str:
    return (
        "from ganlib import plots\nfrom ganlib.runs import frames, store\n\n"
        f"(frame,) = frames.read(store.find({run.id!r}).path, [{frame.step}])\n"
        f"pushes = plots.pushes_under(frame.scores[{place}:{place + 1}], frame.slopes[{place}:{place + 1}])"
    )
