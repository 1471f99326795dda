"""What a data set is, and those that their authors have published: shapes, classes, and where their files are."""

from collections.abc import Mapping
from dataclasses import dataclass

from ganlib.catalog.custom import absent
from ganlib.catalog.table import pick

SPLITS: Mapping[str, tuple[str, ...]] = {"train": ("train",), "test": ("test",), "all": ("train", "test")}
"""What a person can ask for, and the published splits it is put together from, in this order."""


@dataclass(frozen=True)
class Download:
    """One published file.

    Attributes:
        url: its address; the last part is its file name.
        sha256: checksum of the whole file, in hexadecimal.
        size: length in bytes, for progress bars.
    """

    url: str
    sha256: str
    size: int

    @property
    def filename(self) -> str:
        """The name under which the file is stored."""
        return self.url.rpartition("/")[2]


@dataclass(frozen=True)
class Dataset:
    """The facts of one data set.

    Attributes:
        name: how commands, forms and folders call it.
        title: its name as its authors write it.
        about: one plain line.
        shape: height, width and channels of an image, as published; (2,) for points in the plane.
        classes: class names; label i means `classes[i]`. Own images may have none.
        counts: published number of images in each of the splits train and test; empty for own images that are
            not on this machine, since their name alone does not tell.
        licence: what the authors allow.
        homepage: where to read more.
        downloads: the files of each split; none for a data set that comes with an installed package or a person.
    """

    name: str
    title: str
    about: str
    shape: tuple[int, ...]
    classes: tuple[str, ...]
    counts: Mapping[str, int]
    licence: str
    homepage: str
    downloads: Mapping[str, tuple[Download, ...]]

    @property
    def has_points(self) -> bool:
        """Whether it has points in the plane, no images."""
        return len(self.shape) == 1

    def image_shape(self, grayscale: bool) -> tuple[int, ...]:
        """Height, width and channels of an image as training sees it; (2,) for points."""
        if self.has_points:
            return self.shape
        height, width, channels = self.shape
        return height, width, 1 if grayscale else channels

    def count(self, split: str) -> int:
        """Published number of images in `split`: train, test or all.

        Raises:
            UserError: there is no such split, or these are own images that are not on this machine.
        """
        parts = pick(SPLITS, split, "split")
        if not self.counts:
            raise absent(self.title)
        return sum(self.counts[part] for part in parts)


_DIGITS = tuple("0123456789")

_KERAS = "https://storage.googleapis.com/tensorflow/tf-keras-datasets"
# Keras publishes both splits of MNIST in one file; the checksum is the one in keras.datasets.mnist.
_MNIST_NPZ = Download(
    f"{_KERAS}/mnist.npz", "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1", 11_490_434
)

_SVHN = "http://ufldl.stanford.edu/housenumbers"

PUBLISHED = (
    Dataset(
        name="digits",
        title="Digits",
        about="1,797 tiny handwritten digits that come with scikit-learn: works at once, without internet.",
        shape=(8, 8, 1),
        classes=_DIGITS,
        counts={"train": 1500, "test": 297},
        licence="CC BY 4.0",
        homepage="https://archive.ics.uci.edu/dataset/80/optical+recognition+of+handwritten+digits",
        downloads={},
    ),
    Dataset(
        name="mnist",
        title="MNIST",
        about="70,000 handwritten digits, grey: the classic first data set.",
        shape=(28, 28, 1),
        classes=_DIGITS,
        counts={"train": 60_000, "test": 10_000},
        licence="CC BY-SA 3.0",
        homepage="http://yann.lecun.com/exdb/mnist/",
        downloads={"train": (_MNIST_NPZ,), "test": (_MNIST_NPZ,)},
    ),
    Dataset(
        name="fashion-mnist",
        title="Fashion-MNIST",
        about="70,000 pictures of clothes, grey: as small as MNIST, but harder.",
        shape=(28, 28, 1),
        classes=(
            "T-shirt/top",
            "Trouser",
            "Pullover",
            "Dress",
            "Coat",
            "Sandal",
            "Shirt",
            "Sneaker",
            "Bag",
            "Ankle boot",
        ),
        counts={"train": 60_000, "test": 10_000},
        licence="MIT",
        homepage="https://github.com/zalandoresearch/fashion-mnist",
        # The checksums are those of the authors' own files, which Keras mirrors.
        downloads={
            "train": (
                Download(
                    f"{_KERAS}/train-images-idx3-ubyte.gz",
                    "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
                    26_421_880,
                ),
                Download(
                    f"{_KERAS}/train-labels-idx1-ubyte.gz",
                    "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
                    29_515,
                ),
            ),
            "test": (
                Download(
                    f"{_KERAS}/t10k-images-idx3-ubyte.gz",
                    "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
                    4_422_102,
                ),
                Download(
                    f"{_KERAS}/t10k-labels-idx1-ubyte.gz",
                    "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
                    5_148,
                ),
            ),
        },
    ),
    Dataset(
        name="svhn",
        title="SVHN",
        about="99,289 house-number digits cut out of street photographs, in colour: real and messy.",
        shape=(32, 32, 3),
        classes=_DIGITS,
        counts={"train": 73_257, "test": 26_032},
        licence="non-commercial use only",
        homepage=f"{_SVHN}/",
        # The authors publish no checksums; these are the ones TensorFlow Datasets keeps for their files.
        downloads={
            "train": (
                Download(
                    f"{_SVHN}/train_32x32.mat",
                    "435e94d69a87fde4fd4d7f3dd208dfc32cb6ae8af2240d066de1df7508d083b8",
                    182_040_794,
                ),
            ),
            "test": (
                Download(
                    f"{_SVHN}/test_32x32.mat",
                    "cdce80dfb2a2c4c6160906d0bd7c68ec5a99d7ca4831afa54f09182025b6a75b",
                    64_275_384,
                ),
            ),
        },
    ),
)
