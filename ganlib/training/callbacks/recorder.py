"""Writes what a training produces into its run folder: metrics, sample grids, snapshots, weights, log."""

import shutil
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ganlib.catalog.points import EXTENT
from ganlib.models import conditioning, priors
from ganlib.models.gan import GAN
from ganlib.models.inference import compiled, generate
from ganlib.runs.folder import Run
from ganlib.utils import environment, files, images

if TYPE_CHECKING:
    from ganlib.training.trainer import Trainer

GRID_SIZE = 64
"""Images on a sample grid, always from the same latent vectors."""

GRID_POINTS = 400
"""Points in the plane in their place."""

_GRID_COLUMNS, _MOST_CLASSES = 8, 24  # a conditional GAN draws each class in a row, from the same latent vectors

_EVERY_EPOCH = 200  # then ever more seldom: a hundred pictures have a thousand epochs in no time

_CALMER = 0.01  # of the training time: the least between two sample grids that are drawn by time

_SNAPSHOT_GROWTH = 1.15  # in steps: a GAN changes most at the beginning
_SNAPSHOT_BYTES = 200_000_000


class Recorder:
    """Writes into a run's folder, for the one process that trains it."""

    def __init__(self, run: Run, gan: GAN, is_resumed: bool = False) -> None:
        """Prepare the folder; `is_resumed` says whether a checkpoint is continued, whose lines and grids stay."""
        self.run, self.gan, self.is_resumed = run, gan, is_resumed
        self._written_lines = 0  # of the trainer's history
        self._drawn_at = 0.0  # seconds of training at the newest sample grid
        self._generator = compiled(gan.ema)
        config = gan.config
        count = GRID_POINTS if len(config.image_shape) == 1 else GRID_SIZE
        self.latents = priors.get(config.prior).sample(count, config.latent_dim, config.seed)
        self._columns = _GRID_COLUMNS if config.classes else None
        if config.classes:
            rows = np.arange(min(config.classes, _MOST_CLASSES))
            self.latents = conditioning.with_labels(
                np.tile(self.latents[:_GRID_COLUMNS], (len(rows), 1)), rows.repeat(_GRID_COLUMNS), config.classes
            )
        for leftover in (*run.path.glob(".[!a]*"), *run.path.glob("*/.*")):  # of a trainer killed while it wrote
            shutil.rmtree(leftover) if leftover.is_dir() else leftover.unlink(missing_ok=True)
        for name in ("samples", "snapshots", "checkpoint", "control"):
            (run.path / name).mkdir(exist_ok=True)

    def steps_until_due(self, trainer: "Trainer") -> int | None:
        """Return how many steps may pass before the next sample grid that is drawn by steps."""
        every = trainer.config.sample_every
        return every - trainer.progress.step % every if every else None

    def on_start(self, trainer: "Trainer") -> None:
        """Forget what was written after the checkpoint; draw what an untrained generator gives."""
        self.go_back_to(trainer.progress.step if self.is_resumed else -1)
        if self.is_resumed:  # the weights of its last end would pass for those of its next step
            for name in ("generator", "discriminator"):
                (self.run.path / f"{name}.weights.h5").unlink(missing_ok=True)
        else:
            self.draw_grid(0, 0.0, at_epoch_end=True)
        self._drawn_at = trainer.progress.seconds

    def on_epoch_end(self, trainer: "Trainer") -> None:
        """Write the epoch's mean losses to `log.txt`, for people, and draw a sample grid."""
        g_loss, d_loss = trainer.epoch_losses
        said = f"epoch {int(trainer.epoch)}, step {trainer.progress.step}: G {g_loss:.4f}, D {d_loss:.4f}"
        with (self.run.path / "log.txt").open("a", encoding="utf-8") as file:
            file.write(f"{time.strftime('%H:%M:%S')} {said}\n")
        if draws_epoch(int(trainer.epoch)):
            self._draw(trainer, at_epoch_end=True)

    def on_step_chunk(self, trainer: "Trainer") -> None:
        """Write new lines of the metrics, and draw a sample grid if one is due by steps or by time.

        Only those by epoch and by steps are the same when a run is repeated.
        """
        for line in trainer.history.lines[self._written_lines :]:
            self.metrics(line)
        self._written_lines = len(trainer.history.lines)
        config, progress = trainer.config, trainer.progress
        by_step = config.sample_every and progress.step % config.sample_every == 0
        by_time = is_grid_due(progress.seconds, self._drawn_at, config.sample_seconds)
        if (by_step or by_time) and self.last_grid < progress.step:
            self._draw(trainer)

    def on_pause(self, trainer: "Trainer") -> None:
        self.animation()

    def on_end(self, trainer: "Trainer") -> None:
        """Leave everything that someone who looks at the run later may want."""
        if self.last_grid < trainer.progress.step:
            self._draw(trainer)
        self._save_weights(self.run.path)
        self.animation()

    def _draw(self, trainer: "Trainer", at_epoch_end: bool = False) -> None:
        self.draw_grid(trainer.progress.step, trainer.epoch, at_epoch_end)
        self._drawn_at = trainer.progress.seconds

    def go_back_to(self, step: int) -> None:
        """Forget what was written after a checkpoint, because the steps since then come again."""
        for name in ("metrics.jsonl", "evaluations.jsonl", "samples/index.jsonl"):
            path = self.run.path / name
            kept = [line for line in files.read_lines(path) if line.get("step", 0) <= step]
            files.write_bytes(path, files.to_lines(kept))
        # The sample grids that the index does not name go, too: those drawn by time do not come again.
        folder = self.run.path / "samples"
        named = {line.get("file") for line in files.read_lines(folder / "index.jsonl")}
        for path in folder.glob("image_at_*.png"):
            if path.name not in named:
                path.unlink(missing_ok=True)
        for snapshot, folder in self.run.snapshots():
            if snapshot > step:
                shutil.rmtree(folder, ignore_errors=True)

    def metrics(self, row: dict[str, Any]) -> None:
        files.append_lines(self.run.path / "metrics.jsonl", [row])

    @property
    def last_grid(self) -> int:
        """Step at which the newest grid on disk was drawn, -1 if there is none."""
        return max((sample.step for sample in self.run.samples()), default=-1)

    def draw_grid(self, step: int, epoch: float, at_epoch_end: bool) -> None:
        """Draw the fixed latents, and keep the grid and the weights that made it."""
        name = f"image_at_epoch_{int(epoch):04d}.png" if at_epoch_end else f"image_at_step_{step:08d}.png"
        folder = self.run.path / "samples"
        files.write_bytes(folder / name, self.picture())
        files.append_lines(folder / "index.jsonl", [{"file": name, "step": step, "epoch": round(epoch, 3)}])
        self._snapshot(step)

    def picture(self, compression: int = 6) -> bytes:
        """Return what the generator makes of the fixed latents now, as a PNG file; see `images.png_bytes`."""
        drawn = generate(self._generator, self.latents, self.gan.value_range)
        pixels = images.plane(drawn, EXTENT) if drawn.ndim == 2 else images.sample_grid(drawn, self._columns)
        return images.png_bytes(pixels, compression)

    def _snapshot(self, step: int) -> None:
        folder = self.run.path / "snapshots" / f"step_{step:08d}"
        taken = [step for step, _ in self.run.snapshots()]
        if taken and step < taken[-1] * _SNAPSHOT_GROWTH + 1:
            return
        hidden = folder.with_name(f".{folder.name}")
        shutil.rmtree(hidden, ignore_errors=True)
        hidden.mkdir()
        self._save_weights(hidden)
        hidden.rename(folder)
        size = sum(path.stat().st_size for path in folder.iterdir())
        most = max(2, min(environment.most_snapshots(), _SNAPSHOT_BYTES // size))
        for doomed in surplus([*taken, step], most):
            shutil.rmtree(self.run.path / "snapshots" / f"step_{doomed:08d}", ignore_errors=True)

    def _save_weights(self, folder: Path) -> None:
        for name, model in (("generator", self.gan.ema), ("discriminator", self.gan.discriminator)):
            # Keras insists on the ending, and writes in place: so beside first, then at once.
            temporary = folder / f".{name}.weights.h5"
            model.save_weights(temporary, overwrite=True)
            temporary.replace(folder / f"{name}.weights.h5")

    def animation(self) -> None:
        """Write `samples/training.gif` from the grids, early ones densely, later ones sparsely."""
        grids = [images.read_png(sample.path) for sample in self.run.samples()]
        if grids:
            kept = [grids[index] for index in images.kept_frames(len(grids))]
            files.write_bytes(self.run.path / "samples" / "training.gif", images.gif_bytes(kept))


def draws_epoch(epoch: int) -> bool:
    """Whether a grid is drawn at the end of an epoch, counted from 1: of 1,000 epochs, 235 are."""
    return epoch <= _EVERY_EPOCH or round(2 * epoch**0.5) > round(2 * (epoch - 1) ** 0.5)


def is_grid_due(seconds: float, drawn: float, every: float) -> bool:
    """Whether a sample grid is drawn because of the time that has passed, which changes nothing in the training.

    In `t` seconds it is at most `100 + 100 * ln(t / (100 * every))` times: 460 in an hour with one every second. All
    are seconds of training: so far, at the newest grid, and between two grids at the beginning, 0 for none.
    """
    return every > 0 and seconds - drawn >= max(every, _CALMER * seconds)


def surplus(steps: Sequence[int], most: int) -> list[int]:
    """Return which snapshots to drop so that at most `most` stay, dense early and sparse late.

    The first and the last stay. The others go one by one, each time the one whose neighbours are closest in
    the logarithm of the step, because a GAN changes most at the beginning.
    """
    kept = sorted(steps)
    dropped = []
    while len(kept) > max(most, 2):
        logs = np.log1p(kept)
        dropped.append(kept.pop(int(np.argmin(logs[2:] - logs[:-2])) + 1))
    return dropped
