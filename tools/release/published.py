"""Figures that others published for such systems, to stand beside ours; how they were measured differs, and is said."""

from collections.abc import Mapping
from typing import NamedTuple


class Published(NamedTuple):
    """A row of a published table, and the model of ours that comes nearest to it."""

    objective: str
    fid: float  # the authors' best, on Inception features, after a search for the best settings
    ours: str  # the shipped model under the same objective, or ""


LUCIC: Mapping[str, tuple[Published, ...]] = {
    "mnist": (
        Published("Minimax", 9.8, "mnist-minimax"),
        Published("Non-saturating", 6.8, "mnist-dcgan"),
        Published("Least squares", 7.8, "mnist-lsgan"),
        Published("WGAN", 6.7, ""),
        Published("WGAN-GP", 20.3, "mnist-wgan-gp"),
        Published("DRAGAN", 7.6, "mnist-dragan"),
        Published("BEGAN", 13.1, ""),
    ),
    "fashion-mnist": (
        Published("Minimax", 29.6, ""),
        Published("Non-saturating", 26.5, "fashion-gan-uniform"),
        Published("Least squares", 30.7, ""),
        Published("WGAN", 21.5, "fashion-wgan"),
        Published("WGAN-GP", 24.5, ""),
        Published("DRAGAN", 27.7, ""),
        Published("BEGAN", 22.9, ""),
    ),
}
"""Lucic et al. 2018 (arXiv 1711.10337): InfoGAN's networks, 20 epochs, 10,000 test images against 10,000 samples."""


class Moment(NamedTuple):
    """What TF-GAN's MNIST tutorial (a WGAN, batches of 32) reports at a step: its own score and Fréchet distance."""

    step: int
    score: float
    distance: float


TF_GAN = (Moment(500, 5.97, 98.6), Moment(1000, 6.61, 69.4), Moment(2000, 7.35, 54.5), Moment(4000, 7.63, 56.1))
TF_GAN_REAL = 8.38
"""The score that real images get there, taken over batches of 32."""
