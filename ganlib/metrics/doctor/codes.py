"""The rule on InfoGANs: whether what G was told can be read off its images."""

import math

from ganlib.catalog.training import CATEGORIES, INFORMATION
from ganlib.metrics.doctor.run_summary import ENOUGH, Evidence, RunSummary, Severity, sentence

LEAST = {name: math.log(len(CATEGORIES)) / 2 if name == INFORMATION[0] else math.log(2) / 2 for name in INFORMATION}
"""Nats below which what G was told counts as ignored: half of the category; for a code, as much as Q knows that gets
half of its variance right (for normal numbers, 1/2 log 1 / (1 - 1/2))."""

_TITLES = {name: name.removeprefix("information_").replace("_", " ") for name in INFORMATION}


def ignores_codes(summary: RunSummary) -> Evidence | None:
    """Q cannot tell a category or a code from G's images."""
    if summary.config.conditioning != "infogan" or summary.lines < 3 * ENOUGH:
        return None
    ignored = {name: most for name in INFORMATION if (most := summary.most(summary.column(name))) < LEAST[name]}
    if not ignored:
        return None
    text = sentence(
        [
            f"of the {_TITLES[name]}, Q reads at most {max(0.0, most):.2f} nats off G's images ({LEAST[name]:.2f} "
            "and more is usual)"
            for name, most in ignored.items()
        ]
    )
    severity = Severity.ERROR if summary.has_ended else Severity.WARNING
    return Evidence(severity, text, "information", summary.span(summary.recent))
