"""What a GAN on points in the plane looks like at one step: the pictures that the Lab plays."""

import io
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np
from keras import ops

from ganlib.backend import engine
from ganlib.catalog.points import EXTENT
from ganlib.config import TrainConfig
from ganlib.models import losses, priors
from ganlib.models.gan import GAN
from ganlib.utils import files

POINTS = 400
"""Generated points, always from the same latent vectors."""

PUSHED = 100
"""How many of them are shown with the push of G's loss."""

CELLS = 48
"""Places along each side of the square at which D is asked."""

LATTICE = 21
"""Latent vectors along each side of the lattice that G bends."""

MOST = 240
"""Frames that are kept of a run."""

_FOLDER = "frames"
_RIM = 0.02  # share of draws left out at either end of each latent number, so that the lattice shows where samples lie


@dataclass(frozen=True, eq=False)
class Frame:
    """A GAN in the plane at one step; all arrays are float16, which is finer than a screen.

    Attributes:
        step: when.
        points: generated, shape (POINTS, 2).
        logits: of D at `places(CELLS)`, shape (CELLS, CELLS): rows from bottom to top.
        lattice: where G takes a regular lattice of latent vectors, shape (rows, LATTICE, 2): one row of them for one
            latent dimension, LATTICE rows for two; none for more.
        pushes: for the first PUSHED points, the direction in which G's own loss falls fastest: minus the gradient of
            the loss of that point alone by the point, shape (PUSHED, 2).
    """

    step: int
    points: np.ndarray
    logits: np.ndarray
    lattice: np.ndarray
    pushes: np.ndarray

    def to_bytes(self) -> bytes:
        """Return the frame as an NPZ file."""
        content = io.BytesIO()
        np.savez(content, **asdict(self))
        return content.getvalue()

    @classmethod
    def from_file(cls, path: Path) -> "Frame":
        """Read a frame.

        Raises:
            OSError: there is no such file.
            ValueError: it holds something else.
        """
        try:
            with np.load(path, allow_pickle=False) as content:
                frame = cls(
                    int(content["step"]), *(content[name] for name in ("points", "logits", "lattice", "pushes"))
                )
        except (KeyError, TypeError, EOFError) as error:
            raise ValueError(f"{path} is no frame") from error
        shapes = (frame.points.shape, frame.logits.shape, frame.lattice.shape[1:], frame.pushes.shape)
        if shapes != ((POINTS, 2), (CELLS, CELLS), (LATTICE, 2), (PUSHED, 2)):
            raise ValueError(f"{path} is no frame")
        return frame


class FrameMaker:
    """Makes frames of a GAN while it trains; compiled once, because one frame takes a few milliseconds at most."""

    def __init__(self, gan: GAN) -> None:
        """Draw the latent vectors that all frames share."""
        config = gan.config
        prior = priors.get(config.prior)
        latents = prior.sample(POINTS, config.latent_dim, config.seed)
        self._inputs = [np.concatenate([latents, latent_lattice(config)]), places(CELLS)]
        self._make = engine.compiled(lambda latents, places: _look(gan, latents, places))

    def frame(self, step: int) -> Frame:
        """Look at the GAN as it is now."""
        drawn, logits, pushes = (ops.convert_to_numpy(each).astype(np.float16) for each in self._make(*self._inputs))
        return Frame(step, drawn[:POINTS], logits.reshape(CELLS, CELLS), drawn[POINTS:].reshape(-1, LATTICE, 2), pushes)


def _look(gan: GAN, latents: Any, places: Any) -> tuple[Any, Any, Any]:
    drawn = gan.ema(latents, training=False)
    return drawn, gan.discriminator(places, training=False), push(gan.discriminator, gan.objective, drawn[:PUSHED])


def push(discriminator: keras.Model, objective: losses.Objective, points: Any) -> Any:
    """Return the direction in which each sample should move for G's loss to fall fastest, and how steeply it falls.

    Args:
        discriminator: D, which is asked in inference mode.
        objective: G's loss of one sample, by its logit.
        points: samples in the range that D was trained on, a tensor.

    Returns:
        Minus the gradient of the loss of each sample alone, of the shape of `points`.
    """
    return -engine.input_gradient(lambda x: objective.generator(discriminator(x, training=False)), points)


def places(count: int) -> np.ndarray:
    """Return the middles of count x count squares of the plane, rows from the bottom; float32, (count ** 2, 2)."""
    steps = ((np.arange(count, dtype=np.float32) + 0.5) / count * 2 - 1) * EXTENT
    return np.stack(np.meshgrid(steps, steps), axis=-1).reshape(-1, 2)


def latent_lattice(config: TrainConfig) -> np.ndarray:
    """Return the latent vectors of a lattice that holds the middle 96 % of each latent number.

    Its lines are as far apart as draws are dense: between two neighbours lie equally many.

    Returns:
        float32, shape (LATTICE ** latent_dim, latent_dim) for one and two latent dimensions; (0, latent_dim) for more.
    """
    if config.latent_dim > 2:
        return np.zeros((0, config.latent_dim), np.float32)
    steps = priors.get(config.prior).quantile(np.linspace(_RIM, 1 - _RIM, LATTICE))
    return np.stack(np.meshgrid(*[steps] * config.latent_dim), axis=-1).reshape(-1, config.latent_dim)


def write(folder: Path, frame: Frame) -> None:
    """Keep a frame in a run's folder."""
    (folder / _FOLDER).mkdir(exist_ok=True)
    files.write_bytes(_path(folder, frame.step), frame.to_bytes())


def steps(folder: Path) -> list[int]:
    """Return the steps of the frames in a run's folder, in order."""
    found = (path.stem.removeprefix("step_") for path in (folder / _FOLDER).glob("step_*.npz"))
    return sorted(int(name) for name in found if name.isdecimal())


def read(folder: Path, wanted: Sequence[int]) -> list[Frame]:
    """Read the frames of some steps; those that are gone or damaged are left out."""
    found = []
    for step in wanted:
        try:
            found.append(Frame.from_file(_path(folder, step)))
        except (OSError, ValueError):
            continue
    return found


def drop(folder: Path, doomed: Sequence[int]) -> None:
    """Delete the frames of some steps."""
    for step in doomed:
        _path(folder, step).unlink(missing_ok=True)


def _path(folder: Path, step: int) -> Path:
    return folder / _FOLDER / f"step_{step:08d}.npz"
