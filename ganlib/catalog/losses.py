"""The objectives a GAN can play, and what a person should know of each.

Notation: D(x) is the discriminator's output (a logit s, or a critic's score), sp the softplus
log(1 + e^s), E the mean over a batch. How each is computed stands in `ganlib.models.losses`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import log
from typing import Any

from ganlib.catalog.table import by_name, pick


def _optimizers(name: str, rate: float, beta_1: float, beta_2: float) -> dict[str, Any]:
    """Return the same optimiser settings for both networks, as `TrainConfig` fields."""
    settings = {"optimizer": name, "learning_rate": rate, "beta_1": beta_1, "beta_2": beta_2}
    return {f"{network}_{key}": value for network in "gd" for key, value in settings.items()}


# Radford et al. 2015 (arXiv 1511.06434) found these rates for convolutional GANs; later papers kept them.
_DCGAN_ADAM = {"update": "alternating", "critic_steps": 1, **_optimizers("adam", 2e-4, 0.5, 0.999)}


def _no_loss(smoothing: float, flips: float) -> float:
    return 0.0


def _entropy(smoothing: float, flips: float) -> float:
    """D's least logistic loss: for real and for fake images, the entropy of a coin as sure as their labels."""
    return -sum(
        share * log(share)
        for as_real in _counted_as_real(smoothing, flips)
        for share in (as_real, 1 - as_real)
        if share > 0
    )


def _variance(smoothing: float, flips: float) -> float:
    """D's least squared loss: half the variances of those coins."""
    return sum(as_real * (1 - as_real) / 2 for as_real in _counted_as_real(smoothing, flips))


def _counted_as_real(smoothing: float, flips: float) -> tuple[float, float]:
    """Return by how much real images count as real on average, and fake ones."""
    return (1 - flips) * (1 - smoothing), flips * (1 - smoothing)


@dataclass(frozen=True)
class Loss:
    """What is known of an objective without computing it."""

    name: str  # the key in `LOSSES`
    title: str  # what people call it
    about: str  # one plain line for a person who chooses
    paper: str  # arXiv number
    d_formula: str  # LaTeX of what the discriminator minimises
    g_formula: str  # LaTeX of what the generator minimises
    how_to_read: str  # how to read the two loss curves under this objective
    when_d_saturates: str  # what is left for G to learn from when D tells all fakes from real
    when_it_diverges: str  # how its numbers can grow beyond all bounds
    d_balance: float | None = None  # D's loss when it cannot tell real from fake, or None where no such level exists
    g_balance: float | None = None  # G's loss then
    # D's output where it cannot tell real from fake, or None where only differences count.
    decision_threshold: float | None = 0.0
    is_critic: bool = False  # D's output is a score without a bound (Wasserstein), not a logit
    penalty: str | None = None  # name of the gradient penalty it is defined with, a key of `ganlib.models.penalties`
    clips: bool = False  # D's weights are clipped after each of its updates
    # D is an autoencoder that scores an image by minus its mean reconstruction error, "squared" or "absolute"; or "".
    error: str = ""
    has_margin: bool = False  # fakes whose error is beyond a margin teach D nothing
    pulls_away: bool = False  # G also minimises how alike the codes of its images are
    has_balance: bool = False  # a number k holds the errors of fake and real images at a ratio
    has_labels: bool = False  # D learns from labels real/fake, so that label smoothing and label flips have a meaning
    # D's mean loss when it has won, as a function of the label smoothing and the label flips.
    d_lowest: Callable[[float, float], float] = _no_loss
    fallback_loss: str = ""  # the objective to take where G's gradient fades under this one, or ""
    # The paper's optimisers, rates and critic steps, as `TrainConfig` fields.
    defaults: Mapping[str, Any] = field(default_factory=lambda: _DCGAN_ADAM)
    # What the objective cannot do without whatever optimises it, as `TrainConfig` fields.
    needs: Mapping[str, Any] = field(default_factory=dict)

    @property
    def has_autoencoder(self) -> bool:
        """Whether D is an autoencoder."""
        return bool(self.error)

    @property
    def scores_reading(self) -> str:
        """How to read the curves of D's mean output for real and for fake images."""
        if self.has_autoencoder:
            return _ERRORS_READING
        if self.decision_threshold is None:
            return (
                "a critic's scores have no fixed level, only the gap counts: it tells how far fake is from real, and "
                "should shrink as pictures improve."
            )
        return (
            f"above {self.decision_threshold:g} the discriminator takes pictures for real, below it for fake. Where "
            "the curves meet it has no clue; the farther they are apart, the surer it is."
        )

    @property
    def adversary(self) -> str:
        """What the field calls D under this objective: "Critic" or "Discriminator"."""
        return "Critic" if self.is_critic else "Discriminator"


_LOGISTIC_D = r"\mathbb{E}_x\,\mathrm{softplus}(-D(x)) + \mathbb{E}_z\,\mathrm{softplus}(D(G(z)))"
_NON_SATURATING_G = r"\mathbb{E}_z\,\mathrm{softplus}(-D(G(z)))"
_CRITIC_D = r"\mathbb{E}_z\,D(G(z)) - \mathbb{E}_x\,D(x)"
_CRITIC_G = r"-\mathbb{E}_z\,D(G(z))"
_CRITIC_READING = (
    "Losses are differences of scores and may be negative: that is normal. While the critic learns to score, its loss "
    "drops (under a gradient penalty from a high start, which is the penalty). From then on, with the sign turned, it "
    "estimates how far fake is from real: its climb towards 0 is what counts. The generator's loss alone says little, "
    "because the scores drift."
)

_ERRORS_READING = (
    "D copies an image through a narrow code, and its mean error for a pixel is the lower, the more real it takes the "
    "image for. D learns to copy real images well and fake ones badly; G learns to draw what D copies well. Both "
    "curves falling, the fake one near the real one, is good; a fake one far above it means that D is ahead."
)

_LINEAR = "This loss grows no faster than D's output itself, so only steps far too large for the weights lead here."
_STEEP = "G still gets a gradient, but a steep and jumpy one, from a D that is sure whatever G does."
_CRITIC_WINS = "That a critic wins is no trouble: while its slope is held in check, the gradient it gives to G stays."

LOSSES: Mapping[str, Loss] = by_name(
    Loss("minimax", "Minimax",
        "The original game: G lowers what D gains. Its gradient fades when D wins early, which is the lesson.",
        "1406.2661", _LOGISTIC_D, r"-\mathbb{E}_z\,\mathrm{softplus}(D(G(z)))",
        "At balance D's loss is 2 log 2 = 1.39 and G's is −log 2 = −0.69. If D's loss falls to 0 and G's rises to "
        "0, D has won and G gets no gradient any more: it stops learning.",
        "G's gradient is weighed by D's belief in its fakes; once D believes none, nothing is left to learn from.",
        _LINEAR, d_balance=2 * log(2), g_balance=-log(2), has_labels=True, d_lowest=_entropy,
        fallback_loss="non_saturating"),
    Loss("non_saturating", "Non-saturating",
        "The usual GAN loss: G raises D's belief in its fakes, and learns even while D is winning.", "1406.2661",
        _LOGISTIC_D, _NON_SATURATING_G,
        "At balance D answers fifty-fifty: its loss is 2 log 2 = 1.39, G's is log 2 = 0.69. G's loss slowly "
        "rising and D's slowly falling mean that D is getting ahead; that is healthy as long as D's loss stays "
        "well above 0 and pictures improve. At 0, D has won and G learns no more.", _STEEP, _LINEAR,
        d_balance=2 * log(2), g_balance=log(2), has_labels=True, d_lowest=_entropy),
    Loss("lsgan", "Least squares",
        "D draws real towards 1 and fake towards 0; squared distance pulls far-off fakes harder.", "1611.04076",
        r"\tfrac12\,\mathbb{E}_x\,(D(x)-1)^2 + \tfrac12\,\mathbb{E}_z\,D(G(z))^2",
        r"\tfrac12\,\mathbb{E}_z\,(D(G(z))-1)^2",
        "At balance D outputs 1/2 everywhere: D's loss is 0.25 and G's is 0.125. D's loss near 0 means that D "
        "tells all fakes from real.",
        "A D that has reached its targets 1 and 0 is flat around them, so that G's gradient may fade.",
        "Squared errors: the farther D overshoots its targets, the harder it is thrown back, each time farther.",
        d_balance=0.25, g_balance=0.125, decision_threshold=0.5, has_labels=True, d_lowest=_variance),
    Loss("wgan", "WGAN (weight clipping)",
        "A critic scores pictures; clipping its weights keeps the score from growing without bound. Slow, steady.",
        "1701.07875", _CRITIC_D, _CRITIC_G, _CRITIC_READING, _CRITIC_WINS,
        "Scores have no bound but the one that clipping gives to the critic's weights, if it is small enough.",
        decision_threshold=None, is_critic=True, clips=True, needs={"clip": 0.01},
        defaults={"update": "alternating", "critic_steps": 5, **_optimizers("rmsprop", 5e-5, 0.0, 0.9)}),
    Loss("wgan_gp", "WGAN-GP (gradient penalty)",
        "A critic whose slope is held near 1 by a penalty instead of clipping: the sturdier Wasserstein GAN.",
        "1704.00028",
        _CRITIC_D + r" + \lambda\,\mathbb{E}_{\hat x}\,(\lVert\nabla_{\hat x} D(\hat x)\rVert_2 - 1)^2", _CRITIC_G,
        _CRITIC_READING, _CRITIC_WINS,
        "The penalty grows with the square of the scores' slope: steps too large overshoot it, each time farther.",
        decision_threshold=None, is_critic=True, penalty="wgan_gp", needs={"penalty_weight": 10.0},
        defaults={"update": "alternating", "critic_steps": 5, **_optimizers("adam", 1e-4, 0.0, 0.9)}),
    Loss("hinge", "Hinge",
        "D stops caring about pictures it already judges with a margin of 1; popular in large image GANs.",
        "1705.02894", r"\mathbb{E}_x\,\max(0, 1-D(x)) + \mathbb{E}_z\,\max(0, 1+D(G(z)))", _CRITIC_G,
        "At balance D outputs 0 and its loss is 2. D's loss near 0 means that D separates all fakes by the full "
        "margin. G's loss is a score and has no fixed level.",
        "Every picture is beyond D's margin, where D learns no more; G climbs the slope of a D that stands still.",
        _LINEAR, d_balance=2.0),
    Loss("dragan", "DRAGAN",
        "The usual GAN loss, with D's slope held near 1 around real pictures, against sudden collapse.",
        "1705.07215", _LOGISTIC_D + r" + \lambda\,\mathbb{E}_{x'}\,(\lVert\nabla_{x'} D(x')\rVert_2 - 1)^2",
        _NON_SATURATING_G,
        "Read it as the non-saturating loss: balance at 1.39 for D and 0.69 for G; the penalty comes on top of "
        "D's loss and should stay small. It is taken at x' = x + 0.5 std u: a real image, and for each of its "
        "values a u between 0 and 1, times half the batch's standard deviation.", _STEEP, _LINEAR,
        d_balance=2 * log(2), g_balance=log(2), penalty="dragan", needs={"penalty_weight": 10.0}, has_labels=True,
        d_lowest=_entropy),
    Loss("ebgan", "EBGAN",
        "D is an autoencoder: it copies real images well and fake ones badly, up to a margin. G draws what D copies "
        "well, and images whose codes differ.", "1609.03126",
        r"\mathbb{E}_x\,E(x) + \mathbb{E}_z\,\max(0, m - E(G(z))),\quad E(x) = "
        r"\tfrac1n\lVert \mathrm{Dec}(\mathrm{Enc}(x)) - x\rVert_2^2",
        r"\mathbb{E}_z\,E(G(z)) + w\,\mathrm{PT}(\mathrm{Enc}(G(z)))",
        "At balance D's loss is the margin, because fakes are copied as well as real images. Near the error of real "
        "images alone, all fakes are beyond the margin and D learns nothing more of them. G's loss is the error of "
        "fakes, and the pull-away term on top of it.",
        "Fakes beyond the margin teach D nothing, but they have a gradient all the same: towards what D would copy.",
        "Squared errors grow faster than pixels: an autoencoder with steps too large overshoots, each time farther.",
        decision_threshold=None, error="squared", has_margin=True, pulls_away=True),
    Loss("began", "BEGAN",
        "D is an autoencoder, and a number k keeps the errors of fake and real images at a chosen ratio, gamma.",
        "1703.10717",
        r"\mathbb{E}_x\,L(x) - k\,\mathbb{E}_z\,L(G(z)),\quad L(x) = "
        r"\tfrac1n\lVert \mathrm{Dec}(\mathrm{Enc}(x)) - x\rVert_1",
        r"\mathbb{E}_z\,L(G(z))",
        "D's loss is the error of real images less k times that of fakes; both fall as D learns to copy. G's loss is "
        "the error of fakes, which k holds near gamma times that of real images. How good the pictures are, "
        "M tells: the lower, the better (see Equilibrium).",
        "Where fakes are copied far worse than gamma allows, k falls to 0: D looks at real images alone, and G "
        "catches up.",
        _LINEAR, decision_threshold=None, error="absolute", has_balance=True,
        defaults={"update": "alternating", "critic_steps": 1, **_optimizers("adam", 1e-4, 0.5, 0.999)}),
)  # fmt: skip


def get(name: str) -> Loss:
    """Return the objective of that name; a `UserError` lists the names if there is none."""
    return pick(LOSSES, name, "loss")
