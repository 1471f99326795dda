"""Gradients of the slope penalties by D's weights against central differences, which need no autodiff at all.

They are second derivatives of D. An operation whose first derivative is right can still have a wrong second one, as
`tf.nn.moments` has, and a reference made of the same layers and the same autodiff would agree with it.
"""

import keras
import numpy as np
import pytest
from keras import ops

from ganlib.backend import engine
from ganlib.catalog.networks import DISCRIMINATORS
from ganlib.models import penalties
from ganlib.models.networks import build_discriminator
from ganlib.models.networks.blocks import NORMS

PENALTIES = ("r1", *penalties.PENALTIES)
QUICK = ("compact", "mlp", "points")
SIZES = {"points": {"width": 16, "depth": 2, "activation": "tanh"}}
NETWORKS = [
    pytest.param(name, norm, marks=[] if name in QUICK else pytest.mark.slow)
    for name, facts in DISCRIMINATORS.items()
    if not facts.is_autoencoder
    for norm in (NORMS if facts.has_norm else ["none"])
]
IN_FLOAT64 = keras.backend.backend() == "tensorflow"  # on PyTorch Keras takes means in float32
STEP = 1e-6 if IN_FLOAT64 else 3e-6  # short enough that no unit crosses the kink of its ReLU


@pytest.fixture
def in_float64():
    before = keras.config.floatx(), keras.config.dtype_policy()
    keras.config.set_floatx("float64")
    keras.config.set_dtype_policy("float64")
    yield
    keras.config.set_floatx(before[0])
    keras.config.set_dtype_policy(before[1])


def discriminator(name, norm, shape, dtype):
    """Build a network as a run does, all of it in one number format, with weights that are nowhere 0 or 1."""
    built = build_discriminator(name, shape, norm=norm, seed=1, **SIZES.get(name, {}))
    layers = [layer.__class__.from_config({**layer.get_config(), "dtype": dtype}) for layer in built.layers]
    model = keras.Sequential([keras.Input(shape), *layers])
    rng = np.random.default_rng(0)
    moved = [weight + 0.1 * rng.uniform(size=weight.shape) * (weight.ndim == 1) for weight in built.get_weights()]
    model.set_weights(moved)
    return model


class Penalty:
    """A penalty as a function of D's weights alone: images, dropout and every draw stay the same."""

    def __init__(self, name, model, dtype="float64"):
        rng = np.random.default_rng(2)
        shape = (2, *model.input_shape[1:])
        self.real, self.fake = (ops.convert_to_tensor(rng.uniform(-1, 1, shape).astype(dtype)) for _ in range(2))
        self.name, self.model = name, model
        self.weights = model.trainable_variables
        self._rest = [(variable, variable.numpy().copy()) for variable in model.non_trainable_variables]

    def __call__(self):
        for variable, value in self._rest:  # the streams of dropout among them
            variable.assign(value)
        if self.name == "r1":
            return penalties.r1(self._critic, self.real)
        return penalties.PENALTIES[self.name](self._critic, self.real, self.fake, 7)

    def _critic(self, images):
        return self.model(images, training=True)

    def gradient(self):
        with engine.tape() as tape:
            value = self()
        return [ops.convert_to_numpy(part).astype("float64") for part in tape.gradient(value, self.weights)]

    def slope_along(self, direction):
        """Return the central difference of the penalty along a direction in the space of the weights."""
        start, values = [ops.convert_to_numpy(weight).copy() for weight in self.weights], []
        for signed in (STEP, -STEP):
            for weight, value, part in zip(self.weights, start, direction, strict=True):
                weight.assign(value + signed * part)
            values.append(float(self()))
        for weight, value in zip(self.weights, start, strict=True):
            weight.assign(value)
        return (values[0] - values[1]) / (2 * STEP)


def directions(gradient):
    """Yield the gradient's own direction, and one that turns every part of it by chance."""
    for turn in (np.ones_like, lambda part: np.random.default_rng(part.size).normal(size=part.shape)):
        parts = [part * turn(part) for part in gradient]
        length = np.sqrt(sum(np.sum(part**2) for part in parts))
        yield [part / length for part in parts]


@pytest.mark.parametrize(("name", "norm"), NETWORKS)
def test_the_gradient_of_every_penalty_is_that_of_central_differences(name, norm, in_float64):
    side = max(8, DISCRIMINATORS[name].smallest)
    shape = (2,) if DISCRIMINATORS[name].for_points else (side, side, 1)
    model = discriminator(name, norm, shape, "float64")
    for penalty in (Penalty(each, model) for each in PENALTIES):
        gradient = penalty.gradient()
        ways = list(directions(gradient))
        found = [sum(np.sum(a * b) for a, b in zip(gradient, way, strict=True)) for way in ways]
        near = 1e-4 if IN_FLOAT64 else 2e-2
        slopes = [penalty.slope_along(way) for way in ways]
        np.testing.assert_allclose(slopes, found, rtol=near, atol=near * abs(found[0]), err_msg=penalty.name)
