"""From a working run to a model that ships: its folder below `pretrained/`, and what the manifest says of it."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from ganlib import data
from ganlib.catalog import datasets
from ganlib.catalog.metrics import METRICS
from ganlib.data import shipped
from ganlib.explore.sampler import Discriminator, Sampler, weights
from ganlib.metrics.evaluator import Evaluator
from ganlib.runs.folder import Run
from ganlib.utils import files
from ganlib.utils.errors import UserError
from tools.release import build_model
from tools.release.recipes import RECIPES, Recipe

COUNTS = (1_000, 10_000)
"""Samples of each evaluation; the more thorough evaluation comes last and is the one that pages show."""

SEED = 0
"""Of the samples and of the real images they are compared with."""

_WORKSHOP = ".packing"


def pack(run: Run, recipe: Recipe, home: Path | None = None) -> dict[str, Any]:
    """Pack a working run, from wherever it stands, in place of the model of that name that ships already.

    Nothing of the old model is lost before the new one is whole: it is made beside it, then put in its place, and the
    manifest is written last.
    A run may be training meanwhile; then its newest snapshot ships. Returns the model's entry in the manifest.

    Raises:
        UserError: the run has no weights yet, the real images are not available, or the manifest is damaged.
        OSError: a folder cannot be read or written.
    """
    home = home or shipped.HOME
    folder, step = weights(run)
    if not step:
        raise UserError(f"The run {run.id!r} has learned nothing yet; let it train first.")
    shipped.manifest(home)  # to refuse at once what would be refused in the end
    with _workshop(home, recipe.name) as made:
        build_model.write(run, step, folder, recipe, made)
        found = _evaluate(run, Run(made), step)
        files.append_lines(made / "evaluations.jsonl", found)
        entry = _entry(run, Run(made), recipe, found)
        _put(made, home / recipe.name, lambda: shipped.put_model(recipe.name, entry, list(RECIPES), home))
    return entry


@contextmanager
def _workshop(home: Path, name: str) -> Iterator[Path]:
    """Yield an empty folder on the same disk, which is gone afterwards unless it was moved away."""
    made = home / _WORKSHOP / name
    _tidy(made, home / name)
    made.mkdir(parents=True)
    try:
        yield made
    finally:
        _tidy(made, home / name)
        with suppress(OSError):  # another model is being made in it
            made.parent.rmdir()


def _tidy(made: Path, target: Path) -> None:
    """Leave nothing of a packing, or of one that was killed; a model whose place is still empty goes back there."""
    old = _aside(made)
    if old.exists() and not target.exists():
        old.rename(target)
    for path in (made, old):
        shutil.rmtree(path, ignore_errors=True)


def _aside(made: Path) -> Path:  # where the model waits that is being replaced
    return made.with_name(f"{made.name}.old")


def _put(made: Path, target: Path, write_down: Callable[[], None]) -> None:
    """Put a folder in the place of another, and write it down; if that fails, the other is back.

    A power cut in between leaves the other one aside, where `_tidy` finds it.
    """
    old = _aside(made)
    if target.exists():
        target.rename(old)
    try:
        made.rename(target)
        write_down()
    except BaseException:
        if target.exists():
            shutil.rmtree(target)
        if old.exists():
            old.rename(target)
        raise


def _evaluate(run: Run, made: Run, step: int) -> list[dict[str, Any]]:
    """Evaluate what ships, with the discriminator as it was trained, since not every model brings its own."""
    sampler, critic = Sampler(made), Discriminator(run, step if dict(run.snapshots()).get(step) else None)
    found = []
    for count in COUNTS:
        line = Evaluator(made.config, count, SEED).evaluate(sampler.generator, critic.discriminator)
        found.append({"step": step, "epoch": made.status().epoch, **line})
        if line["count"] < count:  # there are no more real images to compare with
            break
    return found


def _entry(run: Run, made: Run, recipe: Recipe, found: list[dict[str, Any]]) -> dict[str, Any]:
    config, status = made.config, made.status()
    facts = datasets.get(config.dataset)
    return {
        "preset": recipe.preset,
        "why": recipe.why,
        "dataset": config.dataset,
        "split": config.split,
        "images": len(data.load(config.dataset, config.split, config.grayscale).images),
        "licence": facts.licence,
        "source": facts.homepage,
        "epochs": status.epoch,
        "steps": status.step,
        "seconds": status.seconds,
        "machine": build_model.machine(run.record),
        "seed": config.seed,
        "precision": config.precision,
        "parameters": {"generator": Sampler(made).generator.count_params()},
        "metrics": {str(line["count"]): _numbers(line) for line in found},
        "files": shipped.listed(made.path),
    }


def _numbers(line: dict[str, Any]) -> dict[str, Any]:
    """Return an evaluation's values, and those that real images and noise get."""
    values = {name: line[name] for name in METRICS if name in line}
    rest = ("seed", "classes", "data_classes", "floor", "noise")
    return {**values, **{name: line[name] for name in rest if name in line}}
