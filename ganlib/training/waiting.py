"""When the queued runs are likely to start: a guess from what trains now and from how long each will take."""

import heapq
from collections.abc import Iterable
from pathlib import Path

from ganlib.runs import queue, store
from ganlib.runs.folder import Run, home
from ganlib.runs.status import RUNNING
from ganlib.training import estimate
from ganlib.utils import environment
from ganlib.utils.errors import UserError

_UNKNOWN = 60.0
"""Seconds of a run of which nothing is known, such as a damaged one."""


def expected(folder: Path | None = None) -> list[tuple[Run, float]]:
    """Return the queued runs, the next one first, and the seconds until each is likely to start.

    A paused run holds no slot; one that has just started counts with its whole length until it tells what is left.
    """
    folder = folder or home()
    queued = queue.waiting(folder)
    if not queued:
        return []
    runs = store.list_runs(folder)
    training = (run for run in runs if run.status().state == RUNNING)
    busy = sorted(_left(run, runs) for run in training)[-environment.slots() :]
    free_at = [0.0] * (environment.slots() - len(busy)) + busy
    heapq.heapify(free_at)
    found = []
    for run in queued:
        start = heapq.heappop(free_at)
        heapq.heappush(free_at, start + _length(run, runs))
        found.append((run, start))
    return found


def _left(run: Run, earlier: Iterable[Run]) -> float:
    eta = run.status().eta_s
    return _length(run, earlier) if eta is None else eta


def _length(run: Run, earlier: Iterable[Run]) -> float:
    try:
        config = run.config
        return estimate.GETTING_READY + estimate.estimate(config, earlier).seconds
    except UserError:
        return _UNKNOWN
