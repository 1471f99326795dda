"""Trains the runs of the clinic: short trainings on the bundled digits, each broken by one famous mistake.

    python -m tools.clinic              # all of them, about ten minutes on two cores
    python -m tools.clinic frozen-g     # one

Each mistake replaces one function, or one setting, of a training that works. What a lesson shows of the run stays below
`lessons/clinic/`: curves, sample grids and evaluations, without weights.
"""

import argparse
import shutil
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, NamedTuple
from unittest.mock import patch

from keras import ops

from ganlib import presets
from ganlib.backend import engine
from ganlib.backend.startup import load_backend
from ganlib.catalog.losses import LOSSES
from ganlib.config import TrainConfig
from ganlib.models import gan as gan_module
from ganlib.models import losses, penalties, step
from ganlib.models.gan import GAN
from ganlib.runs import store
from ganlib.runs.folder import Run
from ganlib.training.callbacks import evaluation
from ganlib.training.start_or_resume import train
from ganlib.utils import files
from ganlib.utils.errors import UserError

if TYPE_CHECKING:
    from ganlib.backend.hardware import Tensor

HOME = Path(__file__).parents[1] / "lessons" / "clinic"

SETTINGS: Mapping[str, Any] = {
    "max_steps": 1500, "max_seconds": 0.0, "sample_every": 300, "sample_seconds": 0.0, "evaluate_every": 13,
    "precision": "float32",
}  # fmt: skip
"""What all of them change of the preset `digits-quick`: the end, and how often to look."""

_GONE = ("checkpoint", "control", "snapshots", "log.txt", "samples/training.gif", "samples/live.png", "about.json")


def frozen_descend(name: str, optimizer: Any, network: Any, gradients: "list[Tensor]") -> step.Report:
    """G's gradients are computed and reported, but no optimiser applies them."""
    if name == "d":
        engine.apply(optimizer, gradients, network.trainable_variables)
    return {f"{name}_grad_norm": ops.sqrt(sum(ops.sum(ops.square(each)) for each in gradients))}


def compile_steps_on_unit_range(gan: GAN, *arguments: Any) -> engine.Steps:
    """Real images go to D in [0, 1], while G ends in tanh, and its samples are read as [-1, 1]."""
    drawn, gan.value_range = gan.value_range, (0.0, 1.0)
    steps = gan_module.batches.compile_steps(gan, *arguments)
    gan.value_range = drawn
    return steps


def squared_norm_along_rows(discriminator: penalties.Discriminator, images: "Tensor") -> "Tensor":
    """The norm of D's gradient over the rows of an image alone: one norm for each of its columns."""
    return ops.sum(ops.square(engine.input_gradient(discriminator, images)), axis=1)


def _objective(**changes: Callable[["Tensor"], "Tensor"]) -> AbstractContextManager[Any]:
    return patch.dict(losses.LOSSES, {"non_saturating": losses.LOSSES["non_saturating"]._replace(**changes)})


class Breakage(NamedTuple):
    """How a training is broken: what stands in for something while it runs, and which settings it changes."""

    patched: Callable[[], AbstractContextManager[Any]] = nullcontext
    settings: Mapping[str, Any] = {}


def _paper(loss: str) -> dict[str, Any]:
    return {"loss": loss, **LOSSES[loss].defaults}


BREAKAGES: Mapping[str, Breakage] = {
    "healthy": Breakage(),
    "frozen-g": Breakage(lambda: patch.object(step, "_descend", frozen_descend)),
    "swapped-labels": Breakage(lambda: _objective(real=ops.softplus, fake=lambda s: ops.softplus(-s))),
    "unit-range": Breakage(lambda: patch.object(GAN, "compile_steps", compile_steps_on_unit_range)),
    "double-sigmoid": Breakage(
        lambda: _objective(
            real=lambda s: ops.softplus(-ops.sigmoid(s)),
            fake=lambda s: ops.softplus(ops.sigmoid(s)),
            generator=lambda s: ops.softplus(-ops.sigmoid(s)),
        )
    ),
    "penalty-axes": Breakage(
        lambda: patch.object(penalties, "squared_gradient_norm", squared_norm_along_rows), _paper("wgan_gp")
    ),
    "no-clipping": Breakage(
        lambda: patch.object(gan_module, "clip", lambda weights, bound: ops.zeros(())), _paper("wgan")
    ),
    "rates": Breakage(settings={"g_learning_rate": 0.2, "d_learning_rate": 0.2}),
}


def config_of(name: str) -> TrainConfig:
    """Return the settings of a run of the clinic."""
    return presets.get("digits-quick").config.changed(**{**SETTINGS, **BREAKAGES[name].settings})


def make(name: str, home: Path, **changes: Any) -> Run:
    """Train one run with its mistake, and keep what a lesson shows of it below `home`.

    Args:
        name: a key of `BREAKAGES`.
        home: the folder that holds a folder for each; an older run of that name is replaced.
        changes: settings in place of those of `config_of`, for a shorter training.
    """
    with TemporaryDirectory() as folder:
        run = store.make(Path(folder) / name, config_of(name).changed(**changes), {"preset": "digits-quick"})
        # Evaluations fall due by steps alone: on every machine at the same ones.
        with BREAKAGES[name].patched(), patch.object(evaluation, "SHARE", 100.0), run.held(), suppress(UserError):
            train(run)
        _strip(run)
        shutil.rmtree(home / name, ignore_errors=True)
        home.mkdir(parents=True, exist_ok=True)
        shutil.copytree(run.path, home / name)
    return Run(home / name)


def _strip(run: Run) -> None:
    """Leave what a lesson shows: curves, evaluations, and one grid of every 300 steps."""
    for name in _GONE:
        path = run.path / name
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    for path in [*run.path.glob("*.h5"), *run.path.glob("*lock*")]:
        path.unlink()
    index = run.path / "samples" / "index.jsonl"
    lines = {line["step"]: line for line in files.read_lines(index)}
    kept = [line for at, line in lines.items() if at % SETTINGS["sample_every"] == 0 or at == max(lines)]
    for path in (run.path / "samples").glob("image_*.png"):
        if path.name not in {line["file"] for line in kept}:
            path.unlink()
    index.unlink()
    files.append_lines(index, kept)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tools.clinic", description=__doc__.split("\n", 1)[0])
    parser.add_argument("names", nargs="*", choices=[*BREAKAGES, []], help="by default all")
    load_backend()
    for name in parser.parse_args().names or BREAKAGES:
        run = make(name, HOME)
        print(f"{name}: {run.size() / 1000:.0f} kB in {run.path}")


if __name__ == "__main__":
    main()
