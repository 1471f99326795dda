"""The distributions a network's weights start from.

What the names mean to a person stands in `ganlib.choices.initializers`.
"""

from collections.abc import Callable

import keras

from ganlib.choices.table import pick

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


def make_initializer(name: str, seed: int) -> keras.Initializer:
    """Return a weight initialiser that draws the same numbers whenever the seed is the same.

    Keras takes the last but one axis of a kernel for its inputs. In a transposed convolution that axis holds
    the outputs: the variances of Glorot stay as they are, those of He become 2 / outputs.

    Args:
        name: Name of the initialiser.
        seed: 0 or more.

    Raises:
        UserError: there is no such initialiser; the message lists those there are.
    """
    return pick(INITIALIZERS, name, "weight initialiser")(seed)
