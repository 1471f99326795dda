"""What the two source projects compared, and the losses that they ended with: facts to stand beside ours."""

from collections.abc import Mapping
from typing import NamedTuple

from ganlib.catalog.table import pick


class Row(NamedTuple):
    """Systems on one data set: what each is called beside the others, and its preset, whose name its model has."""

    dataset: str
    systems: Mapping[str, str]


ROWS = (
    Row("mnist", {"Baseline": "mnist-dcgan", "Advanced": "mnist-dcgan-advanced", "WGAN": "mnist-wgan-gp"}),
    Row("svhn", {"Baseline": "svhn-dcgan", "Advanced": "svhn-dcgan-advanced", "WGAN": "svhn-wgan-gp"}),
    Row(
        "fashion-mnist",
        {"GAN, uniform": "fashion-gan-uniform", "GAN, normal": "fashion-gan-normal", "WGAN": "fashion-wgan"},
    ),
)
"""The source projects' tables; before each stand the originals."""

IN_ROWS = frozenset(name for row in ROWS for name in row.systems.values())
"""The presets of all these systems."""


def row_of(dataset: str) -> Row:
    """Return the systems on a data set; a `UserError` lists those of the source projects if it is none of them."""
    return pick({row.dataset: row for row in ROWS}, dataset, "row of systems on")


class End(NamedTuple):
    """The losses that a source project reports for the end of a training, in its words."""

    epochs: int
    g_loss: str
    d_loss: str


ENDS: Mapping[str, End] = {
    # Its published curves have the two columns swapped; these are the true ones.
    "mnist-dcgan": End(100, "0.97", "1.20"),
    "svhn-dcgan": End(100, "3.08", "0.204"),
    "svhn-dcgan-advanced": End(100, "4.43", "0.169"),
    "fashion-gan-uniform": End(30, "0.77 rising to about 1.28", "1.3 falling to about 0.75"),
    "fashion-gan-normal": End(30, "rising to about 1.13", "about 0.75"),
    "fashion-wgan": End(30, "peak 0.044, then about 0.007 in size", "-0.014 shrinking to -0.001"),
}
"""By preset; of the others no losses were published that could be compared."""
