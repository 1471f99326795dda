"""A new run that begins where another one stood, with changed settings.

From a checkpoint the new run goes on exactly: networks, optimisers, random streams, place in the epoch. From a snapshot
it has the networks as they were, with fresh optimisers, and counts its steps anew. Its `config.json` names the parent.
"""

import shutil
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ganlib import runs
from ganlib.config import TrainConfig
from ganlib.control import LIVE_SETTINGS
from ganlib.errors import UserError
from ganlib.run import Run
from ganlib.status import FINISHED, STOPPED, Status
from ganlib.training import checkpoint
from ganlib.training.steering import CHANGED

START = "start"
"""Folder of the weights that a run from a snapshot begins with."""

_SHAPES = ("generator", "discriminator", "latent_dim", "norm", "spectral_norm", "image_shape")
_COURSE = ("g_optimizer", "d_optimizer", "dataset", "split", "batch_size", "seed")
_INHERITED = ("preset", "schema_version", "versions", "device")
_LENGTH = ("epochs", "max_steps", "max_seconds")


def fork(
    parent: Run, step: int | None, changes: Mapping[str, Any], name: str | None = None, folder: Path | None = None
) -> Run:
    """Make a run out of another one.

    Args:
        parent: any run, a shipped one too.
        step: where to begin: the step of the newest checkpoint (also if None), or that of a snapshot.
        changes: settings to change; those that shape the networks cannot be.
        name: the new run's id; made up if None.
        folder: where runs live, by default `runs.home()`.

    Returns:
        The new run in the state stopped, to be resumed. `record["parent"]` names the parent's `run` and `step`, and
        says whether it goes on `exact`ly.

    Raises:
        UserError: a change is impossible, or there is nothing at that step to begin with.
    """
    config = parent.config.changed(**changes)
    for setting in _SHAPES:
        if getattr(config, setting) != getattr(parent.config, setting):
            raise UserError(f"A fork keeps its parent's networks, so {setting} cannot change; train a new run instead.")
    saved = checkpoint.newest(parent.path / "checkpoint")
    if saved and step in (None, saved[1]["meter"]["step"]) and _same_course(parent.config, config):
        return _go_on(parent, config, changes, saved[0], saved[1]["meter"]["step"], name, folder)
    return _begin_with_networks(parent, config, step, name, folder)


def _same_course(before: TrainConfig, after: TrainConfig) -> bool:
    """Whether optimiser states, data order and moving average of one still mean something to the other."""
    same = all(getattr(before, setting) == getattr(after, setting) for setting in _COURSE)
    return same and bool(before.ema) == bool(after.ema)


def _go_on(
    parent: Run,
    config: TrainConfig,
    changes: Mapping[str, Any],
    saved: Path,
    step: int,
    name: str | None,
    folder: Path | None,
) -> Run:
    if parent.status().state == FINISHED and not any(setting in changes for setting in _LENGTH):
        more = f"{'max_seconds' if config.max_seconds else 'max_steps' if config.max_steps else 'epochs'}"
        raise UserError(f"The run {parent.id!r} is finished; give its fork more to do by raising {more}.")
    run = _create(parent, config, step, True, name, folder)
    (run.path / "checkpoint").mkdir()
    shutil.copyfile(saved, run.path / "checkpoint" / checkpoint.LATEST)
    live = {setting: value for setting, value in changes.items() if setting in LIVE_SETTINGS}
    if live:  # the checkpoint holds the parent's values; the trainer makes this change when it begins
        run.add_event(CHANGED, step, id=f"fork-{time.time_ns()}", settings=live)
    return run


def _begin_with_networks(
    parent: Run, config: TrainConfig, step: int | None, name: str | None, folder: Path | None
) -> Run:
    snapshots = dict(parent.snapshots())
    wanted = max(snapshots, default=0) if step is None else step
    if wanted not in snapshots:
        kept = ", ".join(map(str, snapshots)) or "none"
        raise UserError(f"The run {parent.id!r} has nothing to fork from at step {wanted}; its snapshots: {kept}.")
    run = _create(parent, config, wanted, False, name, folder)
    shutil.copytree(snapshots[wanted], run.path / START)
    return run


def _create(parent: Run, config: TrainConfig, step: int, exact: bool, name: str | None, folder: Path | None) -> Run:
    origin = {"run": parent.id, "step": step, "exact": exact}
    record: dict[str, Any] = {key: parent.record[key] for key in _INHERITED if key in parent.record}
    run = runs.create(config, {**record, "parent": origin}, name or _free_name(parent, folder), folder)
    how = "everything as it was" if exact else "the networks as they were, fresh optimisers"
    message = f"Forked from {parent.id} at step {step}: {how}."
    run.add_event("forked", step if exact else 0, message=message)
    run.write_status(Status(STOPPED, step=step if exact else 0, message=message))
    return run


def _free_name(parent: Run, folder: Path | None) -> str:
    taken = {run.id for run in runs.list_runs(folder)}
    stem = f"{parent.id[:50].rstrip('-')}-fork"
    return next(name for name in (stem, *(f"{stem}-{n}" for n in range(2, 1_000_000))) if name not in taken)
