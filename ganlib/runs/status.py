"""Where a run stands: its states, and what `status.json` says."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ganlib.utils import values

QUEUED, RUNNING, PAUSED = "queued", "running", "paused"
STOPPED, FINISHED, FAILED, INTERRUPTED = "stopped", "finished", "failed", "interrupted"
STATES = (QUEUED, RUNNING, PAUSED, STOPPED, FINISHED, FAILED, INTERRUPTED)
GETTING_READY = "Getting ready."
"""The message of a run whose process has taken it over and has not trained yet."""

LIVE = (RUNNING, PAUSED)
"""`INTERRUPTED` is never written: it is what a reader concludes from a live state without a trainer."""

ACTIVE = (QUEUED, *LIVE)
"""The states of a run that trains or will."""


@dataclass(frozen=True)
class Status:
    """What `status.json` says: where a run stands."""

    state: str  # one of `STATES`
    step: int = 0  # steps done
    total_steps: int = 0  # steps the run will have at its end, as far as known
    epoch: float = 0.0  # epochs done, with fraction
    eta_s: float | None = None  # seconds of training still to come, or None where unknown
    images_per_s: float = 0.0  # real images D saw per second of training time, lately
    seconds: float = 0.0  # training time so far, summed over resumes
    message: str = ""  # one sentence for a person, or ""
    queued_at: float = field(default_factory=time.time)  # Unix time at which the run asked for its turn
    launched_at: float = 0.0  # Unix time at which a process was started for it, 0 before
    # The limit that ended a finished run: epochs, max_steps or max_seconds, else "". Where it is `max_seconds`, the
    # number of steps depends on the machine, and another run repeats no more than those.
    ended_by: str = ""

    @property
    def progress(self) -> float:
        """Share of the run that is done, 0 to 1."""
        return min(1.0, self.step / self.total_steps) if self.total_steps else 0.0

    @classmethod
    def from_dict(cls, entries: Mapping[str, Any]) -> "Status":
        """Return the status in a file's entries; one that cannot be is left out, for files may be damaged."""
        bad = cls.refused(entries)
        known = {name: entries[name] for name in _POSSIBLE if name in entries and name not in bad}
        if known.get("state") not in STATES:
            return cls(FAILED, message="This run's status.json is missing or damaged.", queued_at=0.0)
        return cls(**known)

    @staticmethod
    def refused(entries: Mapping[str, Any]) -> list[str]:
        """Return the names of the entries that cannot be: of the wrong type, below 0 or beyond reason."""
        return [name for name, is_possible in _POSSIBLE.items() if name in entries and not is_possible(entries[name])]


def note_on_repeating(status: Status, max_seconds: float) -> str:
    """Return what to know of a run that its time limit ended, or "".

    `max_seconds`, its time limit, tells for runs of versions that did not say what ended them.
    """
    is_timed = status.ended_by == "max_seconds" or (not status.ended_by and 0 < max_seconds <= status.seconds)
    if status.state != FINISHED or not is_timed:
        return ""
    return (
        f"The time limit ended it after {status.step:,} steps, and how many those are depends on the machine and on "
        f"what else it does. To repeat this run with its seed, set max_steps={status.step} and max_seconds=0."
    )


def _is_amount(value: Any) -> bool:
    return values.number(value, low=0.0) is not None


_POSSIBLE: Mapping[str, Callable[[Any], bool]] = {
    **dict.fromkeys(("state", "message", "ended_by"), lambda value: isinstance(value, str)),
    **dict.fromkeys(("step", "total_steps"), lambda value: values.whole(value) is not None),
    **dict.fromkeys(("epoch", "images_per_s", "seconds", "queued_at", "launched_at"), _is_amount),
    "eta_s": lambda value: value is None or _is_amount(value),
}
