"""All data sets by name: the published ones, points in the plane, and a person's own."""

from collections.abc import Iterable, Iterator, Mapping

from ganlib.catalog.custom import CustomDatasets, OwnName, Record, read_name
from ganlib.catalog.points import POINTS, TEST, TRAIN
from ganlib.catalog.published_datasets import PUBLISHED, SPLITS, Dataset, Download
from ganlib.catalog.table import pick

__all__ = ["DATASETS", "SPLITS", "Dataset", "Datasets", "Download", "get", "of_images"]


class Datasets(Mapping[str, Dataset]):
    """All data sets by name: the built-in ones, then the own ones that are here.

    An own set that is not here is not among the names, but its name can still be looked up and tells the shape
    of its images: what a run was trained on must not decide whether the run can be looked at.

    Attributes:
        built_in: the data sets that are published.
        shelf: where own sets stand, looked at anew every time; None until `ganlib.data` is imported.
    """

    def __init__(self, built_in: Iterable[Dataset]) -> None:
        self.built_in = {dataset.name: dataset for dataset in built_in}
        self.custom: CustomDatasets | None = None

    def __getitem__(self, name: str) -> Dataset:
        if name in self.built_in:
            return self.built_in[name]
        own = read_name(name)
        if own is None:
            raise KeyError(name)
        return _own_facts(own, self.custom.record(name) if self.custom else None)

    def __iter__(self) -> Iterator[str]:
        yield from self.built_in
        yield from self.custom.names() if self.custom else ()

    def __len__(self) -> int:
        return sum(1 for _ in self)


def _own_facts(own: OwnName, record: Record | None) -> Dataset:
    counts, classes, title = record or Record({}, ())
    kind = f"{own.size}x{own.size}, {'in colour' if own.colour == 'rgb' else 'grey'}"
    labels = f", in {len(classes)} classes" if classes else ""
    return Dataset(
        name=str(own),
        title=own.titled(title) if title else own.title,
        about=f"{sum(counts.values()):,} custom images, {kind}{labels}."
        if counts
        else f"Custom images, {kind}; the files are missing on this machine.",
        shape=own.shape,
        classes=classes,
        counts=counts,
        licence="as their owner says",
        homepage="",
        downloads={},
    )


_POINTS = (
    Dataset(
        name=name,
        title=info.title,
        about=info.about,
        shape=(2,),
        classes=(),
        counts={"train": TRAIN, "test": TEST},
        licence="none needed: they are drawn anew",
        homepage="",
        downloads={},
    )
    for name, info in POINTS.items()
)

DATASETS = Datasets((*PUBLISHED, *_POINTS))


def of_images() -> list[str]:
    """Return the names of the data sets that have images, custom ones too."""
    return [name for name, dataset in DATASETS.items() if not dataset.has_points]


def get(name: str) -> Dataset:
    """Return the data set called `name`.

    Raises:
        UserError: there is none; the message lists the names there are.
    """
    return pick(DATASETS, name, "data set")
