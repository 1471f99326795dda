"""Commands that evaluate a run, and train the classifiers that evaluations look through."""

import argparse
from collections.abc import Iterator, Sequence
from typing import Any

from ganlib.backend.startup import load_backend
from ganlib.catalog import classifiers, datasets
from ganlib.catalog.metrics import METRICS, Metric
from ganlib.cli.terminal import Progress, print_table
from ganlib.runs import store
from ganlib.runs.evaluation import accuracies


def evaluate(options: argparse.Namespace) -> None:
    """`evaluate RUN`: show its metrics beside those of real images and noise, and write them down."""
    run = store.find(options.run, options.runs)
    load_backend()
    from ganlib.explore.evaluate_run import evaluate_run

    print(f"Evaluating {run.id}; the first time on a data set takes longer.", flush=True)
    with Progress() as progress:
        found = evaluate_run(run, options.count, options.seed, options.at, options.gan_train, progress.show)
    rows = [_row(metric, found) for metric in METRICS.values() if metric.name in found]
    print(f"{found['count']:,} samples at step {found['step']:,}, seed {found['seed']}, in {found['seconds']:.1f} s:")
    print_table(("Metric", "Value", "95 % interval", "Real images", "Noise", "Good"), rows)
    names = datasets.get(run.config.dataset).classes
    if "purity" in found:
        print_table(("Category", "Samples", "Most often"), list(_by_category(found, run.config.class_names, names)))
    elif "confusion" in found:
        print_table(("Asked for", "Samples", "Drawn", "Real images", "Else most often"), list(_by_class(found, names)))
    if found["count"] < options.count:
        print(f"Only {found['count']:,} samples, because no more real images are available to compare with.")


def _row(metric: Metric, found: dict[str, Any]) -> tuple[str, ...]:
    interval = " to ".join(format(end, metric.form) for end in found["interval"].get(metric.name, ()))
    values = (format(line[metric.name], metric.form) for line in (found["floor"], found["noise"]))
    return metric.title, format(found[metric.name], metric.form), interval, *values, metric.aim


def _by_class(found: dict[str, Any], names: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Yield a row for each class that was asked for: how often it was drawn, and what for, else."""
    both = accuracies(found["confusion"]), accuracies(found["real_confusion"])
    for place, (name, drawn, real) in enumerate(zip(names, *both, strict=True)):
        row = found["confusion"][place]
        others = [0 if other == place else count for other, count in enumerate(row)]
        instead = names[others.index(max(others))] if any(others) else ""
        yield name, f"{sum(row):,}", f"{drawn:.1%}", f"{real:.1%}", instead


def _by_category(found: dict[str, Any], categories: Sequence[str], names: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Yield a row for each category of an InfoGAN: which class the classifier takes most of its samples for."""
    for category, row in zip(categories, found["confusion"], strict=True):
        most = max(row)
        yield category, f"{sum(row):,}", f"{names[row.index(most)]}: {most / max(1, sum(row)):.1%}"


def make_classifier(options: argparse.Namespace) -> None:
    """`classifier NAME`: train it, test it, write it down."""
    recipe = classifiers.get(options.name)
    load_backend()
    from ganlib.metrics import classifier_training

    examples = classifier_training.examples_for(recipe)
    with Progress() as progress:
        progress.say(f"{recipe.name} learns from {examples.trained_on}; it is tested on {examples.tested_on}.")
        entry = classifier_training.make(recipe, examples, folder=options.out, watch=progress.show)
        progress.say(
            f"{recipe.name} tells {entry['test_accuracy']:.1%} of them apart, after {entry['seconds']:.0f} s; "
            f"it is in {options.out}."
        )
