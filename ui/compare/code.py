"""As code: the lines of `ganlib` that make the same pictures and figures in a notebook."""

from collections.abc import Sequence

from ganlib.runs.folder import Run
from ui.common import cached, code
from ui.compare import sample_grids
from ui.compare.sample_grids import Checkpoint


def show_side(chosen: Sequence[Run], checkpoint: Checkpoint, seed: int | None) -> None:
    code.show(
        side(chosen, checkpoint, seed), "The sample grids above as arrays, and the chart of the generators' losses."
    )


def show_classes(chosen: Sequence[Run], steps: Sequence[int | None], count: int, seed: int) -> None:
    code.show(classes(chosen, steps, count, seed), "The same pictures as arrays, a row for each class.")


def show_experiment(name: str) -> None:
    code.show(experiment(name), "Its numbers, the band of the generators' losses, and the report as a file.")


def side(chosen: Sequence[Run], checkpoint: Checkpoint, seed: int | None) -> str:
    """Return lines that leave `grids`, one uint8 image a run that has drawn a grid, and `figure`.

    `seed` is that of fresh samples, or None for the grids on disk.
    """
    known = [(run, samples) for run in chosen if (samples := cached.samples(run))]
    names = [run.id for run, _ in known]
    imports = ["from ganlib import plots", "from ganlib.runs import store", "from ganlib.utils import images"]
    if seed is None:
        numbers = [samples.index(sample_grids.sample_at(samples, checkpoint)) for _, samples in known]
        drawn = [
            f"numbers = {numbers}",
            "grids = [images.read_png(run.samples()[number].path) for run, number in zip(chosen, numbers)]",
        ]
    else:
        imports.insert(1, "from ganlib.explore.sampler import Sampler")
        untils = [(run, sample_grids.until(samples, checkpoint)) for run, samples in known]
        drawn = [
            f"steps = {[sample_grids.kept_step(run, until) for run, until in untils]}",
            "samplers = [Sampler(run, step) for run, step in zip(chosen, steps)]",
            f"latents = [each.latents({sample_grids.COUNT}, seed={seed}) for each in samplers]",
            "grids = [images.sample_grid(each.images(z)) for each, z in zip(samplers, latents)]",
        ]
    curves = "{run.id: run.metrics() for run in chosen}"
    lines = [
        f"chosen = [store.find(name) for name in {names}]",
        *drawn,
        f"figure = plots.overlay_figure({curves}, 'g_loss')",
    ]
    return "\n".join([*imports, "", *lines])


def classes(chosen: Sequence[Run], steps: Sequence[int | None], count: int, seed: int) -> str:
    """Return lines that leave `grids`, one uint8 image a run: a row for each class, a column for each z."""
    return "\n".join(
        [
            "from ganlib.explore.classes import every_class",
            "from ganlib.explore.sampler import Sampler",
            "from ganlib.runs import store",
            "from ganlib.utils import images",
            "",
            f"chosen = [store.find(name) for name in {[run.id for run in chosen]}]",
            f"samplers = [Sampler(run, step) for run, step in zip(chosen, {list(steps)})]",
            f"drawn = [every_class(each, each.latents({count}, seed={seed})) for each in samplers]",
            f"grids = [images.mosaic(pictures, columns={count}, gap=1, fill=96) for pictures in drawn]",
        ]
    )


def experiment(name: str) -> str:
    """Return lines that leave `figure` and write the report of an experiment."""
    return "\n".join(
        [
            "from pathlib import Path",
            "",
            "from ganlib.plots import band_figure",
            "from ganlib.experiments import report, results, tables",
            "",
            f"experiment = results.get({name!r})",
            "metrics = tables.metrics(experiment)",
            "bands = {",
            "    experiment.label(value): results.metric_band(runs.values(), 'g_loss')",
            "    for value, runs in experiment.by_value().items()",
            "}",
            "figure = band_figure({name: band for name, band in bands.items() if band}, 'Generator loss')",
            f"Path({name + '.html'!r}).write_bytes(report.report(experiment))",
        ]
    )
