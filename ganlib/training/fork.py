"""A new run that begins where another one stood, with changed settings.

From a checkpoint the new run goes on exactly: networks, optimisers, random streams, place in the epoch. From a
snapshot it has the networks of then (G as its moving average) with fresh optimisers, and counts its steps anew. Its
`config.json` names the parent.
"""

import shutil
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ganlib.catalog import losses
from ganlib.config import TrainConfig
from ganlib.runs import store
from ganlib.runs.folder import Run
from ganlib.runs.records import LIVE_SETTINGS, CheckpointHeader
from ganlib.runs.status import FINISHED, STOPPED, Status
from ganlib.training import checkpoint
from ganlib.utils import files, values
from ganlib.utils.errors import UserError

if TYPE_CHECKING:
    from ganlib.models.gan import GAN

START = "start"
"""Folder of the weights that a run from a snapshot begins with."""

_SHAPES = (
    "generator",
    "discriminator",
    "latent_dim",
    "width",
    "depth",
    "pack",
    "conditioning",
    "classes",
    "norm",
    "spectral_norm",
    "image_shape",
)
_COURSE = ("g_optimizer", "d_optimizer", "dataset", "split", "batch_size", "seed")
_LENGTH = ("epochs", "max_steps", "max_seconds")


def fork(
    parent: Run, step: int | None, changes: Mapping[str, Any], name: str | None = None, folder: Path | None = None
) -> Run:
    """Make a run out of another one, in the state stopped, to be resumed.

    It begins at the parent's newest checkpoint (also if `step` is None), or at a snapshot. Settings that shape the
    networks cannot change. Its id is made up if it gets no name. `record["parent"]` names the parent's `run` and
    `step`, and says whether it goes on `exact`ly. Raises UserError: a change is impossible, or there is nothing at that
    step to begin with.
    """
    saved = checkpoint.newest(parent.path / "checkpoint")
    header = saved[1] if saved and step in (None, saved[1].step) else None
    before = parent.config.changed(**header.settings) if header else parent.config
    config = before.changed(**changes)
    for setting in _SHAPES:
        if getattr(config, setting) != getattr(before, setting):
            raise UserError(f"A fork keeps its parent's networks, so {setting} cannot change; train a new run instead.")
    if bool(before.g_dropout) != bool(config.g_dropout):
        raise UserError(
            "A fork keeps its parent's networks, so G cannot gain or lose dropout; train a new run instead."
        )
    name = name or _free_name(parent, folder)
    if saved and header and _is_same_course(before, config):
        _demand_more_to_do(parent, before, config, header)
        live = {setting: getattr(config, setting) for setting in LIVE_SETTINGS}
        progress = dict(header.progress)
        if before.metric_names != config.metric_names:  # the steps since the last line have other columns
            progress |= {"rows": [], "row_batches": progress["batches"], "row_seconds": progress["seconds"]}
            progress |= {"epoch_sums": [0.0, 0.0], "epoch_steps": 0}
        header = CheckpointHeader(progress, (), live)
        begin = partial(checkpoint.copy, saved[0], header=header)
        return _create(parent, config, step=header.step, begin=begin, name=name, folder=folder, place="checkpoint")
    at, snapshot = _snapshot(parent, step)
    begin = partial(shutil.copytree, snapshot)
    return _create(parent, config, step=at, begin=begin, name=name, folder=folder, place=START)


def _is_same_course(before: TrainConfig, after: TrainConfig) -> bool:
    """Whether optimiser states, data order, moving average and the balance of a loss still mean something."""
    has_balance = [losses.get(config.loss).has_balance for config in (before, after)]
    is_same = all(getattr(before, setting) == getattr(after, setting) for setting in _COURSE)
    return is_same and bool(before.ema) == bool(after.ema) and has_balance[0] == has_balance[1]


def _demand_more_to_do(parent: Run, before: TrainConfig, after: TrainConfig, header: CheckpointHeader) -> None:
    status, seconds = parent.status(), values.number(header.progress.get("seconds"), low=0.0) or 0.0
    if 0 < after.max_steps <= header.step:
        raise UserError(
            f"The run {parent.id!r} has done {header.step:,} steps; give its fork more to do by raising max_steps."
        )
    if 0 < after.max_seconds <= seconds:
        raise UserError(
            f"The run {parent.id!r} has trained for {seconds:,.0f} s, its fork may for {after.max_seconds:g} s "
            "in all: raise max_seconds, or begin at a snapshot, from which it counts anew."
        )
    if status.step == header.step and after.epochs <= status.epoch:
        raise UserError(
            f"The run {parent.id!r} has trained for {status.epoch:g} epochs; give its fork more to do by raising "
            "epochs."
        )
    # Runs of earlier versions do not say which limit ended them.
    ended_by = [status.ended_by] if status.ended_by in _LENGTH else _LENGTH
    if status.state == FINISHED and all(getattr(before, s) == getattr(after, s) for s in ended_by):
        more = next((s for s in reversed(ended_by) if getattr(after, s)), "epochs")
        raise UserError(f"The run {parent.id!r} is finished; give its fork more to do by raising {more}.")


def _snapshot(parent: Run, step: int | None) -> tuple[int, Path]:
    """Return step and folder of the snapshot to begin with; the newest if `step` is None."""
    snapshots = dict(parent.snapshots())
    wanted = max(snapshots, default=0) if step is None else step
    if wanted not in snapshots:
        kept = ", ".join(map(str, snapshots)) or "none"
        raise UserError(f"The run {parent.id!r} has nothing to fork from at step {wanted}; its snapshots: {kept}.")
    return wanted, snapshots[wanted]


def _create(
    parent: Run,
    config: TrainConfig,
    *,
    step: int,
    begin: Callable[[Path], object],
    name: str,
    folder: Path | None,
    place: str,
) -> Run:
    """Make the run's folder and let `begin` fill the place from which its trainer starts."""
    exact = place == "checkpoint"
    origin = {"run": parent.id, "step": step, "exact": exact}
    record = {"preset": parent.record.get("preset"), "parent": origin}
    run = store.create(config, record, name, folder, state=STOPPED)
    how = "everything as it was" if exact else "G from its moving average, D as it was, fresh optimisers"
    message = f"Forked from {parent.id} at step {step}: {how}."
    try:
        begin(run.path / place)
        run.add_event("forked", step if exact else 0, message=message)
        run.write_status(Status(STOPPED, step=step if exact else 0, message=message))
    except OSError as error:
        shutil.rmtree(run.path, ignore_errors=True)
        raise files.unwritable("The fork could not be written", error, "GANLIB_RUNS") from error
    return run


def _free_name(parent: Run, folder: Path | None) -> str:
    taken = {run.id for run in store.list_runs(folder)}
    stem = f"{parent.id[:50].rstrip('-')}-fork"
    return next(name for name in (stem, *(f"{stem}-{n}" for n in range(2, 1_000_000))) if name not in taken)


def load_weights(gan: "GAN", folder: Path) -> None:
    """Let a GAN begin with a snapshot's networks, optimisers fresh. Raises UserError: missing, damaged or unfit."""
    try:
        for name, models in (("generator", {gan.generator, gan.ema}), ("discriminator", {gan.discriminator})):
            for model in models:
                model.load_weights(folder / f"{name}.weights.h5")
    except (OSError, ValueError, KeyError) as error:
        raise UserError("The weights to begin with are missing, damaged, or do not fit the networks.") from error
