"""How weights move: the optimisers of both networks, their learning rates, clipping, and the average of G."""

import math
from collections.abc import Callable, Mapping, Sequence

import keras
from keras import ops

from ganlib.backend.hardware import Tensor
from ganlib.config import TrainConfig

# By name: functions of learning rate, beta_1 and beta_2.
OPTIMIZERS: Mapping[str, Callable[[float, float, float], keras.optimizers.Optimizer]] = {
    "adam": lambda rate, beta_1, beta_2: keras.optimizers.Adam(rate, beta_1=beta_1, beta_2=beta_2),
    # Keras adds epsilon below the square root, and its 1e-7 would hold back every weight whose gradient is
    # under 3e-4, as nearly all are under a clipped critic. 1e-16 does what 1e-8 outside the root does in
    # PyTorch, with which the WGAN paper was made.
    "rmsprop": lambda rate, _, rho: keras.optimizers.RMSprop(rate, rho=rho, epsilon=1e-16),
    "sgd": lambda rate, momentum, _: keras.optimizers.SGD(rate, momentum=momentum),
}


def optimizer_for(model: keras.Model, config: TrainConfig, network: str) -> keras.optimizers.Optimizer:
    """Return the optimiser of a network, "g" or "d", as a config describes it, with its state at zero."""
    name, *numbers = (getattr(config, f"{network}_{key}") for key in ("optimizer", "learning_rate", "beta_1", "beta_2"))
    optimizer = OPTIMIZERS[name](*numbers)
    optimizer.build(model.trainable_variables)
    return optimizer


class LearningRates:
    """The learning rates of G and D, which may change while they learn; variables, so nothing is compiled anew."""

    def __init__(self, config: TrainConfig, *optimizers: keras.optimizers.Optimizer) -> None:
        """Begin with the config's rates. `optimizers` are those of G and of D."""
        self._config, self._optimizers = config, optimizers
        rates = (config.g_learning_rate, config.d_learning_rate)
        self._full = [keras.Variable(rate, trainable=False, name="rate") for rate in rates]

    def set(self, *rates: float) -> None:
        """Learn at these rates, of G and of D, from the next step on."""
        for full, optimizer, rate in zip(self._full, self._optimizers, rates, strict=True):
            full.assign(rate)
            optimizer.learning_rate = rate

    def decay(self, step: Tensor) -> None:
        """Let the rates fall in a straight line, over the last part of the training, to 0 after its last step."""
        if not self._config.rate_decay:
            return
        left = 1 - ops.cast(step, "float32") / self._config.max_steps
        share = ops.clip(left / self._config.rate_decay, 0.0, 1.0)
        for full, optimizer in zip(self._full, self._optimizers, strict=True):
            optimizer.learning_rate = full * share


def clip(weights: Sequence[keras.Variable], bound: float) -> Tensor:
    """Keep weights within plus or minus a bound; return the share of them that stands at it."""
    at_bound = 0.0
    for weight in weights:
        clipped = ops.clip(weight, -bound, bound)
        weight.assign(clipped)
        at_bound = at_bound + ops.sum(ops.cast(ops.abs(clipped) >= bound, "float32"))
    return at_bound / sum(math.prod(weight.shape) for weight in weights)


def move_average(average: keras.Model, model: keras.Model, decay: float, step: Tensor) -> None:
    """Move the weights of one network towards those of another, quickly at first, when these are noise."""
    count = ops.cast(step, "float32")
    decay = ops.minimum(decay, (1 + count) / (10 + count))
    for mean, weight in zip(average.weights, model.weights, strict=True):
        mean.assign(decay * mean + (1 - decay) * weight)
