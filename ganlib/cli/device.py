"""The command that looks at the machine: what computes, how fast, and what can be trained with it."""

import argparse
import shutil

from ganlib import presets
from ganlib.backend.startup import load_backend
from ganlib.catalog import datasets
from ganlib.catalog.source_projects import ROWS
from ganlib.cli.terminal import print_table

_GAUGE = "mnist-dcgan"
_LONG, _SHORT = 3600.0, 600.0  # seconds to the full length of the gauge, from which on it is for a night, or a coffee


def device(options: argparse.Namespace) -> None:
    """`device`: say what computes and in which precision; measure a step, and give a verdict."""
    load_backend()
    from ganlib.backend import engine
    from ganlib.models import precision
    from ganlib.training.benchmarks import compare

    found, versions = engine.device(), engine.versions()
    print(f"Device      {found}")
    print(f"Backend     {', '.join(f'{name} {version}' for name, version in versions.items() if name != 'backend')}")
    decision = precision.decide(presets.get(_GAUGE).config)
    speedup = f" ({decision.speedup:.2f} times as fast in bfloat16)" if decision.speedup else ""
    print(f"Precision   {decision.precision}{speedup}", flush=True)
    names = [name for row in ROWS for name in row.systems.values()] if options.systems else [_GAUGE]
    rows, hours = [], {}
    for name in names:
        print(f"Measuring {name} ...", flush=True)
        measured = compare.run(name, options.rounds, "auto", is_made_up=True)
        speed = measured["images_per_s"]["ours"]
        config = presets.get(name).config
        images = datasets.get(config.dataset).count(config.split) * config.epochs
        hours[name] = images / speed / 3600
        beside = [f"{each} {ratio:.2f}" for each, ratio in measured["ratios"].items()]
        rows.append((name, f"{speed:,.0f}", ", ".join(beside), f"{config.epochs} epochs in {_time(hours[name])}"))
    print_table(("System", "Images/s", "Times as fast as", "Full length"), rows)
    print(verdict(found.kind, hours[_GAUGE] * 3600, has_gpu=bool(shutil.which("nvidia-smi"))))


def verdict(kind: str, seconds: float, *, has_gpu: bool) -> str:
    """Return what to do with a device, `kind`, on which the MNIST baseline takes so many seconds to its full length."""
    if kind == "CPU" and has_gpu:
        return (
            "There is an NVIDIA GPU, but the backend does not use it: install requirements-gpu.txt on Linux or in WSL, "
            "or PyTorch (requirements-torch.txt) and start with KERAS_BACKEND=torch."
        )
    if seconds > _LONG:
        return (
            f"The source projects' systems take {_time(seconds / 3600)} and more here: leave them overnight, and take "
            "the quick presets for a lesson."
        )
    if seconds > _SHORT:
        return f"The source projects' systems take {_time(seconds / 3600)} and more here: a coffee break each."
    return (
        f"The source projects' systems reach their full length in {_time(seconds / 3600)} and more: any preset will do."
    )


def _time(hours: float) -> str:
    minutes = round(60 * hours)
    return f"{minutes // 60} h {minutes % 60} min" if minutes >= 60 else f"{max(1, minutes)} min"
