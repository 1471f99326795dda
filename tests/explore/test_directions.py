import keras
import numpy as np
import pytest
from sklearn.decomposition import PCA
from threadpoolctl import threadpool_limits

from ganlib.catalog import directions as facts
from ganlib.explore import directions
from ganlib.explore.directions import find
from ganlib.models import priors
from ganlib.utils.errors import UserError

METHOD = pytest.mark.parametrize("method", directions.METHODS)


def first_kernel(sampler):
    return np.asarray(sampler.generator.layers[0].kernel.numpy(), np.float64)


def same_lines(found, expected, **tolerance):
    """Compare unit vectors up to their sign."""
    np.testing.assert_allclose(np.abs(np.sum(found * expected, axis=1)), 1, **tolerance)


@METHOD
def test_directions_are_orthogonal_upright_and_no_more_than_dimensions(sampler, method):
    found = find(sampler, method, count=99)
    assert found.vectors.shape == (16, 16)
    assert found.scales.shape == found.shares.shape == (16,)
    assert found.vectors.dtype == np.float32
    np.testing.assert_allclose(found.vectors @ found.vectors.T, np.eye(16), atol=1e-5)
    largest = np.abs(found.vectors).argmax(axis=1)[:, None]
    assert (np.take_along_axis(found.vectors, largest, axis=1) > 0).all()
    np.testing.assert_array_equal(find(sampler, method, count=99).vectors, found.vectors)


@METHOD
def test_shares_are_parts_of_a_whole(sampler, method):
    shares = find(sampler, method, count=16).shares
    assert shares.min() > 0
    assert shares.sum() < 1 + 1e-9
    if method != "axes":
        assert list(shares) == sorted(shares, reverse=True)
    if method != "activations":  # their nonlinearity adds components beyond the latent dimension
        assert shares.sum() == pytest.approx(1)


# Weights


def test_weights_give_the_singular_vectors_of_the_first_layer(sampler):
    found = find(sampler, "weights")
    left, values, _ = np.linalg.svd(first_kernel(sampler), full_matrices=False)
    same_lines(found.vectors, left.T[:8], atol=1e-5)
    np.testing.assert_allclose(found.shares, values[:8] ** 2 / np.sum(values**2), rtol=1e-6)
    np.testing.assert_allclose(found.scales, priors.get(sampler.config.prior).deviation, rtol=1e-6)


def test_no_step_moves_the_first_layer_more_than_one_along_the_first_direction(sampler):
    kernel = first_kernel(sampler)
    others = np.random.default_rng(0).standard_normal((1000, 16))
    others /= np.linalg.norm(others, axis=1, keepdims=True)
    first = np.linalg.norm(find(sampler, "weights").vectors[0] @ kernel)
    assert first > np.linalg.norm(others @ kernel, axis=1).max()


# Activations


def test_activations_give_principal_components_regressed_on_z(sampler):
    z = priors.get(sampler.config.prior).sample(1024, 16, seed=5)
    dense, norm, relu = sampler.generator.layers[:3]
    activations = keras.ops.convert_to_numpy(relu(norm(dense(z), training=False)))
    with threadpool_limits(1, "blas"):
        pca = PCA(3, svd_solver="full").fit(activations)
        components = pca.transform(activations)
        slopes = np.linalg.lstsq(np.c_[z, np.ones(1024)], components, rcond=None)[0][:16].T
    found = find(sampler, "activations", seed=5)
    np.testing.assert_allclose(found.shares[:3], pca.explained_variance_ratio_, rtol=1e-3)
    same_lines(found.vectors[:1], slopes[:1] / np.linalg.norm(slopes[0]), atol=1e-4)
    spanned = np.linalg.svd(found.vectors[:3] @ np.linalg.qr(slopes.T)[0])[1]
    np.testing.assert_allclose(spanned, 1, atol=1e-3)


@pytest.mark.parametrize("prior", ["normal", "uniform"])
def test_without_a_nonlinearity_activations_and_weights_agree(linear_sampler, prior):
    rng = np.random.default_rng(0)
    left, right = (np.linalg.qr(rng.standard_normal((size, 6)))[0] for size in (6, 20))
    sampler = linear_sampler(left * [8, 5, 3, 2, 1, 0.5] @ right.T, prior)
    weights, activations = (find(sampler, method, count=3) for method in ("weights", "activations"))
    same_lines(weights.vectors, left.T[:3], atol=1e-5)
    same_lines(activations.vectors, left.T[:3], atol=0.01)
    np.testing.assert_allclose(activations.shares, weights.shares, atol=0.03)
    np.testing.assert_allclose(activations.scales, weights.scales, rtol=0.1)


# Axes


def test_axes_are_the_coordinates_in_their_order(sampler):
    found = find(sampler, "axes", count=3)
    np.testing.assert_array_equal(found.vectors, np.eye(16)[:3])
    np.testing.assert_allclose(found.scales, priors.get(sampler.config.prior).deviation, rtol=1e-6)


# Moving


@METHOD
def test_a_slider_goes_its_sigmas_along_its_direction(sampler, method):
    found = find(sampler, method)
    amounts = np.zeros(8)
    amounts[[1, 4]] = [0.5, -0.25]
    expected = 0.5 * found.scales[1] * found.vectors[1] - 0.25 * found.scales[4] * found.vectors[4]
    np.testing.assert_allclose(found.move(np.zeros(16), amounts), expected, atol=1e-6)
    z = sampler.latents(1, 3)[0]
    np.testing.assert_array_equal(found.move(z, np.zeros(8)), z)


@METHOD
def test_far_moves_stay_where_the_prior_draws(sampler, method):
    found = find(sampler, method).move(sampler.latents(1, 3)[0], np.random.default_rng(0).normal(0, 9, (5, 8)))
    assert found.shape == (5, 16)
    assert found.dtype == np.float32
    np.testing.assert_allclose(priors.get(sampler.config.prior).within(found), found, rtol=1e-6)


def test_a_strip_goes_evenly_through_its_start(sampler):
    found = find(sampler, "weights")
    z = np.zeros(16, np.float32)
    places = found.strip(z, 2, frames=5, reach=1.0) @ found.vectors.T
    np.testing.assert_allclose(places[:, 2], found.scales[2] * np.linspace(-1, 1, 5), atol=1e-6)
    np.testing.assert_allclose(np.delete(places, 2, axis=1), 0, atol=1e-6)
    start = sampler.latents(1, 0)[0]
    np.testing.assert_array_equal(found.strip(start, 0)[3], start)


# Mistakes


def test_an_unknown_method_lists_the_valid_ones(sampler):
    with pytest.raises(UserError, match="no kind of direction 'magic'; choose one of: weights, activations, axes"):
        find(sampler, "magic")


@pytest.mark.parametrize("method", ["weights", "activations"])
@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_generator_that_diverged_gives_one_sentence(linear_sampler, method, bad):
    with pytest.raises(UserError, match="not finite"):
        find(linear_sampler(np.full((3, 5), bad)), method)


def test_every_method_that_is_described_can_be_computed():
    assert list(directions.METHODS) == list(facts.METHODS)


def test_directions_need_no_dense_layer_of_a_given_kind(untrained):
    """A multilayer perceptron has its second weights in a dense layer, not a convolution."""
    from ganlib.explore.sampler import Sampler

    sampler = Sampler(untrained(generator="mlp", latent_dim=4))
    assert isinstance(sampler.generator.layers[2], keras.layers.Dense)
    assert find(sampler, "activations").vectors.shape == (4, 4)


def test_part_of_the_directions_is_those_directions(sampler):
    found = directions.find(sampler, "axes", count=16)
    part = found.part(3, 4)

    np.testing.assert_array_equal(part.vectors, np.eye(16)[3:7])
    np.testing.assert_array_equal(part.scales, found.scales[3:7])
    np.testing.assert_array_equal(part.shares, found.shares[3:7])
    assert part.prior == found.prior
