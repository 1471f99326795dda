"""The classifiers that look at samples: which images each knows, and how it is trained."""

from collections.abc import Mapping
from dataclasses import dataclass

from ganlib.catalog import datasets
from ganlib.catalog.table import by_name, pick


@dataclass(frozen=True)
class ClassifierInfo:
    """One classifier and its training."""

    name: str  # how commands and files call it
    dataset: str  # name of the data set it knows the classes of
    grayscale: bool = False  # whether it looks at grey versions of colour images
    epochs: int = 6  # how often it sees every training image
    shift: int = 2  # images are moved by up to so many pixels each way, anew in every epoch
    contrast: float = 0.0  # images' contrast about their mean is changed by up to this share
    brightness: float = 0.0  # images are made lighter or darker by up to this share of the full range

    @property
    def how(self) -> str:
        """How it is trained, in one sentence."""
        changes = [
            f"moved by up to {self.shift} pixel{'s' if self.shift > 1 else ''}",
            *([f"changed in contrast by up to {self.contrast:.0%}"] if self.contrast else []),
            *([f"changed in brightness by up to {self.brightness:.0%}"] if self.brightness else []),
        ]
        return (
            f"Adam on the cross-entropy for {self.epochs} epochs, the learning rate falling along a cosine, "
            f"on images {', '.join(changes)} at random."
        )


CLASSIFIERS: Mapping[str, ClassifierInfo] = by_name(
    ClassifierInfo("digits", "digits", epochs=60, shift=1),
    ClassifierInfo("mnist", "mnist"),
    ClassifierInfo("fashion-mnist", "fashion-mnist", epochs=10, shift=1),
    ClassifierInfo("svhn-grey", "svhn", grayscale=True, epochs=30, shift=3, contrast=0.5, brightness=0.2),
    ClassifierInfo("svhn-rgb", "svhn", epochs=30, shift=3, contrast=0.5, brightness=0.2),
)


def get(name: str) -> ClassifierInfo:
    """Return the recipe of the classifier called `name`; a `UserError` lists the names if there is none."""
    return pick(CLASSIFIERS, name, "classifier")


def find(dataset: str, grayscale: bool) -> ClassifierInfo | None:
    """Return the classifier for images as training sees them, None where there is none.

    `grayscale` means nothing for data sets that are grey anyway; an unknown data set is a `UserError`.
    """
    grey = grayscale and datasets.get(dataset).shape[-1] > 1
    fitting = (recipe for recipe in CLASSIFIERS.values() if (recipe.dataset, recipe.grayscale) == (dataset, grey))
    return next(fitting, None)
