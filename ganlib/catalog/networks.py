"""The generators and discriminators there are, and which images each can make or read.

Their layers stand in `ganlib.models.networks`, under the same names.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import ClassVar, TypeVar

from ganlib.catalog.table import pick

ImageShape = tuple[int, int, int]

DCGAN = "arXiv 1511.06434 (DCGAN), as in TensorFlow's DCGAN tutorial"
INFOGAN = "arXiv 1606.03657 (InfoGAN), as in hwalsuklee's tensorflow-generative-model-collections"
COURSE = "a STAT5242 course project on MNIST and SVHN"
GOODFELLOW = "arXiv 1406.2661 (the first GAN)"
OURS = "GAN Explorer"


@dataclass(frozen=True, kw_only=True)
class Network:
    """Facts about one network.

    Attributes:
        name: What the command line and `config.json` call it.
        title: What a person reads in a list.
        about: One plain line.
        source: The paper or the project its layers come from.
        smallest: Least height and width of an image, in pixels.
        multiple_of: Height and width of an image are multiples of this.
    """

    role: ClassVar[str]

    name: str
    title: str
    about: str
    source: str
    smallest: int = 8
    multiple_of: int = 1


@dataclass(frozen=True, kw_only=True)
class Generator(Network):
    """A network that turns latent vectors into images.

    Attributes:
        output_range: Least and largest value of a pixel: (-1, 1) after tanh, (0, 1) after a sigmoid.
    """

    role: ClassVar[str] = "generator"

    output_range: tuple[int, int] = (-1, 1)


@dataclass(frozen=True, kw_only=True)
class Discriminator(Network):
    """A network that turns images into one logit each (a critic, for a Wasserstein loss).

    Attributes:
        has_norm: It has normalisation layers, which the choice of `discriminator_norm` replaces or removes.
    """

    role: ClassVar[str] = "discriminator"

    has_norm: bool = False


N = TypeVar("N", bound=Network)


def _by_name(networks: Iterable[N]) -> dict[str, N]:
    return {network.name: network for network in networks}


GENERATORS = _by_name(
    [
        Generator(
            name="dcgan",
            title="DCGAN",
            about="Three transposed convolutions with 5 x 5 kernels grow a small feature map into an image.",
            source=DCGAN,
            multiple_of=4,
        ),
        Generator(
            name="dcgan-3x3",
            title="DCGAN, 3 x 3 kernels",
            about="DCGAN with 3 x 3 kernels throughout: fewer weights, and each pixel sees less around it.",
            source=COURSE,
            multiple_of=4,
        ),
        Generator(
            name="dcgan-2x2",
            title="DCGAN, 2 x 2 kernels",
            about="DCGAN with 2 x 2 kernels and ReLU in its inner layers, to go with a Wasserstein critic.",
            source=COURSE,
            multiple_of=4,
        ),
        Generator(
            name="infogan",
            title="InfoGAN network",
            about="Two wide dense layers, then two transposed convolutions and a sigmoid: pixels in [0, 1].",
            source=INFOGAN,
            multiple_of=4,
            output_range=(0, 1),
        ),
        Generator(
            name="compact",
            title="Compact",
            about="A small DCGAN that shows digits within a minute on two CPU cores.",
            source=OURS,
            multiple_of=4,
        ),
        Generator(
            name="mlp",
            title="Multilayer perceptron",
            about="Dense layers only, as in the first GAN: nothing tells it that pixels have neighbours.",
            source=GOODFELLOW,
        ),
    ]
)

DISCRIMINATORS = _by_name(
    [
        Discriminator(
            name="dcgan",
            title="DCGAN",
            about="Two convolutions with stride 2 and dropout, then one dense layer.",
            source=DCGAN,
        ),
        Discriminator(
            name="dcgan-pool",
            title="DCGAN with pooling",
            about="DCGAN with max pooling after each convolution, so that few features are left to judge by.",
            source=COURSE,
            smallest=11,
        ),
        Discriminator(
            name="dcgan-relu",
            title="DCGAN with ReLU",
            about="DCGAN with a ReLU after its second convolution; the critic of the Wasserstein systems.",
            source=COURSE,
        ),
        Discriminator(
            name="svhn-deep",
            title="SVHN, deep",
            about="Three convolutions with pooling and batch normalisation, then three dense layers.",
            source=COURSE,
            has_norm=True,
        ),
        Discriminator(
            name="svhn-deeper",
            title="SVHN, deeper",
            about="Four convolutions with pooling and batch normalisation, then four dense layers.",
            source=COURSE,
            smallest=16,
            has_norm=True,
        ),
        Discriminator(
            name="infogan",
            title="InfoGAN network",
            about="Two convolutions with stride 2 and a wide dense layer, batch-normalised.",
            source=INFOGAN,
            has_norm=True,
        ),
        Discriminator(
            name="compact",
            title="Compact",
            about="The compact generator mirrored: two small convolutions and one dense layer.",
            source=OURS,
            has_norm=True,
        ),
        Discriminator(
            name="mlp",
            title="Multilayer perceptron",
            about="Two dense layers with dropout that read an image as a list of numbers.",
            source=GOODFELLOW,
        ),
    ]
)


# Microseconds for a real image of 28 x 28 pixels, measured in float32 on two processor cores at batch size 64:
# what a network adds when its update takes one step of alternating training.
GENERATOR_COSTS: Mapping[str, float] = {
    "dcgan": 1300, "dcgan-3x3": 780, "dcgan-2x2": 350, "infogan": 540, "compact": 110, "mlp": 70,
}  # fmt: skip
DISCRIMINATOR_COSTS: Mapping[str, float] = {
    "dcgan": 1000, "dcgan-pool": 330, "dcgan-relu": 710, "svhn-deep": 1100, "svhn-deeper": 1330,
    "infogan": 1060, "compact": 90, "mlp": 60,
}  # fmt: skip


def get_generator(name: str) -> Generator:
    """Return the facts about a generator.

    Raises:
        UserError: there is no such generator; the message lists those there are.
    """
    return pick(GENERATORS, name, "generator")


def get_discriminator(name: str) -> Discriminator:
    """Return the facts about a discriminator.

    Raises:
        UserError: there is no such discriminator; the message lists those there are.
    """
    return pick(DISCRIMINATORS, name, "discriminator")


def problem(network: Network, image_shape: ImageShape) -> str | None:
    """Say why a network cannot make or read images of a shape.

    Args:
        network: A generator or a discriminator.
        image_shape: Height, width and channels.

    Returns:
        One sentence that names the sizes it can handle, or None when it handles this one.
    """
    height, width, _ = image_shape
    least, step = network.smallest, network.multiple_of
    if min(height, width) >= least and height % step == width % step == 0:
        return None
    multiples = f" and with sides that are multiples of {step}" if step > 1 else ""
    return (
        f"The {network.role} {network.name!r} needs images of at least {least} x {least} pixels{multiples}, "
        f"and these are {height} x {width}: choose another {network.role} or another data set."
    )


def has_extra_stage(image_shape: tuple[int, int, int]) -> bool:
    """Whether images are so large that convolutional networks halve them once more.

    At 64 x 64 pixels the feature map between convolutions and dense layers would else have four times the pixels
    it has at 32 x 32, and the dense layers four times the weights.
    """
    height, width, _ = image_shape
    return min(height, width) >= 64 and height % 8 == width % 8 == 0
