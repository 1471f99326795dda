"""What each station of a step shows: pictures of a batch of images, or points in the plane."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np
import streamlit as st

from ganlib import plots
from ganlib.catalog import losses
from ganlib.plots import loss_terms, palette
from ganlib.plots.step_points import ARROW
from ui.common.step_view import HEIGHT, IMAGES, Seen, show_chart, show_plane, show_tiles

_LOGITS, _ERRORS = 2.0, 0.02  # least reach of the curves
_LIST = 300  # pixels of the list of formulas, which scrolls


class Station(NamedTuple):
    """A station: its title, what happens in one line, what to look at in another, and what draws it."""

    title: str
    happens: str
    look_at: str
    draw: Callable[[Seen], None]
    look_at_label: str = ""  # the other line where G is given labels, if it is another one then


def _real(seen: Seen) -> None:
    if seen.config.is_plane:
        show_plane(seen, "Real points of the batch", fake=False)
    else:
        pictures = seen.pictures(seen.anatomy.real)
        show_tiles(pictures, seen.names(are_real=True), "Real images of the batch", _edges(palette.REAL, len(pictures)))


def _latents(seen: Seen) -> None:
    figure = plots.latents_figure(seen.anatomy.latents[:IMAGES], seen.config.classes)
    show_chart(figure, "Latent vectors of the batch")


def _fake(seen: Seen) -> None:
    if seen.config.is_plane:
        show_plane(seen, "Generated points of the batch")
    else:
        pictures = seen.pictures(seen.anatomy.fake)
        show_tiles(pictures, seen.names(), "Generated images", _edges(palette.FAKE, len(pictures)))


def _logits(seen: Seen) -> None:
    anatomy = seen.anatomy
    real, fake = seen.some(anatomy.real_logits), seen.some(anatomy.fake_logits)
    if seen.config.is_plane:
        left, right = st.columns(2, gap="medium")
        with left:
            alt = "D's opinion all over the plane, and the points of the batch"
            show_plane(seen, alt, says=seen.line, seen_as=seen.surfaces()[0])
        with right:
            show_chart(plots.opinion_figure(real, fake), "D's logits, sorted")
        return
    pictures = np.concatenate([seen.pictures(anatomy.real), seen.pictures(anatomy.fake)])
    logits = np.concatenate([real, fake])
    order = np.argsort(logits)
    edges = {place: palette.REAL if number < len(real) else palette.FAKE for place, number in enumerate(order)}
    labels = [seen.number(logits[number]) for number in order]
    show_tiles(pictures[order], labels, "Both batches sorted by D's logit, from fake to real", edges)


def _losses(seen: Seen) -> None:
    anatomy, terms = seen.anatomy, loss_terms.of(seen.config)
    real, fake = seen.some(anatomy.real_logits), seen.some(anatomy.fake_logits)
    left, right = st.columns([8, 4], gap="medium")
    with left:
        reach = _ERRORS if seen.copies else _LOGITS
        show_chart(plots.sample_losses_figure(terms, real, fake, reach), "D's loss of each sample over its logit")
    with right:
        with st.container(height=_LIST, border=False):
            for name, term, logits in zip(("real", "fake"), terms, (real, fake), strict=False):
                lines = [f"{number}. `{term.with_number(float(logit))}`" for number, logit in enumerate(logits, 1)]
                st.markdown("\n".join([f"**Each {name} sample**, s = D's output:", "", *lines]))
        parts = float(anatomy.real_losses.mean()), float(anatomy.fake_losses.mean()), anatomy.penalty
        times_k = " times k" if losses.get(seen.config.loss).has_balance else ""
        more = f" + {parts[2]:.3f} penalty" if parts[2] else ""
        if anatomy.d_beside:
            more += f" + {anatomy.d_beside:.3f} {'codes' if seen.config.conditioning == 'infogan' else 'classes'}"
        st.markdown(
            f"**D's loss** of the whole batch: {parts[0]:.3f} real + {parts[1]:.3f} fake{times_k}{more} = "
            f"**{sum(parts) + anatomy.d_beside:.3f}**{_left_out(seen)}"
        )


def _gradients(seen: Seen) -> None:
    show_chart(plots.layers_figure(seen.anatomy.d_gradients, palette.DISCRIMINATOR), "Gradient of D's loss by layer")


def _d_learns(seen: Seen) -> None:
    if not seen.config.is_plane:
        _changed_logits(seen)
        return
    left, right = st.columns([8, 4], gap="medium")
    with left:
        points = seen.some(seen.anatomy.real), seen.some(seen.anatomy.fake)
        surfaces = dict(zip(("before", "after"), seen.surfaces(), strict=True))
        show_chart(
            plots.surfaces_figure(*points, surfaces), "D's opinion all over the plane before and after it learned"
        )
    with right:
        _changed_logits(seen)


def _changed_logits(seen: Seen) -> None:
    anatomy = seen.anatomy
    pairs = (("real", anatomy.real_logits, anatomy.real_logits_after),
             ("fake", anatomy.fake_logits, anatomy.fake_logits_after))  # fmt: skip
    before, after = ({pair[0]: pair[when][:IMAGES] for pair in pairs} for when in (1, 2))
    figure = plots.changed_logits_figure(before, after)
    gaps = [float(pairs[0][when].mean() - pairs[1][when].mean()) for when in (1, 2)]
    text = f"Real minus fake, means of the whole batch: {seen.number(gaps[0])} before, {seen.number(gaps[1])} after"
    show_chart(figure, "D's logits before and after it learned", text)


def _fakes_again(seen: Seen) -> None:
    anatomy = seen.anatomy
    before, after = seen.some(anatomy.fake_logits), seen.some(anatomy.fake_logits_after)
    if seen.config.is_plane:
        alt = "Generated points, and D's new opinion all over the plane"
        show_plane(seen, alt, real=False, colours=seen.opinion(after), seen_as=seen.surfaces()[1])
        return
    pairs = zip(before, after, strict=True)
    labels = [f"{seen.number(old, 1)} → {seen.number(new, 1)}" for old, new in pairs]
    show_tiles(seen.pictures(anatomy.fake), labels, "Generated images with D's logit before and after")


def _push(seen: Seen) -> None:
    pushes = seen.some(seen.anatomy.pushes)
    if seen.config.is_plane:
        before, after = seen.surfaces()
        answered = before if seen.config.update == "simultaneous" else after
        show_plane(seen, "The push on each generated point", pushes=pushes, seen_as=answered)
        return
    fakes = _as_rgb(seen.pictures(seen.anatomy.fake))
    lengths = np.linalg.norm(pushes.reshape(len(pushes), -1), axis=1)
    rows = _interleaved(fakes, plots.signed_pictures(pushes))
    labels = _interleaved(np.full(len(fakes), "", object), np.array([f"{length:.2g}" for length in lengths], object))
    show_tiles(rows, list(labels), "Generated images, and below each the push on its pixels")


def _g_learns(seen: Seen) -> None:
    left, right = st.columns([8, 4], gap="medium")
    with left:
        _moved_fakes(seen)
    with right:
        st.caption("Gradient of G's loss by layer: how strongly each is told to change.")
        figure = plots.layers_figure(seen.anatomy.g_gradients, palette.GENERATOR)
        show_chart(figure, "Gradient of G's loss by layer", height=HEIGHT - 60)


def _moved_fakes(seen: Seen) -> None:
    anatomy = seen.anatomy
    change = seen.some(anatomy.fake_after - anatomy.fake)
    if seen.config.is_plane:
        longest = float(np.linalg.norm(change, axis=1).max())
        says = f"longest way: {longest:.3f}, drawn {ARROW / max(longest, 1e-12):.1f} times as long"
        show_plane(seen, "Where G takes the same z after it learned", says=says, pushes=change)
        return
    parts = [_as_rgb(seen.pictures(anatomy.fake)), _as_rgb(seen.pictures(anatomy.fake_after))]
    parts.append(plots.signed_pictures(change))
    eight = np.concatenate([part[:8] for part in parts])
    labels = ["before"] * 8 + ["after"] * 8 + ["change"] * 8
    show_tiles(eight, labels, "The same z before and after G learned, and the change")


def _left_out(seen: Seen) -> str:
    """Say what the training does to labels, which the loss of a sample leaves out."""
    config = seen.config
    done = [name for name, is_done in (("smooths", config.label_smoothing), ("flips", config.label_flips)) if is_done]
    return f". The training also {' and '.join(done)} labels, which is left out here" if done else ""


def _edges(colour: str, count: int) -> dict[int, str]:
    return dict.fromkeys(range(count), colour)


def _as_rgb(pictures: np.ndarray) -> np.ndarray:
    return np.repeat(pictures, 3, axis=-1) if pictures.shape[-1] == 1 else pictures


def _interleaved(above: np.ndarray, below: np.ndarray, columns: int = 8) -> np.ndarray:
    """Return rows of one and of the other in turn."""
    starts = range(0, len(above), columns)
    return np.concatenate([part[start : start + columns] for start in starts for part in (above, below)])


STATIONS: Mapping[str, Station] = {
    "real": Station("1 Real", "A batch of real samples is drawn.", "This is what G has to imitate.", _real),
    "z": Station("2 z", "Random numbers z are drawn, a row a fake.", "Nothing in them tells what they become.",
                 _latents, "Behind the line stands what each shall show: 1 for its class."),
    "fake": Station("3 G(z)", "G turns every z into a fake.", "Compare with the real ones: what is wrong?", _fake),
    "logits": Station("4 Logits", "D gives each sample a number: higher means more real.",
                      "Green is real, purple fake: where do they mix?", _logits),
    "losses": Station("5 Losses", "Each number goes into the loss: how wrong is D?",
                      "D learns most from samples high up its curve.", _losses),
    "gradient": Station("6 Gradient", "The loss goes back through D: every layer is told how to change.",
                        "A layer without a bar does not learn.", _gradients),
    "d": Station("7 D learns", "D's weights move against the gradient; it looks at the same samples again.",
                 "On average, real should move to the right of fake.", _d_learns),
    "again": Station("8 Again", "G's turn: its fakes meet the D that has just learned.",
                     "Compare D's number with the one before it learned.", _fakes_again),
    "push": Station("9 Push", "Through D flows back where each fake should go to look more real.",
                    "Points: arrows, longer is stronger. Pixels: amber brighter, teal darker.", _push),
    "g": Station("10 G learns", "G learns from all pushes at once, so fakes also move with others.",
                 "One step is small: arrows and colours are scaled to be seen.", _g_learns),
}  # fmt: skip
