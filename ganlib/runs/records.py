"""What the files of a run folder say, one record after the other: what cannot be is refused when it is read.

Each record has a `from_json` that takes an object of JSON, as `files.parse` returns it, and raises ValueError for one
that cannot be. Readers leave such a record out; an import refuses the whole run.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, TypeVar
from unicodedata import category, normalize

from ganlib.config import FIELDS
from ganlib.utils import values
from ganlib.utils.errors import UserError

T = TypeVar("T")

LIVE_SETTINGS = ("g_learning_rate", "d_learning_rate", "critic_steps")
"""What can be changed while a run trains."""

CHANGED = "changed"
"""The event of settings that were changed while a run trained."""

_COLUMN = re.compile(r"[a-z][a-z0-9_]{0,39}")
MOST_COLUMNS = 64
"""Names in `metrics.jsonl` that are read; a trainer writes a dozen."""

MOST_TAGS = 8
LONGEST_TAG = 24  # characters

_GRID_FILE = re.compile(r"[A-Za-z0-9_-]{1,80}\.png")
_EXPERIMENT = re.compile(r"[a-z0-9-]{1,80}")  # as plans are called; it becomes a file's name
_LONGEST_NAME = 120  # characters of titles, and of values of settings
_NAN = float("nan")
_SCALARS = (str, bool, int, float)


def sound(lines: Iterable[Mapping[str, Any]], read: Callable[[Mapping[str, Any]], T]) -> list[T]:
    """Return the records that can be read; others are left out."""
    found = []
    for line in lines:
        try:
            found.append(read(line))
        except ValueError:
            continue
    return found


@dataclass(frozen=True)
class About:
    """What people say of a run; written by the app at any time, never by the trainer."""

    title: str = ""  # a name of its own, or "" to go by the id
    note: str = ""  # free text
    owner: str = ""  # who started it, or ""
    tags: tuple[str, ...] = ()  # words to find it by, see `distinct_tags`

    @classmethod
    def from_json(cls, entries: Mapping[str, Any]) -> "About":
        """Read `about.json`. Raises ValueError: one of them is no text, or tags are no list of texts."""
        known = {name: entries[name] for name in ("title", "note", "owner") if name in entries}
        tags = entries.get("tags", [])
        if not isinstance(tags, list) or not all(isinstance(entry, str) for entry in (*known.values(), *tags)):
            raise ValueError("title, note and owner must be texts, and tags a list of texts")
        return cls(**known, tags=distinct_tags(tags))


def distinct_tags(words: Iterable[str]) -> tuple[str, ...]:
    """Return words as tags: letters, digits, spaces and `-_.+` only, lower case, each once, `MOST_TAGS` at most."""
    cleaned = (" ".join("".join(map(_in_tag, normalize("NFC", word))).casefold().split()) for word in words)
    return tuple(dict.fromkeys(filter(None, (word[:LONGEST_TAG].strip() for word in cleaned))))[:MOST_TAGS]


def _in_tag(letter: str) -> str:
    return letter if category(letter)[0] in "LMN" or letter in "-_.+" else " "


class Sample(NamedTuple):
    """A grid of generated images on disk, and when in the training it was drawn."""

    step: int
    epoch: float
    path: Path

    @classmethod
    def from_json(cls, line: Mapping[str, Any], folder: Path = Path()) -> "Sample":
        """Read a line of `samples/index.jsonl`. Raises ValueError: step, epoch or the file's name cannot be."""
        name = line.get("file")
        if not isinstance(name, str) or not _GRID_FILE.fullmatch(name):
            raise ValueError("file must be the name of a PNG file")
        return cls(values.demand_whole(line, "step"), values.demand_number(line, "epoch"), folder / name)


def metrics(line: Mapping[str, Any]) -> dict[str, float]:
    """Read a line of `metrics.jsonl`: numbers by name, NaN where not measured. Raises ValueError: it names no step."""
    step = values.demand_number(line, "step")
    named = list(line.items())[:MOST_COLUMNS]
    found = {name: values.number(value) for name, value in named if _COLUMN.fullmatch(name)}
    return {**{name: _NAN if value is None else value for name, value in found.items()}, "step": step}


def event(line: Mapping[str, Any]) -> dict[str, Any]:
    """Read a line of `events.jsonl`: what happened (`event`), at which `step` and Unix `time`, and details.

    A change has the `settings` that were changed, each in bounds by itself, and its `id`.

    Raises:
        ValueError: one of these is missing or cannot be.
    """
    if not isinstance(line.get("event"), str):
        raise ValueError("event must be a name")
    values.demand_whole(line, "step")
    values.demand_number(line, "time")
    if line["event"] == CHANGED and not {"id", "settings"} <= line.keys():
        raise ValueError("a change must have settings and an id")
    if not isinstance(line.get("id", ""), str):
        raise ValueError("id must be a text")
    _check_live(line.get("settings", {}))
    return dict(line)


def _check_live(settings: Any) -> None:
    """Raise a ValueError unless these are settings that can be changed while a run trains, each in bounds."""
    if not isinstance(settings, dict) or not set(settings) <= set(LIVE_SETTINGS):
        raise ValueError("settings must be an object of what can be changed while a run trains")
    for name, value in settings.items():
        try:
            FIELDS[name].checked(value)
        except UserError as error:
            raise ValueError(str(error)) from error


def evaluated(line: Mapping[str, Any]) -> dict[str, Any]:
    """Return a line of `evaluations.jsonl`, of which the doctor reads what it needs. Raises ValueError: no step."""
    values.demand_whole(line, "step")
    return dict(line)


@dataclass(frozen=True)
class Membership:
    """What `config.json` says of the experiment that a run belongs to."""

    id: str  # what the experiment's runs have in common
    title: str  # what people call it
    field: str  # the setting that was varied, or "preset"
    value: Any  # what stands for this run there
    seed: int  # its random seed there
    values: tuple[Any, ...]  # all that was compared

    @classmethod
    def from_json(cls, entry: Any) -> "Membership":
        """Read the entry `experiment`. Raises ValueError: it is none."""
        entry = values.table(entry)
        name, title, field = (entry.get(key) for key in ("id", "title", "field"))
        value, listed = entry.get("value"), entry.get("values")
        if not (isinstance(name, str) and isinstance(title, str) and isinstance(field, str)):
            raise ValueError("id, title and field must be texts")
        if not _EXPERIMENT.fullmatch(name) or max(len(title), len(field)) > _LONGEST_NAME:
            raise ValueError("an id has small letters, digits and hyphens, and no title is so long")
        if not isinstance(listed, list) or not all(_is_setting(each) for each in (value, *listed)):
            raise ValueError("value and values must be values of settings")
        return cls(name, title, field, value, values.demand_whole(entry, "seed"), tuple(listed))


@dataclass(frozen=True)
class CheckpointHeader:
    """What a checkpoint holds beside the variables."""

    progress: Mapping[str, Any]  # what the trainer counted, see `training.progress.Progress`
    made: Sequence[str] = ()  # identities of the live changes made so far
    settings: Mapping[str, Any] = field(default_factory=dict)  # what can be changed live, as it stood

    @property
    def step(self) -> int:
        return int(self.progress["step"])

    @classmethod
    def from_json(cls, entry: Any) -> "CheckpointHeader":
        """Read the header; raises a ValueError where something is missing, or cannot be."""
        progress, changes = (values.table(values.table(entry).get(key)) for key in ("meter", "steering"))
        values.demand_whole(progress, "step")
        if bad := [name for name, value in progress.items() if not _is_count(value)]:
            raise ValueError(f"{', '.join(bad)} must be numbers from 0 on, or lists of numbers")
        made, settings = changes.get("made"), values.table(changes.get("settings"))
        if not isinstance(made, list) or not all(isinstance(each, str) for each in made):
            raise ValueError("the changes made must be a list of texts")
        _check_live(settings)
        return cls(progress, made, settings)

    def to_json(self) -> dict[str, Any]:
        return {"meter": self.progress, "steering": {"made": self.made, "settings": self.settings}}


def _is_count(value: Any) -> bool:
    """Whether a value can be one of `Progress`: a count, a time, sums and rows of losses; None is not measured yet."""
    if isinstance(value, list):
        flat = [each for row in value for each in (row if isinstance(row, list) else [row])]
        return all(type(each) in (int, float) for each in flat)  # a critic that diverges has losses beyond reason
    return value is None or values.number(value, low=0.0) is not None


def _is_setting(value: Any) -> bool:
    return isinstance(value, _SCALARS) and not (isinstance(value, str) and len(value) > _LONGEST_NAME)
