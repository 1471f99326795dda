"""The rules on the curves: each looks at a summary for one finding, and says what it saw.

Every threshold lies between what trainings that went well showed, with all objectives, on digits, MNIST,
Fashion-MNIST and SVHN ("well" below), and what trainings did that were made ill on purpose. And a level has to be
beyond it by more than lines scatter: the choice of images alone moves each of them.
"""

from collections.abc import Sequence

import numpy as np

from ganlib.metrics.doctor import quality
from ganlib.metrics.doctor.run_summary import (
    ENOUGH,
    Evidence,
    Floats,
    RunSummary,
    Severity,
    middle,
    percent,
    scatter,
    sentence,
)
from ganlib.runs.status import FAILED

WON, AHEAD = 0.03, 0.15
"""Shares left of D's loss where it has won, and where it is far ahead. Well: 0.03 and more once it is not young."""

YOUNG = 40
"""Lines, 400 steps, in which D may have won for the moment: under the hinge loss it leaves itself less than 0.01 of its
loss there, and G catches up all the same."""

FADED = 0.01
"""Length of G's gradient, to its longest, at which it has faded. Well: 0.2 and more."""

LOOSE_SHARE, LOOSE_GAP, LOOSE_SLOPE = 0.02, 1.0, 1.0
"""Share of weights at the bound, gap between scores and length of G's gradient where clipping holds nothing. Well:
0.13 and more, 0.04 and less, 0.2 and less."""

TIGHT = 1e-5
"""Gap between scores, and length of G's gradient, where clipping leaves nothing: of such a gradient, a single weight
gets less than the 1e-8 below which RMSprop does not make up for it. Well: 6e-5 and more."""

OFF_SLOPE = 2.0
"""Mean of (slope - 1)^2 at which a gradient penalty holds nothing. Well: up to 1, of a young critic that is flat."""

FAR_OFF = 20.0
"""Size of a critic's scores, to the largest distance between images. Well: 1 and less."""

SWING, SWINGS = 0.5, 4
"""A swing moves D's loss by half its balance (a critic's gap by half the usual one). Well: 2 of them and fewer."""

NOISE = 6.0
"""Times the scatter of a line that a swing has to be. The means of three lines that only scatter, each independent of
the one before, range over 3.5 of it; where they correlate by 0.5, over 6."""

JUMP = 20.0
"""Times the larger of its balance and its median that a loss jumps to. Well: 8 and less, but for `mnist-lsgan`: 50."""

SPREAD = 2.0
"""Largest standard deviation of single images' part in D's loss, to its balance."""

NO_GAP, NO_GAIN = 0.06, 0.03
"""Gap between scores, and share of its loss won, where D tells nothing apart. Well: 0.15 and more."""

_NO_LOSSES = "The metrics lack losses"


def not_a_number(summary: RunSummary) -> Evidence | None:
    """Training failed because a number was none any more."""
    what = summary.status.message.partition(";")[0].rstrip(".")
    last = np.array([summary.column(name)[-1] for name in ("g_loss", "d_loss")] if summary.lines else [])
    if summary.status.state != FAILED or ("not a number" not in what and np.isfinite(last).all()):
        return None
    return _now(summary, Severity.ERROR, [what or "The last loss is no number"], "losses")


def saturated(summary: RunSummary) -> Evidence | None:
    """D's loss is near its lowest: it tells all fakes from real."""
    left = summary.now(summary.left)
    if not summary.most(summary.left) < AHEAD:
        return None
    found = [f"D's loss is {percent(left)} of what it is at balance, penalties aside", _scores(summary)]
    if quality.improves(summary):
        found.append("but pictures still get better")
    has_won = left < WON and summary.lines >= YOUNG and not quality.improves(summary)
    return _now(summary, Severity.ERROR if has_won else Severity.WARNING, found, "losses")


def vanishing(summary: RunSummary) -> Evidence | None:
    """G's gradient has faded, and that the game is at its balance is not the reason."""
    norms = summary.column("g_grad_norm")
    means, level = _smooth(norms), summary.now(norms)
    longest = float(means.max()) if len(means) else float("nan")
    has_faded = summary.most(norms) < FADED * longest or longest == level == 0
    is_at_balance = summary.now(summary.left) > 2 * AHEAD
    if not has_faded or is_at_balance:
        return None
    share = percent(level / longest) if longest else "0 %"
    found = f"The length of G's gradient is {level:.3g}, {share} of the longest it was"
    return _now(summary, Severity.ERROR, [found], "norms")


def exploding(summary: RunSummary) -> Evidence | None:
    """Nothing holds a critic's slope any more."""
    if not summary.loss.is_critic:
        return None
    gaps, sizes = np.abs(summary.gap), np.abs(summary.column("d_real"))
    # With R1, the metrics hold the sum of both penalties.
    weight = summary.config.penalty_weight if summary.loss.penalty and not summary.config.r1_gamma else 0.0
    off_slopes = summary.column("penalty") / weight if weight else np.zeros(summary.lines)
    gap, size, off_slope = (summary.now(values) for values in (gaps, sizes, off_slopes))
    found = []
    if summary.least(gaps) > summary.farthest:
        found.append(f"real and fake score {gap:.3g} apart, where a slope of 1 allows {summary.farthest:.3g} at most")
    if summary.least(sizes) > FAR_OFF * summary.farthest:
        found.append(f"real images score about {size:.3g}, which is no distance between images")
    if summary.least(off_slopes) > OFF_SLOPE:
        found.append(f"the penalty is {off_slope:.3g} before its weight, where a slope of 0 gives 1")
    return _now(summary, Severity.ERROR, [*found, _gradient(summary)], "scores") if found else None


def clipping_loose(summary: RunSummary) -> Evidence | None:
    """Clipping touches hardly a weight, and scores or gradients are large."""
    shares, gaps, norms = summary.column("clip_share"), np.abs(summary.gap), summary.column("g_grad_norm")
    is_large = summary.least(gaps) > LOOSE_GAP or summary.least(norms) > LOOSE_SLOPE
    if not (summary.loss.clips and summary.most(shares) < LOOSE_SHARE and is_large):
        return None
    share = percent(summary.now(shares))
    at_bound = f"{share} of the critic's weights are at the bound of {summary.config.clip:g}"
    apart = f"real and fake score {summary.now(gaps):.3g} apart"
    return _now(summary, Severity.ERROR, [at_bound, apart, _gradient(summary)], "scores")


def clipping_tight(summary: RunSummary) -> Evidence | None:
    """Clipping leaves the critic next to nothing to score with."""
    gaps, norms = np.abs(summary.gap), summary.column("g_grad_norm")
    if not (summary.loss.clips and summary.most(gaps) < TIGHT and summary.most(norms) < TIGHT):
        return None
    gap = summary.now(gaps)
    held = f"with all weights within {summary.config.clip:g}, real and fake score {gap:.3g} apart"
    return _now(summary, Severity.ERROR, [held, _gradient(summary)], "norms")


def oscillation(summary: RunSummary) -> Evidence | None:
    """D's lead swings far up and down, again and again."""
    balance = summary.loss.d_balance
    what, chart = ("D's loss", "losses") if balance else ("The gap between real and fake scores", "scores")
    lines = (summary.left if balance else summary.gap)[summary.trend]
    lead = _smooth(lines)
    if not len(lead):
        return None
    usual = 1.0 if balance else middle(np.abs(lead))
    # Chance scatters lines by what neighbours differ by. But a lead that changes hands within a line makes them differ
    # as well, so it is no more than the choice of so many images allows: under a slope of 1, scores spread no wider
    # than images lie apart.
    spread = SPREAD if balance else np.sqrt(2) * summary.farthest / 2
    by_chance = min(scatter(lines), spread / float(np.sqrt(summary.images_a_line)))
    least = max(SWING * usual, NOISE * by_chance)
    count = swings(lead, least) if least > 0 else 0
    if count < SWINGS:
        return None
    text = f"{what} went up or down by {least * (balance or 1.0):.3g} or more {count} times."
    return Evidence(Severity.ERROR, text, chart, summary.span(summary.trend))


def jumps(summary: RunSummary) -> Evidence | None:
    """A loss that has a balance was many times larger than it usually is, be it for a moment and long ago."""
    balances = [abs(level) for level in (summary.loss.g_balance, summary.loss.d_balance) if level is not None]
    if not balances:
        return None
    told, places = [], []
    for network in ("G", "D"):
        losses = np.abs(np.nan_to_num(summary.column(f"{network.lower()}_loss")))
        usual, highest = max(*balances, float(np.median(losses))), int(np.argmax(losses))
        if losses[highest] > JUMP * usual:
            step = int(summary.steps[highest])
            told.append(f"{network}'s loss jumped from about {usual:.3g} to {losses[highest]:,.0f} at step {step:,}")
            places += [step]
    return Evidence(Severity.WARNING, sentence(told), "losses", (min(places), max(places))) if told else None


def undecided(summary: RunSummary) -> Evidence | None:
    """D tells nothing apart: either G is perfect, or D has not learned."""
    tells_nothing = summary.most(np.abs(summary.gap)) < NO_GAP and 1 - summary.least(summary.left) < NO_GAIN
    good_grades = (quality.GOOD, quality.AS_REAL, quality.ALL_MODES)
    are_good = summary.newest is not None and quality.grade(summary.newest) in good_grades
    if not tells_nothing or quality.improves(summary) or are_good:
        return None
    loss = f"D's loss is {summary.level('d_loss'):.3g}, as if it guessed"
    return _now(summary, Severity.WARNING, [loss, _scores(summary)], "scores")


def early(summary: RunSummary) -> Evidence | None:
    """There is not enough to go by yet."""
    if summary.has_ended:
        return None
    few = f"Collecting data: {summary.lines} of {ENOUGH} measurements"
    return _now(summary, Severity.WARNING, [few if summary.lines < ENOUGH else _NO_LOSSES], "")


def too_short(summary: RunSummary) -> Evidence:
    """There is not enough to go by, and no more will come by itself."""
    steps = f"{summary.status.step:,} step{'' if summary.status.step == 1 else 's'}"
    short = f"The run ended after {steps}, too few for the curves to tell: {summary.lines} of {ENOUGH} measurements"
    return _now(summary, Severity.WARNING, [short if summary.lines < ENOUGH else _NO_LOSSES], "")


def healthy(summary: RunSummary) -> Evidence | None:
    """There is enough to go by; that nothing else was found is for the caller to say."""
    if summary.lines < ENOUGH or not np.isfinite([summary.level("g_loss"), summary.level("d_loss")]).all():
        return None
    left = summary.now(summary.left)
    held = [f"D's loss is {percent(left)} of what it is at balance"] if np.isfinite(left) else []
    return _now(summary, Severity.OK, [*held, _scores(summary), _gradient(summary)], "losses")


def _now(summary: RunSummary, severity: Severity, found: Sequence[str], chart: str) -> Evidence:
    """Return evidence from the recent lines."""
    return Evidence(severity, sentence(found), chart, summary.span(summary.recent))


def _scores(summary: RunSummary) -> str:
    return f"real images score {summary.level('d_real'):.3g}, fake ones {summary.level('d_fake'):.3g}"


def _gradient(summary: RunSummary) -> str:
    return f"G's gradient has length {summary.level('g_grad_norm'):.3g}"


def _smooth(values: Floats) -> Floats:
    """Return means of three lines, so that one odd line is no swing; none of fewer."""
    measured = values[np.isfinite(values)]
    return np.convolve(measured, np.ones(3) / 3, "valid") if len(measured) >= 3 else np.empty(0)


def swings(values: Floats, least: float) -> int:
    """Count how often a curve, shape (N,), NaN left out, went up or down by at least `least` > 0, in turn."""
    measured = values[np.isfinite(values)].tolist()
    low = high = measured[0] if measured else 0.0
    count = direction = 0
    for value in measured:
        low, high = min(low, value), max(high, value)
        if direction >= 0 and high - value >= least:
            count, direction, low, high = count + 1, -1, value, value
        elif direction <= 0 and value - low >= least:
            count, direction, low, high = count + 1, 1, value, value
    return count
