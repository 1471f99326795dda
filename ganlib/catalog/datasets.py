"""The data sets: what they show, their shapes and classes, and where their files are published.

How their files are read stands in `ganlib.data.loading`, under the same name.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from ganlib.catalog import drawing
from ganlib.catalog.custom import CustomDatasets, CustomName, Record, absent, read_name
from ganlib.catalog.points import POINTS, TEST, TRAIN, PointsInfo
from ganlib.catalog.table import pick

SPLITS: Mapping[str, tuple[str, ...]] = {"train": ("train",), "test": ("test",), "all": ("train", "test")}
"""What a person can ask for, and the published splits it is put together from, in this order."""


@dataclass(frozen=True)
class Download:
    """One published file."""

    url: str  # its address; the last part is its file name
    sha256: str  # checksum of the whole file, in hexadecimal
    size: int  # length in bytes, for progress bars

    @property
    def filename(self) -> str:
        """The name under which the file is stored."""
        return self.url.rpartition("/")[2]


@dataclass(frozen=True)
class Dataset:
    """The facts of one data set."""

    name: str  # how commands, forms and folders call it
    title: str  # its name as its authors write it
    about: str  # one plain line
    shape: tuple[int, ...]  # height, width and channels of an image, as published; (2,) for points in the plane
    classes: tuple[str, ...]  # class names; label i means `classes[i]`. Custom images may have none.
    # Published number of images in each of the splits train and test; empty for custom images that are missing on this
    # machine, since their name alone does not tell.
    counts: Mapping[str, int]
    licence: str  # what the authors allow
    homepage: str  # where to read more
    # The files of each split; none for a data set that comes with an installed package or a person.
    downloads: Mapping[str, tuple[Download, ...]]
    made_of: str = ""  # name of the data set whose images each of its images is put together from, or ""

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
        """Published number of images in a split. Raises UserError: none such, or the images are missing here."""
        parts = pick(SPLITS, split, "split")
        if not self.counts:
            raise absent(self.title)
        return sum(self.counts[part] for part in parts)


_DIGITS = tuple("0123456789")
_CLOTHES = ("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot")

_KERAS = "https://storage.googleapis.com/tensorflow/tf-keras-datasets"
_SVHN = "http://ufldl.stanford.edu/housenumbers"

# Keras publishes both splits of MNIST in one file; the checksum is the one in keras.datasets.mnist.
_MNIST_NPZ = (
    Download(f"{_KERAS}/mnist.npz", "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1", 11_490_434),
)

# The checksums of Fashion-MNIST are those of the authors' own files, which Keras mirrors. SVHN's authors publish none;
# these are the ones that TensorFlow Datasets keeps for their files.
_FASHION_DOWNLOADS = {
    "train": (
        Download(f"{_KERAS}/train-images-idx3-ubyte.gz",
                 "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84", 26_421_880),
        Download(f"{_KERAS}/train-labels-idx1-ubyte.gz",
                 "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845", 29_515),
    ),
    "test": (
        Download(f"{_KERAS}/t10k-images-idx3-ubyte.gz",
                 "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073", 4_422_102),
        Download(f"{_KERAS}/t10k-labels-idx1-ubyte.gz",
                 "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5", 5_148),
    ),
}  # fmt: skip
_SVHN_DOWNLOADS = {
    "train": (Download(f"{_SVHN}/train_32x32.mat",
                       "435e94d69a87fde4fd4d7f3dd208dfc32cb6ae8af2240d066de1df7508d083b8", 182_040_794),),
    "test": (Download(f"{_SVHN}/test_32x32.mat",
                      "cdce80dfb2a2c4c6160906d0bd7c68ec5a99d7ca4831afa54f09182025b6a75b", 64_275_384),),
}  # fmt: skip

_TABLE = (
    Dataset("digits", "Digits",
            "1,797 tiny handwritten digits that come with scikit-learn: works at once, without internet.",
            (8, 8, 1), _DIGITS, {"train": 1500, "test": 297}, "CC BY 4.0",
            "https://archive.ics.uci.edu/dataset/80/optical+recognition+of+handwritten+digits", {}),
    Dataset("mnist", "MNIST", "70,000 handwritten digits, grey: the classic first data set.",
            (28, 28, 1), _DIGITS, {"train": 60_000, "test": 10_000}, "CC BY-SA 3.0",
            "http://yann.lecun.com/exdb/mnist/", {"train": _MNIST_NPZ, "test": _MNIST_NPZ}),
    Dataset("fashion-mnist", "Fashion-MNIST", "70,000 pictures of clothes, grey: as small as MNIST, but harder.",
            (28, 28, 1), _CLOTHES, {"train": 60_000, "test": 10_000}, "MIT",
            "https://github.com/zalandoresearch/fashion-mnist", _FASHION_DOWNLOADS),
    Dataset("svhn", "SVHN",
            "99,289 house-number digits cut out of street photographs, in colour: real and messy.",
            (32, 32, 3), _DIGITS, {"train": 73_257, "test": 26_032}, "non-commercial use only",
            f"{_SVHN}/", _SVHN_DOWNLOADS),
    Dataset("stacked-mnist", "Stacked MNIST",
            "Three digits of MNIST as red, green and blue of one image: does G find all 1,000 combinations?",
            (28, 28, 3), (), {"train": 60_000, "test": 10_000}, "CC BY-SA 3.0",
            "https://arxiv.org/abs/1611.02163", {"train": _MNIST_NPZ, "test": _MNIST_NPZ}, made_of="mnist"),
)  # fmt: skip


class Datasets(Mapping[str, Dataset]):
    """All data sets by name: the built-in ones, then the custom ones on this machine.

    A custom data set that is missing is not among the names, but its name can still be looked up and tells the shape
    of its images: what a run was trained on must not decide whether the run can be looked at. Nor are drawings among
    them, of which each can be looked up.

    Attributes:
        built_in: the data sets that are published.
        custom: where custom ones are, read anew every time; None until `ganlib.data` is imported.
    """

    def __init__(self, built_in: Iterable[Dataset]) -> None:
        self.built_in = {dataset.name: dataset for dataset in built_in}
        self.custom: CustomDatasets | None = None

    def __getitem__(self, name: str) -> Dataset:
        if name in self.built_in:
            return self.built_in[name]
        if drawing.read_name(name) and not drawing.is_empty(name):
            info = POINTS["drawn"]
            return _points(name, info._replace(title=drawing.title(name)))
        parts = read_name(name)
        if parts is None:
            raise KeyError(name)
        return _custom_facts(parts, self.custom.record(name) if self.custom else None)

    def __iter__(self) -> Iterator[str]:
        yield from self.built_in
        yield from self.custom.names() if self.custom else ()

    def __len__(self) -> int:
        return sum(1 for _ in self)


def _custom_facts(name: CustomName, record: Record | None) -> Dataset:
    counts, classes, title = record or Record({}, ())
    kind = f"{name.size}x{name.size}, {'in colour' if name.colour == 'rgb' else 'grey'}"
    labels = f", in {len(classes)} classes" if classes else ""
    return Dataset(
        name=str(name),
        title=name.titled(title) if title else name.title,
        about=f"{sum(counts.values()):,} custom images, {kind}{labels}."
        if counts
        else f"Custom images, {kind}; the files are missing on this machine.",
        shape=name.shape,
        classes=classes,
        counts=counts,
        licence="as their owner says",
        homepage="",
        downloads={},
    )


def _points(name: str, info: PointsInfo) -> Dataset:
    return Dataset(name, info.title, info.about, (2,), (), {"train": TRAIN, "test": TEST}, "drawn anew", "", {})


DATASETS = Datasets((*_TABLE, *(_points(name, info) for name, info in POINTS.items())))


def of_images() -> list[str]:
    """Return the names of the data sets that have images, custom ones too."""
    return [name for name, dataset in DATASETS.items() if not dataset.has_points]


def get(name: str) -> Dataset:
    """Return the data set called `name`; a `UserError` lists the names if there is none."""
    return pick(DATASETS, name, "data set")
