"""Parse the command line and call the command."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from ganlib import __version__
from ganlib.catalog.classifiers import CLASSIFIERS
from ganlib.catalog.custom import SIZES
from ganlib.catalog.datasets import DATASETS
from ganlib.catalog.training import PRECISIONS
from ganlib.cli import bench, commands, device, evaluation, experiments, training
from ganlib.config import FIELDS
from ganlib.data import shipped
from ganlib.runs.folder import home
from ganlib.utils.errors import UserError

AddVerb = Callable[[str, object, str], argparse.ArgumentParser]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command that the arguments name, by default those of the process.

    Returns the exit status: 0 done, 1 failed with one clear line on standard error. Wrong usage exits with 2.
    """
    return call(_parser(), arguments)


def call(parser: argparse.ArgumentParser, arguments: Sequence[str] | None) -> int:
    """Call the command that the arguments name, and tell failures in one line; return the exit status."""
    options = parser.parse_args(arguments)
    try:
        return int(options.command(options) or 0)
    except UserError as error:
        print(f"ganlib: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        if isinstance(error, BrokenPipeError):  # the reader of our output, such as `head`, has seen enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 0
        print(f"ganlib: {error.strerror or error}: {error.filename or ''}".rstrip(": "), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("ganlib: interrupted.", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m ganlib", description="Train GANs briefly and look inside.")
    parser.add_argument("--version", action="version", version=__version__)
    everywhere = argparse.ArgumentParser(add_help=False)
    everywhere.add_argument("--runs", type=Path, default=home(), metavar="DIR", help="where runs live")
    verbs = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    def add(name: str, command: object, text: str) -> argparse.ArgumentParser:
        verb = verbs.add_parser(
            name,
            help=text,
            description=text,
            parents=[everywhere],
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        verb.set_defaults(command=command)
        return verb

    _add_training(add)
    _add_looking(add)
    experiments.declare(add)
    return parser


def _add_training(add: AddVerb) -> None:
    """Declare the commands that make runs, train them, steer them and hand them on."""
    add("presets", commands.list_presets, "List the systems known by name.")

    train = add("train", training.train, "Train a new run in this process; Ctrl-C stops it and keeps what it learned.")
    train.epilog = _settings_help()
    train.add_argument("preset", metavar="PRESET", nargs="?", help="name of a preset (see `presets`)")
    train.add_argument("--config", type=Path, metavar="FILE", help="take the settings of a run's config.json")
    _add_set(train)
    train.add_argument("--name", metavar="ID", help="the run's name")
    _add_now(train)

    resume = add("resume", training.resume, "Go on with a paused, stopped, failed or interrupted run.")
    _add_run(resume)
    _add_now(resume)

    for name, command, text in (
        ("pause", training.pause, "Pause a running training."),
        ("stop", training.stop, "End a training and keep what it has learned."),
        ("cancel", training.stop, "Take a waiting run out of the queue."),
    ):
        _add_run(add(name, command, text))
    delete = add("delete", training.delete, "Delete a run for good; asks first.")
    _add_run(delete)
    delete.add_argument("--yes", action="store_true", help="do not ask")
    change = add("change", training.change, "Change learning rates or critic steps of a running training.")
    _add_run(change)
    _add_set(change)

    fork = add("fork", training.fork, "Make a new run that begins where another one stood.")
    fork.epilog = _settings_help()
    _add_run(fork)
    _add_set(fork)
    fork.add_argument("--at", type=int, metavar="STEP", help="the checkpoint's step (default), or a snapshot's")
    fork.add_argument("--name", metavar="ID", help="the new run's name")

    export = add("export", commands.export, "Pack a run into a zip file, or its generator for plain Keras.")
    _add_run(export)
    export.add_argument("--out", type=Path, help="the whole run as a .zip")
    export.add_argument("--keras", type=Path, metavar="FILE", help="the generator alone as a .keras file")
    export.add_argument("--at", type=int, metavar="STEP", help="with --keras: the generator of this snapshot")
    export.add_argument("--checkpoint", action="store_true", help="also pack what is needed to go on training")
    take_in = add("import", commands.import_run, "Unpack a run that was exported elsewhere.")
    take_in.add_argument("file", type=Path, metavar="FILE", help="a .zip")
    take_in.add_argument("--name", metavar="ID", help="the run's name here")
    add("runs", commands.list_runs, "List own runs and shipped models.")


def _add_looking(add: AddVerb) -> None:
    """Declare the commands that look inside, fetch and measure."""
    sample = add("sample", commands.sample, "Draw images from a run's generator.")
    _add_run(sample)
    sample.add_argument("--count", type=_count, default=64, help="how many images (64)")
    sample.add_argument("--seed", type=_seed, default=0, help="the same seed gives the same images (0)")
    sample.add_argument("--label", type=_seed, metavar="CLASS", help="draw this class alone, by its number (all)")
    sample.add_argument("--at", type=int, metavar="STEP", help="use the snapshot at this step")
    sample.add_argument(
        "--out",
        type=Path,
        required=True,
        help="a .png sample grid, an .npz of uint8 `images`, or a folder for one PNG each",
    )

    walk = add("interpolate", commands.interpolate, "Animate a walk through latent space.")
    _add_run(walk)
    walk.add_argument("--seeds", type=_seeds, required=True, help="latent vectors to visit, such as 3,14,15")
    walk.add_argument("--frames", type=_count, default=60, help="how many frames (60)")
    walk.add_argument("--label", type=_seed, metavar="CLASS", help="of a conditional GAN: the class, by its number")
    walk.add_argument("--at", type=int, metavar="STEP", help="use the snapshot at this step")
    walk.add_argument("--out", type=Path, required=True, help="a .gif or .webp")

    data = add("data", commands.fetch_data, "Fetch and verify a data set, or make a custom one; describe it.")
    data.add_argument("name", metavar="NAME", help=f"{', '.join(DATASETS)}; with --from, a new name such as cats")
    data.add_argument(
        "--from",
        dest="source",
        type=Path,
        metavar="PLACE",
        help="make a custom data set: a .zip of pictures, a folder (one folder a class), an .npz or .npy",
    )
    data.add_argument("--size", type=int, choices=SIZES, default=SIZES[0], help="store custom images in this size (28)")
    data.add_argument("--delete", action="store_true", help="delete a custom data set for good, without asking")
    data.add_argument("--color", action="store_true", help="keep custom images' colours")

    evaluate = add("evaluate", evaluation.evaluate, "Evaluate a run's samples against real images, and write it down.")
    _add_run(evaluate)
    evaluate.add_argument("--count", type=_count, default=10_000, help="how many samples (10,000)")
    evaluate.add_argument("--seed", type=_seed, default=0, help="picks latent vectors and real images (0)")
    evaluate.add_argument("--at", type=int, metavar="STEP", help="evaluate the snapshot at this step")
    evaluate.add_argument(
        "--gan-train", action="store_true", help="of a conditional run: train classifiers, on samples and on images"
    )

    classifier = add("classifier", evaluation.make_classifier, "Train the classifier that looks at samples.")
    classifier.add_argument("name", metavar="NAME", help=", ".join(CLASSIFIERS))
    classifier.add_argument("--out", type=Path, default=shipped.HOME, metavar="DIR", help="where to write it")

    machine = add("device", device.device, "Say what computes here, how fast, and what can be trained with it.")
    machine.add_argument("--systems", action="store_true", help="measure all nine systems of the source projects")
    machine.add_argument("--rounds", type=_count, default=2, help="how often each loop has its turn (2)")

    measure = add("bench", bench.bench, "Compare our training step with plain loops and with the machine's limit.")
    measure.add_argument("--preset", action="append", metavar="PRESET", help="which (mnist-dcgan); may be repeated")
    measure.add_argument("--precision", action="append", choices=PRECISIONS, help="(float32); may be repeated")
    measure.add_argument("--rounds", type=_count, default=20, help="how often each loop gets its turn, or seeds (20)")
    measure.add_argument("--recognised", action="store_true", help="seconds until samples are recognised, instead")
    measure.add_argument("--least-steps", action="store_true", help="steps until samples are recognised, instead")
    measure.add_argument("--points", action="store_true", help="speed and modes on points, --rounds seeds, instead")
    _add_set(measure)
    measure.add_argument("--json", action="store_true", help="print numbers for a program")


def _add_run(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("run", metavar="RUN", help="a run's id or path, or the name of a shipped model")


def _add_set(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help="change a setting")


def _add_now(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--now", action="store_true", help="do not wait for other trainings to end")


def _settings_help() -> str:
    """Return what `--set` knows, from the fields' own metadata."""
    lines = []
    for info in FIELDS.values():
        bounds = "true, false" if info.high is None else f"{_readable(info.low)} to {_readable(info.high)}"
        lines.append(f"  {info.name}  {info.doc} [{', '.join(info.choices) or bounds}]")
    return "settings for --set:\n" + "\n".join(lines)


def _readable(number: float | None) -> str:
    """Return a bound as people write it: 10,000,000 and 0.01, but 1e-07."""
    return f"{number:,.0f}" if number and number >= 1000 else f"{number:g}"


def _count(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number above 0")
    return int(text)


def _seed(text: str) -> int:
    if not text.isdigit():
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number from 0 on")
    return int(text)


def _seeds(text: str) -> list[int]:
    parts = text.split(",")
    if len(parts) < 2 or not all(part.strip().isdigit() for part in parts):
        raise argparse.ArgumentTypeError(f"{text!r} is no list of two or more seeds such as 3,14,15")
    return [int(part) for part in parts]
