"""The table of findings: the rule that sees each, what it means, and what to try."""

from collections.abc import Mapping
from dataclasses import dataclass

from ganlib.metrics.doctor import judged, rules
from ganlib.metrics.doctor import remedies as try_
from ganlib.metrics.doctor.case import ENOUGH
from ganlib.metrics.doctor.sign import Rule


@dataclass(frozen=True)
class Ailment:
    """One thing that can be found.

    Attributes:
        name: the key in `AILMENTS`.
        title: two to four words; `{adversary}` stands for Discriminator or Critic.
        rule: returns what it saw, or None.
        meaning: in plain words; `{loss.d_wins}` and the like stand for facts of the objective.
        remedies: what to try, the likeliest first.
        while_watched: title and advice while it is only to be watched, or None if they are the same then.
        needs: lines of the metrics below which the rule is not asked.
    """

    name: str
    title: str
    rule: Rule
    meaning: str
    remedies: tuple[try_.Remedy, ...] = ()
    while_watched: tuple[str, str] | None = None
    needs: int = ENOUGH


AILMENTS: Mapping[str, Ailment] = {
    ailment.name: ailment
    for ailment in (
        Ailment(
            "not_a_number",
            "A number was lost",
            rules.not_a_number,
            "Weights or losses grew beyond what a computer can hold; nothing after that is of use. {loss.runaway}",
            (try_.PAPER, try_.MUCH_SLOWER),
            needs=0,
        ),
        Ailment(
            "saturated",
            "Discriminator saturated",
            rules.saturated,
            "D tells real from fake nearly without a mistake. That D slowly gets ahead is normal; near the end of its "
            "loss it matters what still reaches G. {loss.d_wins}",
            (try_.STURDIER_LOSS, try_.PAPER, try_.EVEN_GAME, try_.SLOWER_D),
            while_watched=("D is far ahead", "Train on as long as pictures get better; if they do not, slow D down."),
        ),
        Ailment(
            "vanishing",
            "G's gradient has vanished",
            rules.vanishing,
            "G learns from D's slope at its fakes. That slope is gone, or G's own units have died: its pictures will "
            "not change any more. {loss.d_wins}",
            (try_.STURDIER_LOSS, try_.PAPER, try_.EVEN_GAME, try_.PENALISED_LOSS, try_.MUCH_SLOWER),
        ),
        Ailment(
            "exploding",
            "Critic exploding",
            rules.exploding,
            "A critic's loss measures a distance only while its slope is held. Here nothing holds it: scores and "
            "gradients grow and mean nothing any more. That the loss is negative is not the trouble. {loss.runaway}",
            (try_.PENALTY, try_.PAPER, try_.USUAL_CLIP, try_.PENALISED_LOSS, try_.MUCH_SLOWER),
        ),
        Ailment(
            "clipping_loose",
            "Clipping too loose",
            rules.clipping_loose,
            "The bound is too wide to hold the critic's slope: the gap between its scores grows with its weights, and "
            "is no measure of how far fake is from real.",
            (try_.USUAL_CLIP, try_.TIGHTER_CLIP),
        ),
        Ailment(
            "clipping_tight",
            "Clipping too tight",
            rules.clipping_tight,
            "Every layer shrinks what it passes on, so that next to nothing of the critic's opinion reaches G. Many "
            "weights at the bound are normal under clipping; gradients this small are not.",
            (try_.USUAL_CLIP, try_.LOOSER_CLIP),
        ),
        Ailment(
            "oscillation",
            "Oscillation",
            rules.oscillation,
            "Now D wins, now G, and neither keeps what it learned: they chase each other instead of settling. Small "
            "waves are normal; these are not.",
            (try_.PAPER, try_.LESS_MEMORY, try_.SLOWER),
        ),
        Ailment(
            "undecided",
            "D tells nothing apart",
            rules.undecided,
            "D's loss is at its balance. That is where a perfect game ends, and where every game begins: look at the "
            "pictures. If they are good, this is success; if not, D is too weak or too slow to teach G anything.",
            (try_.PAPER_RATES, try_.FASTER_D, try_.MORE_D),
        ),
        Ailment(
            "collapse",
            "Mode collapse",
            judged.collapse,
            "G makes a few kinds of pictures over and over, and leaves others out. The losses do not show it: each "
            "picture by itself may fool D. A young G does the same until it has spread out.",
            (try_.PAPER, try_.SLOWER_G, try_.PENALISED_LOSS, try_.MUCH_SLOWER_G),
            while_watched=("Little variety", "Train on, and evaluate again."),
            needs=0,
        ),
        Ailment(
            "overfitted",
            "{adversary} overfitted",
            judged.overfitted,
            "D has learned its training images by heart instead of what real images have in common: it takes new real "
            "images for fakes, and G is taught details of single images, or nothing.",
            (try_.NOISE_ON_IMAGES, try_.SLOWER_D),
            while_watched=(
                "{adversary} learns by heart",
                "Train on while the Fréchet distance falls; keep an eye on this.",
            ),
            needs=0,
        ),
    )
}
"""Every finding but the two below, which are there if nothing else is found."""

EARLY = Ailment(
    "early",
    "Too early to tell",
    rules.early,
    "The first steps of any GAN look odd: D learns quickly what noise looks like, then G catches up.",
    needs=0,
)

HEALTHY = Ailment("healthy", "Nothing wrong", rules.healthy, "{loss.reading}")
