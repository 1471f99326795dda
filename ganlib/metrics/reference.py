"""The real images that samples are compared with, and all about them that no sample can change."""

from typing import Any

import numpy as np

from ganlib import data
from ganlib.catalog import classifiers
from ganlib.catalog.datasets import SPLITS
from ganlib.catalog.metrics import FEWEST_SAMPLES
from ganlib.data import cache, shipped
from ganlib.metrics import classes, classifier, distances, near_duplicates, neighbours
from ganlib.utils import seeds
from ganlib.utils.errors import UserError

VERSION = 2
"""Goes up whenever the same images would give other numbers: what was kept on disk is then outdated."""


CLASSES, CATEGORIES = "classes", "categories"


class Reference:
    """Real images to compare with, prepared once for many evaluations.

    All images at hand are shuffled (published splits are not in random order) and two sample sets drawn: one to
    compare with, and one that plays the part of the samples, to see what values real images get.

    Attributes:
        count: how many images a sample set has; at most half of all that are at hand.
        seed: picks the sample sets.
        images: those to compare with, uint8, shape (count, H, W, C).
        real: those that play samples, none of which is in `images`.
        asks: as given, or "" where the images have no labels.
        labels: the classes of `real`, whole numbers, shape (count,), where samples are of classes or categories.
        own: the place of each of `real` among the training images, -1 where it is not among them.
        classifier: what looks at the images, or None for a data set that none was trained for.
        training: the images that the run learned from, to find copies of them; None if copies are not looked for.
        key: all that numbers computed with this reference depend on, besides the samples.
        twin_distance: the distance within which 1 of 100 real images has another.
        copy_closeness: the closeness to a training image that 1 of 100 real images reaches, itself left out.
        directions: those that pixels are compared along, and `slices`, the pixels of `images` along them.
        features: what the classifier sees in `images`, shape (count, F), with the `radii` of the balls around them,
            their distribution (`gaussian`), and the share that it takes for each class (`shares`).
        of_classes: the distribution of each class, by its number, where samples are of classes.
    """

    def __init__(
        self,
        dataset: str,
        split: str = "train",
        grayscale: bool = False,
        count: int = 2000,
        seed: int = 0,
        finds_copies: bool = True,
        asks: str = "",
    ) -> None:
        """Read and look at real images.

        Args:
            dataset: the data set that the run learns.
            split: the part of it that it learns from.
            grayscale: whether it learns from grey versions.
            count: how many images to compare with as many samples; fewer where not so many are at hand.
            seed: picks them.
            finds_copies: whether to look for copies of training images, the slowest part where there are many.
            asks: what samples are of: `CLASSES` that a conditional generator was asked for, `CATEGORIES` that it made
                up, or "" for neither.

        Raises:
            UserError: images or the classifier are missing or damaged, or there are too few images.
        """
        data.fetch(dataset, split)
        at_hand = [part for part in SPLITS["all"] if data.where(dataset, part)]
        found_parts = {part: data.load(dataset, part, grayscale) for part in at_hand}
        parts = {part: found.images for part, found in found_parts.items()}
        pool = np.concatenate(list(parts.values()))
        self.count, self.seed = min(count, len(pool) // 2), seed
        if self.count < FEWEST_SAMPLES:
            raise UserError(f"An evaluation needs at least {FEWEST_SAMPLES} samples, and twice as many real images.")
        drawn = seeds.rng(seed, "real images to compare with").permutation(len(pool))[: 2 * self.count]
        self.images, self.real = pool[drawn[: self.count]], pool[drawn[self.count :]]
        labels = [found.labels for found in found_parts.values() if found.labels is not None]
        self.asks = asks if labels else ""
        known = np.concatenate(labels)[drawn] if self.asks else None
        self.labels = None if known is None else known[self.count :]

        learned = np.concatenate([np.full(len(images), part in SPLITS[split]) for part, images in parts.items()])
        # A training image's place is the number of training images before it.
        place = np.where(learned, learned.cumsum() - 1, -1)
        self.own, own = place[drawn[self.count :]], place[drawn[: self.count]]
        self.training = near_duplicates.TrainingImages(pool[learned], seed) if finds_copies else None

        self.of_classes: dict[int, distances.Gaussian] = {}
        recipe = classifiers.find(dataset, grayscale)
        self.classifier = classifier.load(dataset, grayscale) if recipe else None
        self.key: dict[str, Any] = {
            "version": VERSION,
            "images": [cache.digest(images) for images in (self.images, self.real, pool[learned])],
            "finds_copies": finds_copies,
            "classifier": shipped.manifest()[shipped.CLASSIFIERS][recipe.name]["sha256"] if recipe else None,
            "seed": seed,
            **({f"asks_{self.asks}": 2} if self.asks else {}),  # goes up as `VERSION` does
        }
        found = cache.remembered(f"{dataset}-{self.count}", self.key, lambda: self._look(own))
        self.twin_distance = float(found["twin_distance"])
        self.copy_closeness = float(found["copy_closeness"]) if finds_copies else float("nan")
        self.directions = distances.directions(self.images[0].size, seed)
        self.slices = distances.Slices(self.images, self.directions)
        if self.classifier:
            self.features, self.radii = found["features"], found["radii"]
            self.gaussian, self.shares = distances.fit(self.features), classes.shares(found["probabilities"])
            if self.asks == CLASSES and known is not None:
                self.of_classes = distances.fit_each(self.features, known[: self.count])

    def _look(self, own: np.ndarray) -> cache.Arrays:
        """Measure what thresholds and comparisons need."""
        found = {"twin_distance": np.quantile(near_duplicates.nearest_neighbour(self.images), near_duplicates.RARE)}
        if self.training:
            found["copy_closeness"] = np.quantile(self.training.closeness(self.images, own), near_duplicates.RARE)
        if self.classifier:
            features, probabilities = self.classifier.predict(self.images)
            found |= {"features": features, "probabilities": probabilities, "radii": neighbours.radii(features)}
        return found

    def noise(self) -> np.ndarray:
        """Draw as many images whose pixels are noise, each level as likely as any other."""
        return seeds.rng(self.seed, "noise to compare with").integers(0, 256, self.images.shape, np.uint8)
