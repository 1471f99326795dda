"""Generators that cheat: made of real images, without having learned anything. `ganlib.metrics.cheats` makes them."""

from collections.abc import Mapping

from ganlib.catalog.table import Choice, by_name

REAL, NOISE = "real", "noise"
"""What stands beside the cheats, for comparison."""

CHEATS: Mapping[str, Choice] = by_name(
    Choice(REAL, "Real images", "Other real images: what a perfect generator would get."),
    Choice("one-picture", "One good picture", "The training image that the classifier is surest of, again and again."),
    Choice("one-per-class", "One good picture a class", "One training image of every class, again and again."),
    Choice("training-set", "The training set", "Training images, learned by heart and handed back."),
    Choice("blurred", "Blurred images", "New real images, each of them blurred."),
    Choice("half-the-classes", "Half of the classes", "New real images, but of the first half of the classes alone."),
    Choice(NOISE, "Noise", "Every level of every pixel as likely as any other."),
)

PLAYERS = [name for name in CHEATS if name != REAL]
"""Those that can be picked."""
