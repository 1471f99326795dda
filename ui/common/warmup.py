"""Keeping a process ready that trains what a person starts next, while nothing trains."""

from ganlib.runs import processes
from ganlib.runs.status import QUEUED, RUNNING
from ganlib.utils import environment
from ui.common import cached


def keep() -> None:
    """Let a trainer get ready, unless one waits already. Call it when a page has been shown.

    To import Keras while a run trains would take from its time, and nobody can start another one before it ends.
    """
    if not environment.prewarm_enabled() or processes.is_prepared():
        return
    if not any(status.state in (RUNNING, QUEUED) for _, status in cached.overview()):
        processes.prepare()
