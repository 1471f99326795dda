"""Networks for the pages: loaded late, kept for all sessions, at work for one of them at a time.

TensorFlow takes seconds to import, so a page that will generate asks for a `warm_up` while its visitor still reads.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from ganlib.runs.folder import Run
from ganlib.utils import environment
from ganlib.utils.errors import UserError
from ui.common import cached

if TYPE_CHECKING:
    from ganlib.explore.sampler import Discriminator, Sampler

_PAUSE = 0.002  # seconds
_KEPT = 8  # networks of a kind in memory; the largest takes 27 MB


@contextmanager
def at_work() -> Iterator[None]:
    """Have the backend to oneself, for two computations slow each other down; a `UserError` if it cannot be used."""
    with _lock():
        _load()
        yield


def let_others_in() -> None:
    """Lend the backend to whoever waits for it, in the middle of long work inside `at_work`."""
    lock = _lock()
    lock.release()
    time.sleep(_PAUSE)  # or this thread would be the first to have it again
    lock.acquire()


def sampler(run: Run, step: int | None = None, label: int | None = None) -> "Sampler":
    """Return a run's generator, inside `at_work`; a `UserError` if such weights are missing or damaged.

    With `label` it draws one class of a conditional run.
    """
    found = _sampler(str(run.path), step, *stamps(run, step, "generator"))
    return found if label is None else found.of_class(label)


def discriminator(run: Run, step: int | None = None, label: int | None = None) -> "Discriminator":
    """Return a run's discriminator, inside `at_work`; `label` and errors as for `sampler`."""
    found = _discriminator(str(run.path), step, *stamps(run, step, "discriminator"))
    return found if label is None else found.of_class(label)


def warm_up() -> None:
    """Import the backend in the background, unless it is there or `GANLIB_WARM` is 0."""
    if environment.prewarm_enabled():
        _warm_up()


def _load() -> None:
    """Load the backend, and keep Streamlit from clearing Keras's session after every run of a page.

    That would collect garbage for 0.2 s, in which nobody's page goes on, and take the kernels and scopes from whoever
    computes meanwhile. A backend that cannot be used is a `UserError`.
    """
    from ganlib.backend.startup import load_backend

    load_backend()
    import keras

    keras.backend.clear_session = lambda free_memory=True: None


@st.cache_resource(show_spinner=False)
def _lock() -> threading.RLock:
    return threading.RLock()


@st.cache_resource(show_spinner=False)
def _warm_up() -> threading.Thread:
    lock = _lock()  # asked for here: the thread has no session

    def load() -> None:
        with lock, suppress(UserError):  # whoever computes first is told
            _load()

    thread = threading.Thread(target=load, name="warm-up", daemon=True)
    thread.start()
    return thread


@st.cache_resource(max_entries=_KEPT, show_spinner=False)
def _sampler(path: str, step: int | None, *stamps: cached.Stamp) -> "Sampler":
    from ganlib.explore.sampler import Sampler

    return Sampler(Run(Path(path)), step)


@st.cache_resource(max_entries=_KEPT, show_spinner=False)
def _discriminator(path: str, step: int | None, *stamps: cached.Stamp) -> "Discriminator":
    from ganlib.explore.sampler import Discriminator

    return Discriminator(Run(Path(path)), step)


def stamps(run: Run, step: int | None, network: str) -> tuple[cached.Stamp, cached.Stamp]:
    """Return what changes when the weights do: without a step, a run that trains adds snapshots."""
    folder = run.path if step is None else run.path / "snapshots" / f"step_{step:08d}"
    return cached.stamp(folder / f"{network}.weights.h5"), cached.stamp(run.path / "snapshots")


def has_weights(run: Run) -> bool:
    return (run.path / "generator.weights.h5").is_file() or bool(snapshots(run))


def snapshots(run: Run) -> list[int]:
    return [step for step, path in run.snapshots() if (path / "generator.weights.h5").is_file()]
