"""Evaluations of a run as the pages read them: whatever a line holds, what is no number is not there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st

from ganlib.choices.metrics import METRICS
from ganlib.runs import Run
from ganlib.status import is_plausible
from ui import cached

Stamps = tuple[cached.Stamp, cached.Stamp]


@dataclass(frozen=True)
class Reading:
    """One evaluation.

    Attributes:
        step: of the weights that were judged.
        epoch: the same in epochs, if it is known.
        time: when that was, in Unix seconds, or None.
        count: how many samples, and how many real images they were compared with.
        seed: what picked them.
        seconds: what it took, or None.
        values: metric by name; those that were not measured are not there.
        intervals: where the value of as many other samples would lie, 95 times in 100.
        floor: metric by name, of real images against others.
        noise: metric by name, of noise.
        classes: shares of samples by class, none without a classifier.
        data_classes: shares of real images by class.
    """

    step: int
    epoch: float | None
    time: float | None
    count: int
    seed: int
    seconds: float | None
    values: Mapping[str, float]
    intervals: Mapping[str, tuple[float, float]]
    floor: Mapping[str, float]
    noise: Mapping[str, float]
    classes: tuple[float, ...]
    data_classes: tuple[float, ...]

    @property
    def basis(self) -> tuple[int, int]:
        """What two evaluations must share for their numbers to be compared: count and seed."""
        return self.count, self.seed


def stamps(run: Run) -> Stamps:
    """Return what changes when an evaluation is added."""
    return cached.stamp(run.path / "evaluations.jsonl"), cached.stamp(run.evaluations_path)


def of(run: Run) -> list[Reading]:
    """Return the evaluations of a run, as they were made one after the other."""
    return _readings(str(run.path), *stamps(run))


def best_known(run: Run, metric: str = "") -> Reading | None:
    """Return the evaluation to show where there is room for one: of the newest weights, with the most samples.

    Args:
        run: whose.
        metric: one that the evaluation must hold, or "".
    """
    found = [reading for reading in of(run) if not metric or metric in reading.values]
    return max(reversed(found), key=lambda reading: (reading.step, reading.count), default=None)


def lines(run: Run) -> list[dict[str, Any]]:
    """Return the evaluations of a run as they are on disk, see `Run.evaluations`; only to be read."""
    return _lines(str(run.path), *stamps(run))


@st.cache_resource(max_entries=64, show_spinner=False)
def _lines(path: str, *stamps: cached.Stamp) -> list[dict[str, Any]]:
    return Run(Path(path)).evaluations()


@st.cache_resource(max_entries=64, show_spinner=False)
def _readings(path: str, *stamps: cached.Stamp) -> list[Reading]:
    return [reading for line in _lines(path, *stamps) if (reading := read(line))]


def read(line: Mapping[str, Any]) -> Reading | None:
    """Return a line of `evaluations.jsonl`, or None if it does not say what was judged."""
    step, count, seed = line.get("step"), line.get("count"), line.get("seed")
    if not (type(step) is int and type(count) is int and type(seed) is int and step >= 0 and count > 0):
        return None
    values = _numbers(line)
    intervals = _table(line.get("interval"))
    return Reading(
        step, _number(line.get("epoch")), _number(line.get("time")), count, seed, _number(line.get("seconds")), values,
        {name: pair for name in values if len(pair := _row(intervals.get(name))) == 2},
        _numbers(_table(line.get("floor"))), _numbers(_table(line.get("noise"))),
        _row(line.get("classes")), _row(line.get("data_classes")),
    )  # fmt: skip


def comparable(readings: Sequence[Reading], chosen: Reading) -> list[Reading]:
    """Return the newest evaluation of every step that was made as the chosen one was, by rising step."""
    alike = {reading.step: reading for reading in readings if reading.basis == chosen.basis}
    alike[chosen.step] = chosen
    return [alike[step] for step in sorted(alike)]


def _number(value: Any) -> float | None:
    return float(value) if type(value) in (int, float) and is_plausible(value) else None


def _numbers(table: Mapping[str, Any]) -> dict[str, float]:
    found = {name: _number(table.get(name)) for name in METRICS}
    return {name: value for name, value in found.items() if value is not None}


def _table(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _row(value: Any) -> tuple[float, ...]:
    """Return a list of numbers as it is, and nothing for anything else."""
    if not isinstance(value, list):
        return ()
    found = [_number(each) for each in value]
    return tuple(each for each in found if each is not None) if None not in found else ()
