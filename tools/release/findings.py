"""Findings of the source projects that are repeated with several random seeds, and what is kept of them.

Their runs are no models that ship. They train in the same working folder and in the same turn, and the page of results
needs no more of them than a small file of curves in `docs/findings/`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from ganlib.catalog.table import by_name, pick
from ganlib.experiments import launch, results
from ganlib.experiments.plan import Budget, plan_presets
from ganlib.experiments.results import Experiment
from ganlib.plots.series import SMOOTHED_SHARE, Band, calm
from ganlib.runs.folder import Run
from ganlib.utils import files
from tools.release.recipes import Work

HOME = Path(__file__).parents[2] / "docs" / "findings"

CURVES = ("g_loss", "d_loss", "d_grad_norm")
_POINTS = 120  # a curve


@dataclass(frozen=True)
class Finding:
    """Systems that are trained again with several random seeds."""

    name: str  # also the id of the experiment
    presets: tuple[str, ...]
    epochs: int  # of each run: fewer than in the source project
    seeds: int
    views: Mapping[str, tuple[str, ...]]
    """What is laid side by side on the page: a name, and some of the presets."""
    changes: Mapping[str, Any] = field(default_factory=lambda: {"precision": "bfloat16"})

    def works(self) -> list[Work]:
        """Return its runs, all systems with the first seed before the second."""
        budget = Budget(epochs=self.epochs)
        plan = replace(plan_presets(self.presets, self.seeds, budget, changes=self.changes), id=self.name)
        return [Work(f"{run.value}-s{run.seed}", run.config, launch.record(plan, run)) for run in plan.runs]


FINDINGS: Mapping[str, Finding] = by_name(
    Finding(
        "fashion-seeds",
        ("fashion-gan-uniform", "fashion-gan-normal", "fashion-wgan"),
        epochs=1,
        seeds=3,
        views={
            "initialisers": ("fashion-gan-uniform", "fashion-gan-normal"),
            "objectives": ("fashion-gan-uniform", "fashion-wgan"),
        },
    )
)


def keep(name: str, work: Path, home: Path | None = None) -> bool:
    """Write down, in `home`, what the page of results needs of a finding's runs in `work`; False if there are none."""
    found = next((experiment for experiment in results.find(work) if experiment.id == name), None)
    if found is None:
        return False
    home = home or HOME
    home.mkdir(parents=True, exist_ok=True)
    files.write_bytes(home / f"{name}.json", files.to_lines([summary(found)]))  # a number a line would be long
    return True


def seen(view: str, home: Path | None = None) -> list[dict[str, Any]]:
    """Return what was kept of a view's systems, see `summary`, if anything was. Raises UserError: no such view."""
    finding = pick({view: finding for finding in FINDINGS.values() for view in finding.views}, view, "finding")
    kept = files.read_json((home or HOME) / f"{finding.name}.json") or {"values": []}
    by_value = {value["value"]: value for value in kept["values"]}
    return [by_value[preset] for preset in finding.views[view] if preset in by_value]


def summary(experiment: Experiment) -> dict[str, Any]:
    """Return an experiment in numbers: for each value its bands over the seeds, and what single runs did."""
    begun = {
        value: [run for run in by_seed.values() if "g_loss" in run.metrics()]
        for value, by_seed in experiment.by_value().items()
    }
    members = {value: found for value, found in begun.items() if found}
    return {
        "id": experiment.id,
        "title": experiment.title,
        "seeds": experiment.seeds,
        "values": [
            {
                "value": value,
                "label": experiment.label(value),
                "bands": {key: _plain(band) for key in CURVES if (band := results.metric_band(found, key)) is not None},
                "runs": [measured(run) for run in found],
                "finals": _finals(found),
            }
            for value, found in members.items()
        ],
    }


def measured(run: Run) -> dict[str, float]:
    """Return how a run's losses moved: their level at the end, how fast they rise, and how much they fluctuate.

    `rise` is the slope of a straight line through the second half, a thousand steps; `fluctuation` is the standard
    deviation around the smoothed curve, there as well; a run of too few lines to smooth has none.
    """
    columns = run.metrics()
    found = {"seed": float(run.config.seed), "epochs": run.status().epoch, "steps": float(run.status().step)}
    for key, name in (("g_loss", "g"), ("d_loss", "d")):
        steps, values = columns["step"], columns[key]
        level = calm(values)
        half = slice(len(values) // 2, None)
        found[f"{name}_end"] = float(level[-1])
        slope = np.polyfit(steps[half] - steps[half][0], values[half], 1)[0] if len(steps[half]) > 1 else 0.0
        found[f"{name}_rise"] = float(1000 * slope)
        if len(values) * SMOOTHED_SHARE > 1:  # else nothing was smoothed
            found[f"{name}_fluctuation"] = float(np.std((values - level)[half]))
    return {name: float(f"{value:.6g}") for name, value in found.items()}


def _finals(found: Sequence[Run]) -> dict[str, list[float]]:
    """Return the metrics that matter, of the last evaluation of each run."""
    rows = [run.evaluations()[-1] for run in found if run.evaluations()]
    return {name: [row[name] for row in rows if name in row] for name in ("frechet_distance", "score", "coverage")}


def _plain(band: Band) -> dict[str, Any]:
    every = slice(None, None, -(-len(band.steps) // _POINTS))
    curves = {"steps": band.steps, "mean": band.mean, "low": band.low, "high": band.high}
    return {**{name: [float(f"{x:.4g}") for x in values[every]] for name, values in curves.items()}, "runs": band.runs}
