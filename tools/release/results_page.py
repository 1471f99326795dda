"""What the page of results is made from, and how numbers and tables are written there."""

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from ganlib.catalog.metrics import METRICS
from ganlib.catalog.source_projects import row_of
from ganlib.data import shipped
from ganlib.plots import palette
from ganlib.runs.folder import Run
from ganlib.utils import files

NOT_YET = "*Not trained far enough yet.*"

Numbers = Mapping[str, Any]


class System(NamedTuple):
    """A system of the source projects that ships."""

    title: str  # beside the others on its data set
    name: str  # of its preset, and of the shipped model
    color: str  # its own in every chart, whoever else ships


class Page:
    """All that ships, and where the page is.

    Attributes:
        docs: the folder of the page; charts go into `images/` in it, findings are read from `findings/`.
        home: the folder of all that ships.
        to_home: the way there from the page, as links write it.
        models: the manifest's entries by name.
    """

    def __init__(self, docs: Path, home: Path) -> None:
        self.docs, self.home = docs, home
        self.to_home = Path(os.path.relpath(home, docs)).as_posix()
        self.models: Mapping[str, Any] = shipped.manifest(home)[shipped.MODELS]

    def run(self, name: str) -> Run:
        return Run(self.home / name)

    def judged(self, name: str) -> list[dict[str, Any]]:
        """Return the evaluations that ship with a model; those that somebody made of it here stay out."""
        return files.read_lines(self.home / name / "evaluations.jsonl")

    def systems(self, dataset: str) -> list[System]:
        """Return the source projects' systems on a data set, as far as they ship; a `UserError` if they have none."""
        row = zip(row_of(dataset).systems.items(), palette.RUNS, strict=False)
        return [System(title, name, color) for (title, name), color in row if name in self.models]

    def numbers(self, name: str) -> Numbers:
        """Return the most thorough evaluation of a shipped model."""
        found: Mapping[str, Numbers] = self.models[name]["metrics"]
        return found[max(found, key=int)]


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def formed(metric: str, values: Numbers) -> str:
    """Return a metric as people write it, "" where it was not measured."""
    return METRICS[metric].text(values[metric]) if metric in values else ""
