"""`python -m tools.release`: trains the models that ship, packs them, and writes the page of results."""

import argparse
import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import Event

from ganlib.backend.startup import load_backend
from ganlib.catalog.table import pick
from ganlib.cli.main import call
from ganlib.cli.terminal import print_table, stop_on_signals
from ganlib.runs.folder import Run, home
from ganlib.utils.errors import UserError
from tools.release import round_robin
from tools.release.findings import FINDINGS, Finding
from tools.release.recipes import RECIPES, Recipe, Work

WORK = ".release"  # in the folder of runs

_EXAMPLES = """examples, each after `python -m tools.release`:
  --list                                    what ships, and how far each working run is
  --budget-seconds 3600                     an hour for all in turn; then those at their goal are packed
  mnist-quick digits-quick                  these two to their goals, then into pretrained/
  --pack                                    pack all working runs from wherever they stand; trains nothing
  --pack mnist-dcgan --work ../elsewhere    pack one of another folder
  fashion-seeds                             train the runs of a finding, for the page of results alone
  --results                                 write docs/results.md, and the README's tables, from what ships"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit status, as `ganlib.cli.main` does."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.release",
        description="Train the models that ship, in turn, and pack them into pretrained/.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.set_defaults(command=release)
    parser.add_argument("names", metavar="NAME", nargs="*", help="which models (all), or findings; see --list")
    instead = parser.add_mutually_exclusive_group()
    instead.add_argument("--list", action="store_true", help="say what ships and how far each working run is")
    instead.add_argument("--pack", action="store_true", help="train nothing: pack what is there, finished or not")
    instead.add_argument("--results", action="store_true", help="train nothing: write docs/results.md")
    parser.add_argument("--runs", type=Path, default=home(), metavar="DIR", help="where runs live")
    parser.add_argument("--work", type=Path, metavar="DIR", help=f"where working runs live ({WORK} in --runs)")
    parser.add_argument("--budget-seconds", type=_seconds, default=math.inf, metavar="N", help="train so long in all")
    parser.add_argument("--slice-seconds", type=_seconds, default=300.0, metavar="N", help="and each in turn (300)")
    parser.add_argument("--full", action="store_true", help="the source projects' batches, and epochs for a GPU")
    return call(parser, arguments)


def release(options: argparse.Namespace) -> None:
    """Train in turn, then pack what has reached its goal."""
    options.work = options.work or options.runs / WORK
    asked = [pick({**RECIPES, **FINDINGS}, name, "model or finding") for name in options.names]
    if options.results:
        _write_results(options.work)
        return
    if not asked:  # findings ship nothing: they train only for who asks
        asked = [*RECIPES.values(), *(FINDINGS.values() if options.list else ())]
    chosen = [it for it in asked if isinstance(it, Recipe)]
    works = [recipe.work(options.full) for recipe in chosen]
    works += [work for it in asked if isinstance(it, Finding) for work in it.works()]
    if options.list:
        _list(works, options.work)
        return
    stop = Event()
    with stop_on_signals(stop):
        troubles = [] if options.pack else _train(works, options, stop)
        troubles += _pack(list(_ready(chosen, options)), stop)
    if troubles:
        raise UserError(" ".join(troubles))


def _train(works: list[Work], options: argparse.Namespace, stop: Event) -> list[str]:
    """Train in turn; return what went wrong, which keeps nobody from packing the others."""
    try:
        round_robin.train(works, options.work, options.slice_seconds, options.budget_seconds, stop, _say)
    except UserError as error:
        return [str(error)]
    return []


def _ready(chosen: list[Recipe], options: argparse.Namespace) -> Iterator[tuple[Recipe, Run]]:
    """Yield what is to be packed: what has reached its goal; under --pack, what has begun."""
    for recipe in chosen:
        reached = round_robin.share(recipe.work(options.full), options.work)
        if reached == 1 or (options.pack and reached):
            yield recipe, Run(options.work / recipe.name)
        elif options.pack and options.names:
            raise UserError(f"There is nothing of {recipe.name} in {options.work} yet; train it first.")


def _pack(ready: list[tuple[Recipe, Run]], stop: Event) -> list[str]:
    """Pack one after the other until asked to stop; return what went wrong."""
    if stop.is_set() or not ready:
        _say("Stopped." if stop.is_set() else "Nothing to pack yet.")
        return []
    load_backend()
    from tools.release.packing import pack

    troubles = []
    for recipe, run in ready:
        if stop.is_set():
            _say(f"Stopped before {recipe.name}.")
            break
        try:
            entry = pack(run, recipe)
        except (UserError, OSError) as error:  # the others can be packed all the same
            troubles.append(f"{recipe.name}: {error}")
            continue
        size = sum(file["size"] for file in entry["files"].values())
        _say(f"{recipe.name} is packed at epoch {entry['epochs']:g}, step {entry['steps']:,}: {size / 1e6:.1f} MB")
    return troubles


def _write_results(work: Path) -> None:
    from tools.release import findings, results

    for name, finding in FINDINGS.items():
        left = [it.name for it in finding.works() if round_robin.share(it, work) < 1]
        if not left and findings.keep(name, work):
            _say(f"The curves of {name} are in {findings.HOME}.")
        elif len(left) < len(finding.works()):
            _say(f"The curves of {name} stay what they were: {', '.join(left)} not finished in {work}.")
    _say(f"{results.write()} is written, {results.refresh()} brought up to date.")


def _list(works: list[Work], folder: Path) -> None:
    rows = []
    for work in works:
        run = Run(folder / work.name)
        epoch = run.status().epoch if run.path.exists() else 0
        why = RECIPES[work.name].why if work.name in RECIPES else "a run of a finding"
        reached = f"{round_robin.share(work, folder):.0%}"
        rows.append((work.name, str(work.record["preset"]), f"{epoch:.1f} of {work.config.epochs}", reached, why))
    print_table(("Name", "Preset", "Epochs", "Goal", "Why"), rows)


def _say(sentence: str) -> None:
    print(sentence, flush=True)


def _seconds(text: str) -> float:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number of seconds above 0")
    return float(text)


if __name__ == "__main__":
    raise SystemExit(main())
