"""The generators and discriminators there are, and which images each can make or read.

Their layers stand in `ganlib.models.networks`, under the same names.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from ganlib.catalog.table import by_name, pick

ImageShape = tuple[int, ...]
"""Height, width and channels of an image, or (2,) for points in the plane."""

DCGAN = "arXiv 1511.06434 (DCGAN), as in TensorFlow's DCGAN tutorial"
INFOGAN = "arXiv 1606.03657 (InfoGAN), as in hwalsuklee's tensorflow-generative-model-collections"
COURSE = "a STAT5242 course project on MNIST and SVHN"
GOODFELLOW = "arXiv 1406.2661 (the first GAN)"
OURS = "GAN Explorer"

AUTOENCODER, PLAIN = "autoencoder", "compact"
"""The discriminators that a loss brings along where the one before is not of the kind that it needs."""


@dataclass(frozen=True)
class NetworkInfo:
    """Facts about one network."""

    role: ClassVar[str]

    name: str  # what the command line and `config.json` call it
    title: str  # what a person reads in a list
    about: str  # one plain line
    source: str  # the paper or the project its layers come from
    smallest: int = 8  # least height and width of an image, in pixels
    multiple_of: int = 1  # height and width of an image are multiples of this
    for_points: bool = False  # it makes or reads points in the plane, no images


@dataclass(frozen=True)
class GeneratorInfo(NetworkInfo):
    """A network that turns latent vectors into images."""

    role: ClassVar[str] = "generator"

    # Least and largest value of a pixel: (-1, 1) after tanh, (0, 1) after a sigmoid.
    output_range: tuple[int, int] = (-1, 1)


@dataclass(frozen=True)
class DiscriminatorInfo(NetworkInfo):
    """A network that turns images into one logit each (a critic, for a Wasserstein loss)."""

    role: ClassVar[str] = "discriminator"

    # It has a place for normalisation, which `discriminator_norm` fills; under "auto" an autoencoder's stays empty.
    has_norm: bool = False
    is_autoencoder: bool = False  # it copies an image, and its output is minus the mean error of the copy


GENERATORS = by_name(
    GeneratorInfo("dcgan", "DCGAN",
        "Three transposed convolutions with 5 × 5 kernels grow a small feature map into an image.", DCGAN,
        multiple_of=4),
    GeneratorInfo("dcgan-3x3", "DCGAN, 3 × 3 kernels",
        "DCGAN with 3 × 3 kernels throughout: fewer weights, and each pixel sees less around it.", COURSE,
        multiple_of=4),
    GeneratorInfo("dcgan-2x2", "DCGAN, 2 × 2 kernels",
        "DCGAN with 2 × 2 kernels and ReLU in its inner layers, to go with a Wasserstein critic.", COURSE,
        multiple_of=4),
    GeneratorInfo("infogan", "InfoGAN network",
        "Two wide dense layers, then two transposed convolutions and a sigmoid: pixels in [0, 1].", INFOGAN,
        multiple_of=4, output_range=(0, 1)),
    GeneratorInfo("compact", "Compact", "A small DCGAN, made to show digits soon on two CPU cores.", OURS,
        multiple_of=4),
    GeneratorInfo("mlp", "Multilayer perceptron",
        "Dense layers only, as in the first GAN: nothing tells it that pixels have neighbours.", GOODFELLOW),
    GeneratorInfo("points", "For points", "A small multilayer perceptron from z to a point in the plane.", OURS,
        for_points=True),
)  # fmt: skip

DISCRIMINATORS = by_name(
    DiscriminatorInfo("dcgan", "DCGAN", "Two convolutions with stride 2 and dropout, then one dense layer.", DCGAN),
    DiscriminatorInfo("dcgan-pool", "DCGAN with pooling",
        "DCGAN with max pooling after each convolution, so that few features are left to judge by.", COURSE,
        smallest=11),
    DiscriminatorInfo("dcgan-relu", "DCGAN with ReLU",
        "DCGAN with a ReLU after its second convolution; the critic of the Wasserstein systems.", COURSE),
    DiscriminatorInfo("svhn-deep", "SVHN, deep",
        "Three convolutions with pooling and batch normalisation, then three dense layers.", COURSE,
        has_norm=True),
    DiscriminatorInfo("svhn-deeper", "SVHN, deeper",
        "Four convolutions with pooling and batch normalisation, then four dense layers.", COURSE, smallest=16,
        has_norm=True),
    DiscriminatorInfo("infogan", "InfoGAN network",
        "Two convolutions with stride 2 and a wide dense layer, batch-normalised.", INFOGAN, has_norm=True),
    DiscriminatorInfo("compact", "Compact",
        "The compact generator mirrored: two small convolutions and one dense layer.", OURS, has_norm=True),
    DiscriminatorInfo("mlp", "Multilayer perceptron",
        "Two dense layers with dropout that read an image as a list of numbers.", GOODFELLOW),
    DiscriminatorInfo(AUTOENCODER, "Autoencoder",
        "Two convolutions down to a code of 64 numbers and back to a copy of the image; for EBGAN and BEGAN.", OURS,
        multiple_of=4, has_norm=True, is_autoencoder=True),
    DiscriminatorInfo("points", "For points",
        "A small multilayer perceptron from a point in the plane to a logit.", OURS, for_points=True),
)  # fmt: skip


# Microseconds for a real image of 28 x 28 pixels, measured in float32 on two processor cores at batch size 64:
# what a network adds when its update takes one step of alternating training.
GENERATOR_COSTS: Mapping[str, float] = {
    "dcgan": 1300, "dcgan-3x3": 780, "dcgan-2x2": 350, "infogan": 540, "compact": 110, "mlp": 70, "points": 0,
}  # fmt: skip
DISCRIMINATOR_COSTS: Mapping[str, float] = {
    "dcgan": 1000, "dcgan-pool": 330, "dcgan-relu": 710, "svhn-deep": 1100, "svhn-deeper": 1330,
    "infogan": 1060, "compact": 90, "mlp": 60, "autoencoder": 200, "points": 0,
}  # fmt: skip

# Weights, in thousands, for grey images of 28 x 28 pixels out of z with 100 numbers.
GENERATOR_WEIGHTS: Mapping[str, int] = {
    "dcgan": 2331, "dcgan-3x3": 1675, "dcgan-2x2": 1471, "infogan": 6694, "compact": 229, "mlp": 1486,
}  # fmt: skip
DISCRIMINATOR_WEIGHTS: Mapping[str, int] = {
    "dcgan": 213, "dcgan-pool": 207, "dcgan-relu": 213, "svhn-deep": 1833, "svhn-deeper": 863, "infogan": 6561,
    "compact": 210, "mlp": 534, "autoencoder": 220,
}  # fmt: skip


def get_generator(name: str) -> GeneratorInfo:
    """Return the facts about a generator; a `UserError` lists the names if there is none."""
    return pick(GENERATORS, name, "generator")


def get_discriminator(name: str) -> DiscriminatorInfo:
    """Return the facts about a discriminator; a `UserError` lists the names if there is none."""
    return pick(DISCRIMINATORS, name, "discriminator")


def problem(network: NetworkInfo, image_shape: ImageShape) -> str | None:
    """Say in a sentence why a network cannot make or read images of a shape, and which it can; None where it can."""
    if network.for_points != (len(image_shape) == 1):
        what, others = ("points", "images") if network.for_points else ("images", "points in the plane")
        return (
            f"The {network.role} {network.name!r} is for {what}, and this data set has {others}: choose another "
            f"{network.role} or another data set."
        )
    if network.for_points:
        return None
    height, width, _ = image_shape
    least, step = network.smallest, network.multiple_of
    if min(height, width) >= least and height % step == width % step == 0:
        return None
    multiples = f" and with sides that are multiples of {step}" if step > 1 else ""
    return (
        f"The {network.role} {network.name!r} needs images of at least {least} x {least} pixels{multiples}, "
        f"and these are {height} x {width}: choose another {network.role} or another data set."
    )


def has_extra_stage(image_shape: ImageShape) -> bool:
    """Whether images are so large that convolutional networks halve them once more.

    At 64 x 64 pixels the feature map between convolutions and dense layers would else have four times the pixels
    it has at 32 x 32, and the dense layers four times the weights.
    """
    height, width, _ = image_shape
    return min(height, width) >= 64 and height % 8 == width % 8 == 0
