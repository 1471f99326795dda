"""The command that measures: how fast a step is, beside plain loops and the machine's limit."""

import argparse
import json
import subprocess
import sys
from itertools import product
from statistics import mean, median
from typing import Any

from ganlib import presets
from ganlib.backend.startup import load_backend
from ganlib.cli.terminal import print_table
from ganlib.cli.training import settings
from ganlib.runs import processes
from ganlib.utils.errors import UserError

_DISPLAY = 60
_OTHERS = {"plain_tensorflow": "Plain TensorFlow", "plain_torch": "Plain PyTorch"}


def bench(options: argparse.Namespace) -> None:
    """`bench`: our step against plain loops, in turn; or the seconds, or steps, to recognisable pictures."""
    if options.points:
        _points(options)
        return
    chosen = _minimum_steps if options.least_steps else _recognised if options.recognised else _compared
    chosen(options)


def _compared(options: argparse.Namespace) -> None:
    pairs = list(product(options.preset or ["mnist-dcgan"], options.precision or ["float32"]))
    results = [_alone(pair, options) for pair in pairs] if len(pairs) > 1 else [_measured(*pairs[0], options)]
    if options.json:
        _print_json(results)
        return
    others = [name for name in _OTHERS if any(name in result["ratios"] for result in results)]
    rows = []
    for result in results:
        rates, ratios = result["images_per_s"], result["ratios"]
        beside = [f"{rates[n]:,.0f} ({ratios[n]:.2f})" if n in ratios else "" for n in others]
        share = f"{result['share']:.0%} of {result['peak_gflops']:,.0f} GFLOP/s"
        memory = f"{result['memory_mb']:,} MB"
        rows.append((result["preset"], result["precision"], f"{rates['ours']:,.0f}", *beside, share, memory))
    headings = [f"{_OTHERS[name]} (ours to it)" for name in others]
    print_table(("Preset", "Precision", "Ours, images/s", *headings, "Of the machine's peak", "Memory"), rows)
    print(f"On {results[0]['device']}, {results[0]['threads']} threads, Keras on {results[0]['backend']}.")


def _measured(preset: str, precision: str, options: argparse.Namespace) -> dict[str, Any]:
    load_backend()
    from ganlib.training.benchmarks import compare

    return compare.run(preset, options.rounds, precision, say=None if options.json else print)


def _alone(pair: tuple[str, str], options: argparse.Namespace) -> dict[str, Any]:
    """Measure in a process of its own: what another comparison has left in memory would count."""
    preset, precision = pair
    if not options.json:
        print(f"{preset}, {precision} ...", flush=True)
    words = ["bench", "--preset", preset, "--precision", precision, "--rounds", str(options.rounds), "--json"]
    done = subprocess.run(
        processes.python_command("ganlib", *words),
        env=processes.python_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        last = done.stderr.strip().rpartition("\n")[2]
        raise UserError(
            last.removeprefix("ganlib: ") if last.startswith("ganlib: ") else f"The measurement of {preset} failed."
        )
    return dict(json.loads(done.stdout)[0])


def _recognised(options: argparse.Namespace) -> None:
    load_backend()
    from ganlib.training.benchmarks import time_to_recognisable

    found = time_to_recognisable.run(
        options.preset or ["mnist-quick", "mnist-dcgan"], say=None if options.json else print
    )
    if options.json:
        _print_json(found)
        return
    rows = [
        (
            row["preset"],
            f"{row['seconds']:g}",
            f"{row['recognised']:.2f} ({row['least']:.2f} to {row['most']:.2f})",
            str(row["classes"]),
            f"{row['images_per_s']:,.0f}",
        )
        for row in time_to_recognisable.summary(found)
    ]
    headings = ("Preset", "Seconds", "Recognised: median (three seeds)", "Classes, at least", "Images/s")
    print_table(headings, rows)


def _minimum_steps(options: argparse.Namespace) -> None:
    load_backend()
    from ganlib.training.benchmarks import time_to_recognisable

    names, changes = options.preset or ["mnist-quick"], settings(options.set)
    found = time_to_recognisable.minimum_steps(names, changes=changes, say=None if options.json else print)
    if options.json:
        _print_json(found)
        return
    for row in found:
        reached = f"after {row['step']:,}" if row["is_recognisable"] else f"not within {row['step']:,}"
        print(f"{row['preset']}: pictures are recognisable {reached} steps.")


def _points(options: argparse.Namespace) -> None:
    load_backend()
    from ganlib.training.benchmarks import points

    say = None if options.json else print
    found = {}
    for name in options.preset or ["ring-quick"]:
        config = presets.get(name).config.changed(**settings(options.set))
        if not config.is_plane:
            raise UserError(f"The preset {name!r} is for images: leave --points out.")
        found[name] = points.run(config, options.rounds, say)
    if options.json:
        _print_json([{"preset": name, "runs": runs} for name, runs in found.items()])
        return
    rows = []
    for name, runs in found.items():
        speeds, modes, good = ([run[key] for run in runs] for key in ("seconds", "modes", "good"))
        rate = median(run["steps"] / run["seconds"] for run in runs)
        rows.append((name, f"{rate:,.0f}", f"{max(speeds):.1f} s", f"{mean(modes):.1f}", f"{mean(good):.1%}"))
    print_table(("Preset", "Steps/s", "Longest", "Modes, mean", "Good samples, mean"), rows)
    print(f"A display shows {_DISPLAY} pictures a second, and what trains a step for each does no more.")


def _print_json(results: list[dict[str, Any]]) -> None:
    json.dump(results, sys.stdout, indent=2)
    print()
