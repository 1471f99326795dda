"""`TrainConfig`: every choice a person can make about a training, validated when it is built.

All refuse the same with the same sentence. The fields' metadata is the source of help texts, labels and bounds.
"""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ganlib.catalog import compatibility, datasets, initializers, losses, networks, training
from ganlib.catalog.derived import Derived
from ganlib.catalog.fields import GROUPS, RESOLVED, SCHEMA_VERSION, FieldInfo, describe, setting
from ganlib.catalog.table import pick
from ganlib.utils.errors import UserError

__all__ = ["FIELDS", "GROUPS", "RESOLVED", "SCHEMA_VERSION", "FieldInfo", "TrainConfig", "parse"]


@dataclass(frozen=True)
class TrainConfig(Derived):
    """All choices of a run. Raises a UserError for one of the wrong type, out of bounds, or at odds with another."""

    # fmt: off
    dataset: str = setting(
        "mnist", "Data set", "The real samples that D learns to recognise and G to imitate.", "data",
        choices=datasets.DATASETS)
    split: str = setting("train", "Split", "Which split of the data set to train on.", "data", choices=training.SPLITS)
    grayscale: bool = setting(
        False, "Greyscale", "Convert colour images to greyscale: 0.299 red + 0.587 green + 0.114 blue.", "data")

    generator: str = setting(
        "compact", "Generator", "The network that turns noise into images.", "networks",
        choices=networks.GENERATORS)
    discriminator: str = setting(
        "compact", "Discriminator",
        "The network that tells real from fake (a critic, for Wasserstein losses).", "networks",
        choices=networks.DISCRIMINATORS)
    initializer: str = setting(
        "glorot_uniform", "Weight initialiser",
        "The distribution that every kernel of both networks is first drawn from.", "networks",
        choices=initializers.INITIALIZERS)
    prior: str = setting(
        "normal", "Noise prior", "The distribution that the generator's input z is drawn from.", "networks",
        choices=initializers.PRIORS)
    latent_dim: int = setting(
        64, "Latent dimension", "How many numbers make one latent vector z.", "networks", low=1, high=1024)
    conditioning: str = setting(
        "none", "Class labels", "Whether G is told which class to draw, and D which one it is shown.", "networks",
        choices=training.CONDITIONINGS)
    width: int = setting(64, "Width", "Units in each hidden layer of networks for points.", "networks", low=8, high=256)
    depth: int = setting(2, "Depth", "Hidden layers in each of the networks for points.", "networks", low=1, high=5)
    activation: str = setting(
        "leaky_relu", "Activation", "What bends the hidden layers of networks for points.", "networks",
        choices=training.ACTIVATIONS, advanced=True)
    g_dropout: float = setting(
        0.0, "Dropout in G",
        "Share of G's hidden units switched off at random in each training step; sampling takes all.", "networks",
        low=0.0, high=0.9, advanced=True)
    discriminator_norm: str = setting(
        "auto", "Normalisation in D", "Normalisation layers inside the discriminator.", "networks",
        choices=training.DISCRIMINATOR_NORMS, advanced=True)
    spectral_norm: bool = setting(
        False, "Spectral normalisation",
        "Divide each kernel of D by its largest singular value, which bounds D's slope.", "networks", advanced=True)

    loss: str = setting(
        "non_saturating", "Loss", "The game both networks play; choosing one brings its paper's settings.",
        "objective", choices=losses.LOSSES)
    update: str = setting(
        "alternating", "Update order", "Whether G answers the old or the new D.", "objective", choices=training.UPDATES,
        advanced=True)
    critic_steps: int = setting(
        1, "D updates per step", "How often D is updated for one update of G.", "objective", low=1, high=20)
    penalty_weight: float = setting(
        10.0, "Penalty weight", "Weight of the gradient penalty of WGAN-GP and DRAGAN; others have none.",
        "objective", low=0.0, high=1000.0, advanced=True)
    clip: float = setting(
        0.01, "Clipping bound", "WGAN (not WGAN-GP) keeps D's weights within plus or minus this.", "objective",
        low=1e-5, high=10.0, advanced=True)
    margin: float = setting(
        0.13, "Margin",
        "EBGAN: the mean squared error beyond which a fake teaches D nothing; pixels range over 2 (or 1).",
        "objective", low=0.0, high=4.0, advanced=True)
    pull_away: float = setting(
        0.1, "Pull-away weight", "EBGAN: how much G minds that its images have the same code.", "objective",
        low=0.0, high=100.0, advanced=True)
    diversity: float = setting(
        0.5, "Diversity ratio", "BEGAN's gamma: error of fakes to that of real images; lower: fewer, sharper ones.",
        "objective", low=0.0, high=1.0, advanced=True)
    balance_rate: float = setting(
        0.001, "Rate of k", "BEGAN's lambda: how fast k, by which fakes count for D, follows the ratio.", "objective",
        low=0.0, high=1.0, advanced=True)
    pack: int = setting(
        1, "Pack",
        "Samples that D judges together, all real or all generated, so that it can see them repeat (PacGAN).",
        "objective", low=1, high=8, unit="samples", advanced=True)
    label_smoothing: float = setting(
        0.0, "Label smoothing",
        "Tell D that real images are real only with 1 minus this probability (one-sided).", "objective",
        low=0.0, high=0.5, advanced=True)
    label_flips: float = setting(
        0.0, "Label flips",
        "Probability with which D's label of an image is swapped, real or fake, anew in each of its updates.",
        "objective", low=0.0, high=0.5, advanced=True)
    instance_noise: float = setting(
        0.0, "Instance noise", "Noise on what D sees, fading out: standard deviation; black to white is 2 (or 1).",
        "objective", low=0.0, high=1.0, advanced=True)
    instance_noise_steps: int = setting(
        1000, "Noise fades over", "Steps until the instance noise has fallen to nothing, in a straight line.",
        "objective", low=1, high=10_000_000, unit="steps", advanced=True)
    augment: str = setting(
        "none", "Augmentation", "How images are changed before D sees them, so that it cannot memorise a few.",
        "objective", choices=training.AUGMENTATIONS, advanced=True)
    r1_gamma: float = setting(
        0.0, "R1 gamma", "Weight of the R1 penalty: half of this times D's squared slope at real images.",
        "objective", low=0.0, high=1000.0, advanced=True)

    batch_size: int = setting(
        64, "Batch size", "Images in one update.", "optimisation", low=2, high=4096, unit="images")
    g_optimizer: str = setting(
        "adam", "G optimiser", "How G's weights follow its gradient.",
        "optimisation", choices=training.OPTIMIZERS, advanced=True)
    g_learning_rate: float = setting(
        2e-4, "G learning rate", "Step size of G's updates.", "optimisation", low=1e-7, high=1.0)
    g_beta_1: float = setting(
        0.5, "G beta 1", "Memory of G's gradient (Adam), momentum (SGD).", "optimisation",
        low=0.0, high=0.9999, advanced=True)
    g_beta_2: float = setting(
        0.999, "G beta 2", "Memory of G's squared gradient (Adam; rho of RMSprop).", "optimisation",
        low=0.0, high=0.99999, advanced=True)
    d_optimizer: str = setting(
        "adam", "D optimiser", "How D's weights follow its gradient.",
        "optimisation", choices=training.OPTIMIZERS, advanced=True)
    d_learning_rate: float = setting(
        2e-4, "D learning rate", "Step size of D's updates.", "optimisation", low=1e-7, high=1.0)
    d_beta_1: float = setting(
        0.5, "D beta 1", "Memory of D's gradient (Adam), momentum (SGD).", "optimisation",
        low=0.0, high=0.9999, advanced=True)
    d_beta_2: float = setting(
        0.999, "D beta 2", "Memory of D's squared gradient (Adam; rho of RMSprop).", "optimisation",
        low=0.0, high=0.99999, advanced=True)
    rate_decay: float = setting(
        0.0, "Rate decay", "Share of the training, its last, in which both rates fall to 0.",
        "optimisation", low=0.0, high=1.0, advanced=True)
    ema: float = setting(
        0.99, "EMA of G",
        "Decay of the moving average of G's weights that samples are drawn from; 0 takes the weights as they are.",
        "optimisation", low=0.0, high=0.99999, advanced=True)
    devices: int = setting(
        1, "GPUs", "How many GPUs of this machine share each batch.", "optimisation", low=1, high=16, advanced=True)

    epochs: int = setting(20, "Epochs", "How many times D goes through the data set.", "run", low=1, high=10_000)
    max_steps: int = setting(
        0, "Stop after", "Steps after which to stop; 0 is no limit.", "run", low=0, high=100_000_000, unit="steps")
    max_seconds: float = setting(
        0.0, "Time limit", "Seconds of training after which to stop; 0 is no limit.",
        "run", low=0.0, high=1e7, unit="s")
    sample_every: int = setting(
        0, "Steps between sample grids", "How often a grid is drawn, besides one an epoch; 0 for epochs only.", "run",
        low=0, high=1_000_000, unit="steps", advanced=True)
    sample_seconds: float = setting(
        0.0, "Seconds between sample grids",
        "The same by time, or 1 % of the training time if that is longer; 0 for none by time.",
        "run", low=0.0, high=3600.0, unit="s", advanced=True)
    evaluate_every: int = setting(
        1, "Epochs between evaluations", "They take 5 % of the time at most; 0 for none.", "run",
        low=0, high=10_000, unit="epochs", advanced=True)
    seed: int = setting(
        0, "Seed", "Seeds all random numbers: the same seed and settings repeat a run step by step.", "run",
        low=0, high=2**31 - 1)
    precision: str = setting(
        "auto", "Precision", "Number format inside the networks.", "optimisation",
        choices=training.PRECISIONS, advanced=True)
    threads: int = setting(
        0, "CPU threads", "Threads to compute with; 0 takes all.",
        "run", low=0, high=256, unit="threads", advanced=True)
    # fmt: on

    def __post_init__(self) -> None:
        for info in FIELDS.values():
            object.__setattr__(self, info.name, info.checked(getattr(self, info.name)))  # for it is frozen
        for problem in compatibility.contradictions(self):
            raise UserError(problem)

    def warnings(self, preset: "TrainConfig | None" = None) -> list[str]:
        """Return a sentence for each choice likely to disappoint, beside those of the preset it came from, if any."""
        return list(compatibility.warnings(self, preset))

    def changed(self, **changes: Any) -> "TrainConfig":
        """Return a copy; a new `loss` brings its paper's optimisers, rates, update order and D updates, and its D."""
        for name in changes:
            pick(FIELDS, name, "setting")
        loss = changes.get("loss")
        if isinstance(loss, str) and loss != self.loss and loss in losses.LOSSES:
            changes = {**compatibility.brought(loss, self.discriminator), **changes}
        return dataclasses.replace(self, **changes)

    def to_dict(self) -> dict[str, Any]:
        """Return all choices as plain values, in the order of the fields."""
        return dataclasses.asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "TrainConfig":
        """Build a config from plain values, as `changed` does from the defaults."""
        return cls().changed(**values)

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> "TrainConfig":
        """Build a config from a run's `config.json`, which holds findings such as versions beside the choices."""
        return cls.from_dict({name: value for name, value in record.items() if name in FIELDS})


FIELDS: Mapping[str, FieldInfo] = describe(TrainConfig)


def parse(name: str, text: str) -> Any:
    """Turn text of a command or a URL into a field's type; a UserError says what is wrong with name or text."""
    return pick(FIELDS, name, "setting").parse(text)
