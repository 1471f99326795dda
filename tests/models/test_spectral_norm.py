import keras
import numpy as np
import pytest
from keras import ops

from ganlib.backend import engine
from ganlib.models.spectral_norm import SpectralConv2D, SpectralDense, SpectralNorm


def normal(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape).astype("float32")


def matrix_of(kernel):
    return kernel.reshape(-1, kernel.shape[-1])


def largest_singular_value(kernel):
    return np.linalg.svd(matrix_of(kernel), compute_uv=False)[0]


def iterate(layer, inputs, calls=200):
    layer(inputs, training=True)  # builds it
    call = engine.compiled(lambda array: layer(array, training=True))
    for _ in range(calls - 1):
        call(inputs)


@pytest.fixture(params=["dense", "conv"])
def layer_and_images(request):
    if request.param == "dense":
        return SpectralDense(7, seed=1), normal(5, 12)
    return SpectralConv2D(7, 3, padding="same", seed=1), normal(5, 6, 6, 4)


@pytest.mark.parametrize("shape", [(20, 30), (30, 20), (5, 5, 3, 8)])
def test_sigma_becomes_the_largest_singular_value(shape):
    kernel = normal(*shape)
    layer = SpectralNorm(seed=0)
    iterate(layer, kernel)
    sigma = matrix_of(kernel) / matrix_of(ops.convert_to_numpy(layer(kernel)))
    np.testing.assert_allclose(sigma, largest_singular_value(kernel), rtol=1e-4)


def test_a_training_call_is_one_power_iteration_from_u():
    kernel, layer = normal(6, 4), SpectralNorm(seed=0)
    layer.build(kernel.shape)
    u = layer.u.numpy()
    v = kernel @ u / np.linalg.norm(kernel @ u)
    stretched = kernel.T @ v
    normalised = layer(kernel, training=True)
    sigma = np.linalg.norm(stretched)
    np.testing.assert_allclose(ops.convert_to_numpy(normalised), kernel / sigma, rtol=1e-5)
    np.testing.assert_allclose(layer.u.numpy(), stretched / sigma, rtol=1e-5)


def test_u_moves_in_training_calls_only(layer_and_images):
    layer, images = layer_and_images
    layer(images, training=False)
    start = layer.spectral_norm.u.numpy().copy()
    layer(images, training=False)
    np.testing.assert_array_equal(layer.spectral_norm.u.numpy(), start)
    layer(images, training=True)
    assert np.abs(layer.spectral_norm.u.numpy() - start).max() > 1e-3


def test_the_forward_pass_leaves_the_kernel_alone(layer_and_images):
    layer, images = layer_and_images
    layer(images)
    before = layer.kernel.numpy().copy()
    iterate(layer, images, calls=3)
    np.testing.assert_array_equal(layer.kernel.numpy(), before)


def test_dense_equals_a_dense_layer_with_the_divided_kernel():
    inputs, layer = normal(5, 12), SpectralDense(7, seed=1, activation="relu")
    iterate(layer, inputs)
    layer.bias.assign(normal(7, seed=1))
    kernel = layer.kernel.numpy()
    expected = inputs @ (kernel / largest_singular_value(kernel)) + normal(7, seed=1)
    np.testing.assert_allclose(ops.convert_to_numpy(layer(inputs)), np.maximum(expected, 0), atol=1e-4)


def test_convolution_equals_a_convolution_with_the_divided_kernel():
    images = normal(2, 8, 8, 3)
    options = {"strides": 2, "padding": "same"}
    layer, plain = SpectralConv2D(4, 5, seed=1, **options), keras.layers.Conv2D(4, 5, **options)
    iterate(layer, images)
    plain(images)
    kernel = layer.kernel.numpy()
    plain.kernel.assign(kernel / largest_singular_value(kernel))
    np.testing.assert_allclose(ops.convert_to_numpy(layer(images)), ops.convert_to_numpy(plain(images)), atol=1e-4)


def test_a_dense_layer_is_1_lipschitz_and_reaches_the_bound():
    layer = SpectralDense(9, seed=2)
    iterate(layer, normal(1, 30))
    kernel = layer.kernel.numpy()
    worst = np.linalg.svd(kernel)[0][:, 0]
    directions = np.concatenate([normal(500, 30), [worst]]).astype("float32")
    steps = ops.convert_to_numpy(layer(directions)) - ops.convert_to_numpy(layer(np.zeros((1, 30), "float32")))
    slopes = np.linalg.norm(steps, axis=1) / np.linalg.norm(directions, axis=1)
    np.testing.assert_allclose(slopes.max(), 1, atol=1e-4)


def test_large_kernels_are_scaled_down_and_small_ones_up():
    for scale in (1e-3, 1e3):
        kernel, layer = scale * normal(10, 10), SpectralNorm(seed=0)
        iterate(layer, kernel)
        np.testing.assert_allclose(largest_singular_value(ops.convert_to_numpy(layer(kernel))), 1, rtol=1e-3)


def numerical_gradient(function, kernel, step=1e-5):
    gradient = np.zeros(kernel.shape)
    for index in np.ndindex(kernel.shape):
        change = np.zeros(kernel.shape)
        change[index] = step
        gradient[index] = (function(kernel + change) - function(kernel - change)) / (2 * step)
    return gradient


@pytest.mark.parametrize("shape", [(6, 5), (3, 3, 2, 4)])
def test_the_gradient_flows_through_sigma(shape):
    kernel, weights = keras.Variable(normal(*shape)), normal(*shape, seed=1)
    layer = SpectralNorm(seed=0)
    iterate(layer, kernel.value)
    with engine.tape() as tape:
        loss = ops.sum(ops.multiply(weights, layer(kernel.value)))
    (gradient,) = tape.gradient(loss, [kernel])

    def in_numpy(kernel):
        return np.sum(weights * kernel / largest_singular_value(kernel))

    expected = numerical_gradient(in_numpy, ops.convert_to_numpy(kernel).astype("float64"))
    np.testing.assert_allclose(ops.convert_to_numpy(gradient), expected, atol=1e-4)


def test_before_it_converges_the_gradient_takes_u_and_v_as_constants():
    kernel, weights = keras.Variable(normal(6, 4)), normal(6, 4, seed=1)
    layer = SpectralNorm(seed=0)
    layer.build(kernel.shape)
    v = kernel.numpy() @ layer.u.numpy()
    v /= np.linalg.norm(v)
    u = kernel.numpy().T @ v
    u /= np.linalg.norm(u)
    with engine.tape() as tape:
        loss = ops.sum(ops.multiply(weights, layer(kernel.value, training=True)))
    (gradient,) = tape.gradient(loss, [kernel])
    expected = numerical_gradient(
        lambda kernel: np.sum(weights * kernel / (v @ kernel @ u)), ops.convert_to_numpy(kernel).astype("float64")
    )
    np.testing.assert_allclose(ops.convert_to_numpy(gradient), expected, atol=1e-4)


def test_a_linear_critic_has_slope_1_at_every_image():
    layer = SpectralDense(1, seed=1)
    slopes = engine.input_gradient(layer, ops.convert_to_tensor(normal(5, 12)))
    np.testing.assert_allclose(np.linalg.norm(ops.convert_to_numpy(slopes), axis=1), 1, rtol=1e-5)


def critic(**options):
    return keras.Sequential(
        [
            keras.Input((6, 6, 2)),
            SpectralConv2D(4, 3, strides=2, seed=1, kernel_initializer=keras.initializers.HeNormal(1)),
            keras.layers.LeakyReLU(0.2),
            keras.layers.Flatten(),
            SpectralDense(1, seed=2, kernel_initializer=keras.initializers.HeNormal(2)),
        ],
        **options,
    )


def test_a_compiled_step_does_what_an_eager_one_does():
    trained = []
    for eagerly in (False, True):
        model = critic()
        model.compile(keras.optimizers.SGD(0.01), "mse", run_eagerly=eagerly)
        for _ in range(5):
            model.train_on_batch(normal(8, 6, 6, 2), normal(8, 1, seed=1))
        trained.append(model.get_weights())
    start = critic().get_weights()
    for compiled, eager, before in zip(*trained, start, strict=True):
        np.testing.assert_allclose(compiled, eager, atol=1e-5)
        assert np.abs(compiled - before).max() > 1e-4


def test_a_weights_file_holds_all_that_the_outputs_depend_on(tmp_path):
    images, model = normal(8, 6, 6, 2), critic()
    iterate(model, images, calls=3)
    model.save_weights(tmp_path / "critic.weights.h5")
    loaded = critic()
    assert np.abs(ops.convert_to_numpy(loaded(images) - model(images))).max() > 1e-3
    loaded.load_weights(tmp_path / "critic.weights.h5")
    np.testing.assert_array_equal(ops.convert_to_numpy(loaded(images)), ops.convert_to_numpy(model(images)))


def test_only_kernels_and_biases_are_trainable():
    names = [weight.path.split("/")[-1] for weight in critic().trainable_variables]
    assert names == ["kernel", "bias", "kernel", "bias"]


@pytest.fixture
def mixed_precision():
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_bfloat16")
    yield
    keras.config.set_dtype_policy(before)


def test_mixed_precision_estimates_sigma_in_float32(mixed_precision):
    images, layer = normal(5, 12), SpectralDense(7, seed=1)
    iterate(layer, images)
    assert keras.backend.standardize_dtype(layer(images).dtype) == "bfloat16"
    assert layer.spectral_norm.u.dtype == "float32"
    rounded = ops.cast(layer.kernel.value, "bfloat16")
    kernel = ops.convert_to_numpy(ops.cast(rounded, "float32"))
    normalised = ops.convert_to_numpy(layer.spectral_norm(rounded))
    assert normalised.dtype == np.float32
    np.testing.assert_allclose(normalised, kernel / largest_singular_value(kernel), rtol=1e-4)
