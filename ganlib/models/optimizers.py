"""The optimisers of both networks, by name: functions of learning rate, beta_1 and beta_2."""

from collections.abc import Callable, Mapping

import keras

OPTIMIZERS: Mapping[str, Callable[[float, float, float], keras.optimizers.Optimizer]] = {
    "adam": lambda rate, beta_1, beta_2: keras.optimizers.Adam(rate, beta_1=beta_1, beta_2=beta_2),
    # Keras adds epsilon below the square root, and its 1e-7 would hold back every weight whose gradient is
    # under 3e-4, as nearly all are under a clipped critic. 1e-16 does what 1e-8 outside the root does in
    # PyTorch, with which the WGAN paper was made.
    "rmsprop": lambda rate, _, rho: keras.optimizers.RMSprop(rate, rho=rho, epsilon=1e-16),
    "sgd": lambda rate, momentum, _: keras.optimizers.SGD(rate, momentum=momentum),
}
