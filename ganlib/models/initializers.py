"""The distributions a network's weights start from.

What the names mean to a person stands in `ganlib.catalog.initializers`.
"""

from collections.abc import Callable

import keras

from ganlib.catalog.table import pick

INITIALIZERS: dict[str, Callable[[int], keras.Initializer]] = {
    "glorot_uniform": lambda seed: keras.initializers.GlorotUniform(seed=seed),
    "glorot_normal": lambda seed: keras.initializers.GlorotNormal(seed=seed),
    "he_uniform": lambda seed: keras.initializers.HeUniform(seed=seed),
    "he_normal": lambda seed: keras.initializers.HeNormal(seed=seed),
    "uniform": lambda seed: keras.initializers.RandomUniform(-0.05, 0.05, seed=seed),
    "normal": lambda seed: keras.initializers.RandomNormal(stddev=0.02, seed=seed),
    "truncated_normal": lambda seed: keras.initializers.TruncatedNormal(stddev=0.02, seed=seed),
    "orthogonal": lambda seed: keras.initializers.Orthogonal(seed=seed),
}

TRANSPOSED: dict[str, Callable[[int], keras.Initializer]] = {
    "he_uniform": lambda seed: keras.initializers.VarianceScaling(2.0, "fan_out", "uniform", seed=seed),
    "he_normal": lambda seed: keras.initializers.VarianceScaling(2.0, "fan_out", "truncated_normal", seed=seed),
}
"""Those that differ for a transposed convolution, whose kernel has shape (height, width, outputs, inputs).

Keras takes the last but one axis of every kernel for the inputs. For Glorot, whose variance has inputs and outputs
alike, that makes no difference; He's would be 2 / outputs.
"""


def make_initializer(name: str, seed: int, is_transposed: bool = False) -> keras.Initializer:
    """Return a weight initialiser that draws the same numbers whenever the seed, 0 or more, is the same.

    Inputs are kernel height x width x input channels, outputs the same with output channels. A stride does not count,
    although a pixel that a transposed convolution of stride 2 makes draws on a quarter of the kernel only. Raises
    UserError: there is no such initialiser; the message lists those there are.
    """
    usual = pick(INITIALIZERS, name, "weight initialiser")
    return (TRANSPOSED.get(name, usual) if is_transposed else usual)(seed)
