"""What follows from the choices of a training: shapes, classes and sizes."""

from typing import Any

from ganlib.catalog import datasets, losses, networks, points, training
from ganlib.catalog.custom import absent


class Derived:
    """Facts about a `TrainConfig`, computed from its choices."""

    dataset: str
    grayscale: bool
    discriminator: str
    discriminator_norm: str
    conditioning: str
    loss: str
    r1_gamma: float

    @property
    def image_shape(self) -> tuple[int, ...]:
        """Height, width and channels of the images this run trains on; (2,) for points in the plane."""
        return datasets.get(self.dataset).image_shape(self.grayscale)

    @property
    def is_plane(self) -> bool:
        """Whether the run trains on points in the plane, not on images."""
        return datasets.get(self.dataset).has_points

    @property
    def is_stacked(self) -> bool:
        """Whether each channel of an image is a digit of its own."""
        return bool(datasets.get(self.dataset).made_of) and not self.grayscale

    @property
    def classes(self) -> int:
        """How many classes or categories the networks are told of, 0 without conditioning; errors as below."""
        return 0 if self.conditioning == "none" else len(self.class_names)

    @property
    def class_names(self) -> tuple[str, ...]:
        """What classes or categories are called. Raises UserError: those of custom images that are not here."""
        dataset = datasets.get(self.dataset)
        if self.conditioning == "infogan":
            return training.CATEGORIES
        if not dataset.classes and self.conditioning != "none":
            raise absent(dataset.title)
        return dataset.classes

    @property
    def planes(self) -> int:
        """How many planes of its label D is given beside an image; errors as for `classes`."""
        return self.classes if self.conditioning in training.WITH_PLANES else 0

    @property
    def has_penalty(self) -> bool:
        """Whether D's loss has a penalty on its slope."""
        return bool(losses.get(self.loss).penalty or self.r1_gamma)

    @property
    def metric_names(self) -> list[str]:
        """The scalars that a training step reports."""
        facts = losses.get(self.loss)
        names_classes, has_codes = (self.conditioning == kind for kind in ("acgan", "infogan"))
        extra = [("penalty", self.has_penalty), ("clip_share", facts.clips)]
        extra += [("class_loss_real", names_classes), ("class_loss_fake", names_classes)]
        extra += [(name, has_codes) for name in ("code_loss", *training.INFORMATION)]
        extra += [("pull_away", facts.pulls_away), *((name, facts.has_balance) for name in training.EQUILIBRIUM)]
        names = ["g_loss", "d_loss", "d_real", "d_fake", "g_grad_norm", "d_grad_norm"]
        return names + [name for name, is_there in extra if is_there]

    def sizes(self, network: str) -> dict[str, Any]:
        """Return what a network leaves to choose of its layers."""
        return {name: getattr(self, name) for name in points.SETTINGS} if network == points.NETWORK else {}

    @property
    def norm(self) -> str:
        """Normalisation that the discriminator is built with: batch, layer or none."""
        if self.discriminator_norm != "auto":
            return self.discriminator_norm
        facts = networks.get_discriminator(self.discriminator)
        is_batch = facts.has_norm and not facts.is_autoencoder and losses.get(self.loss).penalty != "wgan_gp"
        return "batch" if is_batch else "none"
