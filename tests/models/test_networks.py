import math
from contextlib import contextmanager

import keras
import numpy as np
import pytest
from keras import ops

from ganlib.catalog import networks as facts
from ganlib.catalog.training import ACTIVATIONS
from ganlib.models.networks import DISCRIMINATORS, GENERATORS, build_discriminator, build_generator
from ganlib.utils.errors import UserError
from tests.variants import slow_unless

MNIST, SVHN = (28, 28, 1), (32, 32, 1)
OF_IMAGES = [name for name, network in facts.GENERATORS.items() if not network.for_points]
ON_LOGITS = [
    name for name, network in facts.DISCRIMINATORS.items() if not (network.for_points or network.is_autoencoder)
]
READ_IMAGES = [name for name, network in facts.DISCRIMINATORS.items() if not network.for_points]
SHAPES = slow_unless(
    {(8, 8, 3), (28, 28, 1), (32, 32, 3)}.__contains__,
    [(size, size, channels) for size in (8, 28, 32, 64) for channels in (1, 3)],
)


@contextmanager
def policy(name):
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(name)
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)


def normal(*shape, scale=1.0):
    return (scale * np.random.default_rng(0).normal(size=shape)).astype("float32")


def trainable_count(model):
    return sum(math.prod(variable.shape) for variable in model.trainable_variables)


def same_weights(one, other):
    pairs = zip(one.get_weights(), other.get_weights(), strict=True)
    return all(np.array_equal(a, b) for a, b in pairs)


def kernels(model):
    return [weight for weight in model.trainable_variables if weight.path.endswith("kernel")]


def power_vectors(model):
    return [weight for weight in model.non_trainable_variables if weight.path.endswith("/u")]


def test_builders_and_facts_have_the_same_names():
    assert list(GENERATORS) == list(facts.GENERATORS)
    assert list(DISCRIMINATORS) == list(facts.DISCRIMINATORS)


@pytest.mark.parametrize("name", OF_IMAGES)
def test_generators_have_as_many_weights_as_their_facts_say(name):
    assert round(build_generator(name, MNIST, 100).count_params() / 1000) == facts.GENERATOR_WEIGHTS[name]


@pytest.mark.parametrize("name", READ_IMAGES)
def test_discriminators_have_as_many_weights_as_their_facts_say(name):
    assert round(build_discriminator(name, MNIST).count_params() / 1000) == facts.DISCRIMINATOR_WEIGHTS[name]


class TestLayerTables:
    @pytest.mark.parametrize(
        ("name", "image_shape", "parameters"),
        [
            ("dcgan", MNIST, 2_330_944),
            ("dcgan-3x3", MNIST, 1_674_560),
            ("dcgan-2x2", MNIST, 1_470_784),
            ("dcgan", SVHN, 2_730_304),
            ("dcgan-3x3", SVHN, 2_073_920),
            ("dcgan-2x2", SVHN, 1_870_144),
        ],
    )
    def test_dcgan_generators_have_their_parameters(self, name, image_shape, parameters):
        assert build_generator(name, image_shape, 100).count_params() == parameters

    @pytest.mark.parametrize(
        ("name", "image_shape", "parameters"),
        [
            ("dcgan", MNIST, 212_865),
            ("dcgan-pool", MNIST, 207_105),
            ("dcgan-relu", MNIST, 212_865),
            ("dcgan-relu", SVHN, 214_785),
            ("svhn-deep", SVHN, 2_750_593),
            ("svhn-deeper", SVHN, 1_059_441),
        ],
    )
    def test_discriminators_have_their_parameters(self, name, image_shape, parameters):
        assert build_discriminator(name, image_shape).count_params() == parameters

    def test_infogan_networks_have_their_parameters(self):
        generator, discriminator = build_generator("infogan", MNIST, 62), build_discriminator("infogan", MNIST)
        assert (generator.count_params(), trainable_count(generator)) == (6_654_913, 6_640_193)
        assert (discriminator.count_params(), trainable_count(discriminator)) == (6_561_473, 6_559_169)

    def test_compact_networks_have_their_parameters(self):
        assert build_generator("compact", MNIST, 64).count_params() == 224_193
        assert build_discriminator("compact", MNIST).count_params() == 209_585

    def test_layers_that_parameters_do_not_show(self):
        generator = build_generator("dcgan-2x2", MNIST, 100)
        assert [generator.get_layer(name).activation.__name__ for name in ("up_1", "up_2", "image")] == [
            "relu",
            "relu",
            "tanh",
        ]
        assert build_generator("dcgan", MNIST, 100).get_layer("up_1").activation.__name__ == "linear"
        assert build_discriminator("dcgan-relu", MNIST).get_layer("conv_2").activation.__name__ == "relu"
        assert build_discriminator("dcgan", MNIST).get_layer("conv_2").activation.__name__ == "linear"
        assert build_generator("compact", MNIST, 64).get_layer("norm_2").momentum == 0.9
        assert build_generator("dcgan", MNIST, 100).get_layer("norm_2").momentum == 0.99

    @pytest.mark.parametrize(
        ("name", "slope"), [("dcgan", 0.3), ("svhn-deep", 0.3), ("infogan", 0.2), ("compact", 0.2), ("mlp", 0.2)]
    )
    def test_leaky_relus_have_the_slope_of_their_family(self, name, slope):
        layers = build_discriminator(name, SVHN).layers
        assert {layer.negative_slope for layer in layers if "leaky_relu" in layer.name} == {slope}

    def test_layers_have_readable_names(self):
        assert [layer.name for layer in build_discriminator("compact", MNIST).layers] == [
            "conv_1",
            "leaky_relu_1",
            "conv_2",
            "norm_1",
            "leaky_relu_2",
            "flatten_1",
            "dense_1",
            "leaky_relu_3",
            "logit",
        ]


@pytest.mark.parametrize("name", OF_IMAGES)
def test_dropout_in_a_generator_follows_every_hidden_layer_and_adds_no_weight(name):
    plain, dropping = (build_generator(name, (8, 8, 1), 10, dropout=rate) for rate in (0.0, 0.4))
    kinds = [type(layer).__name__ for layer in plain.layers]
    assert "Dropout" not in kinds
    assert same_weights(plain, dropping)
    hidden = sum("kernel" in {weight.name for weight in layer.weights} for layer in plain.layers) - 1
    drops = [layer for layer in dropping.layers if type(layer).__name__ == "Dropout"]
    assert [layer.rate for layer in drops] == [0.4] * hidden
    before = [dropping.layers[dropping.layers.index(layer) - 1] for layer in drops]
    assert {type(layer).__name__ for layer in before} == {"LeakyReLU"}


@pytest.mark.parametrize("kind", ["he_uniform", "he_normal"])
@pytest.mark.parametrize("name", ["infogan", "dcgan"])
def test_hes_variance_is_2_over_the_inputs_in_transposed_convolutions_too(name, kind):
    for layer in build_generator(name, MNIST, 100, initializer=kind).layers:
        if "kernel" in {weight.name for weight in layer.weights}:
            kernel = ops.convert_to_numpy(layer.kernel)
            area = math.prod(kernel.shape[:-2])  # 1 for a dense layer
            inputs = area * layer.input.shape[-1]
            error = 4 / math.sqrt(2 * kernel.size)  # four standard errors of a deviation
            np.testing.assert_allclose(kernel.std(), math.sqrt(2 / inputs), rtol=error, err_msg=layer.name)


@pytest.mark.parametrize("image_shape", SHAPES)
@pytest.mark.parametrize("name", OF_IMAGES)
def test_generators_make_every_shape_within_their_range(name, image_shape):
    generator = build_generator(name, image_shape, 10, initializer="he_normal")
    low, high = facts.get_generator(name).output_range
    # Far-out vectors and layers without statistics drive the last activation to both of its ends.
    images = ops.convert_to_numpy(generator(normal(16, 10, scale=100.0)))
    assert images.shape == (16, *image_shape)
    assert images.dtype == np.float32
    assert images.min() >= low
    assert images.max() <= high
    np.testing.assert_allclose([images.min(), images.max()], [low, high], atol=0.01)


@pytest.mark.parametrize("image_shape", SHAPES)
@pytest.mark.parametrize("name", READ_IMAGES)
def test_discriminators_read_every_shape_or_say_why_not(name, image_shape):
    sentence = facts.problem(facts.get_discriminator(name), image_shape)
    if sentence:
        with pytest.raises(UserError) as error:
            build_discriminator(name, image_shape)
        assert str(error.value) == sentence
        return
    outputs = build_discriminator(name, image_shape)(normal(3, *image_shape))
    assert outputs.shape == (3, 1 if name in ON_LOGITS else 65)  # an autoencoder's code stands after its score
    assert keras.backend.standardize_dtype(outputs.dtype) == "float32"


@pytest.mark.parametrize("name", ON_LOGITS)
def test_heads_are_linear(name):
    image_shape = (32, 32, 1)
    head = build_discriminator(name, image_shape).layers[-1]
    assert (head.name, head.units, head.activation.__name__) == ("logit", 1, "linear")


@pytest.mark.parametrize("name", ["dcgan-pool", "svhn-deeper"])
def test_pooling_discriminators_read_the_smallest_size_they_claim(name):
    size = facts.get_discriminator(name).smallest
    assert build_discriminator(name, (size, size, 1))(normal(2, size, size, 1)).shape == (2, 1)
    with pytest.raises(UserError, match=f"at least {size} x {size} pixels"):
        build_discriminator(name, (size - 1, size - 1, 1))


def test_a_generator_says_which_sizes_it_can_make():
    with pytest.raises(UserError, match="multiples of 4, and these are 30 x 30"):
        build_generator("dcgan", (30, 30, 1), 100)


def test_images_need_not_be_square():
    assert build_generator("compact", (8, 12, 3), 4)(normal(2, 4)).shape == (2, 8, 12, 3)
    assert build_generator("mlp", (9, 11, 1), 4)(normal(2, 4)).shape == (2, 9, 11, 1)


class TestSeeds:
    @pytest.mark.parametrize("name", OF_IMAGES)
    def test_a_generator_repeats_with_its_seed(self, name):
        models = [build_generator(name, (8, 8, 1), 10, seed=seed) for seed in (5, 5, 6)]
        assert same_weights(models[0], models[1])
        assert not same_weights(models[0], models[2])

    @pytest.mark.parametrize("spectral_norm", [False, True])
    @pytest.mark.parametrize("name", slow_unless({"compact", "mlp"}.__contains__, ON_LOGITS))
    def test_a_discriminator_repeats_with_its_seed(self, name, spectral_norm):
        models = [build_discriminator(name, (16, 16, 1), spectral_norm=spectral_norm, seed=seed) for seed in (5, 5, 6)]
        assert same_weights(models[0], models[1])
        assert not same_weights(models[0], models[2])

    def test_every_kernel_is_drawn_on_its_own(self):
        models = [
            build_generator("dcgan", (8, 8, 1), 64, initializer="normal"),
            build_discriminator("svhn-deeper", (16, 16, 1), initializer="normal"),
        ]
        beginnings = {tuple(kernel.numpy().ravel()[:8]) for model in models for kernel in kernels(model)}
        assert len(beginnings) == sum(len(kernels(model)) for model in models)

    def test_dropout_repeats_with_the_seed_and_differs_between_layers(self):
        images = normal(4, 8, 8, 1)
        models = [build_discriminator("mlp", (8, 8, 1), seed=seed) for seed in (5, 5)]
        first, second = (ops.convert_to_numpy(model(images, training=True)) for model in models)
        np.testing.assert_array_equal(first, second)
        assert len({layer.seed for layer in models[0].layers if "dropout" in layer.name}) == 2


class TestInitializer:
    @staticmethod
    def assert_uniform(model):
        for kernel in kernels(model):
            values = kernel.numpy()
            assert np.abs(values).max() <= 0.05
            np.testing.assert_allclose(values.std(), 0.05 / np.sqrt(3), rtol=2 / np.sqrt(values.size))
        for weight in model.trainable_variables:
            if weight.path.endswith(("bias", "beta")):
                assert not weight.numpy().any()

    @pytest.mark.parametrize("name", OF_IMAGES)
    def test_reaches_every_kernel_of_a_generator_and_no_bias(self, name):
        self.assert_uniform(build_generator(name, (8, 8, 1), 10, initializer="uniform"))

    @pytest.mark.parametrize("spectral_norm", [False, True])
    @pytest.mark.parametrize("name", ON_LOGITS)
    def test_reaches_every_kernel_of_a_discriminator_and_no_bias(self, name, spectral_norm):
        self.assert_uniform(build_discriminator(name, (16, 16, 1), initializer="uniform", spectral_norm=spectral_norm))

    def test_an_unknown_one_is_refused(self):
        with pytest.raises(UserError, match="no weight initialiser 'zeros'"):
            build_generator("mlp", MNIST, 10, initializer="zeros")


class TestDiscriminatorNorm:
    @pytest.mark.parametrize("name", ON_LOGITS)
    def test_facts_say_which_networks_have_normalisation(self, name):
        names = {
            norm: [layer.name for layer in build_discriminator(name, SVHN, norm=norm).layers]
            for norm in ("batch", "layer", "none")
        }
        assert names["batch"] == names["layer"]
        assert names["none"] == [name for name in names["batch"] if "norm" not in name]
        assert (names["none"] != names["batch"]) == facts.get_discriminator(name).has_norm

    def test_none_leaves_out_just_the_parameters_of_batch_normalisation(self):
        with_norm, without = (build_discriminator("infogan", MNIST, norm=norm) for norm in ("batch", "none"))
        assert with_norm.count_params() - without.count_params() == 4 * (128 + 1024)
        assert not without.non_trainable_variables

    @pytest.mark.parametrize(("norm", "own"), [("batch", False), ("layer", True), ("none", True)])
    def test_layer_normalisation_judges_each_image_on_its_own(self, norm, own):
        model, images = build_discriminator("compact", MNIST, norm=norm), normal(6, *MNIST)
        together = ops.convert_to_numpy(model(images, training=True))[:2]
        apart = ops.convert_to_numpy(model(images[:2], training=True))
        assert np.allclose(together, apart, atol=1e-5) == own

    def test_layer_normalisation_takes_all_pixels_and_channels_together(self):
        layer = build_discriminator("compact", MNIST, norm="layer").get_layer("norm_1")
        features = 3 + 2 * normal(4, 7, 7, 32)
        mean, variance = features.mean((1, 2, 3), keepdims=True), features.var((1, 2, 3), keepdims=True)
        expected = (features - mean) / np.sqrt(variance + 1e-3)
        np.testing.assert_allclose(ops.convert_to_numpy(layer(features)), expected, atol=1e-4)
        assert [weight.shape for weight in layer.weights] == [(32,), (32,)]

    def test_an_unknown_one_is_refused(self):
        with pytest.raises(UserError, match="'auto'; choose one of: batch, layer, none"):
            build_discriminator("compact", MNIST, norm="auto")


@pytest.mark.parametrize("name", ON_LOGITS)
def test_spectral_normalisation_adds_one_vector_for_each_kernel(name):
    plain, spectral = (build_discriminator(name, SVHN, spectral_norm=flag) for flag in (False, True))
    assert [u.shape for u in power_vectors(spectral)] == [kernel.shape[-1:] for kernel in kernels(plain)]
    assert [weight.shape for weight in spectral.trainable_variables] == [
        weight.shape for weight in plain.trainable_variables
    ]


def test_power_iterations_start_from_vectors_of_their_own():
    models = [build_discriminator("mlp", MNIST, spectral_norm=True, seed=seed) for seed in (0, 1)]
    starts = {float(u.numpy()[0]) for model in models for u in power_vectors(model)}
    assert len(starts) == 6


class TestMixedPrecision:
    @pytest.mark.parametrize("name", OF_IMAGES)
    def test_images_are_float32_with_more_levels_than_bfloat16_has(self, name):
        with policy("mixed_bfloat16"):
            generator = build_generator(name, MNIST, 10)
        assert generator.get_layer("dense_1").compute_dtype == "bfloat16"
        images = generator(normal(8, 10))
        assert keras.backend.standardize_dtype(images.dtype) == "float32"
        rounded = ops.cast(ops.cast(images, "bfloat16"), "float32")
        assert not np.array_equal(ops.convert_to_numpy(images), ops.convert_to_numpy(rounded))

    @pytest.mark.parametrize(("norm", "spectral_norm"), [("batch", True), ("layer", False)])
    @pytest.mark.parametrize("name", slow_unless({"compact", "dcgan-pool"}.__contains__, ON_LOGITS))
    def test_logits_are_float32_and_close_to_those_of_full_precision(self, name, norm, spectral_norm):
        options = {"norm": norm, "spectral_norm": spectral_norm}
        full = build_discriminator(name, SVHN, **options)
        with policy("mixed_bfloat16"):
            mixed = build_discriminator(name, SVHN, **options)
        assert same_weights(full, mixed)
        assert mixed.layers[1].compute_dtype == "bfloat16"
        images = normal(4, *SVHN)
        expected, logits = full(images), mixed(images)
        assert keras.backend.standardize_dtype(logits.dtype) == "float32"
        np.testing.assert_allclose(ops.convert_to_numpy(logits), ops.convert_to_numpy(expected), atol=0.03, rtol=0.05)


def test_weights_files_carry_over(tmp_path):
    first, second = (build_generator("compact", MNIST, 8, seed=seed) for seed in (1, 2))
    first.save_weights(tmp_path / "generator.weights.h5")
    second.load_weights(tmp_path / "generator.weights.h5")
    assert same_weights(first, second)


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize(("width", "depth"), [(8, 1), (24, 3)])
def test_networks_for_points_are_as_large_as_they_are_asked_to_be(activation, width, depth):
    sizes = {"width": width, "depth": depth, "activation": activation}
    generator = build_generator("points", (2,), 3, **sizes)
    discriminator = build_discriminator("points", (2,), **sizes)
    hidden = (depth - 1) * (width * width + width)
    assert trainable_count(generator) == 3 * width + width + hidden + 2 * width + 2
    assert trainable_count(discriminator) == 2 * width + width + hidden + width + 1
    made = generator(normal(5, 3))
    assert made.shape == (5, 2)
    assert discriminator(made).shape == (5, 1)
