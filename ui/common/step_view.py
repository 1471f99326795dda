"""What one looks at while a step is taken apart: the step, the samples of its batch that are shown, and how."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import expit

from ganlib import data, plots
from ganlib.catalog import losses, networks
from ganlib.catalog.training import WITH_LABELS
from ganlib.config import TrainConfig
from ganlib.plots import Surface, Tile
from ui.common import charts, tiles

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from ganlib.explore.step_anatomy import StepAnatomy

HEIGHT = 420
IMAGES, POINTS = 16, 64
_NAME = 8  # letters of a class's name that fit below an image


def shown(config: TrainConfig) -> int:
    """Return how many samples of a batch are shown."""
    return POINTS if config.is_plane else IMAGES


@dataclass(frozen=True, eq=False)
class Seen:
    """A step, and the first samples of its batch as they are shown."""

    anatomy: "StepAnatomy"
    config: TrainConfig

    def some(self, values: np.ndarray) -> np.ndarray:
        return values[: shown(self.config)]

    def names(self, are_real: bool = False) -> list[str]:
        """Return what to write at each sample: the class that it was asked for or shows, "" where there is none."""
        config, labels = self.config, self.some(self.anatomy.labels)
        if not len(labels) or (are_real and config.conditioning not in WITH_LABELS):
            return [""] * len(self.some(self.anatomy.fake))
        names = [name.removeprefix("category ") for name in config.class_names]
        short = [name if len(name) <= _NAME else f"{name[: _NAME - 1]}…" for name in names]
        return [plots.as_is(short[label]) for label in labels]

    def number(self, value: float, digits: int = 2) -> str:
        """Write D's output: the error of an autoencoder is small."""
        return f"{value:.{3 if self.copies else digits}f}"

    @property
    def copies(self) -> bool:
        """Whether D is an autoencoder."""
        return losses.get(self.config.loss).has_autoencoder

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

    def surfaces(self) -> tuple[Surface, Surface]:
        """Return what D thinks all over the plane, before and after it learned."""
        anatomy, loss = self.anatomy, losses.get(self.config.loss)
        logits = (anatomy.surface, anatomy.surface_after)
        if not loss.is_critic:
            threshold = loss.decision_threshold or 0.0
            return Surface(expit(logits[0] - threshold), 0.5), Surface(expit(logits[1] - threshold), 0.5)
        low, high = np.min(logits), np.max(logits)
        halfway = (
            (anatomy.real_logits.mean() + anatomy.fake_logits.mean()) / 2,
            (anatomy.real_logits_after.mean() + anatomy.fake_logits_after.mean()) / 2,
        )
        first, second = (
            Surface((each - low) / max(high - low, 1e-6), float((middle - low) / max(high - low, 1e-6)))
            for each, middle in zip(logits, halfway, strict=True)
        )
        return first, second

    @property
    def line(self) -> str:
        """Say where the line on a surface is."""
        return "line: between D's means" if losses.get(self.config.loss).is_critic else "line: D = 1/2"

    @property
    def _range(self) -> tuple[float, float]:
        return networks.get_generator(self.config.generator).output_range


def show_tiles(
    pictures: np.ndarray, labels: Sequence[str], alt: str, edges: Mapping[int, str] | None = None, height: int = HEIGHT
) -> None:
    figure = plots.tiles_figure(pictures, [Tile(label, label) for label in labels], edges=edges)
    tiles.show(figure, f"step_{alt}", height, alt)


def show_chart(figure: "go.Figure", alt: str, says: str = "", height: int = HEIGHT) -> None:
    if says:
        figure.add_annotation(text=says, xref="paper", yref="paper", x=1, y=0, xanchor="right", showarrow=False)
    charts.draw(figure.update_layout(height=height), f"step_{alt}", alt)


def show_plane(seen: Seen, alt: str, real: bool = True, fake: bool = True, says: str = "", **more: Any) -> None:
    nothing = np.zeros((0, 2), np.float32)
    points = [seen.some(each) if there else nothing for each, there in
              ((seen.anatomy.real, real), (seen.anatomy.fake, fake))]  # fmt: skip
    show_chart(plots.points_figure(*points, **more), alt, says)
