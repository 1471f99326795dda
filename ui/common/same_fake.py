"""The same fake under every loss: the push that it would get from one D."""

import numpy as np
import streamlit as st

from ganlib import plots
from ui.common import charts, linked_widgets, tiles
from ui.common.step_view import Seen, shown

_WIDTH, _HEIGHT = 164, 190  # pixels: two in a row on a telephone
_PARALLEL = 0.99  # cosine of the angle between directions that pass for one


def show(seen: Seen) -> None:
    """Let a fake be chosen, and show its push under each loss that pushes in a way of its own."""
    st.subheader("The same fake under every loss", anchor=False)
    most = min(shown(seen.config), len(seen.anatomy.fake))
    number = linked_widgets.number(
        "fake", "Fake", 1, most, 1, "Which of the fakes above, counted from the top left.", width=150
    )
    titles = plots.distinct_losses()
    pushes = np.stack([seen.anatomy.pushes_under[name][number - 1] for name in titles])
    lengths = np.linalg.norm(pushes.reshape(len(pushes), -1), axis=1)
    if seen.config.is_plane:
        point = seen.anatomy.fake[number - 1 : number]
        show_arrows(seen.some(seen.anatomy.real), point, pushes, list(titles.values()), "step_under")
    else:
        _show_pictures(seen, number - 1, pushes, lengths, list(titles.values()))
    logit = seen.anatomy.fake_logits_after[number - 1]
    flat = pushes.reshape(len(pushes), -1) / np.maximum(lengths, 1e-12)[:, None]
    is_parallel = float(np.abs(flat @ flat[-1]).min()) > _PARALLEL
    along = (
        "Every loss pushes along D's slope, each as hard as its own slope is there"
        if is_parallel
        else "D normalises by the batch, so that a fake's pixels move D's output for the others too, and the "
        "directions differ"
    )
    st.caption(
        f"How to read it: D's output for this fake is {logit:.2f} once it has learned. {along}. All are drawn to one "
        "scale, with the length below. Where D is sure of a fake (far below 0), minimax hardly pushes any more, and "
        "the others still do."
    )


def show_arrows(real: np.ndarray, point: np.ndarray, pushes: np.ndarray, titles: list[str], key: str) -> None:
    """Show the pushes of one point side by side, to one scale, each with its length below.

    Args:
        real: some real points, shape (N, 2).
        point: shape (1, 2).
        pushes: one for each title, shape (titles, 2).
        titles: what each push is called.
        key: begins the keys of the charts.
    """
    lengths = np.linalg.norm(pushes, axis=1)
    row = st.container(horizontal=True, gap="small")
    for title, push, length in zip(titles, pushes, lengths, strict=True):
        with row.container(width=_WIDTH, gap="xxsmall"):
            figure = plots.points_figure(real, point, pushes=push[None], longest=float(lengths.max()) / 3)
            figure.update_layout(height=_HEIGHT, showlegend=False)
            charts.draw(figure, f"{key}_{title}", f"Push under {title}")
            st.caption(f"**{title}**: {length:.3g}")


def _show_pictures(seen: Seen, place: int, pushes: np.ndarray, lengths: np.ndarray, titles: list[str]) -> None:
    picture = seen.pictures(seen.anatomy.fake)[place]
    rgb = np.repeat(picture, 3, axis=-1) if picture.shape[-1] == 1 else picture
    pictures = np.concatenate([rgb[None], plots.signed_pictures(pushes)])
    labels = ["the fake", *(f"{title}: {length:.3g}" for title, length in zip(titles, lengths, strict=True))]
    row = st.container(horizontal=True, gap="small")
    for label, one in zip(labels, pictures, strict=True):
        with row.container(width=_WIDTH, gap="xxsmall"):
            tiles.show(
                plots.tiles_figure(one[None], [plots.Tile("", label)], columns=1), f"step_under_{label}", _WIDTH, label
            )
            st.caption(label)
