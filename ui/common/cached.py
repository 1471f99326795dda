"""What pages read from disk, kept as long as the file stays the same: many viewers cost one read.

Each reader is keyed by path, time of change and size of the file it reads. None raises for a file that is
missing, damaged or just being deleted.
"""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import streamlit as st

from ganlib import data
from ganlib.catalog import datasets
from ganlib.config import TrainConfig
from ganlib.runs import records, store
from ganlib.runs.folder import Run, home
from ganlib.runs.records import Sample
from ganlib.runs.status import Status
from ganlib.training import checkpoint
from ganlib.utils import files, images
from ganlib.utils.errors import UserError
from ui.common import refresh_rate

Stamp = tuple[str, int, int]
"""Path, time of change in nanoseconds and length in bytes of a file; zeros where there is no such file."""

ORIGINALS = 64
"""Real images shown beside a sample grid, which has as many."""

MOST_STOPS = 200
"""Stops of the slider over time; a long run has more grids than a hand can tell apart."""

_SHARP = 900  # pixels: nearest neighbour here, so that the browser has little left to smooth
_LARGE = 4 * _SHARP  # for print
_TAIL = 8192  # bytes, enough for several lines of metrics


class Originals(NamedTuple):
    """Real images as a PNG, or the sentence that says why there are none to show."""

    png: bytes | None
    trouble: str = ""


def overview() -> list[tuple[Run, Status]]:
    """Return own runs, newest first, and where each stands."""
    return _overview(str(home()), refresh_rate.instant())


@st.cache_resource(max_entries=4, show_spinner=False)
def _overview(folder: str, instant: float) -> list[tuple[Run, Status]]:
    return [(run, run.status()) for run in store.list_runs(Path(folder))]


def look_again() -> None:
    """Forget which runs there are, after something was done to one."""
    _overview.clear()


def metrics_stamp(run: Run) -> Stamp:
    """Return what tells one state of `metrics.jsonl` from another; it grows all the time while a run trains."""
    return _stamp_at(str(run.path / "metrics.jsonl"), refresh_rate.instant())


@st.cache_data(max_entries=64, show_spinner=False)
def _stamp_at(path: str, instant: float) -> Stamp:
    return stamp(Path(path))


def metrics(path: str, changed: int, length: int) -> dict[str, np.ndarray]:
    """Return the `metrics.jsonl` of a stamp as columns, see `Run.metrics`; only to be read."""
    kept = _newest_metrics(path)
    columns = kept.get((changed, length))
    if columns is None:
        columns = Run(Path(path).parent).metrics()
        kept.clear()  # a run that trains for hours has thousands of versions, of megabytes each
        kept[changed, length] = columns
    return columns


@st.cache_resource(max_entries=32, show_spinner=False)
def _newest_metrics(path: str) -> dict[tuple[int, int], dict[str, np.ndarray]]:
    """Return where the newest version of a file is kept, by time of change and length."""
    return {}


def checkpoint_step(run: Run) -> int | None:
    """Return the step of the newest whole checkpoint, or None if there is none."""
    return _checkpoint_step(*stamp(run.path / "checkpoint" / checkpoint.LATEST))


@st.cache_data(max_entries=256, show_spinner=False)
def _checkpoint_step(path: str, changed: int, length: int) -> int | None:
    found = checkpoint.newest(Path(path).parent)
    return found[1].step if found else None


def samples(run: Run) -> list[Sample]:
    """Return the sample grids in order of training, see `Run.samples`."""
    return _samples(*_index(run))


def _index(run: Run) -> Stamp:
    return stamp(run.path / "samples" / "index.jsonl")


@st.cache_data(max_entries=64, show_spinner=False)
def _samples(path: str, changed: int, length: int) -> list[Sample]:
    return Run(Path(path).parent.parent).samples()


def stops(samples: list[Sample]) -> dict[int, Sample]:
    """Return the grids to choose from, by step: evenly thinned to about `MOST_STOPS`, the newest among them.

    The distance between them is a power of two, so that stops stay where they are while a run goes on.
    """
    stride = 1
    while len(samples) > MOST_STOPS * stride:
        stride *= 2
    return {sample.step: sample for sample in [*samples[::stride], *samples[-1:]]}


def sample_grid(path: Path) -> bytes | None:
    """Return a sample grid on disk as an enlarged PNG, or None if it cannot be read."""
    return _sample_grid(*stamp(path))


@st.cache_data(max_entries=256, show_spinner=False)
def _sample_grid(path: str, changed: int, length: int) -> bytes | None:
    try:
        return _enlarged(images.read_png(Path(path)))
    except (OSError, ValueError):
        return None


def large_grid(path: Path) -> bytes:
    """Return a sample grid on disk as a PNG four times as large as on the page. Raises OSError, or ValueError."""
    return images.png_bytes(images.enlarge(images.read_png(path), _LARGE))


def animation(run: Run) -> bytes | None:
    """Return the run's animated GIF as it is, a shipped one's from its grids; or None if it has none."""
    return _assembled(*_index(run)) if run.is_shipped else _animation(*stamp(run.path / "samples" / "training.gif"))


@st.cache_data(max_entries=32, show_spinner=False)
def _assembled(path: str, changed: int, length: int) -> bytes | None:
    try:
        frames = [images.read_png(sample.path) for sample in _samples(path, changed, length)]
        return images.gif_bytes(frames) if frames else None
    except (OSError, ValueError):
        return None


@st.cache_data(max_entries=8, show_spinner=False)
def _animation(path: str, changed: int, length: int) -> bytes | None:
    try:
        content = Path(path).read_bytes()
    except OSError:
        return None
    return content if content.startswith(b"GIF8") else None


def size(run: Run) -> int:
    """Return the bytes a run takes on disk, counted anew when its status changes."""
    return _size(*stamp(run.path / "status.json"))


@st.cache_data(max_entries=2048, show_spinner=False)
def _size(path: str, changed: int, length: int) -> int:
    return Run(Path(path).parent).size()


def title(run: Run) -> str:
    """Return the title that a person gave the run, or its id."""
    return _title(*stamp(run.path / "about.json")) or run.id


@st.cache_data(max_entries=2048, show_spinner=False)
def _title(path: str, changed: int, length: int) -> str:
    return Run(Path(path).parent).about().title


def last_losses(run: Run) -> tuple[float, float] | None:
    """Return G's and D's loss as measured last, reading no more than the end of `metrics.jsonl`."""
    return _last_losses(*stamp(run.path / "metrics.jsonl"))


@st.cache_data(max_entries=2048, show_spinner=False)
def _last_losses(path: str, changed: int, length: int) -> tuple[float, float] | None:
    lines = files.parse_lines("\n".join(tail(Path(path))).encode())
    rows = records.sound(lines, records.metrics)
    pairs = [(row["g_loss"], row["d_loss"]) for row in rows if {"g_loss", "d_loss"} <= row.keys()]
    return next((pair for pair in reversed(pairs) if np.isfinite(pair).all()), None)


def tail(path: Path) -> list[str]:
    """Return the last lines of a text file, the first of them perhaps cut; none if it cannot be read. Not kept."""
    try:
        with path.open("rb") as file:
            file.seek(max(0, os.fstat(file.fileno()).st_size - _TAIL))
            return file.read().decode(errors="replace").splitlines()
    except OSError:
        return []


def originals(config: TrainConfig, found: Iterable[Run] = ()) -> Originals:
    """Return as many real images as a sample grid has, always the same: a run's own or the data set's."""
    grids = (sample_grid(run.path / "samples" / "originals.png") for run in found)
    if brought := next(filter(None, grids), None):
        return Originals(brought)
    origin = data.where(config.dataset, config.split)
    if origin is None:
        title = datasets.get(config.dataset).title
        return Originals(None, f"{title} is not on this machine, so there are no originals to compare with.")
    return _originals(config.dataset, config.split, config.grayscale, stamp(Path(origin)))


# A file that was damaged may be mended, hence the time limit.
@st.cache_data(max_entries=16, ttl=600, show_spinner="Fetching the originals")
def _originals(dataset: str, split: str, grayscale: bool, origin: Stamp) -> Originals:
    try:
        pool = data.load(dataset, split, grayscale).images
    except UserError as error:
        return Originals(None, str(error))
    chosen = np.random.default_rng(0).choice(len(pool), min(ORIGINALS, len(pool)), replace=False)
    return Originals(_enlarged(images.sample_grid(pool[chosen])))


def _enlarged(image: images.Pixels) -> bytes:
    return images.png_bytes(images.enlarge(image, _SHARP))


def stamp(path: Path) -> Stamp:
    """Return what tells one state of a file or folder from another."""
    try:
        found = path.stat()
    except OSError:
        return str(path), 0, 0
    return str(path), found.st_mtime_ns, found.st_size
