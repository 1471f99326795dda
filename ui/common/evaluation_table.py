"""Evaluations of a run as the pages read them: once for all who look on."""

import math
from collections.abc import Iterable, Sequence
from pathlib import Path

import streamlit as st

from ganlib.catalog import datasets
from ganlib.catalog.metrics import FEWEST_SAMPLES
from ganlib.config import TrainConfig
from ganlib.runs.evaluation import Evaluation, evaluations
from ganlib.runs.folder import Run
from ui.common import cached, missing_data

COUNTS = (1000, 2000, 10_000)
SEED = 0
"""Always the same, so that the numbers of two runs differ by the runs and not by the draw."""

Stamps = tuple[cached.Stamp, cached.Stamp]


def stamps(run: Run) -> Stamps:
    """Return what changes when an evaluation is added."""
    return cached.stamp(run.path / "evaluations.jsonl"), cached.stamp(run.evaluations_path)


def of(run: Run) -> list[Evaluation]:
    """Return the evaluations of a run, as they were made one after the other."""
    return _readings(str(run.path), *stamps(run))


def best_known(run: Run, metric: str = "") -> Evaluation | None:
    """Return the evaluation of the newest weights with the most samples; with `metric`, of those that hold it."""
    found = [reading for reading in of(run) if not metric or metric in reading.values]
    return max(reversed(found), key=lambda reading: (reading.step, reading.count), default=None)


def best_first(found: Iterable[Run]) -> list[Run]:
    """Return runs in order of `from_real`, those that were never evaluated last."""
    return sorted(found, key=lambda run: (from_real(run), run.id))


def from_real(run: Run) -> float:
    """Return how far a run's samples are from real images, as a share of noise's distance; infinite if unknown.

    Each data set has a classifier of its own, so Fréchet distances themselves rank no runs of several data sets.
    """
    found = best_known(run, "frechet_distance")
    if not found:
        return math.inf
    real, noise = (table.get("frechet_distance", math.nan) for table in (found.floor, found.noise))
    return (found.values["frechet_distance"] - real) / (noise - real) if noise > real else math.inf


@st.cache_resource(max_entries=64, show_spinner=False)
def _readings(path: str, *stamps: cached.Stamp) -> list[Evaluation]:
    return evaluations(Run(Path(path)))


def comparable(readings: Sequence[Evaluation], chosen: Evaluation) -> list[Evaluation]:
    """Return the newest evaluation of every step that was made as the chosen one was, by rising step."""
    alike = {reading.step: reading for reading in readings if reading.basis == chosen.basis}
    alike[chosen.step] = chosen
    return [alike[step] for step in sorted(alike)]


def possible_counts(config: TrainConfig) -> list[int]:
    """Return the numbers of samples to offer: an evaluation takes twice as many real images."""
    facts = datasets.get(config.dataset)
    images = sum(count for part, count in facts.counts.items() if missing_data.is_here(config.dataset, part))
    most = images // 2
    return [count for count in COUNTS if count <= most] or [most] * (most >= FEWEST_SAMPLES)
