"""How the weights start (initialisers) and where latent vectors come from (noise priors).

The two are easily confused, because both offer "normal" and "uniform": the distribution that every kernel of both
networks starts from is drawn from once, before training; that of the latent vector z, whose entries are independent,
for every image.
"""

from collections.abc import Mapping

from ganlib.catalog.table import Choice, by_name

GLOROT = "Glorot and Bengio 2010, Understanding the difficulty of training deep feedforward neural networks"
HE = "arXiv 1502.01852 (He et al. 2015)"
SAXE = "arXiv 1312.6120 (Saxe et al. 2013)"
DCGAN = "arXiv 1511.06434 (DCGAN)"

INITIALIZERS: Mapping[str, Choice] = by_name(
    Choice("glorot_uniform", "Glorot uniform",
        "Uniform, with variance 2 / (inputs + outputs), to suit each layer's size. Keras's default.", GLOROT),
    Choice("glorot_normal", "Glorot normal",
        "Bell-shaped (cut at two deviations), with the same variance as Glorot uniform.", GLOROT),
    Choice("he_uniform", "He uniform",
        "Uniform, with variance 2 / inputs (kernel height x width x input channels), to suit layers with ReLU.",
        HE),
    Choice("he_normal", "He normal",
        "Bell-shaped (cut at two deviations), with the same variance as He uniform.", HE),
    Choice("uniform", "Uniform, ±0.05", "Every weight between -0.05 and 0.05, whatever the layer's size.",
        "Keras's RandomUniform"),
    Choice("normal", "Normal, 0.02",
        "A normal distribution with standard deviation 0.02, whatever the layer's size.", DCGAN),
    Choice("truncated_normal", "Truncated normal, 0.02",
        "The normal distribution of deviation 0.02, with everything beyond ±0.04 drawn again.",
        "The first TensorFlow GANs"),
    Choice("orthogonal", "Orthogonal",
        "Kernels that keep lengths and angles: the signal is neither stretched nor squeezed.", SAXE),
)  # fmt: skip

PRIORS: Mapping[str, Choice] = by_name(
    Choice("normal", "Normal", "Entries from a normal distribution, N(0, 1): most vectors have similar length."),
    Choice("uniform", "Uniform", "Entries between -1 and 1, all equally likely: vectors fill a cube."),
)  # fmt: skip
