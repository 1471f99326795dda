"""The blocks of the page of results that are pictures: sample grids, and line charts as SVG."""

import io
from collections.abc import Sequence
from typing import NamedTuple

import matplotlib
import numpy as np
from matplotlib.figure import Figure

from ganlib.catalog import datasets
from ganlib.catalog.losses import LOSSES, Loss
from ganlib.catalog.source_projects import IN_ROWS, row_of
from ganlib.plots import palette
from ganlib.plots.series import Columns, Floats, calm
from ganlib.utils import files
from tools.release import findings
from tools.release.recipes import RECIPES
from tools.release.results_page import NOT_YET, Numbers, Page, table

IMAGES = "images"
"""The folder of the charts, beside the page."""

_WIDTH = 231  # pixels, as a grid of 64 MNIST images is drawn
_BESIDE = 4
_LOSSES = {"g_loss": "loss of G", "d_loss": "loss of D"}
_ON_THE_WAY = 2000
"""Samples in an evaluation that the trainer makes; those of other counts do not compare."""

_STYLE = {
    "axes.edgecolor": "#d9dce1", "axes.labelcolor": "#31333f", "text.color": "#31333f",
    "axes.grid": True, "axes.spines.right": False, "axes.spines.top": False, "legend.frameon": False,
    "figure.titlesize": 9, "figure.titleweight": "bold", "font.size": 8, "lines.linewidth": 1.2,
    "grid.color": "#d9dce1", "grid.linewidth": 0.6, "xtick.color": "#31333f", "ytick.color": "#31333f",
    "svg.fonttype": "none", "svg.hashsalt": "ganlib",
}  # fmt: skip
"""Text stays text, and the same curves give the same file; white paper, on which it reads in a dark page as well."""


class Line(NamedTuple):
    """A curve, and where several runs spread, the lower and the upper edge of where they are; all of shape (N,)."""

    title: str
    color: str
    x: Floats
    y: Floats
    band: tuple[Floats, Floats] | None = None


def line_chart(title: str, lines: Sequence[Line], x_title: str) -> bytes:
    """Return an SVG picture of some curves; values that are NaN are left out."""
    with matplotlib.rc_context(_STYLE):
        figure = Figure(figsize=(5.2, 3.0), layout="constrained")
        figure.suptitle(title, x=0.01, horizontalalignment="left")
        axes = figure.add_subplot(xlabel=x_title)
        for line in lines:
            is_measured = np.isfinite(line.y)
            axes.plot(line.x[is_measured], line.y[is_measured], color=line.color, label=line.title)
            if line.band:
                axes.fill_between(line.x, *line.band, color=line.color, alpha=0.18, linewidth=0)
        axes.margins(x=0)
        axes.xaxis.set_major_formatter("{x:,.10g}")
        figure.legend(ncols=len(lines), loc="outside lower center")
        picture = io.BytesIO()
        figure.savefig(picture, format="svg", metadata={"Creator": None, "Date": None, "Title": title})
    return picture.getvalue()


def _chart(page: Page, name: str, title: str, lines: Sequence[Line], x_title: str = "Epochs") -> str:
    """Write a chart beside the page and return what shows it."""
    if not lines:
        return NOT_YET
    (page.docs / IMAGES).mkdir(parents=True, exist_ok=True)
    files.write_bytes(page.docs / IMAGES / f"{name}.svg", line_chart(title, lines, x_title))
    return f"![{title}]({IMAGES}/{name}.svg)"


def pictures(page: Page, dataset: str) -> str:
    """Return the table of a data set: originals, then what each system makes."""
    present = page.systems(dataset)
    if not present:
        return NOT_YET
    row, first = row_of(dataset).systems, present[0].name
    originals = _picture(f"{page.to_home}/{first}/samples/originals.png", "Real images")
    cells = [originals, *(_newest(page, name) for name in row.values())]
    real = page.models[first]
    licence = f"{real['images']:,} images of the {real['split']} split, {real['licence']}"
    under = [licence, *(_standing(page.models.get(name)) for name in row.values())]
    return table(["Original", *row], [cells, under])


def _picture(path: str, alt: str) -> str:
    return f'<img src="{path}" width="{_WIDTH}" alt="{alt}">'


def _newest(page: Page, name: str) -> str:
    samples = page.run(name).samples()
    if name not in page.models or not samples:
        return NOT_YET
    return _picture(f"{page.to_home}/{name}/samples/{samples[-1].path.name}", f"Samples of {name}")


def _standing(entry: Numbers | None) -> str:
    return f"{entry['epochs']:,.3g} epochs, {entry['steps']:,} steps" if entry else ""


def small(page: Page, _: str) -> str:
    """Return all models that belong to no source project, four beside each other."""
    names = [name for name in page.models if name not in IN_ROWS]
    if not names:
        return NOT_YET
    rows = []
    for start in range(0, len(names), _BESIDE):
        group = names[start : start + _BESIDE]
        titles = [f"**{RECIPES[name].label if name in RECIPES else name}**<br>{_newest(page, name)}" for name in group]
        rows += [titles, [f"{_standing(page.models[name])}, {page.models[name]['seconds']:.0f} s" for name in group]]
    rows = [[*row, *[""] * (min(_BESIDE, len(names)) - len(row))] for row in rows]
    return table([""] * min(_BESIDE, len(names)), rows)


def losses(page: Page, dataset: str) -> str:
    """Return one chart of the generators' losses and one of the discriminators', all GANs over each other.

    Critics stay out: their losses are of another kind and size, beside which the others would be flat lines.
    """
    gans = [system for system in page.systems(dataset) if not _loss_of(page, system.name).is_critic]
    charts = []
    for key, title in _LOSSES.items():
        lines = [Line(gan.title, gan.color, *_curve(page.run(gan.name).metrics(), key)) for gan in gans]
        full = f"{datasets.get(dataset).title}: {title}"
        charts.append(_chart(page, f"{dataset}-{key.replace('_', '-')}", full, lines))
    return "\n".join(charts)


def run_losses(page: Page, name: str) -> str:
    """Return both losses of one model in one chart."""
    if name not in page.models:
        return NOT_YET
    columns = page.run(name).metrics()
    lines = [
        Line("Generator", palette.GENERATOR, *_curve(columns, "g_loss")),
        Line(_loss_of(page, name).adversary, palette.DISCRIMINATOR, *_curve(columns, "d_loss")),
    ]
    return _chart(page, f"{name}-losses", f"{RECIPES[name].label}: both losses", lines)


def _loss_of(page: Page, name: str) -> Loss:
    return LOSSES[page.run(name).config.loss]


def _curve(columns: Columns, key: str) -> tuple[Floats, Floats]:
    epochs, values = (np.asarray(columns[name], dtype=float) for name in ("epoch", key))
    return epochs, calm(values)


def distances(page: Page, dataset: str) -> str:
    """Return how the Fréchet distance fell as the systems of a data set trained."""
    lines = []
    for system in page.systems(dataset):
        found = page.judged(system.name)
        # Counts differ between what the trainer judged on its way and the thorough end, and so do the values.
        judged = [line for line in found if line.get("count") == _ON_THE_WAY and "frechet_distance" in line]
        if len(judged) > 1:
            epochs, values = (np.array([line[key] for line in judged], float) for key in ("epoch", "frechet_distance"))
            lines.append(Line(system.title, system.color, epochs, values))
    title = f"{datasets.get(dataset).title}: Fréchet distance while training, 2,000 samples"
    return _chart(page, f"{dataset}-distance", title, lines)


def bands(page: Page, name: str) -> str:
    """Return the loss curves of some systems, each with a band over its random seeds."""
    values = findings.seen(name, page.docs / "findings")
    charts = []
    for key, title in _LOSSES.items():
        lines = [
            Line(value["label"], color, *curves[:2], curves[2:])
            for value, color in zip(values, palette.RUNS, strict=False)
            if (curves := _band(value, key))
        ]
        charts.append(_chart(page, f"{name}-{key.replace('_', '-')}", f"The {title}: mean and range", lines, "Steps"))
    return "\n".join(charts) if values else NOT_YET


def _band(value: Numbers, key: str) -> tuple[Floats, ...]:
    curves = value["bands"].get(key, {})
    return tuple(np.array(curves[name]) for name in ("steps", "mean", "low", "high") if curves)
