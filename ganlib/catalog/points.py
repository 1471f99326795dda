"""The data sets of points in the plane: what they show. How they are drawn stands in `ganlib.data.points`."""

from collections.abc import Mapping
from typing import NamedTuple

TRAIN, TEST = 50_000, 10_000
"""Points of the two splits: both are drawn from the same distribution."""

EXTENT = 1.5
"""All points lie in a square from minus this to this, but for a few that chance takes further out."""


class PointsInfo(NamedTuple):
    """A distribution in the plane.

    Attributes:
        title: its name on pages.
        about: one plain line.
        source: where it is from.
    """

    title: str
    about: str
    source: str


_VEEGAN = "arXiv 1705.07761 (VEEGAN), as in arXiv 1712.04086 (PacGAN)"
_OURS = "GAN Explorer"

POINTS: Mapping[str, PointsInfo] = {
    "ring": PointsInfo(
        "Ring of 8", "Eight small Gaussians (deviation .01) on the unit circle: does G find them all?", _VEEGAN
    ),
    "grid": PointsInfo(
        "Grid of 25",
        "Five by five Gaussians (deviation .05 at a spacing of 2, the whole a quarter as large): harder to cover.",
        _VEEGAN,
    ),
    "two-gaussians": PointsInfo("Two Gaussians", "Two round clouds side by side: the smallest test of variety.", _OURS),
    "line": PointsInfo("Line", "Points along a slanted line: one latent number is enough.", _OURS),
    "circle": PointsInfo("Circle", "A circle: a closed curve that an interval must be bent into.", _OURS),
    "spiral": PointsInfo("Spiral", "Two turns of a spiral: parts that are near in the plane are far along it.", _OURS),
    "moons": PointsInfo("Two moons", "Two half circles that reach into each other.", "scikit-learn's make_moons"),
}

NETWORK = "points"
"""Name of the generator and of the discriminator for points; those for images cannot make or read any."""

SETTINGS = ("width", "depth", "activation")
"""Settings that only these networks have."""
