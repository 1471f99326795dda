"""What a rule returns, and how it writes numbers."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ganlib.metrics.doctor.run_summary import Case

ILL, WATCH, WELL = "ill", "watch", "well"


@dataclass(frozen=True)
class Sign:
    """What a rule saw.

    Attributes:
        severity: `ILL`, `WATCH` or `WELL`.
        evidence: the numbers, in one or two sentences.
        chart: where to see it: losses, scores, norms, evaluations, outputs (of D, image by image), or "".
        steps: first and last step of what was looked at.
    """

    severity: str
    evidence: str
    chart: str
    steps: tuple[int, int]


Rule = Callable[[Case], Sign | None]


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
