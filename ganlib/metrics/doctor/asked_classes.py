"""The rule on conditional runs: whether G draws the class that it is asked for."""

import math

import numpy as np

from ganlib.catalog import datasets
from ganlib.metrics.doctor.run_summary import ENOUGH, ERRORS, Evidence, RunSummary, Severity, percent
from ganlib.runs.evaluation import accuracies

DRAWN, IGNORED = 0.9, 0.5
"""Share of samples of the asked class, on its way from chance to what real images get: below the first a warning, below
the second at a run's end an error. MNIST after 600 steps: .98 with a projection, .75 with labels as planes."""


def ignores_classes(summary: RunSummary) -> Evidence | None:
    """G often draws another class than the one it is asked for."""
    found = summary.newest
    if not found or len(found.confusion) < 2 or found.step < 10 * ENOUGH:
        return None
    value, real = (table.get("class_accuracy", math.nan) for table in (found.values, found.floor))
    # An imported evaluation may hold a share beyond 1.
    chance, by_chance = 1 / len(found.confusion), ERRORS * math.sqrt(max(0.0, value * (1 - value)) / found.count)
    way = (value + by_chance - chance) / (real - chance) if real > chance else math.nan
    if not way < DRAWN:
        return None
    drawn = np.nan_to_num(accuracies(found.confusion), nan=1.0)
    worst, names = int(np.argmin(drawn)), datasets.get(summary.config.dataset).classes
    text = (
        f"Of {found.count:,} samples the classifier takes {percent(value)} for the class that was asked for, of real "
        f"images {percent(real)}; least often {names[worst] if worst < len(names) else worst}: {percent(drawn[worst])}."
    )
    severity = Severity.ERROR if way < IGNORED and summary.has_ended else Severity.WARNING
    return Evidence(severity, text, "evaluations", (found.step, found.step))
