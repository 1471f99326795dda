"""What a shipped model's folder holds, made small from a run that was trained: everything but the evaluations."""

import io
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from ganlib import data
from ganlib.config import FIELDS, TrainConfig
from ganlib.runs.folder import Run
from ganlib.runs.records import Sample
from ganlib.runs.status import FINISHED, Status
from ganlib.training.callbacks.recorder import GRID_SIZE, surplus
from ganlib.utils import files, images, seeds
from tools.release.recipes import Recipe

MOST_LINES = 800
"""Lines of `metrics.jsonl`; a chart shows no more."""

_LAST_OF_A_GROUP = ("step", "epoch", "time_s")
"""Columns that count up; of all others the mean stands for a group of lines."""

_RECORDED = (*FIELDS, "preset", "schema_version", "versions", "device")
_TOLD = ("started", "changed", "forked")
"""Events worth keeping; that a training took many sittings is not."""

_NETWORKS = ("generator", "discriminator")

_SNAPSHOT_BITS = 5
"""Significant bits of the kernels in snapshots: 3 % off at most, and a third less room. They show how pictures changed;
what the numbers on the pages are of has all the bits there are."""


def write(run: Run, step: int, weights: Path, recipe: Recipe, folder: Path) -> None:
    """Write the files of a shipped model, without what came after the step, into an empty folder; `weights` is theirs.

    Raises UserError: the run's settings or the real images cannot be read; or OSError.
    """
    record = {name: value for name, value in run.record.items() if name in _RECORDED}
    files.write_json(folder / "config.json", record)
    files.write_json(folder / "about.json", {"title": recipe.label, "note": recipe.why, "owner": ""})
    files.write_json(folder / "status.json", _status(run, step))
    lines = [line for line in files.read_lines(run.path / "metrics.jsonl") if line.get("step", 0) <= step]
    files.append_lines(folder / "metrics.jsonl", thinned(lines))
    told = [event for event in run.events() if event.get("event") in _TOLD and event.get("step", 0) <= step]
    at = run.events()[-1].get("time") if run.events() else None
    files.append_lines(folder / "events.jsonl", [*told, {"event": FINISHED, "step": step, "time": at}])
    # A trainer has no time to look for copies; evaluations of others stay behind.
    found = (line for line in files.read_lines(run.path / "evaluations.jsonl") if "copies" not in line)
    evaluated = [line for line in found if line.get("step", 0) <= step]
    files.append_lines(folder / "evaluations.jsonl", evaluated)
    _write_samples(folder / "samples", kept_samples(run, step), originals(run.config))
    networks = _NETWORKS[: 1 + recipe.ships_discriminator]
    for network in networks:
        (folder / f"{network}.weights.h5").write_bytes(halved(weights / f"{network}.weights.h5"))
    _write_snapshots(run, step, recipe.snapshots, networks, folder / "snapshots")


def thinned(lines: Sequence[Mapping[str, Any]], most: int = MOST_LINES) -> list[dict[str, Any]]:
    """Return at most so many lines of metrics: each the mean of a group of neighbours, at the group's last step."""
    size = -(-len(lines) // most) if lines else 1
    return [_mean(lines[start : start + size]) for start in range(0, len(lines), size)]


def _mean(group: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    last = group[-1]
    found = {}
    for name in last:
        values = [line[name] for line in group if isinstance(line.get(name), (int, float))]
        is_counted = name in _LAST_OF_A_GROUP or not values
        found[name] = last[name] if is_counted else float(f"{np.mean(values):.6g}")
    return found


def kept_samples(run: Run, step: int) -> list[Sample]:
    """Return the sample grids that ship, by the rule of the animation: early ones densely, later ones sparsely."""
    found = [sample for sample in run.samples() if sample.step <= step]
    if not run.config.sample_every:  # else a grid within an epoch only tells where a sitting ended
        found = [sample for sample in found if sample.path.name.startswith("image_at_epoch") or sample is found[-1]]
    return [found[index] for index in images.kept_frames(len(found))]


def originals(config: TrainConfig) -> images.Pixels:
    """Return a grid of real images, as grey or colourful as the run saw them: what the model imitates."""
    pool = data.load(config.dataset, config.split, config.grayscale).images
    chosen = seeds.rng(0, "originals").choice(len(pool), GRID_SIZE, replace=False)
    return images.sample_grid(pool[chosen])


def machine(record: Mapping[str, Any]) -> str:
    """Return what computed, and with how many processor threads."""
    threads = record.get("threads", 0)
    return f"{record.get('device', 'CPU')}, {threads} thread{'' if threads == 1 else 's'}"


def _status(run: Run, step: int) -> dict[str, Any]:
    """Return the status of a run that ended at that step."""
    status = run.status()
    seconds, epoch = status.seconds, status.epoch
    if step < status.step:
        columns = run.metrics()
        seconds, epoch = (float(np.interp(step, columns["step"], columns[name])) for name in ("time_s", "epoch"))
    ended = Status(FINISHED, step, step, round(epoch, 3), 0.0, status.images_per_s, round(seconds, 2), queued_at=0.0)
    return ended.__dict__


def _write_samples(folder: Path, kept: Sequence[Sample], real: images.Pixels) -> None:
    folder.mkdir()
    for sample in kept:
        shutil.copyfile(sample.path, folder / sample.path.name)
    index = [{"file": sample.path.name, "step": sample.step, "epoch": sample.epoch} for sample in kept]
    files.append_lines(folder / "index.jsonl", index)
    (folder / "originals.png").write_bytes(images.png_bytes(real))


def _write_snapshots(run: Run, step: int, most: int, networks: Sequence[str], folder: Path) -> None:
    """Keep so many moments of the training, dense early and sparse late; its end is the model itself."""
    moments = {moment: path for moment, path in run.snapshots() if moment < step}
    for doomed in surplus([*moments, step], most + 1) if most else list(moments):
        del moments[doomed]
    for moment, path in moments.items():
        place = folder / f"step_{moment:08d}"
        place.mkdir(parents=True)
        for network in networks:
            (place / f"{network}.weights.h5").write_bytes(halved(path / f"{network}.weights.h5", _SNAPSHOT_BITS))


_HALF = np.finfo(np.float16)


def halved(path: Path, significant_bits: int = 11) -> bytes:
    """Return a Keras `.weights.h5` file with its kernels rounded to 16 bits and compressed; the same bytes every time.

    Of their numbers so many bits count, 11 at most; the other ones are zeros, which take little room compressed.
    Vectors stay as they are: biases and what batch normalisation keeps are a hundredth of the size, and a variance
    may be too large or too small for 16 bits. So does a kernel with a value that 16 bits cannot hold. Raises OSError:
    there is no such file, or it is damaged.
    """
    buffer = io.BytesIO()
    with h5py.File(path, "r") as source, h5py.File(buffer, "w") as target:
        target.attrs.update(source.attrs)

        def copy(name: str, item: h5py.Group | h5py.Dataset) -> None:
            if isinstance(item, h5py.Group):
                made = target.require_group(name)
            else:
                values = _half(item[()], significant_bits)
                packing = {"compression": "gzip", "compression_opts": 9, "shuffle": True} if values.ndim else {}
                made = target.create_dataset(name, data=values, **packing)
            made.attrs.update(item.attrs)

        source.visititems(copy)
    return buffer.getvalue()


def _half(values: np.ndarray, significant_bits: int) -> np.ndarray:
    if values.ndim < 2 or values.dtype != np.float32:
        return values
    fractions, exponents = np.frexp(values)
    rounded = np.ldexp(np.rint(np.ldexp(fractions, significant_bits)), exponents - significant_bits)
    return rounded.astype(np.float16) if np.abs(rounded).max(initial=0) <= _HALF.max else values
