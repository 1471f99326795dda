"""What evaluations and training times say of several runs side by side."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from ganlib.catalog.metrics import METRICS, Metric
from ganlib.experiments import tables
from ganlib.experiments.results import TIMES
from ganlib.metrics import doctor
from ganlib.runs.evaluation import Evaluation
from ganlib.runs.folder import Run
from ui.common import formatting, metric_cards

ARROWS = {"lower": "↓", "higher": "↑"}
HOW = "↓ lower is better, ↑ higher is better, ≈ as real images is best."

_ALIKE = (
    "In brackets: what real images get against other real ones, as near to perfect as can be. Bold marks the best "
    "of a row, or several where the difference may be chance. A row without bold shows no significant difference, or "
    "a generator can win it by repeating itself (Precision, Density). What is no better than noise is never bold."
)
_UNLIKE = (
    "In brackets: what real images get against other real ones. These were compared with different images, or with "
    "different numbers of samples: compare each with its bracket, not with its neighbour."
)


def called(metric: Metric) -> str:
    """Return a metric's title and a sign of where it is better."""
    return f"{metric.title} {'≈' if metric.peaks_at_real else ARROWS[metric.is_better]}"


def show_metrics(heads: Sequence[str], found: Sequence[Evaluation | None], images: Sequence[Any]) -> None:
    """Show the metrics of the newest evaluations; `images` tells which real ones each was compared with."""
    bases = {(reading.basis, seen) for reading, seen in zip(found, images, strict=True) if reading}
    known = [reading for reading in found if reading]
    are_alike = len(bases) < 2
    rows: dict[str, list[str]] = {"Metric": []} | {formatting.plain(head): [] for head in heads}
    for name, metric in METRICS.items():
        if any(name in reading.values for reading in known):
            cells = _cells(metric, found, are_alike)
            for head, cell in zip(rows, [called(metric), *cells], strict=True):
                rows[head].append(cell)
    told = (f"step {reading.step:,}, {reading.count:,} samples" if reading else "not evaluated" for reading in found)
    for head, cell in zip(rows, ["Evaluated at", *told], strict=True):
        rows[head].append(cell)
    st.table(rows, border="horizontal", hide_index=True, alt="Metrics of the newest evaluations")
    st.caption(f"{HOW} {_ALIKE if are_alike else _UNLIKE}")


def answer(heads: Sequence[str], found: Sequence[Evaluation | None], images: Sequence[Any]) -> str:
    """Return in a sentence which run's samples are nearest to real images; "" if that cannot be told."""
    name = "frechet_distance"
    known = {number: each for number, each in enumerate(found) if each and name in each.values}
    if len(known) < 2 or len({(each.basis, images[number]) for number, each in known.items()}) > 1:
        return ""
    order = sorted(known, key=lambda number: known[number].values[name])
    nearest = tables.level({number: each.measured(name) for number, each in known.items()}, order[:1])
    text = {number: metric_cards.shown(METRICS[name], each.values[name]) for number, each in known.items()}
    told = ", ".join(f"{formatting.plain(heads[number])} {text[number]}" for number in order)
    real = metric_cards.shown(METRICS[name], known[order[0]].floor.get(name, 0.0))
    if len(nearest) != 1:
        return f"None is clearly the nearest to real images. Fréchet distance: {told}; real images {real}."
    best = formatting.plain(heads[order[0]])
    return f"**{best}** is the nearest to real images. Fréchet distance: {told}; real images {real}."


def show_times(heads: Sequence[str], chosen: Sequence[Run]) -> None:
    statuses = [vars(run.status()) for run in chosen]
    rows = {"Training": [title for title, _ in TIMES.values()]}
    for head, status in zip(heads, statuses, strict=True):
        rows[formatting.plain(head)] = [
            format(status[name], form) if status["step"] else "" for name, (_, form) in TIMES.items()
        ]
    st.table(rows, border="horizontal", hide_index=True, alt="Training time, steps, epochs and speed")


def _cells(metric: Metric, found: Sequence[Evaluation | None], are_alike: bool) -> list[str]:
    """Return a cell a run, the best in bold; what reads the same is equally good, as is what chance may have moved."""
    measured = {number: each for number, each in enumerate(found) if each and metric.name in each.values}
    values = {number: each.values[metric.name] for number, each in measured.items()}
    texts = {number: metric_cards.shown(metric, value) for number, value in values.items()}
    # Noise repeats nothing and copies nothing, which is no merit.
    rivals = {number: value for number, value in values.items() if doctor.grade(found[number]) != doctor.NOISE}
    real = next((reading.floor.get(metric.name) for reading in found if reading), None)
    best = tables.winner(metric, rivals, {number: texts[number] for number in rivals}, real) if are_alike else None
    repeats = {number: found[number].measured(metric.name) for number in rivals}
    level = tables.level(repeats, [number for number in rivals if texts[number] == best])
    if are_alike and len(rivals) == 1 < len(values) and not metric.rewards_collapse:
        level = set(rivals)  # all others are noise
    cells = []
    for number, reading in enumerate(found):
        text = texts.get(number, "–")
        floor = reading.floor.get(metric.name) if reading and number in texts else None
        real = "" if floor is None else f" ({metric_cards.shown(metric, floor)})"
        cells.append((f"**{text}**" if number in level else text) + real)
    return cells
