"""Commands that start experiments and write them up."""

import argparse
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import Event

from ganlib import presets
from ganlib.cli.terminal import stop_on_signals, write
from ganlib.config import parse
from ganlib.experiments import launch, ready_made, results, tables
from ganlib.experiments.plan import SAME, SETTINGS, Budget, Plan, plan
from ganlib.experiments.settings import differences
from ganlib.runs import queue, store
from ganlib.runs.folder import Run
from ganlib.runs.status import STOPPED
from ganlib.training import estimate
from ganlib.utils.errors import UserError

_ON = "train on a Dask cluster: dask://HOST:PORT, or local-dask for all cores of this machine"


def declare(add: Callable[[str, object, str], argparse.ArgumentParser]) -> None:
    """Declare the commands."""
    experiment = add("experiment", start, "Start runs that differ in one thing; without NAME, list ready ones.")
    experiment.add_argument("name", metavar="NAME", nargs="?", help="a ready experiment; or a preset, with --vary")
    experiment.add_argument("--vary", metavar="KEY=A,B,...", help="the setting that differs, and its values")
    experiment.add_argument(
        "--over", metavar="KEY=A,B,...", action="append", default=[],
        help="given two or three times, in place of --vary: all combinations of these values (a sweep)",
    )  # fmt: skip
    experiment.add_argument(
        "--draws", type=int, default=0, metavar="N",
        help="with --over: N combinations at random; a value may then be a range, such as 1e-4..1e-2",
    )  # fmt: skip
    experiment.add_argument("--seeds", type=int, default=1, metavar="N", help="random seeds for each value (1)")
    experiment.add_argument("--steps", type=int, metavar="N", help="with --vary: updates of G in each run")
    experiment.add_argument("--epochs", type=int, metavar="N", help="with --vary: epochs of each run")
    experiment.add_argument("--seconds", type=float, metavar="N", help="with --vary: training time of each run")
    experiment.add_argument(
        "--settings",
        choices=list(SETTINGS),
        help="with --vary loss: rates and optimisers of the preset for all (same), or those of each one's paper",
    )
    experiment.add_argument("--full", action="store_true", help="a ready experiment at full length, not for a lesson")
    experiment.add_argument("--on", metavar="WHERE", help=_ON)

    waiting = add("queue", train_waiting, "Train the runs that wait on a Dask cluster instead.")
    waiting.add_argument("--on", metavar="WHERE", required=True, help=_ON)

    report = add("report", write_report, "Write an experiment up in one HTML file.")
    report.add_argument("experiment", metavar="EXPERIMENT", help="its id, as `experiment` printed it")
    report.add_argument("--out", type=Path, required=True, help="an .html file")


def start(options: argparse.Namespace) -> None:
    """`experiment NAME`: start its runs in the background."""
    if not options.name:
        for one in ready_made.READY.values():
            print(f"{one.name:<20}{one.title}. {one.question}")
        return
    chosen = _swept(options) if options.over else _varied(options) if options.vary else _ready(options)
    known = store.list_runs(options.runs)
    print(f"Experiment {chosen.id}: {chosen.title}")
    differing = differences(chosen)
    for name, column in differing.items():
        print(f"  {name}: {', '.join(map(str, column))}")
    if len(differing) > 1 and not options.over:
        print(tables.CONFOUNDED)
    for planned in chosen.first_of_each:
        if lacks := estimate.shortfall(planned.config, estimate.estimate(planned.config, known)):
            print(f"Note: {planned.value}: {lacks.sentence}")
    if options.on:
        _train_on(options.on, len(chosen.runs), lambda: launch.make(chosen, folder=options.runs))
    else:
        for run in launch.start(chosen, folder=options.runs):
            print(f"Run {run.id} waits for its turn.")
    if options.over:
        print(f"The app shows them on its page Compare: /compare?view=experiments&exp={chosen.id}")
    else:
        print(f"When they have ended: python -m ganlib report {chosen.id} --out {chosen.id}.html")


def train_waiting(options: argparse.Namespace) -> None:
    """`queue --on WHERE`: take the waiting runs out of the queue and train them on a cluster."""
    waiting = queue.waiting(options.runs)
    if not waiting:
        raise UserError("No run waits.")

    def take() -> list[Run]:
        for run in queue.waiting(options.runs):  # some may have begun meanwhile
            with suppress(UserError):
                queue.stop(run)
        return [run for run in waiting if run.status().state == STOPPED and not run.is_locked()]

    _train_on(options.on, len(waiting), take)


def _train_on(where: str, count: int, make: Callable[[], list[Run]]) -> None:
    """Train what is made once the cluster answers."""
    from ganlib.training import cluster

    stop = Event()
    with stop_on_signals(stop), cluster.connected(where, count) as client:
        runs = make()
        failed = cluster.train(client, runs, lambda sentence: print(sentence, flush=True), stop)
    if failed:
        raise UserError(f"{len(failed)} of {len(runs)} failed: {', '.join(failed)}; the log.txt of each tells more.")


def write_report(options: argparse.Namespace) -> None:
    """`report EXPERIMENT`: one HTML file."""
    from ganlib.experiments.report import report  # Plotly takes a moment

    write(options.out, report(results.get(options.experiment, options.runs)))


def _ready(options: argparse.Namespace) -> Plan:
    for name in ("settings", "steps", "epochs", "seconds"):
        if getattr(options, name) is not None:
            raise UserError(f"--{name} goes with --vary; a ready experiment brings its own.")
    return ready_made.get(options.name).plan(not options.full, options.seeds)


def _swept(options: argparse.Namespace) -> Plan:
    from ganlib.experiments.sweep import sweep  # scikit-learn takes a second

    if options.vary or options.full or options.settings:
        raise UserError("--over goes with a preset, and without --vary, --full and --settings.")
    over = dict(_pair(text, "--over") for text in options.over)
    budget = Budget(options.seconds, options.epochs, options.steps)
    return sweep(options.name, over, options.draws, options.seeds, budget)


def _pair(text: str, option: str) -> tuple[str, str]:
    field, separator, values = text.partition("=")
    if not separator:
        raise UserError(f"{option} takes KEY=A,B,..., such as {option} loss=wgan,wgan_gp, not {text!r}.")
    return field, values


def _varied(options: argparse.Namespace) -> Plan:
    if options.full:
        raise UserError("--full goes with a ready experiment; with --vary, give --steps, --epochs or --seconds.")
    field, texts = _pair(options.vary, "--vary")
    base = presets.get(options.name)
    values = [parse(field, text) for text in texts.split(",")]
    budget = Budget(options.seconds, options.epochs, options.steps)
    return plan(base.name, base.config, field, values, options.seeds, budget, options.settings or SAME)
