"""What ships: each model's preset, what is changed in it, how far it is to come, and why it is there."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, NamedTuple

from ganlib import presets
from ganlib.catalog.table import by_name
from ganlib.config import TrainConfig


class Work(NamedTuple):
    """A run to train in a working folder."""

    name: str  # the folder's name
    config: TrainConfig  # all choices; its limits are the goal
    record: Mapping[str, Any]  # what else its `config.json` should say
    # Settings that can be changed while it trains, for the last sixth of its epochs.
    last_sixth: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True)
class Recipe:
    """How a model that ships is made."""

    name: str  # its own, and that of its folder; the preset's, unless more than its length is changed
    preset: str  # where its settings come from
    why: str  # one plain line: what it is there to show
    changes: Mapping[str, Any] = field(default_factory=dict)  # settings in place of the preset's
    title: str = ""  # what people call it, or "" for the preset's title
    ships_discriminator: bool = True  # whether the weights of D come along
    # How many earlier moments come along for the time machine, none or at least 2; each is as large as the model.
    snapshots: int = 0
    full_epochs: int = 0  # the goal where there is a GPU, in passes through the data set; 0 for the same one
    # Settings in place of those, for the last sixth of its epochs; see `records.LIVE_SETTINGS`.
    last_sixth: Mapping[str, Any] = field(default_factory=dict)

    @property
    def config(self) -> TrainConfig:
        """All choices; without sample grids by time, which differ from machine to machine."""
        return presets.get(self.preset).config.changed(**{"sample_seconds": 0.0, **self.changes})

    @property
    def label(self) -> str:
        """What people call it."""
        return self.title or presets.get(self.preset).title

    def work(self, is_full: bool = False) -> Work:
        """Return the run to train; `is_full` is as far, and in as large batches, as the source projects, for a GPU."""
        config = self.config
        if is_full and self.full_epochs:
            config = config.changed(epochs=self.full_epochs, batch_size=presets.get(self.preset).config.batch_size)
        return Work(self.name, config, {"preset": self.preset}, self.last_sixth)


# The source projects sample from the weights as they are, and so do their presets. A shipped model draws from a
# moving average, which takes no part in the training itself: losses and networks come out the same.
_SOURCE: Mapping[str, Any] = {"precision": "bfloat16", "ema": 0.99, "epochs": 20}

_MORE_STEPS: Mapping[str, Any] = {"batch_size": 64}
"""A quarter of the project's batch: a processor gets through few epochs, which then hold four times the steps."""

_PAPER: Mapping[str, Any] = {
    **{f"{network}_learning_rate": 2e-4 for network in "gd"},
    **{f"{network}_beta_1": 0.5 for network in "gd"},
}
"""Adam as the DCGAN paper has it (Radford et al. 2015, arXiv 1511.06434). The source project kept Keras's `beta_1` of
0.9, and with it the MNIST baseline circles: 59 % recognised after 19 epochs. In a trial of 2 epochs at a rate of 5e-4
the Fréchet distance came to 20 with 0.9, and to 8 with 0.5."""

_SVHN: Mapping[str, Any] = {**_SOURCE, **_MORE_STEPS, "split": "test", "epochs": 183, "ema": 0.999, "snapshots": 2}
"""The 10,000 images of the test split that there were, for as many steps as 100 epochs of 73,257 in batches of 256."""

_SVHN_GAN: Mapping[str, Any] = {**_SVHN, **_PAPER, "rate_decay": 0.3, "max_steps": 28_600}
"""With the paper's Adam, whose rates fall to nothing in the last three tenths."""


_OF_RECIPES = ("ships_discriminator", "snapshots", "last_sixth")


def _source(name: str, why: str, full_epochs: int = 100, **changes: Any) -> Recipe:
    of_recipe = {key: changes.pop(key) for key in _OF_RECIPES if key in changes}
    return Recipe(name, name, why, {**_SOURCE, **changes}, full_epochs=full_epochs, **of_recipe)


def _objective(
    loss: str, title: str, why: str, last_sixth: Mapping[str, Any] = MappingProxyType({}), **changes: Any
) -> Recipe:
    """Take the networks of `mnist-quick` under another objective, for about two minutes at half its rates.

    The preset is tuned for its own loss and a single minute: at its rates nearly half of DRAGAN's pictures had a twin.
    """
    rates = {"g_learning_rate": 2e-3, "d_learning_rate": 2e-3}
    changes = {"loss": loss, "max_steps": 0, "max_seconds": 120.0, "epochs": 40, **rates, **changes}
    return Recipe(f"mnist-{loss}", "mnist-quick", why, changes, title, last_sixth=last_sixth)


_NO_CLOCK: Mapping[str, Any] = {"max_seconds": 0.0}
"""Epochs alone decide when it ends: on a busy machine two minutes of the clock are few of them."""

RECIPES: Mapping[str, Recipe] = by_name(
    # More than 20 epochs, because it takes these two longer until three of four samples are digits.
    _source("mnist-dcgan",
        "The first source project's baseline: the TensorFlow tutorial's GAN, with the DCGAN paper's Adam.",
        **_MORE_STEPS, **_PAPER,
        # Its weights swing. Smaller steps in the end and a longer average calm them: 73 to 74 % were recognised
        # before, 75 % after.
        last_sixth={"g_learning_rate": 5e-5, "d_learning_rate": 5e-5}, ema=0.9995, epochs=60),
    _source("mnist-dcgan-advanced", "The first source project's improved GAN: smaller kernels, pooling in D.",
        epochs=60),
    # As many steps of G as the source project took; the longer average is worth more the longer it trains.
    _source("mnist-wgan-gp", "The first source project's Wasserstein GAN, with gradient penalty.", **_MORE_STEPS,
        epochs=25, ema=0.999, snapshots=5),
    _source("svhn-dcgan", "The first source project's baseline on grey house numbers.", 600,
        **{**_SVHN_GAN, "snapshots": 3}),
    _source("svhn-dcgan-advanced", "The first source project's improved GAN on grey house numbers.", 600,
        **_SVHN_GAN),
    # Over as many steps as the GANs take, at steady rates, its distance fell to 5.6 about here and grew to 7.6 again;
    # falling rates bring it to 5.2. After 2,500 steps it was 7.5 with the project's settings, 7.6 with Adam at 4e-4 and
    # 2e-4 (beta_1 0, beta_2 .9), 9.4 with DiffAugment besides.
    _source("svhn-wgan-gp", "The first source project's Wasserstein GAN on grey house numbers.", 600,
        **{**_SVHN, "epochs": 90, "rate_decay": 0.5, "max_steps": 14_000}),
    # A discriminator of this family takes 13 MB, so only one of the three comes along.
    _source("fashion-gan-uniform", "The second source project's GAN, weights first drawn uniformly.", 30,
        epochs=30),
    _source("fashion-gan-normal", "The second source project's GAN, weights first drawn normally.", 30,
        ships_discriminator=False),
    _source("fashion-wgan", "The second source project's Wasserstein GAN, with clipped weights.", 30,
        epochs=30, ships_discriminator=False, snapshots=2),
    Recipe("mnist-quick", "mnist-quick", "What a minute of training gives on two processor cores.", snapshots=6),
    Recipe("fashion-quick", "fashion-quick", "What a minute gives on clothes."),
    # Both networks are told the class, or D names it: so that one can ask for a seven.
    *(Recipe(name, name, why, _NO_CLOCK, snapshots=1) for name, why in {
        "mnist-cgan-quick": "A digit to ask for: both networks are told the class.",
        "fashion-cgan-quick": "A garment to ask for: both networks are told the class.",
        "mnist-acgan-quick": "A digit to ask for: D learns to name it.",
        "fashion-acgan-quick": "A garment to ask for: D learns to name it.",
    }.items()),
    Recipe("mnist-infogan-quick", "mnist-infogan-quick", "Categories and codes that nobody labelled.", _NO_CLOCK,
        snapshots=2),
    # D is an autoencoder, whose copies Explore shows.
    Recipe("mnist-ebgan-quick", "mnist-ebgan-quick", "An autoencoder as D: what it copies badly is fake.", _NO_CLOCK,
        snapshots=2),
    Recipe("mnist-began-quick", "mnist-began-quick", "Two errors of an autoencoder, held at a chosen ratio.",
        _NO_CLOCK, snapshots=2),
    # The first part of SVHN is not available where the shipped models are made.
    Recipe("svhn-quick", "svhn-quick", "What less than two minutes give on colour photographs.",
        {"split": "test"}),
    Recipe("svhn-compact", "svhn-quick", "The quick networks on colour photographs, for seven times as long.",
        {"split": "test", "max_steps": 20_000, "max_seconds": 0.0, "rate_decay": 0.3, "ema": 0.999,
         "sample_seconds": 0.0, "sample_every": 500}, "SVHN, at length", snapshots=1),
    Recipe("digits-quick", "digits-quick", "What a quarter of a minute gives, without any download.",
        snapshots=8),
    # Its D leaps now and then, and the last step may be such a one: a quarter of the rates ends calmly.
    _objective("lsgan", "MNIST, least squares", "The quick networks under the least-squares objective.",
        {"g_learning_rate": 5e-4, "d_learning_rate": 5e-4}, **_NO_CLOCK, epochs=6),
    _objective("hinge", "MNIST, hinge", "The quick networks under the hinge objective."),
    _objective("dragan", "MNIST, DRAGAN", "The quick networks under DRAGAN's penalty.", **_NO_CLOCK, epochs=5),
    # At the preset's rates G fell into one picture, and at a quarter of them too: its loss saturates where D is
    # sure, and it never gets out. So D learns more slowly than G.
    _objective("minimax", "MNIST, minimax",
        "The quick networks under the original game, whose loss saturates unless D is slow.",
        g_learning_rate=1e-3, d_learning_rate=2.5e-4),
    Recipe("mnist-mlp", "mnist-mlp", "The original idea of 2014, without convolutions."),
    Recipe("mnist-2d", "mnist-quick", "Two latent numbers, so that one plane shows every picture it can make.",
        {"latent_dim": 2, "max_steps": 0, "max_seconds": 180.0, "epochs": 40}, "MNIST, a latent plane",
        snapshots=5),
)  # fmt: skip
"""In the order in which they are listed."""
