"""The small print of a run: what happened to it, its settings, the machine, the log."""

from collections.abc import Iterable
from typing import Any

import streamlit as st

from ganlib import presets
from ganlib.catalog import labels
from ganlib.config import FIELDS, RESOLVED, TrainConfig
from ganlib.runs import queue
from ganlib.runs.folder import Run
from ganlib.runs.status import Status, note_on_repeating
from ui.common import cached, formatting, page_layout

EVENTS = {
    "started": "Training started",
    "paused": "Paused",
    "resumed": "Resumed",
    "changed": "Settings changed",
    "refused": "A change was refused",
    "forked": "Continues another run",
    "unjudged": "The samples cannot be evaluated",
    "stopped": "Stopped",
    "finished": "Finished",
    "failed": "Failed",
}
"""What the trainer writes down, in plain words; an event not listed is shown as it is."""

_LOG_LINES = 30


def tags(found: Iterable[tuple[Run, Status]]) -> list[str]:
    """Return all tags of runs, sorted."""
    return sorted({tag for run, _ in found for tag in run.about().tags})


def show_events(run: Run) -> None:
    """List what happened to the run, the latest first, in the time of the person's clock."""
    events = run.events()
    if events:
        st.markdown("\n".join(f"- {describe(event)}" for event in reversed(events)))
    else:
        st.caption("Nothing has happened yet.")


def describe(event: dict[str, Any]) -> str:
    """Say what an event of `Run.events` is, when and at which step it was; safe inside Markdown."""
    name, step = event["event"], event["step"]
    sentence = EVENTS.get(name, formatting.plain(name.replace("_", " ").capitalize()))
    sentence += f" at step {step:,}" if step else ""
    changes = [f"{FIELDS[name].label} {value}" for name, value in event.get("settings", {}).items()]
    if detail := str(event.get("message") or ", ".join(changes)):
        sentence += f": {formatting.plain(detail)}"
    return f"{formatting.moment(event['time'])} · {sentence}"


def show_ending(config: TrainConfig, status: Status) -> None:
    """Say of a run that its time limit ended what it takes to repeat it."""
    if note := note_on_repeating(status, config.max_seconds):
        st.caption(page_layout.in_words(note))


def show_settings(run: Run, config: TrainConfig) -> None:
    """Show in what the run differs from its preset, and what its results depend on besides."""
    preset = presets.named(run.record.get("preset"))
    against = f"the preset {preset.name}" if preset else "the defaults"
    rows = differences(config, preset.config if preset else TrainConfig())
    if rows:
        st.caption(f"Settings that differ from {against}:")
        heads = ("Setting", "This run", "Preset" if preset else "Default")
        st.table({head: [row[column] for row in rows] for column, head in enumerate(heads)})
    else:
        st.caption(f"All settings are those of {against}.")
    show_all = st.toggle("Show all settings", key=f"facts_all_{run.id}")
    if show_all:
        named = {info.label: labels.title(name, getattr(config, name)) for name, info in FIELDS.items()}
        st.table({"Setting": list(named), "Value": list(named.values())})
    st.caption(formatting.plain(machine(run.record, config)))


def differences(config: TrainConfig, reference: TrainConfig) -> list[tuple[str, str, str]]:
    """Return label, value here and value in the reference of each setting that a person chose differently."""
    found = []
    for name, info in FIELDS.items():
        here, there = getattr(config, name), getattr(reference, name)
        if here != there and not (name in RESOLVED and there == info.default):
            found.append((info.label, labels.title(name, here), labels.title(name, there)))
    return found


def machine(record: dict[str, Any], config: TrainConfig) -> str:
    """Say on what a run was trained, as far as is known: device, threads, precision, seed, versions."""
    parts = [f"seed {config.seed}", *filter(None, [place(record, config)])]
    versions = record.get("versions")
    if isinstance(versions, dict):
        backend = str(versions.get("backend", ""))
        parts += [f"{name} {versions[name]}" for name in ("ganlib", "keras", backend) if name in versions]
    return ", ".join(parts)


def place(record: dict[str, Any], config: TrainConfig) -> str:
    """Say what computes a run, with how many threads and in which number format; "" before it is known."""
    if "device" not in record:
        return ""
    said = f"{record['device']}, {config.threads} thread{'s' if config.threads > 1 else ''}, {config.precision}"
    speedup = record.get("bfloat16_speedup")
    if isinstance(speedup, (int, float)):
        said += f" (bfloat16 multiplies {speedup:.1f} times as fast here as float32)"
    return said


def show_log(run: Run) -> None:
    lines = cached.tail(run.path / "log.txt")[-_LOG_LINES:]
    if lines:
        st.caption("The last lines of the log:")
        st.code("\n".join(lines), language=None, wrap_lines=True)


def place_in_queue(run: Run, status: Status) -> str:
    """Say what a queued run waits for."""
    if status.launched_at:
        return "Starting the training process."
    waiting = queue.waiting(run.path.parent)
    ahead = waiting.index(run) if run in waiting else 0
    if ahead == 0:
        return "Next in the queue: it starts as soon as the training before it ends or is paused."
    return f"In the queue, with {ahead} before it; it starts by itself when its turn comes."
