"""Runs, states, times and sizes in plain words; whatever people typed is made safe for Markdown."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Literal, NamedTuple
from zoneinfo import ZoneInfo

import streamlit as st

from ganlib import presets
from ganlib.catalog import datasets, labels
from ganlib.config import FIELDS
from ganlib.runs.folder import Run
from ganlib.runs.status import FAILED, FINISHED, INTERRUPTED, PAUSED, QUEUED, RUNNING, STOPPED, Status
from ganlib.utils.errors import UserError


class StateWords(NamedTuple):
    """How a run's state is shown: a word, and the badge around it."""

    label: str
    colour: Literal["blue", "green", "orange", "red", "gray"]
    icon: str


TOLD = ("dataset", "generator", "discriminator", "initializer", "prior", "loss")
"""Choices that make a run another system than its preset, so that a list of runs should name them."""

STATES = {
    QUEUED: StateWords("Queued", "gray", ":material/hourglass_empty:"),
    RUNNING: StateWords("Training", "blue", ":material/play_arrow:"),
    PAUSED: StateWords("Paused", "orange", ":material/pause:"),
    STOPPED: StateWords("Stopped", "gray", ":material/stop:"),
    FINISHED: StateWords("Finished", "green", ":material/check:"),
    FAILED: StateWords("Failed", "red", ":material/error:"),
    INTERRUPTED: StateWords("Interrupted", "orange", ":material/power_off:"),
}


def listed(settings: Mapping[str, Any]) -> str:
    """Return settings with their values on one line, such as "Epochs = 5, Loss = Hinge"."""
    return ", ".join(f"{FIELDS[name].label} = {labels.title(name, value)}" for name, value in settings.items())


def badge(status: Status) -> None:
    label, colour, icon = STATES[status.state]
    st.badge(label, color=colour, icon=icon)


def title(run: Run, longest: int = 200) -> str:
    """Return the title that a person gave the run, or its id, cut after `longest` characters."""
    return plain(cut(run.about().title or run.id, longest))


def tags(words: Iterable[str]) -> str:
    """Return tags as badges in Markdown."""
    return " ".join(f":gray-badge[{plain(word)}]" for word in words)


def kind(run: Run) -> str:
    """Say what kind of run it is: its preset and what was changed in it, or its data set, as far as they are known."""
    try:
        record = run.record
        config = run.config
    except UserError:
        return "settings unknown"
    preset = presets.named(record.get("preset"))
    if preset is None:
        return f"custom settings on {datasets.get(config.dataset).title}"
    choices = (name for name in TOLD if getattr(config, name) != getattr(preset.config, name))
    told = [labels.title(name, getattr(config, name)) for name in choices]
    return " · ".join([preset.title, *told])


def progress(status: Status) -> str:
    """Say how far a run is and, while it trains, how fast and how long it will still take."""
    parts = [f"{status.step:,} step{'' if status.step == 1 else 's'}", f"epoch {round(status.epoch, 1):g}"]
    if status.state == RUNNING:
        parts.append(f"{status.images_per_s:,.0f} images/s")
        if status.message:
            parts.append(plain(status.message.rstrip(".").lower()))
        elif status.eta_s is not None:
            parts.append(f"about {duration(status.eta_s)} left")
    return " · ".join(parts)


def steps_of(status: Status) -> str:
    """Say how many steps of how many are done; the total only where it is known."""
    of = f" of {status.total_steps:,}" if status.total_steps else ""
    return f"Step {status.step:,}{of}"


def duration(seconds: float) -> str:
    """Say a time span as people do: "8 s", "3 min 20 s", "2 h 5 min"."""
    whole = max(0, round(seconds))
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes} min {rest} s" if rest and minutes < 10 else f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"


def size(count: int) -> str:
    """Say a number of bytes in decimal units: "5.2 MB"."""
    value = float(count)
    for unit in ("bytes", "kB", "MB"):
        if value < 1000:
            return f"{value:.1f} {unit}" if value < 10 and unit != "bytes" else f"{value:.0f} {unit}"
        value /= 1000
    return f"{value:.1f} GB"


def moment(unix_time: float, only_time: bool = False) -> str:
    """Say when something was, by the clock of the person's browser: "21 Nov 2026, 21:24"."""
    zone = st.context.timezone
    try:
        then = datetime.fromtimestamp(unix_time, ZoneInfo(zone) if zone else None)
    except (OSError, OverflowError, ValueError, KeyError):  # a damaged number, or a zone unknown to this machine
        return "at an unknown time"
    return f"{then:%H:%M:%S}" if only_time else f"{then.day} {then:%b %Y, %H:%M}"


def cut(text: str, longest: int) -> str:
    """Return text on one line of at most `longest` characters."""
    line = " ".join(text.split())
    return line if len(line) <= longest else f"{line[: longest - 1]}…"


def plain(text: str) -> str:
    """Return text on one line that Markdown shows as it is."""
    return re.sub(r"([\\`*_{}\[\]()#+\-.!|~$:<>&])", r"\\\1", " ".join(text.split()))


def reason(error: Exception) -> str:
    """Return one sentence for a person from an error that they, or their disk, can cause."""
    return f"It did not work: {error.strerror or error}." if isinstance(error, OSError) else str(error)
