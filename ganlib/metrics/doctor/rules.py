"""The rules on the curves: each looks at a summary for one finding, and says what it saw.

Every threshold lies between what trainings that went well showed, with all objectives, on digits, MNIST,
Fashion-MNIST and SVHN ("well" below), and what trainings did that were made ill on purpose. And a level has to be
beyond it by more than lines scatter: the choice of images alone moves each of them.
"""

import numpy as np

from ganlib.metrics.doctor import quality
from ganlib.metrics.doctor.evidence import Evidence, Severity, figures, percent, sentence
from ganlib.metrics.doctor.run_summary import ENOUGH, Floats, RunSummary, middle, scatter
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

SPREAD = 2.0
"""Largest standard deviation of single images' part in D's loss, to its balance."""

NO_GAP, NO_GAIN = 0.06, 0.03
"""Gap between scores, and share of its loss won, where D tells nothing apart. Well: 0.15 and more."""

_NO_LOSSES = "The metrics lack losses."


def not_a_number(summary: RunSummary) -> Evidence | None:
    """Training failed because a number was none any more."""
    what = summary.status.message.partition(";")[0].rstrip(".")
    last = np.array([summary.column(name)[-1] for name in ("g_loss", "d_loss")] if summary.lines else [])
    if summary.status.state != FAILED or ("not a number" not in what and np.isfinite(last).all()):
        return None
    return Evidence(Severity.ERROR, f"{what or 'The last loss is no number'}.", "losses", summary.span(summary.recent))


def saturated(summary: RunSummary) -> Evidence | None:
    """D's loss is near its lowest: it tells all fakes from real."""
    left = summary.now(summary.left)
    if not summary.most(summary.left) < AHEAD:
        return None
    found = [f"D's loss is {percent(left)} of what it is at balance, penalties aside", _scores(summary)]
    if quality.improves(summary):
        found.append("but pictures still get better")
    has_won = left < WON and summary.lines >= YOUNG
    return Evidence(
        Severity.ERROR if has_won and not quality.improves(summary) else Severity.WARNING,
        sentence(found),
        "losses",
        summary.span(summary.recent),
    )


def vanishing(summary: RunSummary) -> Evidence | None:
    """G's gradient has faded, and that the game is at its balance is not the reason."""
    left, norms, longest = summary.now(summary.left), summary.column("g_grad_norm"), summary.longest_g_slope
    is_at_balance = left > 2 * AHEAD
    has_faded = summary.most(norms) < FADED * longest or (longest == 0 and summary.level("g_grad_norm") == 0)
    if not has_faded or is_at_balance:
        return None
    level = summary.level("g_grad_norm")
    share = percent(level / longest) if longest else "0 %"
    evidence = f"The length of G's gradient is {figures(level)}, {share} of the longest it was."
    return Evidence(Severity.ERROR, evidence, "norms", summary.span(summary.recent))


def exploding(summary: RunSummary) -> Evidence | None:
    """Nothing holds a critic's slope any more."""
    if not summary.loss.is_critic:
        return None
    gaps, sizes = np.abs(summary.gap), np.abs(summary.column("d_real"))
    gap, size = summary.now(gaps), summary.now(sizes)
    weight = summary.config.penalty_weight if summary.loss.penalty else 0.0
    off_slopes = summary.column("penalty") / weight if weight else np.zeros(summary.lines)
    signs = {
        f"real and fake score {figures(gap)} apart, where a slope of 1 allows {figures(summary.farthest)} at most":
            summary.least(gaps) > summary.farthest,
        f"real images score about {figures(size)}, which is no distance between images":
            summary.least(sizes) > FAR_OFF * summary.farthest,
        f"the penalty is {figures(summary.now(off_slopes))} before its weight, where a slope of 0 gives 1":
            summary.least(off_slopes) > OFF_SLOPE,
    }  # fmt: skip
    found = [text for text, is_there in signs.items() if is_there]
    if not found:
        return None
    return Evidence(Severity.ERROR, sentence([*found, _gradient(summary)]), "scores", summary.span(summary.recent))


def clipping_loose(summary: RunSummary) -> Evidence | None:
    """Clipping touches hardly a weight, and scores or gradients are large."""
    shares, gaps, norms = summary.column("clip_share"), np.abs(summary.gap), summary.column("g_grad_norm")
    share, gap = summary.now(shares), summary.now(gaps)
    is_large = summary.least(gaps) > LOOSE_GAP or summary.least(norms) > LOOSE_SLOPE
    if not (summary.loss.clips and summary.most(shares) < LOOSE_SHARE and is_large):
        return None
    at_bound = f"{percent(share)} of the critic's weights are at the bound of {summary.config.clip:g}"
    evidence = sentence([at_bound, f"real and fake score {figures(gap)} apart", _gradient(summary)])
    return Evidence(Severity.ERROR, evidence, "scores", summary.span(summary.recent))


def clipping_tight(summary: RunSummary) -> Evidence | None:
    """Clipping leaves the critic next to nothing to score with."""
    gaps = np.abs(summary.gap)
    gap, is_small = (
        summary.now(gaps),
        summary.most(gaps) < TIGHT and summary.most(summary.column("g_grad_norm")) < TIGHT,
    )
    if not (summary.loss.clips and is_small):
        return None
    held = f"with all weights within {summary.config.clip:g}, real and fake score {figures(gap)} apart"
    return Evidence(Severity.ERROR, sentence([held, _gradient(summary)]), "norms", summary.span(summary.recent))


def oscillation(summary: RunSummary) -> Evidence | None:
    """D's lead swings far up and down, again and again."""
    balance = summary.loss.d_balance
    lines = (summary.gap if balance is None else summary.left)[summary.trend]
    lead = _smooth(lines)
    usual = middle(np.abs(lead)) if balance is None else 1.0
    least = max(SWING * usual, NOISE * _line_scatter(summary, lines)) if len(lead) else 0.0
    count = swings(lead, least) if least > 0 else 0
    if count < SWINGS:
        return None
    what = "The gap between real and fake scores" if balance is None else "D's loss"
    size = figures(least * (balance or 1.0))
    chart = "scores" if balance is None else "losses"
    return Evidence(
        Severity.ERROR, f"{what} went up or down by {size} or more {count} times.", chart, summary.span(summary.trend)
    )


def undecided(summary: RunSummary) -> Evidence | None:
    """D tells nothing apart: either G is perfect, or D has not learned."""
    tells_nothing = summary.most(np.abs(summary.gap)) < NO_GAP and 1 - summary.least(summary.left) < NO_GAIN
    are_good = quality.of_line(summary.newest) in (quality.GOOD, quality.AS_REAL)
    if not tells_nothing or quality.improves(summary) or are_good:
        return None
    loss = f"D's loss is {figures(summary.level('d_loss'))}, as if it guessed"
    return Evidence(Severity.WARNING, sentence([loss, _scores(summary)]), "scores", summary.span(summary.recent))


def early(summary: RunSummary) -> Evidence | None:
    """There is not enough to go by yet."""
    if summary.has_ended:
        return None
    found = f"Collecting data: {summary.lines} of {ENOUGH} measurements." if summary.lines < ENOUGH else _NO_LOSSES
    return Evidence(Severity.WARNING, found, "", summary.span(summary.recent))


def too_short(summary: RunSummary) -> Evidence:
    """There is not enough to go by, and no more will come by itself."""
    steps = f"{summary.status.step:,} step{'' if summary.status.step == 1 else 's'}"
    short = f"The run ended after {steps}, too few for the curves to tell: {summary.lines} of {ENOUGH} measurements."
    return Evidence(Severity.WARNING, short if summary.lines < ENOUGH else _NO_LOSSES, "", summary.span(summary.recent))


def healthy(summary: RunSummary) -> Evidence | None:
    """There is enough to go by; that nothing else was found is for the caller to say."""
    if summary.lines < ENOUGH or not np.isfinite([summary.level("g_loss"), summary.level("d_loss")]).all():
        return None
    left = summary.now(summary.left)
    held = [f"D's loss is {percent(left)} of what it is at balance"] if np.isfinite(left) else []
    return Evidence(
        Severity.OK, sentence([*held, _scores(summary), _gradient(summary)]), "losses", summary.span(summary.recent)
    )


def _scores(summary: RunSummary) -> str:
    real, fake = (figures(summary.level(name)) for name in ("d_real", "d_fake"))
    return f"real images score {real}, fake ones {fake}"


def _gradient(summary: RunSummary) -> str:
    return f"G's gradient has length {figures(summary.level('g_grad_norm'))}"


def _line_scatter(summary: RunSummary, lines: Floats) -> float:
    """Return the standard deviation that chance may give to a line of a critic's gap, or of D's loss left.

    It is what neighbours differ by. But a lead that changes hands within a line makes them differ as well, so it is no
    more than the choice of so many images allows: under a slope of 1, scores spread no wider than images lie apart.
    """
    spread = SPREAD if summary.loss.d_balance is not None else np.sqrt(2) * summary.farthest / 2
    return min(scatter(lines), spread / float(np.sqrt(summary.images_a_line)))


def _smooth(values: Floats) -> Floats:
    """Return means of three lines, so that one odd line is no swing."""
    measured = values[np.isfinite(values)]
    return np.convolve(measured, np.ones(3) / 3, "valid") if len(measured) >= 3 else measured


def swings(values: Floats, least: float) -> int:
    """Count the turns of a curve between two of which it moved by at least `least`.

    Args:
        values: shape (N,), NaN where nothing was measured.
        least: size of the smallest movement that counts, above 0.

    Returns:
        How often it went up or down by so much, each direction after the other.
    """
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
