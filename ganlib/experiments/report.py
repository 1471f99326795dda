"""An experiment as one HTML file: pictures, charts and tables, to be opened anywhere without a network."""

import base64
import gzip
import json
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined
from plotly.offline import get_plotlyjs

from ganlib import __version__
from ganlib.catalog import datasets, labels
from ganlib.catalog.metrics import METRICS
from ganlib.config import FIELDS, TrainConfig
from ganlib.experiments import tables
from ganlib.experiments.results import Experiment, evaluation_band, floors, has_one_measure, metric_band
from ganlib.experiments.settings import train_command
from ganlib.plots import as_is, band_figure
from ganlib.runs.status import FAILED
from ganlib.utils import images
from ganlib.utils.errors import UserError

PICTURE_BYTES = 3_000_000
"""Room for sample grids: with the charts' library, which takes 2 MB packed, a report stays under 6 MB."""

_TEMPLATE = Path(__file__).with_name("report.html.jinja")


def report(experiment: Experiment) -> bytes:
    """Write up an experiment, whose runs may be at any stage, damaged or deleted; what there is will be told.

    Returns an HTML file in UTF-8, under 6 MB, that loads nothing from elsewhere. Whatever people typed is escaped.
    """
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    template = environment.from_string(_TEMPLATE.read_text(encoding="utf-8"))
    return template.render(**contents(experiment), plotly=_packed_plotly()).encode()


def contents(experiment: Experiment) -> dict[str, Any]:
    """Return what the template shows, as plain values: texts, rows of tables, figures as JSON values."""
    configs = tables.configs(experiment)
    differences = tables.differences(configs)
    grids = list(_sample_grids(experiment))
    return {
        "title": experiment.title,
        "id": experiment.id,
        "field": experiment.field,
        "field_title": experiment.field_title,
        "values": [experiment.label(value) for value in experiment.values],
        "seeds": experiment.seeds,
        "states": ", ".join(f"{count} {state}" for state, count in sorted(experiment.states().items())),
        "is_over": experiment.is_over,
        # Id and message of the runs that failed: often the very thing that an experiment shows.
        "troubles": [(run.id, status.message) for run in experiment.runs if (status := run.status()).state == FAILED],
        "data": sorted({datasets.get(config.dataset).title for config in configs.values()}),
        "known": [experiment.label(value) for value in configs],
        "differences": [
            (FIELDS[name].label, name, [labels.title(name, value) for value in column])
            for name, column in differences.items()
        ],
        "shared": _shared(list(configs.values()), differences),
        "grids": {seed: [grid for grid in grids if grid["seed"] == seed] for seed in {one["seed"]: 0 for one in grids}},
        "left_out": sum(bool(run.samples()) for run in experiment.runs) - len(grids),
        "has_same_latents": not {"prior", "latent_dim"} & differences.keys(),
        "has_one_scale": "loss" not in differences,
        "has_one_measure": has_one_measure(experiment),
        "confounded": tables.CONFOUNDED,
        "is_confounded": tables.is_confounded(experiment),
        "figures": _figures(experiment),
        "metrics": tables.metrics(experiment),
        "times": tables.times(experiment),
        "commands": [
            (experiment.label(value), train_command(config, _preset(experiment, value)))
            for value, config in configs.items()
        ],
        "date": time.strftime("%Y-%m-%d"),
        "version": __version__,
    }


def _preset(experiment: Experiment, value: Any) -> str | None:
    with suppress(UserError):
        return str(next(iter(experiment.by_value()[value].values())).record.get("preset"))
    return None


def _shared(configs: list[TrainConfig], differences: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return label and value of the common settings that are the same in all runs."""
    if not configs:
        return []
    is_limited = configs[0].max_seconds or configs[0].max_steps
    unlimited = {name for name in ("max_seconds", "max_steps") if not getattr(configs[0], name)}
    untold = {"seed", *(("epochs",) if is_limited else ()), *unlimited, *differences}
    return [
        (info.label, labels.title(name, getattr(configs[0], name)))
        for name, info in FIELDS.items()
        if not info.advanced and name not in untold
    ]


# Pictures


def _sample_grids(experiment: Experiment) -> Iterator[dict[str, Any]]:
    """Yield each run's last sample grid, all values of a seed together, as long as there is room."""
    room = PICTURE_BYTES
    for member in sorted(experiment.members, key=lambda member: member.seed):
        samples = member.run.samples()
        content = _png(samples[-1].path) if samples else None
        if content is None or len(content) > room:
            continue
        room -= len(content)
        last, value = samples[-1], experiment.label(member.value)
        yield {
            "seed": member.seed,
            "value": value,
            "step": last.step,
            "epoch": last.epoch,
            "source": f"data:image/png;base64,{content}",
            "alt": f"Generated images in eight columns: {experiment.field_title} {value}, random seed {member.seed}, "
            f"after {last.step:,} steps.",
        }


def _png(path: Path) -> str | None:
    """Return a picture anew as base64, so that nothing else that a file holds gets into the report."""
    with suppress(OSError, ValueError):
        return base64.b64encode(images.png_bytes(images.read_png(path))).decode()
    return None


# Charts


def _figures(experiment: Experiment) -> list[dict[str, Any]]:
    groups = {as_is(experiment.label(value)): found.values() for value, found in experiment.by_value().items()}
    charts = []
    for key, title in (("g_loss", "Generator loss"), ("d_loss", "Discriminator loss")):
        bands = {name: band for name, runs in groups.items() if (band := metric_band(runs, key))}
        charts.append((title, "Smoothed; the line is the mean over random seeds.", band_figure(bands, title)))
    distance = METRICS["frechet_distance"]
    bands = {name: band for name, runs in groups.items() if (band := evaluation_band(runs, distance.name))}
    if any(len(band.steps) > 1 for band in bands.values()):
        floor = floors(experiment).get(distance.name)
        figure = band_figure(bands, distance.title, floor.mean if floor else None, distance.form)
        charts.append((distance.title, distance.how_to_read, figure))
    return [
        {"title": title, "reading": reading, "figure": json.loads(figure.to_json())}
        for title, reading, figure in charts
        if figure.data
    ]


@lru_cache(maxsize=1)
def _packed_plotly() -> str:
    """Return Plotly's script, gzipped and in base64: 2 MB in place of 5."""
    return base64.b64encode(gzip.compress(get_plotlyjs().encode(), mtime=0)).decode()
