"""Every known system by name: the source projects' nine, quick ones for a first look, and some that fail on purpose."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ganlib.catalog import points
from ganlib.catalog.table import pick
from ganlib.config import TrainConfig

BROKEN: Mapping[str, str] = {
    "digits-collapse": "collapse",
    "digits-vanishing": "vanishing",
    "digits-divergence": "exploding",
    "digits-oscillation": "oscillation",
}
"""Presets of images that fail on purpose, and the finding by which `ganlib.metrics.doctor` names what is wrong."""

FOR_ANY_IMAGES = "mnist-quick"
"""The preset to propose for images that none was made for."""


@dataclass(frozen=True)
class Preset:
    """A named starting point."""

    name: str  # the key in `PRESETS`
    title: str  # what to call it on a page
    shows: str  # one plain line: what a person learns from it
    config: TrainConfig  # the choices

    @property
    def method(self) -> str:
        """What its name says beside its data set."""
        whole = f"{self.config.dataset}-"
        return self.name.removeprefix(whole) if self.name.startswith(whole) else self.name.partition("-")[2]


# Tables to read: the formatter would give each setting a line of its own.
# fmt: off

def _adam(g_rate: float, d_rate: float, beta_1: float) -> dict[str, Any]:
    return {
        "g_optimizer": "adam", "g_learning_rate": g_rate, "g_beta_1": beta_1, "g_beta_2": 0.999,
        "d_optimizer": "adam", "d_learning_rate": d_rate, "d_beta_1": beta_1, "d_beta_2": 0.999,
    }


def _rmsprop(network: str, rate: float) -> dict[str, Any]:
    values = {"optimizer": "rmsprop", "learning_rate": rate, "beta_1": 0.0, "beta_2": 0.9}  # beta_2 is RMSprop's rho
    return {f"{network}_{name}": value for name, value in values.items()}


# The STAT5242 project trains as the TensorFlow tutorial does: one forward pass serves both losses. The
# source projects sample from the weights as they are, so these presets keep no moving average.
_PROJECT_DCGAN = {
    "loss": "non_saturating", "update": "simultaneous", "critic_steps": 1, **_adam(1e-4, 1e-4, 0.9),
    "batch_size": 256, "latent_dim": 100, "prior": "normal", "epochs": 100, "ema": 0.0,
}
_PROJECT_WGAN_GP = {
    **_PROJECT_DCGAN, **_adam(1e-4, 1e-4, 0.5), **_rmsprop("d", 5e-4),
    "loss": "wgan_gp", "generator": "dcgan-2x2", "discriminator": "dcgan-relu",
}
_MNIST = {"dataset": "mnist"}
_SVHN_GREY = {"dataset": "svhn", "grayscale": True}
_FASHION_GAN = {
    "dataset": "fashion-mnist", "generator": "infogan", "discriminator": "infogan",
    "loss": "non_saturating", "update": "alternating", **_adam(1e-3, 2e-4, 0.5),
    "batch_size": 64, "latent_dim": 62, "prior": "uniform", "epochs": 30, "ema": 0.0,
}
_QUICK = {
    "generator": "compact", "discriminator": "compact", "loss": "non_saturating", "update": "alternating",
    # Twenty times the DCGAN paper's rate: so small a network bears it, and 1e-3 was far slower.
    **_adam(4e-3, 4e-3, 0.5),
    "batch_size": 64, "latent_dim": 64, "initializer": "normal",
    # Only reached after 4,500 steps: until then the average is over a ninth of the training so far.
    "ema": 0.998,
    # Steps teach, seconds do not: a number of steps gives the same pictures on every machine, and the same lesson on a
    # slow one. Here it is what two processor cores do in a minute. The time limit is a safety; nor shall the epochs
    # end it, however few the images are.
    "max_steps": 2800, "max_seconds": 300.0, "epochs": 1000, "sample_every": 100, "sample_seconds": 2.0,
}

# Fails within seconds and on purpose, on what is on every machine; the average is short, so that samples show it.
_BROKEN = {**_QUICK, "dataset": "digits", "ema": 0.9, "max_seconds": 120.0, "sample_every": 50, "sample_seconds": 1.0}

_TABLE: tuple[tuple[str, str, str, dict[str, Any]], ...] = (
    (
        "digits-quick", "Digits, quick",
        "Tiny 8 × 8 handwritten digits appear out of noise; done soonest, and works without any download.",
        # On so few and small pictures the others' rate makes G repeat itself.
        {**_QUICK, **_adam(2e-3, 2e-3, 0.5), "ema": 0.99, "dataset": "digits",
         "max_steps": 2300, "max_seconds": 120.0, "sample_every": 50, "sample_seconds": 1.0},
    ),
    ("mnist-quick", "MNIST, quick", "Handwritten digits, and two small convolutional networks.", {**_QUICK, **_MNIST}),
    (
        "fashion-quick", "Fashion-MNIST, quick", "Clothes: which kinds come first, which blur?",
        {**_QUICK, "dataset": "fashion-mnist"},
    ),
    (
        "mnist-cgan-quick", "MNIST, told which digit",
        "Ask for a seven and get one: both networks are told the class. Two minutes on two processor cores.",
        {**_QUICK, **_MNIST, "conditioning": "projection", "max_steps": 5000},
    ),
    (
        "fashion-cgan-quick", "Fashion-MNIST, told which garment",
        "Ask for a coat and get one: both networks are told the class. Three minutes on two processor cores.",
        {**_QUICK, "dataset": "fashion-mnist", "conditioning": "projection", "max_steps": 7500},
    ),
    (
        "mnist-acgan-quick", "MNIST, ACGAN",
        "Another way to ask for a seven: D learns to name digits, and G to be named right.",
        {**_QUICK, **_MNIST, "conditioning": "acgan", "max_steps": 3500},
    ),
    (
        "fashion-acgan-quick", "Fashion-MNIST, ACGAN",
        "D learns to name garments, and G to be named right; watch whether any class is lost.",
        {**_QUICK, "dataset": "fashion-mnist", "conditioning": "acgan", "max_steps": 6000},
    ),
    (
        "mnist-infogan-quick", "MNIST, InfoGAN",
        "Nobody labels anything: do the ten categories that G makes up turn out to be the ten digits?",
        # Little noise beside the codes: with 62 numbers of it G draws digits by these, and categories stay mixed.
        {**_QUICK, **_MNIST, "conditioning": "infogan", "latent_dim": 8, "max_steps": 4500},
    ),
    (
        "mnist-ebgan-quick", "MNIST, EBGAN",
        "D is an autoencoder: what it cannot copy is fake. Watch the error of fakes stay within the margin.",
        {**_QUICK, **_MNIST, **_adam(1e-3, 1e-3, 0.5), "loss": "ebgan", "discriminator": "autoencoder",
         "max_steps": 3000},
    ),
    (
        "mnist-began-quick", "MNIST, BEGAN",
        "D copies images; a number k holds the errors of fake and real ones level. Watch k move and both errors fall.",
        {**_QUICK, **_MNIST, **_adam(1e-3, 1e-3, 0.5), "loss": "began", "discriminator": "autoencoder",
         # D copies far sooner from larger first weights. Without normalised codes, or at a lower ratio, G draws the
         # digits that are copied best.
         "discriminator_norm": "batch",
         "initializer": "he_normal", "diversity": 1.0, "balance_rate": 0.03, "max_steps": 3500},
    ),
    (
        "svhn-quick", "SVHN, quick", "House numbers in colour: the same small network meets harder pictures.",
        # At the others' rate G draws the same few pictures over and over.
        {**_QUICK, **_adam(2e-3, 2e-3, 0.5), "dataset": "svhn"},
    ),
    (
        "stacked-mnist-quick", "Stacked MNIST, quick",
        "Three digits in one image make 1,000 combinations: how many does G find in two minutes?",
        {**_QUICK, **_adam(2e-3, 2e-3, 0.5), "dataset": "stacked-mnist", "max_steps": 4500},
    ),
    (
        "digits-collapse", "Digits, mode collapse",
        "G learns 500 times as fast as D, and draws one and the same picture for every z; the curves look fine.",
        {**_BROKEN, **_adam(1e-2, 2e-5, 0.5), "max_steps": 1800},
    ),
    (
        "digits-vanishing", "Digits, vanishing gradient",
        "D learns far too fast and wins: under the minimax loss, nothing is left for G to learn from.",
        {**_BROKEN, **_adam(2e-4, 1e-2, 0.5), "loss": "minimax", "critic_steps": 5, "max_steps": 400},
    ),
    (
        "digits-divergence", "Digits, divergence",
        "No penalty holds the critic, and both rates are 100 times those of the paper: scores grow beyond all sense.",
        {**_BROKEN, **_adam(1e-2, 1e-2, 0.5), "loss": "wgan_gp", "penalty_weight": 0.0, "max_steps": 400},
    ),
    (
        "digits-oscillation", "Digits, oscillation",
        "Too fast, with too long a memory: now D wins, now G, and neither keeps what it learned.",
        {**_BROKEN, **_adam(2e-2, 2e-2, 0.9), "discriminator_norm": "none", "max_steps": 1000},
    ),
    (
        "mnist-mlp", "MNIST, multilayer perceptrons",
        "The original idea of 2014: no convolutions, and it works all the same, with grainier digits.",
        {**_QUICK, **_MNIST, **_adam(2e-4, 2e-4, 0.5), "generator": "mlp", "discriminator": "mlp",
         "initializer": "glorot_uniform", "latent_dim": 100, "ema": 0.99,
         "epochs": 30, "max_steps": 0, "max_seconds": 0.0},
    ),
    (
        "mnist-dcgan", "MNIST, baseline", "The TensorFlow tutorial's convolutional GAN; wants patience or a GPU.",
        {**_PROJECT_DCGAN, **_MNIST, "generator": "dcgan", "discriminator": "dcgan"},
    ),
    (
        "mnist-dcgan-advanced", "MNIST, advanced", "Smaller kernels and max pooling against the baseline.",
        {**_PROJECT_DCGAN, **_MNIST, "generator": "dcgan-3x3", "discriminator": "dcgan-pool"},
    ),
    (
        "mnist-wgan-gp", "MNIST, WGAN-GP", "A critic in place of a judge, held in check by a gradient penalty.",
        {**_PROJECT_WGAN_GP, **_MNIST},
    ),
    (
        "svhn-dcgan", "SVHN, baseline", "Grey house numbers; D is far larger than on MNIST and tends to win.",
        {**_PROJECT_DCGAN, **_SVHN_GREY, "generator": "dcgan", "discriminator": "svhn-deep"},
    ),
    (
        "svhn-dcgan-advanced", "SVHN, advanced", "Smaller kernels and one more block in D.",
        {**_PROJECT_DCGAN, **_SVHN_GREY, "generator": "dcgan-3x3", "discriminator": "svhn-deeper"},
    ),
    (
        "svhn-wgan-gp", "SVHN, WGAN-GP", "The critic of MNIST's WGAN on house numbers.",
        {**_PROJECT_WGAN_GP, **_SVHN_GREY},
    ),
    (
        "fashion-gan-uniform", "Fashion-MNIST, uniform initialiser",
        "Clothes, weights first drawn from a uniform distribution.",
        {**_FASHION_GAN, "initializer": "glorot_uniform"},
    ),
    (
        "fashion-gan-normal", "Fashion-MNIST, normal initialiser",
        "The same, weights drawn from a normal distribution: steadier losses?",
        {**_FASHION_GAN, "initializer": "glorot_normal"},
    ),
    (
        "fashion-wgan", "Fashion-MNIST, WGAN", "Wasserstein with clipped weights: small losses, slower pictures.",
        {**_FASHION_GAN, **_rmsprop("g", 5e-5), **_rmsprop("d", 5e-5), "loss": "wgan", "critic_steps": 5},
    ),
)
# fmt: on

PRESETS: Mapping[str, Preset] = {
    name: Preset(name, title, shows, TrainConfig.from_dict(values))
    for name, title, shows, values in (*_TABLE, *((name, *preset) for name, preset in points.PRESETS.items()))
}


def of_images() -> dict[str, Preset]:
    """Return the presets that train on images; the others are for the Lab."""
    return {name: preset for name, preset in PRESETS.items() if not preset.config.is_plane}


def named(name: object) -> Preset | None:
    """Return the preset that a run's record names, None where it names none: a record may hold anything."""
    return PRESETS.get(name) if isinstance(name, str) else None


def config_of(name: object) -> TrainConfig | None:
    """Return the choices of the preset that a run's record names, None where it names none to go back to."""
    found = named(name)
    return found.config if found and name not in BROKEN else None


def get(name: str) -> Preset:
    """Return the preset of that name. Raises UserError: there is none; the message lists all names."""
    return pick(PRESETS, name, "preset")
