"""What a GAN on points in the plane looks like at one step: the pictures that the Lab plays."""

import io
import zipfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from ganlib.catalog.points import EXTENT
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
_MOST_BYTES = 100_000  # of a frame; ours have 10,000


@dataclass(frozen=True, eq=False)
class Frame:
    """A GAN in the plane at one step; all arrays are float16, which is finer than a screen.

    Attributes:
        step: when.
        points: generated, shape (POINTS, 2).
        scores: D's logit of each of them, or a critic's score, shape (POINTS,).
        logits: of D at `places(CELLS)`, shape (CELLS, CELLS): rows from bottom to top.
        lattice: where G takes a regular lattice of latent vectors, shape (rows, LATTICE, 2): one row of them for one
            latent dimension, LATTICE rows for two; none for more.
        pushes: for the first PUSHED points, the direction in which G's own loss falls fastest: minus the gradient of
            the loss of that point alone by the point, shape (PUSHED, 2).
        slopes: the gradient of D's output by each generated point, along which every loss pushes, shape (POINTS, 2);
            NaN in frames from before they were kept.
    """

    step: int
    points: np.ndarray
    scores: np.ndarray
    logits: np.ndarray
    lattice: np.ndarray
    pushes: np.ndarray
    slopes: np.ndarray

    def to_bytes(self) -> bytes:
        """Return the frame as an NPZ file."""
        content = io.BytesIO()
        np.savez(content, **asdict(self))
        return content.getvalue()

    @classmethod
    def from_bytes(cls, content: bytes) -> "Frame":
        """Read a frame; raises ValueError for what is none."""
        if len(content) > _MOST_BYTES:
            raise ValueError("too large for a frame")
        try:
            with np.load(io.BytesIO(content), allow_pickle=False) as archive:
                if any(info.file_size > _MOST_BYTES for info in archive.zip.infolist()):
                    raise ValueError("too large for a frame")
                arrays = [archive[name] for name in ("points", "scores", "logits", "lattice", "pushes")]
                arrays.append(archive["slopes"] if "slopes" in archive else np.full((POINTS, 2), np.nan, np.float16))
                frame = cls(int(archive["step"]), *arrays)
        except (OSError, KeyError, TypeError, AttributeError, EOFError, zipfile.BadZipFile) as error:
            raise ValueError("no frame") from error
        shapes = [frame.lattice.shape[1:], *(array.shape for array in arrays if array is not frame.lattice)]
        if (
            shapes != [(LATTICE, 2), (POINTS, 2), (POINTS,), (CELLS, CELLS), (PUSHED, 2), (POINTS, 2)]
            or len(frame.lattice) > LATTICE
        ):
            raise ValueError("no frame")
        if any(array.dtype != np.float16 for array in arrays):
            raise ValueError("no frame")
        return frame


def places(count: int) -> np.ndarray:
    """Return the middles of count x count squares of the plane, rows from the bottom; float32, (count ** 2, 2)."""
    steps = ((np.arange(count, dtype=np.float32) + 0.5) / count * 2 - 1) * EXTENT
    return np.stack(np.meshgrid(steps, steps), axis=-1).reshape(-1, 2)


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
            found.append(Frame.from_bytes(_path(folder, step).read_bytes()))
        except (OSError, ValueError):
            continue
    return found


def drop(folder: Path, doomed: Sequence[int]) -> None:
    """Delete the frames of some steps."""
    for step in doomed:
        _path(folder, step).unlink(missing_ok=True)


def _path(folder: Path, step: int) -> Path:
    return folder / _FOLDER / f"step_{step:08d}.npz"
