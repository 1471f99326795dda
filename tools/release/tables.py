"""The blocks of the page of results that are tables."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from ganlib.catalog.metrics import METRICS
from ganlib.catalog.source_projects import ENDS
from ganlib.experiments.results import spread
from tools.release import criteria, findings
from tools.release.recipes import RECIPES
from tools.release.results_page import NOT_YET, Page, formed, table

LUCIC: Mapping[str, Mapping[str, tuple[float, str]]] = {
    "Minimax": {"mnist": (9.8, "mnist-minimax"), "fashion-mnist": (29.6, "")},
    "Non-saturating": {"mnist": (6.8, "mnist-dcgan"), "fashion-mnist": (26.5, "fashion-gan-uniform")},
    "Least squares": {"mnist": (7.8, "mnist-lsgan"), "fashion-mnist": (30.7, "")},
    "WGAN": {"mnist": (6.7, ""), "fashion-mnist": (21.5, "fashion-wgan")},
    "WGAN-GP": {"mnist": (20.3, "mnist-wgan-gp"), "fashion-mnist": (24.5, "")},
    "DRAGAN": {"mnist": (7.6, "mnist-dragan"), "fashion-mnist": (27.7, "")},
    "BEGAN": {"mnist": (13.1, "mnist-began-quick"), "fashion-mnist": (22.9, "")},
}
"""Objective -> data set -> the authors' best FID, on Inception features, after a search for the best settings, and the
shipped model under the same objective that comes nearest, or "".

Lucic et al. 2018 (arXiv 1711.10337): InfoGAN's networks, 20 epochs, 10,000 test images against 10,000 samples."""


class Moment(NamedTuple):
    """What TF-GAN's MNIST tutorial (a WGAN, batches of 32) reports at a step: its own score and Fréchet distance."""

    step: int
    score: float
    distance: float


TF_GAN = (Moment(500, 5.97, 98.6), Moment(1000, 6.61, 69.4), Moment(2000, 7.35, 54.5), Moment(4000, 7.63, 56.1))
TF_GAN_REAL = 8.38
"""The score that real images get there, taken over batches of 32."""


_MEASURED = {
    "epochs": ("Epochs", ".3g"),
    "g_rise": ("Rise of G's loss in 1,000 steps", ".3g"),
    "g_fluctuation": ("Fluctuation of G's loss", ".3g"),
    "d_fluctuation": ("Fluctuation of D's loss", ".3g"),
    "g_end": ("G's loss at the end", ".3g"),
    "d_end": ("D's loss at the end", ".3g"),
}


def metrics(page: Page, dataset: str) -> str:
    """Return all metrics of a data set's systems, with what real images and noise get."""
    systems = page.systems(dataset)
    if not systems:
        return NOT_YET
    found = {system.title: page.numbers(system.name) for system in systems}
    first = next(iter(found.values()))
    columns = {"Real images": first["floor"], **found, "Noise": first["noise"]}
    rows = [
        [f"{metric.title} ({metric.aim})", *(formed(name, values) for values in columns.values())]
        for name, metric in METRICS.items()
        if any(name in values for values in columns.values())
    ]
    counts = {max(page.models[system.name]["metrics"], key=int) for system in systems}
    return table(["", *columns], rows) + f"\n\n{' and '.join(f'{int(n):,}' for n in counts)} samples, seed 0."


def models(page: Page, _: str) -> str:
    """Return what ships: how far each model came, how good it is, and which demand it misses."""
    rows = []
    for name, entry in page.models.items():
        found = page.numbers(name)
        missed = criteria.missed(RECIPES[name], found) if name in RECIPES else []
        distance = f"{formed('frechet_distance', found)} ({formed('frechet_distance', found['floor'])})"
        rows.append(
            [
                f"`{name}`", f"{entry['epochs']:,.3g}", f"{entry['steps']:,}", str(page.run(name).config.batch_size),
                f"{entry['seconds'] / 60:,.3g}",
                f"{entry['parameters']['generator']:,}", distance, formed("score", found),
                formed("recognised", found), formed("classes_missing", found),
                "; ".join(f"not: {bar}" for bar in missed) or "all",
            ]
        )  # fmt: skip
    head = ["Model", "Epochs", "Steps", "Batch", "Minutes", "Parameters of G", "Fréchet distance (real images)",
            "Score", "Recognised", "Classes missing", "Demands met"]  # fmt: skip
    return table(head, rows) if rows else NOT_YET


def machines(page: Page, _: str) -> str:
    """Return what the models were trained on."""
    found = dict.fromkeys(str(entry["machine"]) for entry in page.models.values())
    precisions = dict.fromkeys(str(entry["precision"]) for entry in page.models.values())
    return f"Trained on: {'; '.join(found)}. Precision: {', '.join(precisions)}." if found else NOT_YET


def demands(page: Page, _: str) -> str:
    """Return what is demanded of the models, once for those of which the same is."""
    groups: dict[str, list[str]] = {}
    for name, recipe in RECIPES.items():
        groups.setdefault("; ".join(bar.says for bar in criteria.bars(recipe)), []).append(f"`{name}`")
    return table(["Model", "Demands"], [[", ".join(names), says] for says, names in groups.items()])


def ends(page: Page, _: str) -> str:
    """Return the losses that the source projects report for their ends, beside ours: means of the last epoch."""
    rows = []
    for name, end in ENDS.items():
        ours = ["", "", ""]
        if name in page.models:
            columns = page.run(name).metrics()
            last = columns["epoch"] >= columns["epoch"][-1] - 1
            passes = page.models[name]["epochs"]
            ours = [f"{passes:,.3g}", *(f"{np.nanmean(columns[key][last]):.3f}" for key in ("g_loss", "d_loss"))]
        rows.append([f"`{name}`", str(end.epochs), end.g_loss, end.d_loss, *ours])
    return table(["", "Their epochs", "Their G", "Their D", "Our epochs", "Our G", "Our D"], rows)


def best_published(page: Page, dataset: str) -> str:
    """Return the best published values under each objective, and ours."""
    rows = []
    for objective, by_dataset in LUCIC.items():
        fid, name = by_dataset[dataset]
        ours = ["", "", ""]
        if name in page.models:
            found = page.numbers(name)
            ours = [f"`{name}`", *(formed("frechet_distance", values) for values in (found, found["floor"]))]
        rows.append([objective, f"{fid:.1f}", *ours])
    return table(["Objective", "Published FID (Inception)", "Ours", "Fréchet distance", "Real images"], rows)


def tf_gan(page: Page, _: str) -> str:
    """Return what the other project that evaluates MNIST through a classifier reports."""
    rows = [[f"step {m.step:,}", f"{m.score:.2f}", f"{m.distance:.1f}"] for m in TF_GAN]
    return table(["TF-GAN's tutorial", "Score", "Fréchet distance"], [*rows, ["real images", str(TF_GAN_REAL), ""]])


def finding(page: Page, name: str) -> str:
    """Return how the losses of some systems moved, over their random seeds, and how good their samples became."""
    rows = [
        [
            value["label"],
            str(len(value["runs"])),
            *(_spread([run[key] for run in value["runs"] if key in run], form) for key, (_, form) in _MEASURED.items()),
            *(_spread(value["finals"].get(metric, ()), METRICS[metric].form) for metric in _EVALUATED),
        ]
        for value in findings.seen(name, page.docs / "findings")
    ]
    head = ["", "Seeds", *(title for title, _ in _MEASURED.values()), *(METRICS[metric].title for metric in _EVALUATED)]
    return table(head, rows) if rows else NOT_YET


_EVALUATED = ("frechet_distance", "score")


def _spread(values: Sequence[float], form: str) -> str:
    found = spread(values)
    return found.text(form) if found else ""
