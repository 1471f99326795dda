"""Commands that look, draw and fetch."""

import argparse
import io
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from rich.progress import DownloadColumn, MofNCompleteColumn, Progress, ProgressColumn, TimeRemainingColumn

from ganlib import data, presets
from ganlib.backend.startup import load_backend
from ganlib.catalog.custom import batch_size
from ganlib.catalog.datasets import Dataset
from ganlib.catalog.points import EXTENT
from ganlib.catalog.table import pick
from ganlib.cli.terminal import print_table, write
from ganlib.cli.training import as_sets
from ganlib.data import custom
from ganlib.runs import archive, importer, store
from ganlib.runs.status import FAILED
from ganlib.utils import files, images
from ganlib.utils.errors import UserError

if TYPE_CHECKING:
    from ganlib.explore.sampler import Sampler


def list_presets(options: argparse.Namespace) -> None:
    """`presets`: name, data set, networks, loss, what it shows."""
    rows = [
        (name, p.config.dataset, f"{p.config.generator} / {p.config.discriminator}", p.config.loss, p.shows)
        for name, p in presets.PRESETS.items()
    ]
    print_table(("Name", "Data set", "G / D", "Loss", "What it shows"), rows)


def list_runs(options: argparse.Namespace) -> None:
    """`runs`: own runs, newest first, then shipped models."""
    own, shipped = store.list_runs(options.runs), store.list_shipped()
    if not own and not shipped:
        print("No runs yet; start one with: python -m ganlib train digits-quick")
        return
    rows = []
    for run in [*own, *shipped]:
        status = run.status()
        preset = (files.read_json(run.path / "config.json") or {}).get("preset", "")
        rows.append((run.id, status.state, str(preset), f"{status.step}/{status.total_steps}", status.message))
    print_table(("Run", "State", "Preset", "Step", ""), rows)


def sample(options: argparse.Namespace) -> None:
    """`sample RUN`: draw images, of one class if so asked, into a PNG sample grid, an NPZ, or a folder of PNGs."""
    is_folder = options.out.is_dir() or not options.out.suffix
    encode = None if is_folder else _encoder(options.out, {".png": _png, ".npz": _npz})
    sampler = _sampler(options)
    generated = sampler.generate(options.count, options.seed, options.label)
    if encode:
        write(options.out, encode(generated))
    else:
        _write_each(options.out, generated, options.seed)


def interpolate(options: argparse.Namespace) -> None:
    """`interpolate RUN`: walk through the latent vectors of some seeds, and back to the first."""
    animate = _encoder(options.out, {".gif": images.gif_bytes, ".webp": images.webp_bytes})
    sampler = _sampler(options)
    from ganlib.explore import interpolation
    from ganlib.models import priors

    anchors = np.concatenate([sampler.latents(1, seed) for seed in options.seeds])
    if options.frames < len(anchors):
        raise UserError(f"A walk through {len(anchors)} seeds needs at least as many frames; set --frames.")
    if options.label is not None:
        sampler = sampler.of_class(options.label)
    elif sampler.config.classes:
        raise UserError("A walk through a conditional GAN stays in one class; say which with --label.")
    walk = interpolation.through(anchors, options.frames, kind=priors.get(sampler.config.prior).path)
    write(options.out, animate(list(sampler.images(walk)), seconds_per_frame=0.06, hold_last=0.06))


def export(options: argparse.Namespace) -> None:
    """`export RUN`: one zip file, or the generator alone for plain Keras."""
    if not (options.out or options.keras):
        raise UserError("Say what to export: --out run.zip for the whole run, --keras g.keras for its generator.")
    if options.at is not None and not options.keras:
        raise UserError("--at goes with --keras, which exports the generator of one step; --out packs the whole run.")
    if options.checkpoint and not options.out:
        raise UserError("--checkpoint goes with --out, which packs the whole run; --keras exports the generator alone.")
    if options.out:
        pack = _encoder(options.out, {".zip": archive.zip_bytes})
    if options.keras:
        _check_ending(options.keras, (".keras",))
        _export_keras(options)
    if options.out:
        write(options.out, pack(store.find(options.run, options.runs), checkpoint=options.checkpoint))


def _export_keras(options: argparse.Namespace) -> None:
    sampler = _sampler(options)
    from ganlib.models.inference import keras_bytes

    write(options.keras, keras_bytes(sampler.config, sampler.generator))
    low, high = sampler.value_range
    classes = sampler.config.classes
    label = f" with a one-hot label of {classes} classes beside it, (N, {classes})," if classes else ""
    print(
        f"It maps z, float32 (N, {sampler.config.latent_dim}) from the {sampler.config.prior} prior,{label} to images "
        f"in [{low:g}, {high:g}]: keras.saving.load_model({str(options.keras)!r})(z, training=False)"
    )


def import_run(options: argparse.Namespace) -> None:
    """`import FILE`: a run out of a zip file."""
    try:
        with options.file.open("rb") as file:
            run = importer.import_run(file, options.name, options.runs)
    except FileNotFoundError:
        raise UserError(f"There is no file {options.file}.") from None
    print(f"{run.id} is in {run.path}.")


def fetch_data(options: argparse.Namespace) -> None:
    """`data NAME`: fetch what is missing, verify, and say what is there; or make a custom one."""
    if options.delete and options.source:
        raise UserError("--delete and --from exclude each other; delete first, then make the data set anew.")
    if options.delete:
        custom.delete(options.name)
        print(f"{options.name} is deleted.")
        return
    if options.source:
        made = _import_images(options)
        print("\n".join([data.describe(made.name), *(f"Note: {note}" for note in custom.notes(made.name))]))
        sets = as_sets({"dataset": made.name, "batch_size": batch_size(made.count("train"))})
        print(f"Train on them with: python -m ganlib train {presets.FOR_ANY_IMAGES} {sets}")
        return
    try:
        with _bar(options.name, DownloadColumn(), disable=not sys.stdout.isatty()) as show:
            data.fetch(options.name, "all", show)
    except UserError:
        if data.where(options.name, "train") or data.where(options.name, "test"):
            print(data.describe(options.name))
        raise
    print(data.describe(options.name))


@contextmanager
def _bar(name: str, amount: ProgressColumn, **options: Any) -> Iterator[Callable[[int, int], None]]:
    """Show a bar, and yield what is told the amounts that are done and there are in all."""
    columns = (*Progress.get_default_columns()[:2], amount, TimeRemainingColumn())
    with Progress(*columns, **options) as bar:
        task = bar.add_task(name, visible=False)
        yield lambda done, total: bar.update(task, completed=done, total=total, visible=True)


def _import_images(options: argparse.Namespace) -> Dataset:
    """Make a data set of a zip file or a folder."""
    with _bar(options.name, MofNCompleteColumn()) as show:
        details = (options.name, options.size, options.color, show)
        try:
            if options.source.is_dir():
                return custom.import_folder(options.source, *details)
            with options.source.open("rb") as file:
                return custom.import_files([file], *details)
        except FileNotFoundError:
            raise UserError(f"There is no file {options.source}.") from None


def _sampler(options: argparse.Namespace) -> "Sampler":
    run = store.find(options.run, options.runs)
    load_backend()
    from ganlib.explore.sampler import Sampler

    sampler = Sampler(run, options.at)
    status = run.status()
    if options.at is None and status.state == FAILED and sampler.step < status.step:
        print(
            f"ganlib: {run.id} failed at step {status.step:,}; these are weights of step {sampler.step:,}, the newest "
            "that were kept.",
            file=sys.stderr,
        )
    return sampler


def _encoder(path: Path, kinds: Mapping[str, Callable[..., bytes]]) -> Callable[..., bytes]:
    """Return what makes the bytes of a file, by its ending; complain before any work is done."""
    return kinds[_check_ending(path, kinds)]


def _check_ending(path: Path, endings: Iterable[str]) -> str:
    """Return the ending of a file that can be written; refuse an unknown one, and a folder that is not there."""
    if not path.parent.is_dir():
        raise UserError(f"There is no folder {path.parent} to write {path.name} to.")
    return pick({ending: ending for ending in endings}, path.suffix.lower(), "kind of file")


def _png(generated: np.ndarray) -> bytes:
    return images.png_bytes(images.plane(generated, EXTENT) if generated.ndim == 2 else images.sample_grid(generated))


def _npz(generated: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    named: dict[str, Any] = {"points" if generated.ndim == 2 else "images": generated}
    np.savez_compressed(buffer, **named)
    return buffer.getvalue()


def _write_each(folder: Path, generated: np.ndarray, seed: int) -> None:
    """Write one PNG an image, numbered in the order in which the seed gives them."""
    if generated.ndim == 2:
        raise UserError("A point is no picture: let --out end in .npz, or in .png for one picture of all.")
    digits = max(4, len(str(len(generated) - 1)))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for number, image in enumerate(generated):
            files.write_bytes(folder / f"seed{seed}_{number:0{digits}}.png", images.png_bytes(image))
    except OSError as error:
        raise UserError(f"{folder} could not be written ({error.strerror}).") from error
    print(f"{folder}: {len(generated):,} PNG files")
