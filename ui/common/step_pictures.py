"""What each station of a step shows: pictures of a batch of images, or points in the plane."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import streamlit as st
from scipy.special import expit

from ganlib import data, plots
from ganlib.catalog import losses, networks
from ganlib.config import TrainConfig
from ganlib.plots import Tile, loss_terms, palette
from ganlib.plots.step import ARROW
from ui.common import charts, tiles

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from ganlib.explore.step_anatomy import StepAnatomy

HEIGHT = 420
_IMAGES, _POINTS = 16, 64


def shown(config: TrainConfig) -> int:
    """Return how many samples of a batch are shown."""
    return _POINTS if config.is_plane else _IMAGES


@dataclass(frozen=True, eq=False)
class Seen:
    """A step, and the first samples of its batch as they are shown."""

    anatomy: "StepAnatomy"
    config: TrainConfig

    @classmethod
    def of(cls, anatomy: "StepAnatomy", config: TrainConfig) -> "Seen":
        return cls(anatomy, config)

    def some(self, values: np.ndarray) -> np.ndarray:
        return values[: shown(self.config)]

    def pictures(self, values: np.ndarray) -> np.ndarray:
        """Return samples of a batch as they are shown: images as bytes, points as they are."""
        found = self.some(values)
        return found if self.config.is_plane else data.unscale(found, self._range)

    def opinion(self, logits: np.ndarray) -> np.ndarray:
        """Return D's probability, or where a score lies between the lowest and the highest of the batch."""
        if losses.get(self.config.loss).is_critic:
            both = np.concatenate([logits, self.anatomy.real_logits])
            return (logits - both.min()) / max(float(np.ptp(both)), 1e-6)
        return expit(logits - (losses.get(self.config.loss).decision_threshold or 0.0))

    @property
    def _range(self) -> tuple[float, float]:
        return networks.get_generator(self.config.generator).output_range


class Station(NamedTuple):
    """A station: its title, what happens in one line, what to look at in another, and what draws it."""

    title: str
    happens: str
    look_at: str
    draw: Callable[[Seen], None]


def show_tiles(
    pictures: np.ndarray, labels: Sequence[str], alt: str, edges: Mapping[int, str] | None = None, height: int = HEIGHT
) -> None:
    figure = plots.tiles_figure(pictures, [Tile(label, label) for label in labels], edges=edges)
    tiles.show(figure, f"step_{alt}", height, alt)


def _chart(figure: "go.Figure", alt: str, says: str = "") -> None:
    if says:
        figure.add_annotation(text=says, xref="paper", yref="paper", x=1, y=0, xanchor="right", showarrow=False)
    charts.draw(figure.update_layout(height=HEIGHT), f"step_{alt}", alt)


def _plane(
    seen: Seen, alt: str, real: bool = True, fake: bool = True, says: str = "", **more: np.ndarray | None
) -> None:
    nothing = np.zeros((0, 2), np.float32)
    points = [seen.some(each) if there else nothing for each, there in
              ((seen.anatomy.real, real), (seen.anatomy.fake, fake))]  # fmt: skip
    _chart(plots.points_figure(*points, **more), alt, says)


def _real(seen: Seen) -> None:
    if seen.config.is_plane:
        _plane(seen, "Real points of the batch", fake=False)
    else:
        pictures = seen.pictures(seen.anatomy.real)
        show_tiles(pictures, [""] * len(pictures), "Real images of the batch", _edges(palette.REAL, len(pictures)))


def _latents(seen: Seen) -> None:
    _chart(plots.latents_figure(seen.anatomy.latents[:_IMAGES]), "Latent vectors of the batch")


def _fake(seen: Seen) -> None:
    if seen.config.is_plane:
        _plane(seen, "Generated points of the batch")
    else:
        pictures = seen.pictures(seen.anatomy.fake)
        show_tiles(pictures, [""] * len(pictures), "Generated images", _edges(palette.FAKE, len(pictures)))


def _logits(seen: Seen) -> None:
    anatomy = seen.anatomy
    real, fake = seen.some(anatomy.real_logits), seen.some(anatomy.fake_logits)
    if seen.config.is_plane:
        _chart(plots.opinion_figure(real, fake), "D's logits, sorted")
        return
    pictures = np.concatenate([seen.pictures(anatomy.real), seen.pictures(anatomy.fake)])
    logits = np.concatenate([real, fake])
    order = np.argsort(logits)
    edges = {place: palette.REAL if number < len(real) else palette.FAKE for place, number in enumerate(order)}
    labels = [f"{logits[number]:.2f}" for number in order]
    show_tiles(pictures[order], labels, "Both batches sorted by D's logit, from fake to real", edges)


def _losses(seen: Seen) -> None:
    anatomy, loss = seen.anatomy, seen.config.loss
    real, fake = seen.some(anatomy.real_logits), seen.some(anatomy.fake_logits)
    left, right = st.columns([8, 4], gap="medium")
    with left:
        _chart(plots.sample_losses_figure(loss, real, fake), "D's loss of each sample over its logit")
    with right:
        for name, term, logits in zip(("real", "fake"), loss_terms.TERMS[loss], (real, fake), strict=False):
            lines = "  \n".join(f"`{term.with_number(float(logit))}`" for logit in logits[:3])
            st.markdown(f"**First {name} samples**, s = D's output:  \n{lines}")
        parts = float(anatomy.real_losses.mean()), float(anatomy.fake_losses.mean()), anatomy.penalty
        penalty = f" + {parts[2]:.3f} penalty" if parts[2] else ""
        st.markdown(
            f"**D's loss** of the whole batch: {parts[0]:.3f} real + {parts[1]:.3f} fake{penalty} = "
            f"**{sum(parts):.3f}**"
        )


def _gradients(seen: Seen) -> None:
    _chart(plots.layers_figure(seen.anatomy.d_gradients, palette.DISCRIMINATOR), "Gradient of D's loss by layer")


def _d_learns(seen: Seen) -> None:
    anatomy = seen.anatomy
    pairs = (("real", anatomy.real_logits, anatomy.real_logits_after),
             ("fake", anatomy.fake_logits, anatomy.fake_logits_after))  # fmt: skip
    before, after = ({pair[0]: pair[when][:_IMAGES] for pair in pairs} for when in (1, 2))
    figure = plots.changed_logits_figure(before, after)
    gaps = [float(pairs[0][when].mean() - pairs[1][when].mean()) for when in (1, 2)]
    text = f"Real minus fake, means of the whole batch: {gaps[0]:.2f} before, {gaps[1]:.2f} after"
    _chart(figure, "D's logits before and after it learned", text)


def _fakes_again(seen: Seen) -> None:
    anatomy = seen.anatomy
    before, after = seen.some(anatomy.fake_logits), seen.some(anatomy.fake_logits_after)
    if seen.config.is_plane:
        _plane(seen, "Generated points coloured by D's new opinion", real=False, colours=seen.opinion(after))
        return
    labels = [f"{old:.1f} → {new:.1f}" for old, new in zip(before, after, strict=True)]
    show_tiles(seen.pictures(anatomy.fake), labels, "Generated images with D's logit before and after")


def _push(seen: Seen) -> None:
    pushes = seen.some(seen.anatomy.pushes)
    if seen.config.is_plane:
        _plane(seen, "The push on each generated point", pushes=pushes)
        return
    fakes = _as_rgb(seen.pictures(seen.anatomy.fake))
    lengths = np.linalg.norm(pushes.reshape(len(pushes), -1), axis=1)
    rows = _interleaved(fakes, plots.signed_pictures(pushes))
    labels = _interleaved(np.full(len(fakes), "", object), np.array([f"{length:.2g}" for length in lengths], object))
    show_tiles(rows, list(labels), "Generated images, and below each the push on its pixels")


def _g_learns(seen: Seen) -> None:
    anatomy = seen.anatomy
    change = seen.some(anatomy.fake_after - anatomy.fake)
    if seen.config.is_plane:
        longest = float(np.linalg.norm(change, axis=1).max())
        says = f"longest way: {longest:.3f}, drawn {ARROW / max(longest, 1e-12):.1f} times as long"
        _plane(seen, "Where G takes the same z after it learned", says=says, pushes=change)
        return
    parts = [_as_rgb(seen.pictures(anatomy.fake)), _as_rgb(seen.pictures(anatomy.fake_after))]
    parts.append(plots.signed_pictures(change))
    eight = np.concatenate([part[:8] for part in parts])
    labels = ["before"] * 8 + ["after"] * 8 + ["change"] * 8
    show_tiles(eight, labels, "The same z before and after G learned, and the change")


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
                 _latents),
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
                     "Under each: D's number before and after it learned.", _fakes_again),
    "push": Station("9 Push", "Through D flows back where each fake should go to look more real.",
                    "Points: arrows, longer is stronger. Pixels: amber brighter, teal darker.", _push),
    "g": Station("10 G learns", "G's weights move to follow the pushes; the same z gives other fakes.",
                 "One step is small: arrows and colours are scaled to be seen.", _g_learns),
}  # fmt: skip
