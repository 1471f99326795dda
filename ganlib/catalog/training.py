"""Small choices of how to train: optimisers, update order, precision."""

from collections.abc import Mapping

OPTIMIZERS: Mapping[str, str] = {
    "adam": "Adam: steps scaled per weight; the usual choice (arXiv 1412.6980).",
    "rmsprop": "RMSprop: scaled steps without momentum; what the WGAN paper uses.",
    "sgd": "Plain gradient descent with momentum (beta 1).",
}

UPDATES: Mapping[str, str] = {
    "simultaneous": "One forward pass serves both losses, then both networks are updated.",
    "alternating": "D is updated first; then G, against the new D.",
}

CONDITIONINGS: Mapping[str, str] = {
    "none": "Neither network knows of classes.",
    "concat": "G gets the class beside z, D beside the image, as planes (arXiv 1411.1784).",
    "projection": "G gets the class beside z; D compares an image's features with its class's (arXiv 1802.05637).",
    "acgan": "G gets the class beside z; D learns to name classes, and G to be named right (arXiv 1610.09585).",
    "infogan": "G gets a category and codes by chance, for a head of D to read off its images (arXiv 1606.03657).",
}

WITH_LABELS = ("concat", "projection", "acgan")
"""Those under which the networks learn from the labels of the images."""

CATEGORIES = tuple(f"category {number}" for number in range(10))
CODES = 2
"""What an InfoGAN is told beside noise: one of these categories, and in so many numbers of z a code each."""

INFORMATION = ("information_category", *(f"information_code_{number + 1}" for number in range(CODES)))
"""Columns of an InfoGAN's metrics: what D reads of them off images, in nats."""

EQUILIBRIUM = ("k", "convergence")
"""Columns of a BEGAN's metrics: how much D cares about fakes, 0 to 1, and the measure of convergence M."""

WITH_PLANES = ("concat", "projection")
"""Those under which D is given planes of the label beside an image."""

AUGMENTATIONS: Mapping[str, str] = {
    "none": "D sees images as they are.",
    "diffaugment": "DiffAugment: colours, places and a cut-out square by chance, on real and fake (arXiv 2006.10738).",
}

PRECISIONS: Mapping[str, str] = {
    "auto": "The faster one for these networks on this machine, measured for a second and then remembered.",
    "float32": "32-bit numbers throughout.",
    "bfloat16": "16-bit arithmetic inside the networks; weights and losses stay 32-bit.",
}

SPLITS: Mapping[str, str] = {
    "train": "The images meant for training.",
    "test": "The images meant for testing.",
    "all": "Both together.",
}

DISCRIMINATOR_NORMS: Mapping[str, str] = {
    "auto": "What the network was designed with, but none under a WGAN gradient penalty.",
    "batch": "Batch normalisation.",
    "layer": "Layer normalisation: each image by itself, so a gradient penalty stays valid.",
    "none": "No normalisation.",
}

ACTIVATIONS: Mapping[str, str] = {
    "leaky_relu": "Leaky ReLU: a bend at 0, and a slope of .2 below it; the usual choice for GANs.",
    "relu": "ReLU: nothing below 0; what a network draws is made of straight pieces.",
    "tanh": "Tanh: smooth and bounded; bends gently and learns more slowly.",
    "gelu": "GELU: a ReLU with a rounded bend.",
}
