"""From a plan to runs that wait for their turn: all of them, or none."""

import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from ganlib.config import TrainConfig
from ganlib.experiments.plan import Plan, Planned
from ganlib.runs import limits, queue, store
from ganlib.runs.folder import Run, home
from ganlib.runs.status import QUEUED, STOPPED, Status
from ganlib.utils import environment, files
from ganlib.utils.errors import UserError

_APART = 1e-6  # seconds between two places in the queue: well below what tells one person's start from another's


def start(plan: Plan, owner: str = "", folder: Path | None = None) -> list[Run]:
    """Make the runs of an experiment and let them train, one after the other, in the order of the plan.

    Arguments as for `store.create` and `queue.start`. Raises UserError: a limit does not allow all of them, or one
    cannot be written; then none was made.
    """
    folder = folder or home()
    check_limits(len(plan.runs), folder)
    with limits.admitted(owner, [planned.config for planned in plan.runs], folder) as configs:
        made = _make(plan, configs, owner, folder, is_queued=True)
    queue.advance(folder)
    return made


def make(plan: Plan, folder: Path | None = None) -> list[Run]:
    """Make the runs of an experiment without letting them train here. Raises UserError: as `start`."""
    folder = folder or home()
    check_limits(len(plan.runs), folder)
    return _make(plan, [planned.config for planned in plan.runs], "", folder, is_queued=False)


def _make(plan: Plan, configs: Sequence[TrainConfig], owner: str, folder: Path, is_queued: bool) -> list[Run]:
    """Make all runs, or none; stopped at first, so that nobody who looks starts one before all are there."""
    made: list[Run] = []
    try:
        for planned, config in zip(plan.runs, configs, strict=True):
            made.append(store.create(config, record(plan, planned), planned.id, folder, STOPPED))
            if owner:
                made[-1].write_about(owner=owner)
        if is_queued:
            now = time.time()
            for place, run in enumerate(made):
                run.write_status(Status(QUEUED, queued_at=now + place * _APART))
    except (UserError, OSError) as error:
        for run in made:
            with suppress(UserError, OSError):
                store.delete(run)
        if isinstance(error, UserError):
            raise
        raise files.unwritable(f"The experiment could not be written to {folder}", error, "GANLIB_RUNS") from error
    return made


def check_limits(wanted: int, folder: Path) -> None:
    """Refuse runs there is no room for. Raises UserError: the disk is nearly full, or `most_runs` leaves no more."""
    environment.check_room(folder)
    left = environment.most_runs() - len(store.list_runs(folder))
    if wanted > left:
        raise UserError(
            f"This experiment needs {wanted} runs, but only {max(0, left)} more are allowed (GANLIB_MAX_RUNS); "
            "delete some first, or take fewer values or seeds."
        )


def record(plan: Plan, planned: Planned) -> dict[str, Any]:
    """Return what `config.json` says of the experiment, enough to put it together again from its runs."""
    experiment = {
        "id": plan.id,
        "title": plan.title,
        "field": plan.field,
        "value": planned.value,
        "seed": planned.seed,
        "values": list(plan.values),
    }
    return {"preset": planned.preset, "experiment": experiment}
