"""The table of findings: the rule that sees each, what it means, and what to try."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from ganlib.metrics.doctor import advice, asked_classes, autoencoders, codes, modes, quality, rules
from ganlib.metrics.doctor.run_summary import ENOUGH, Rule

DYNAMICS, QUALITY, DATA = "dynamics", "quality", "data"
"""What a finding is about: how the training goes, how good its samples are, or what it learns from."""


@dataclass(frozen=True)
class Check:
    """One thing that can be found."""

    title: str  # two to four words; `{adversary}` stands for Discriminator or Critic
    rule: Rule  # returns what it saw, or None
    meaning: str  # in plain words; `{loss.when_d_saturates}` and the like stand for facts of the objective
    remedies: tuple[advice.Remedy, ...] = ()  # what to try, the likeliest first
    # Title and advice while it is only to be watched, or None if they are the same then.
    while_watched: tuple[str, str] | None = None
    needs: int = ENOUGH  # lines of the metrics below which the rule is not asked
    about: str = DYNAMICS  # which verdict it belongs to: `DYNAMICS`, `QUALITY`, or `DATA`
    takes_time: bool = False  # more training is what helps, where nothing is wrong with the training


CHECKS: Mapping[str, Check] = {
    "not_a_number": Check("A number was lost", rules.not_a_number,
        "Weights or losses grew beyond what a computer can hold; nothing after that is of use. {loss.when_it_diverges}",
        (advice.PAPER, advice.MUCH_SLOWER),
        needs=0),
    "saturated": Check("Discriminator saturated", rules.saturated,
        "D tells real from fake nearly without a mistake. That D slowly gets ahead is normal; near the end of its "
        "loss it matters what still reaches G. {loss.when_d_saturates}",
        (advice.FALLBACK_LOSS, advice.PAPER, advice.EVEN_GAME, advice.SLOWER_D),
        while_watched=("D is far ahead", "Train on as long as pictures get better; if they do not, slow D down.")),
    "vanishing": Check("G's gradient has vanished", rules.vanishing,
        "G learns from D's slope at its fakes. That slope is gone, or G's own units have died: its pictures will "
        "not change any more.",
        (advice.FALLBACK_LOSS, advice.PAPER, advice.EVEN_GAME, advice.PENALISED_LOSS, advice.MUCH_SLOWER)),
    "exploding": Check("Critic exploding", rules.exploding,
        "A critic's loss measures a distance only while its slope is held. Here nothing holds it: scores and "
        "gradients grow and mean nothing any more. That the loss is negative is not the trouble. "
        "{loss.when_it_diverges}",
        (advice.PENALTY, advice.PAPER, advice.USUAL_CLIP, advice.PENALISED_LOSS, advice.MUCH_SLOWER)),
    "clipping_loose": Check("Clipping too loose", rules.clipping_loose,
        "The bound is too wide to hold the critic's slope: the gap between its scores grows with its weights, and "
        "is no measure of how far fake is from real.",
        (advice.USUAL_CLIP, advice.TIGHTER_CLIP)),
    "clipping_tight": Check("Clipping too tight", rules.clipping_tight,
        "Every layer shrinks what it passes on, so that next to nothing of the critic's opinion reaches G. Many "
        "weights at the bound are normal under clipping; gradients this small are not.",
        (advice.USUAL_CLIP, advice.LOOSER_CLIP)),
    "oscillation": Check("Oscillation", rules.oscillation,
        "Now D wins, now G, and neither keeps what it learned: they chase each other instead of settling. Small "
        "waves are normal; these are not.",
        (advice.PAPER, advice.LESS_MEMORY, advice.SLOWER)),
    "jumps": Check("Losses jump", rules.jumps,
        "One large step of D or G made the other's samples or verdicts worthless at a blow. The loss falls back, but "
        "what was learned before may be lost: calm curves around such a jump say nothing of the samples.",
        while_watched=("Losses jump",
            "Compare samples before and after. If they are worse, or jumps come again, lower both learning rates.")),
    "undecided": Check("D tells nothing apart", rules.undecided,
        "D's loss is at its balance. That is where a perfect game ends, and where every game begins: look at the "
        "pictures. If they are good, this is success; if not, D is too weak or too slow to teach G anything.",
        (advice.PAPER_RATES, advice.FASTER_D, advice.MORE_D)),
    "collapse": Check("Mode collapse", quality.collapse,
        "G makes a few kinds of pictures over and over, and leaves others out. The losses do not show it: each "
        "picture by itself may fool D. A young G does the same until it has spread out.",
        (advice.PAPER, advice.SLOWER_G, advice.PENALISED_LOSS, advice.MUCH_SLOWER_G),
        while_watched=("Little variety", "Train on, and evaluate again."), needs=0, about=QUALITY),
    "few_combinations": Check("Few combinations", modes.few_combinations,
        "Each digit may be drawn well, and yet G puts them together in a few ways only. D sees one image at a time, "
        "which tells nothing of those that are missing.",
        (advice.PACKED, advice.PAPER, advice.SLOWER_G, advice.PENALISED_LOSS),
        while_watched=("Not all combinations yet", "Train on, and evaluate again."), needs=0, about=QUALITY),
    "ignores_classes": Check("Asked for one class, draws another", asked_classes.ignores_classes,
        "Both networks are told classes, and yet G does not keep to them: D does not see well enough that image and "
        "label do not fit, and so G is not taught to.",
        (advice.PROJECTION, advice.PAPER, advice.SLOWER_G),
        while_watched=("Classes not told apart yet", "Train on, and evaluate again."), needs=0, about=QUALITY),
    "ignores_codes": Check("A code is ignored", codes.ignores_codes,
        "G is told a category and codes, and D is to read them off its images. Where it cannot, G draws the same "
        "whatever it is told: the code has become noise like the rest of z.",
        (advice.NO_AUGMENTATION, advice.PAPER, advice.SLOWER),
        while_watched=("A code is not read off yet", "Train on: the category comes first, codes take longer.")),
    "copies_nothing": Check("D does not learn to copy", autoencoders.copies_nothing,
        "An autoencoder tells real from fake by how well it copies. While it copies real images no better than at the "
        "start, its errors say nothing, and G has nothing to go by.",
        (advice.PAPER, advice.FASTER_D, advice.SLOWER),
        while_watched=("D copies badly yet", "Train on: the error of real images should fall first.")),
    "beyond_margin": Check("Fakes beyond the margin", autoencoders.beyond_margin,
        "Fakes whose error is larger than the margin teach D nothing more, and G does not catch up: D is far ahead.",
        (advice.PAPER, advice.EVEN_GAME, advice.WIDER_MARGIN),
        while_watched=("Fakes beyond the margin yet", "Train on while pictures get better: G may catch up.")),
    "off_balance": Check("k is stuck", autoencoders.off_balance,
        "k is to hold the errors of fake and real images at the ratio gamma. At 0 D ignores the fakes, which it "
        "copies worse than asked for; at 1 it cannot push them away any harder. Either way the ratio is lost.",
        (advice.PAPER, advice.SLOWER),
        while_watched=("k is at its bound", "Train on, and look whether k moves.")),
    "overfitted": Check("{adversary} overfitted", quality.overfitted,
        "D has learned its training images by heart instead of what real images have in common: it takes new real "
        "images for fakes, and G is taught details of single images, or nothing.",
        (advice.NOISE_ON_IMAGES, advice.SLOWER_D),
        while_watched=("{adversary} learns by heart",
            "Train on while the Fréchet distance falls; keep an eye on this."), needs=0),
    "alike": Check("Images all alike", quality.alike,
        "What is the same in all images is all that G can learn: it repeats that one picture, and no metric tells "
        "a good copy from a collapse.",
        (advice.OTHER_IMAGES,),
        while_watched=("Many images alike", "Take out the images that repeat each other."), needs=0, about=DATA),
}  # fmt: skip
"""Every fault that can be found, by the name of its finding."""

GRADES: Mapping[str, Check] = {
    "lost_modes": Check("Modes lost", modes.lost_modes,
        "G makes nothing that belongs to these modes, and leaves them out for good unless D chases its points there. "
        "The losses do not show it: those points that it makes may fool D.",
        (advice.PAPER, advice.SLOWER_G, advice.PACKED, advice.PENALISED_LOSS, advice.MUCH_SLOWER_G),
        while_watched=("Some modes lost", "Train on, and look whether G finds them."), needs=0, about=QUALITY),
    quality.ALL_MODES: Check("All modes found", modes.all_modes,
        "Each mode of the data has a sample that belongs to it; whether each gets its share, the reverse KL tells.",
        needs=0, about=QUALITY),
} | {
    name: Check(title, partial(quality.evidence, wanted=name), meaning, needs=0, about=QUALITY,
        takes_time=name == quality.NOISE)
    for name, title, meaning in (
        (quality.NOISE, "No better than noise",
            "To the classifier, or by their pixels, these samples do not look like real images. "
            "Which classes it sees in them says nothing."),
        (quality.ROUGH, "Rough",
            "The samples are nearer to real images than noise is, and yet far from them, or leave many of them out. "
            "Longer training, other networks or another loss may bring them nearer."),
        (quality.GOOD, "Good",
            "Most real images have samples close by. Real images still do better; look at samples for what is "
            "missing."),
        (quality.AS_REAL, "As real",
            "The classifier can hardly tell these samples from real images; people may, and so may copies: see "
            "Copies."),
        (quality.ABOVE_NOISE, "Better than noise",
            "No classifier knows these images as a whole, and pixels alone tell no more: look at the samples."),
    )
}  # fmt: skip
"""How good samples are: the first that applies, if they were evaluated."""

HEALTHY: Mapping[str, Check] = {
    "healthy": Check("Curves look normal", rules.healthy, "{loss.how_to_read}"),
    "early": Check("Too early to tell", rules.early,
        "The first steps of any GAN look odd: D learns quickly what noise looks like, then G catches up.", needs=0),
    "too_short": Check("Too short to tell", rules.too_short,
        "The first steps of any GAN look odd, so the curves of a short run say nothing about how it would go on.",
        needs=0, takes_time=True),
}  # fmt: skip
"""What is said of the dynamics where there is no fault: the first that applies."""
