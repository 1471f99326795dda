"""Famous mistakes in GAN code, as the clinic shows them: what each is, and what it does to a training.

`tools.clinic` makes a real training with each; `docs/source-projects.md` says where some of them were met.
"""

from collections.abc import Mapping

from ganlib.catalog.table import Choice, by_name

MISTAKES: Mapping[str, Choice] = by_name(
    Choice("healthy", "Nothing: this training is sound",
        "Nothing was changed. Losses near their balance that swing a little are what a sound training looks like."),
    Choice("frozen-g", "G's optimiser never runs",
        "G's gradients are computed, but no optimiser applies them: G stays as it began, and D learns to tell it apart "
        "without an error."),
    Choice("swapped-labels", "D learns with real and fake swapped",
        "D's loss takes fakes for real images. G is told to please this D and moves away from real images, and both "
        "losses fall to 0."),
    Choice("unit-range", "Real images in [0, 1], while G ends in tanh",
        "G learns to draw numbers from 0 to 1, which are then read as numbers from -1 to 1: black comes out grey. In "
        "training itself nothing is wrong."),
    Choice("double-sigmoid", "A sigmoid before a loss that expects logits",
        "The loss squeezes D's output twice. Once D's logits are large, its first sigmoid is flat, and no gradient "
        "comes through."),
    Choice("no-clipping", "A Wasserstein critic without clipping or penalty",
        "Nothing bounds the critic's slope, so its scores grow without end, and their gap measures no distance."),
    Choice("penalty-axes", "Gradient penalty with the norm over one axis",
        "The penalty takes the norm of the gradient in each column of the image by itself. It allows a slope that is "
        "several times too steep, and D still learns: this one is hard to see. With the right norm, the same training "
        "gets a Fréchet distance of 3.2 in place of 5.6."),
    Choice("rates", "Learning rates 100 times too high",
        "0.2 in place of 0.002: within a few steps D jumps to where nothing G draws makes a difference to it."),
)  # fmt: skip
