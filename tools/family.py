"""Trains what labels, codes and autoencoders promise with several random seeds, and writes `docs/family.md`.

    python -m tools.family                        # all of them: some hours on two cores; Ctrl-C, and later it goes on
    python -m tools.family infogan --work DIR     # one, with its runs in DIR

A run that has finished is evaluated once, with 10,000 samples, and its numbers stay in `docs/findings/family.json`.
"""

import argparse
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from threading import Event
from typing import Any, NamedTuple

from ganlib import presets
from ganlib.backend.startup import load_backend
from ganlib.catalog.metrics import METRICS
from ganlib.catalog.table import by_name, pick
from ganlib.catalog.training import INFORMATION
from ganlib.cli.main import call
from ganlib.cli.terminal import stop_on_signals
from ganlib.runs.folder import Run, home
from ganlib.utils import files
from tools.release import round_robin
from tools.release.recipes import Work
from tools.release.results_page import table

DOCS = Path(__file__).parents[1] / "docs"
SAMPLES = 10_000
_SLICE = 300.0  # seconds of training before another run has its turn

Numbers = Mapping[str, Any]
"""What is kept of a run: `steps`, and for each metric its value and, as `real METRIC`, that of real images."""


class Criterion(NamedTuple):
    """A value that the median over the seeds is to reach."""

    metric: str
    value: float
    of_real: bool = False  # `value` is a multiple of what real images get
    spare: float = 0.0  # what is added to that for chance

    def limit(self, found: Numbers) -> float:
        return self.value * found[f"real {self.metric}"] + self.spare if self.of_real else self.value

    def is_met(self, value: float, found: Numbers) -> bool:
        limit = self.limit(found)
        return value >= limit if METRICS[self.metric].is_better == "higher" else value <= limit


@dataclass(frozen=True)
class Trial:
    """A preset that is trained with several seeds, and what is demanded of it."""

    name: str
    preset: str
    seeds: int
    criteria: tuple[Criterion, ...] = ()
    also: tuple[str, ...] = ()  # metrics that are told without a criterion
    changes: Mapping[str, Any] = field(default_factory=dict)

    @property
    def metrics(self) -> tuple[str, ...]:
        """The metrics of a row of the page each."""
        return (*(each.metric for each in self.criteria), *self.also)

    def works(self) -> list[Work]:
        """Return its runs, a seed each. Steps alone end them: on a busy machine seconds are few of them."""
        changes = {"max_seconds": 0.0, "sample_seconds": 0.0, **self.changes}
        config = presets.get(self.preset).config.changed(**changes)
        record = {"preset": self.preset}
        return [Work(f"{self.name}-s{seed}", config.changed(seed=seed), record) for seed in range(self.seeds)]


_EVERY_CLASS = Criterion("classes_missing", 0)
_NO_COPIES = Criterion("copies", 1, of_real=True, spare=0.005)

TRIALS: Mapping[str, Trial] = by_name(
    Trial("mnist-cgan", "mnist-cgan-quick", 3,
        (Criterion("class_accuracy", 0.97), Criterion("gan_train", 0.95, of_real=True)),
        ("frechet_distance", "duplicates")),
    Trial("fashion-cgan", "fashion-cgan-quick", 3,
        (Criterion("class_accuracy", 0.88),), ("frechet_distance", "duplicates")),
    Trial("mnist-acgan", "mnist-acgan-quick", 3, (_EVERY_CLASS,), ("class_accuracy", "frechet_distance")),
    Trial("fashion-acgan", "fashion-acgan-quick", 3, (_EVERY_CLASS,), ("class_accuracy", "frechet_distance")),
    Trial("infogan", "mnist-infogan-quick", 5, (Criterion("purity", 0.85),), ("frechet_distance",)),
    Trial("ebgan", "mnist-ebgan-quick", 3, (_EVERY_CLASS, _NO_COPIES), ("frechet_distance", "duplicates")),
    Trial("began", "mnist-began-quick", 3, (_EVERY_CLASS, _NO_COPIES), ("frechet_distance", "duplicates")),
    Trial("svhn-plain", "svhn-quick", 3, (), ("frechet_distance",), {"split": "test"}),
    Trial("svhn-diffaugment", "svhn-quick", 3, (), ("frechet_distance",), {"split": "test", "augment": "diffaugment"}),
)  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit status, as `ganlib.cli.main` does."""
    parser = argparse.ArgumentParser(prog="python -m tools.family", description=(__doc__ or "").partition("\n")[0])
    parser.set_defaults(command=prove)
    parser.add_argument("names", metavar="NAME", nargs="*", help=f"which of {', '.join(TRIALS)} (all)")
    parser.add_argument("--work", type=Path, default=home() / ".family", metavar="DIR", help="where the runs live")
    return call(parser, arguments)


def prove(options: argparse.Namespace) -> None:
    """Train in turn, evaluate what has finished, and write the page."""
    trials = [pick(TRIALS, name, "trial") for name in options.names] or list(TRIALS.values())
    works = [work for trial in trials for work in trial.works()]
    stop = Event()
    with stop_on_signals(stop):
        round_robin.train(works, options.work, _SLICE, float("inf"), stop, _say)
    load_backend()
    for trial in trials:
        for work in trial.works():
            if round_robin.share(work, options.work) == 1:
                _say(f"{work.name} is being evaluated.")
                keep(work.name, evaluated(Run(options.work / work.name), trial))
    _say(f"{write()} is written.")


def evaluated(run: Run, trial: Trial) -> dict[str, float]:
    """Return what is kept of a run that has ended, evaluating it if nobody did."""
    from ganlib.explore.evaluate_run import evaluate_run

    step = run.status().step
    whole = [line for line in run.evaluations() if line["step"] == step and line["count"] == SAMPLES]
    known = [line for line in whole if {*trial.metrics} <= line.keys()]
    line = known[-1] if known else evaluate_run(run, SAMPLES, with_gan_train="gan_train" in trial.metrics)
    found = {"steps": float(step)}
    for metric in trial.metrics:
        found[metric], found[f"real {metric}"] = line[metric], line["floor"].get(metric)
    columns = run.metrics()
    found |= {name: round(float(columns[name][-20:].mean()), 3) for name in INFORMATION if name in columns}
    return found


def keep(name: str, found: Numbers, docs: Path = DOCS) -> None:
    """Write down the numbers of a run, beside those of others."""
    path = docs / "findings" / "family.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    files.write_json(path, {**(files.read_json(path) or {}), name: dict(found)})


def write(docs: Path = DOCS) -> Path:
    """Write the page from what was kept, and return its path."""
    kept = files.read_json(docs / "findings" / "family.json") or {}
    template = Path(__file__).with_name("family.template.md").read_text(encoding="utf-8")
    head = ("Trial", "Metric", "Each seed", "Median", "Real images", "Criterion", "Met")
    rows = [row for trial in TRIALS.values() for row in _rows(trial, kept)]
    path = docs / "family.md"
    path.write_text(template.replace("{{ table }}", table(head, rows)), encoding="utf-8")
    return path


def _rows(trial: Trial, kept: Mapping[str, Numbers]) -> Iterator[tuple[str, ...]]:
    found = [kept[work.name] for work in trial.works() if work.name in kept]
    if not found:
        return
    settings = "".join(f", `{name}={value}`" for name, value in trial.changes.items())
    title = f"`{trial.preset}`{settings}, {found[0]['steps']:,.0f} steps"
    criteria = {each.metric: each for each in trial.criteria}
    for metric in trial.metrics:
        values, facts, criterion = [each[metric] for each in found], METRICS[metric], criteria.get(metric)
        real = found[0][f"real {metric}"]
        middle = median(values)
        yield (
            title, facts.title, ", ".join(map(facts.text, values)), facts.text(middle),
            "" if real is None else facts.text(real), facts.text(criterion.limit(found[0])) if criterion else "",
            ("yes" if criterion.is_met(middle, found[0]) else "**no**") if criterion else "",
        )  # fmt: skip
        title = ""
    for name in INFORMATION:
        if name in found[0]:
            values = [each[name] for each in found]
            label = name.replace("_", " ").capitalize() + ", nats"
            yield "", label, ", ".join(format(value, ".2f") for value in values), f"{median(values):.2f}", "", "", ""


def _say(sentence: str) -> None:
    print(sentence, flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
