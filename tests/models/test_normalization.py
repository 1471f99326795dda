"""Our normalisation layers beside Keras's, from which only their second derivatives may differ."""

import keras
import numpy as np
import pytest
from keras import ops

from ganlib.backend import engine
from ganlib.models.normalization import BatchNormalization, GroupNormalization

PAIRS = {
    "batch": (BatchNormalization, keras.layers.BatchNormalization),
    "layer": (GroupNormalization, lambda: keras.layers.GroupNormalization(groups=1)),
}


def images(*shape):
    return np.random.default_rng(0).normal(2.0, 3.0, shape).astype("float32")


def both(kind, shape):
    """Return a network of ours and one of Keras's with the same weights, none of them as they begin."""
    models = [keras.Sequential([keras.Input(shape), make()]) for make in PAIRS[kind]]
    weights = [np.random.default_rng(1).uniform(0.5, 2, w.shape).astype("float32") for w in models[0].get_weights()]
    for model in models:
        model.set_weights(weights)
    return models


@pytest.mark.parametrize("shape", [(5, 4, 3), (7,)], ids=["maps", "vectors"])
@pytest.mark.parametrize("kind", PAIRS)
def test_outputs_first_gradients_and_moving_statistics_are_keras_s(kind, shape):
    batch, found = images(6, *shape), []
    for model in both(kind, shape):

        def loss(model=model):
            outputs = model(batch, training=True)
            return ops.sum(ops.multiply(outputs, images(6, *shape)[::-1].copy())), outputs

        with engine.tape() as tape:
            value, outputs = loss()
        gradients = tape.gradient(value, model.trainable_variables)
        kept = [model(batch, training=False), *model.non_trainable_variables]
        found.append([ops.convert_to_numpy(each) for each in (outputs, *gradients, *kept)])
    for ours, theirs in zip(*found, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=2e-4, atol=2e-4)


@pytest.mark.parametrize("kind", PAIRS)
def test_weights_files_of_keras_s_layers_fit(kind, tmp_path):
    ours, theirs = both(kind, (5, 4, 3))
    ours.set_weights([0 * weight for weight in ours.get_weights()])
    theirs.save_weights(tmp_path / "a.weights.h5")
    ours.load_weights(tmp_path / "a.weights.h5")
    for one, other in zip(ours.get_weights(), theirs.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("kind", PAIRS)
def test_a_layer_can_be_made_again_from_its_settings(kind):
    layer = PAIRS[kind][0](name="norm_1")
    assert type(layer).from_config(layer.get_config()).get_config() == layer.get_config()
