"""The blocks of the page of results that are pictures: sheets of samples, and charts."""

import numpy as np

from ganlib import palette
from ganlib.choices import datasets
from ganlib.choices import losses as loss_facts
from ganlib.curves import Columns, Floats, calm
from ganlib.pretraining import findings
from ganlib.pretraining.page import NOT_YET, Numbers, Page, row_of, table
from ganlib.pretraining.recipes import RECIPES
from ganlib.pretraining.svg import Line
from ganlib.source_projects import ROWS

_WIDTH = 231  # pixels, as a sheet of 64 MNIST images is drawn
_BESIDE = 4
_LOSSES = {"g_loss": "loss of G", "d_loss": "loss of D"}
_ON_THE_WAY = 2000
"""Samples in an evaluation that the trainer makes; those of other counts do not compare."""


def pictures(page: Page, dataset: str) -> str:
    """Return the table of a data set: originals, then what each system makes."""
    row = row_of(dataset)
    present = [name for name in row.systems.values() if name in page.models]
    if not present:
        return NOT_YET
    originals = _picture(f"{page.to_home}/{present[0]}/samples/originals.png", "Real images")
    cells = [originals, *(_newest(page, name) for name in row.systems.values())]
    under = [_licence(page.models[present[0]]), *(_standing(page.models.get(name)) for name in row.systems.values())]
    return table(["Original", *row.systems], [cells, under])


def _picture(path: str, alt: str) -> str:
    return f'<img src="{path}" width="{_WIDTH}" alt="{alt}">'


def _newest(page: Page, name: str) -> str:
    samples = page.run(name).samples()
    if name not in page.models or not samples:
        return NOT_YET
    return _picture(f"{page.to_home}/{name}/samples/{samples[-1].path.name}", f"Samples of {name}")


def _licence(entry: Numbers) -> str:
    return f"{entry['images']:,} images of the {entry['split']} split, {entry['licence']}"


def _standing(entry: Numbers | None) -> str:
    return f"{entry['epochs']:,.3g} epochs, {entry['steps']:,} steps" if entry else ""


def small(page: Page, _: str) -> str:
    """Return all models that belong to no source project, four beside each other."""
    names = [name for name in page.models if not any(name in row.systems.values() for row in ROWS)]
    if not names:
        return NOT_YET
    rows = []
    for start in range(0, len(names), _BESIDE):
        group = names[start : start + _BESIDE]
        titles = [f"**{RECIPES[name].label if name in RECIPES else name}**<br>{_newest(page, name)}" for name in group]
        rows += [titles, [_standing(page.models[name]) for name in group]]
    rows = [[*row, *[""] * (min(_BESIDE, len(names)) - len(row))] for row in rows]
    return table([""] * min(_BESIDE, len(names)), rows)


def losses(page: Page, dataset: str) -> str:
    """Return one chart of the generators' losses and one of the discriminators', all systems over each other."""
    systems = {title: name for title, name in row_of(dataset).systems.items() if name in page.models}
    charts = []
    for key, title in _LOSSES.items():
        lines = [
            Line(system, color, *_curve(page.run(name).metrics(), key))
            for (system, name), color in zip(systems.items(), palette.RUNS, strict=False)
        ]
        full = f"{datasets.get(dataset).title}: {title}"
        charts.append(page.chart(f"{dataset}-{key.replace('_', '-')}", full, lines))
    return "\n".join(charts)


def run_losses(page: Page, name: str) -> str:
    """Return both losses of one model in one chart."""
    if name not in page.models:
        return NOT_YET
    columns = page.run(name).metrics()
    adversary = loss_facts.get(page.run(name).config.loss).adversary
    lines = [
        Line("Generator", palette.GENERATOR, *_curve(columns, "g_loss")),
        Line(adversary, palette.DISCRIMINATOR, *_curve(columns, "d_loss")),
    ]
    return page.chart(f"{name}-losses", RECIPES[name].label, lines)


def _curve(columns: Columns, key: str) -> tuple[Floats, Floats]:
    epochs, values = (np.asarray(columns[name], dtype=float) for name in ("epoch", key))
    return epochs, calm(values)


def distances(page: Page, dataset: str) -> str:
    """Return how the Fréchet distance fell as the systems of a data set trained."""
    lines = []
    for (system, name), color in zip(row_of(dataset).systems.items(), palette.RUNS, strict=False):
        found = page.run(name).evaluations() if name in page.models else []
        # Counts differ between what the trainer judged on its way and the thorough end, and so do the values.
        judged = [line for line in found if line.get("count") == _ON_THE_WAY and "frechet_distance" in line]
        if len(judged) > 1:
            epochs, values = (np.array([line[key] for line in judged], float) for key in ("epoch", "frechet_distance"))
            lines.append(Line(system, color, epochs, values))
    title = f"{datasets.get(dataset).title}: Fréchet distance while training, 2,000 samples"
    return page.chart(f"{dataset}-distance", title, lines)


def bands(page: Page, name: str) -> str:
    """Return the loss curves of some systems, each with a band over its random seeds."""
    values = findings.seen(name, page.docs / "findings")
    charts = []
    for key, title in _LOSSES.items():
        lines = [
            _band(value["label"], color, value["bands"][key])
            for value, color in zip(values, palette.RUNS, strict=False)
            if key in value["bands"]
        ]
        charts.append(page.chart(f"{name}-{key.replace('_', '-')}", f"The {title}: mean and range", lines, "Steps"))
    return "\n".join(charts) if values else NOT_YET


def _band(title: str, color: str, curves: Numbers) -> Line:
    x, y, low, high = (np.array(curves[name]) for name in ("steps", "mean", "low", "high"))
    return Line(title, color, x, y, (low, high))
