"""How the weights start (initialisers) and where latent vectors come from (noise priors).

The two are easily confused, because both offer "normal" and "uniform": the first is drawn once per kernel,
before training; the second for every image.
"""

from dataclasses import dataclass

from ganlib.catalog.table import pick


@dataclass(frozen=True)
class Initializer:
    """Facts about the distribution that every kernel of both networks starts from."""

    name: str
    title: str
    about: str
    source: str


@dataclass(frozen=True)
class PriorInfo:
    """Facts about the distribution of the latent vector z, whose entries are independent."""

    name: str
    title: str
    about: str


GLOROT = "Glorot and Bengio 2010, Understanding the difficulty of training deep feedforward neural networks"
HE = "arXiv 1502.01852 (He et al. 2015)"
SAXE = "arXiv 1312.6120 (Saxe et al. 2013)"
DCGAN = "arXiv 1511.06434 (DCGAN)"

INITIALIZERS: dict[str, Initializer] = {
    spec.name: spec
    for spec in (
        Initializer("glorot_uniform", "Glorot uniform",
            "Uniform, with variance 2 / (inputs + outputs), to suit each layer's size. Keras's default.", GLOROT),
        Initializer("glorot_normal", "Glorot normal",
            "Bell-shaped (cut at two deviations), with the same variance as Glorot uniform.", GLOROT),
        Initializer("he_uniform", "He uniform",
            "Uniform, with variance 2 / inputs (kernel height x width x input channels), to suit layers with ReLU.",
            HE),
        Initializer("he_normal", "He normal",
            "Bell-shaped (cut at two deviations), with the same variance as He uniform.", HE),
        Initializer("uniform", "Uniform, ±0.05", "Every weight between -0.05 and 0.05, whatever the layer's size.",
            "Keras's RandomUniform"),
        Initializer("normal", "Normal, 0.02",
            "A normal distribution with standard deviation 0.02, whatever the layer's size.", DCGAN),
        Initializer("truncated_normal", "Truncated normal, 0.02",
            "The normal distribution of deviation 0.02, with everything beyond ±0.04 drawn again.",
            "The first TensorFlow GANs"),
        Initializer("orthogonal", "Orthogonal",
            "Kernels that keep lengths and angles: the signal is neither stretched nor squeezed.", SAXE),
    )
}  # fmt: skip

PRIORS: dict[str, PriorInfo] = {
    spec.name: spec
    for spec in (
        PriorInfo("normal", "Normal", "Entries from a normal distribution, N(0, 1): most vectors have similar length."),
        PriorInfo("uniform", "Uniform", "Entries between -1 and 1, all equally likely: vectors fill a cube."),
    )
}  # fmt: skip


def get_prior(name: str) -> PriorInfo:
    """Return the facts about a noise prior; a `UserError` lists the names if there is none."""
    return pick(PRIORS, name, "noise prior")
