"""The rules on autoencoders as D: whether D copies, whether fakes still teach it, and whether BEGAN's game balances."""

import numpy as np

from ganlib.metrics.doctor import quality
from ganlib.metrics.doctor.run_summary import ENOUGH, Evidence, RunSummary, Severity, middle, sentence

_LINES = 3 * ENOUGH
"""Lines, 600 steps, until which D has begun to copy and k has left 0."""

_CAUGHT_UP = 6 * ENOUGH
"""Lines until which fakes come within the margin. Well: 100."""

_START = 5  # lines at the beginning: what copies are worth that were not learned

NOT_LEARNED = 0.8
"""Share left of the first errors at which D has not learned to copy. Well: 0.4 and less after 600 steps."""

PINNED = 0.001
"""How near to 0 or 1 a k is that no longer follows."""


def copies_nothing(summary: RunSummary) -> Evidence | None:
    """D's copies of real images are hardly better than at the beginning."""
    if not summary.loss.has_autoencoder or summary.lines < _LINES:
        return None
    errors = -summary.column("d_real")
    first = middle(errors[:_START])
    if not summary.least(errors) > NOT_LEARNED * first:
        return None
    text = f"the mean error of real images was {first:.3g} at the beginning and is {summary.now(errors):.3g} now"
    return _now(summary, text)


def beyond_margin(summary: RunSummary) -> Evidence | None:
    """All fakes are copied worse than the margin asks for."""
    if not summary.loss.has_margin or summary.lines < _CAUGHT_UP:
        return None
    errors, margin = -summary.column("d_fake"), summary.config.margin
    if not summary.least(errors) > margin:
        return None
    real = -summary.level("d_real")
    text = f"fakes have an error of {summary.now(errors):.3g}, beyond the margin of {margin:g}; real images {real:.3g}"
    return _now(summary, text)


def off_balance(summary: RunSummary) -> Evidence | None:
    """BEGAN's k stands at one of its bounds."""
    if not summary.loss.has_balance or summary.lines < _LINES:
        return None
    k = summary.column("k")
    is_low, is_high = summary.most(k) < PINNED, summary.least(k) > 1 - PINNED
    if not (is_low or is_high):
        return None
    ratio = summary.now(summary.column("d_fake") / np.where(summary.column("d_real") < 0, summary.column("d_real"), -1))
    text = (
        f"k stands at {0 if is_low else 1}; fakes have {ratio:.2f} times the error of real images, and gamma asks for "
        f"{summary.config.diversity:g}"
    )
    return _now(summary, text, "equilibrium")


def _now(summary: RunSummary, text: str, chart: str = "errors") -> Evidence:
    """Return evidence from the recent lines, which weighs less while pictures improve or the training goes on."""
    is_over = summary.has_ended and not quality.improves(summary)
    severity = Severity.ERROR if is_over else Severity.WARNING
    return Evidence(severity, sentence([text]), chart, summary.span(summary.recent))
