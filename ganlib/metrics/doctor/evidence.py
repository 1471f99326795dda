"""What a rule returns, and how it writes numbers."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from ganlib.metrics.doctor.run_summary import RunSummary


class Severity(StrEnum):
    """How bad a finding is, the worst first; the values are what files and the app know."""

    ERROR = "ill"
    WARNING = "watch"
    OK = "well"


@dataclass(frozen=True)
class Evidence:
    """What a rule saw.

    Attributes:
        severity: how bad it is.
        text: the numbers, in one or two sentences.
        chart: where to see it: losses, scores, norms, evaluations (with classes), distances (without),
            outputs (of D, image by image), or "".
        steps: first and last step of what was looked at.
    """

    severity: Severity
    text: str
    chart: str
    steps: tuple[int, int]


Rule = Callable[[RunSummary], Evidence | None]


def figures(value: float) -> str:
    """Return three figures of a number."""
    return f"{value:.3g}"


def percent(value: float) -> str:
    """Return a share as people write it."""
    return f"{100 * value:.0f} %" if value >= 0.01 or value == 0 else "less than 1 %"


def listed(names: Sequence[str]) -> str:
    """Return names as in "a, b or c"."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"


def sentence(parts: Sequence[str]) -> str:
    """Return parts as one sentence."""
    text = "; ".join(parts)
    return f"{text[0].upper()}{text[1:]}."
