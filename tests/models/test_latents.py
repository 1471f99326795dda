import numpy as np
import pytest

from ganlib.catalog.initializers import PRIORS
from ganlib.models import priors
from ganlib.models.priors import sample_latents
from ganlib.utils.errors import UserError

PRIOR = pytest.mark.parametrize("prior", PRIORS)


@PRIOR
def test_shape_and_type(prior):
    z = sample_latents(prior, count=5, latent_dim=3, seed=0)
    assert z.shape == (5, 3)
    assert z.dtype == np.float32


def test_the_normal_prior_is_a_standard_normal_distribution():
    z = sample_latents("normal", 20_000, 4, seed=0)
    np.testing.assert_allclose(z.mean(axis=0), 0, atol=0.03)
    np.testing.assert_allclose(np.cov(z.T), np.eye(4), atol=0.04)
    np.testing.assert_allclose(np.quantile(z, [0.0228, 0.1587, 0.8413, 0.9772]), [-2, -1, 1, 2], atol=0.03)


def test_the_uniform_prior_fills_minus_one_to_one_evenly():
    z = sample_latents("uniform", 20_000, 4, seed=0)
    assert -1 <= z.min() < -0.999
    assert 0.999 < z.max() <= 1
    np.testing.assert_allclose(np.quantile(z, [0.25, 0.5, 0.75]), [-0.5, 0, 0.5], atol=0.02)
    np.testing.assert_allclose(np.cov(z.T), np.eye(4) / 3, atol=0.02)


@PRIOR
def test_the_same_seed_gives_the_same_vectors(prior):
    np.testing.assert_array_equal(sample_latents(prior, 8, 3, seed=4), sample_latents(prior, 8, 3, seed=4))


@PRIOR
def test_another_seed_gives_others(prior):
    assert not np.isin(sample_latents(prior, 8, 3, seed=4), sample_latents(prior, 8, 3, seed=5)).any()


@PRIOR
def test_the_first_vectors_do_not_depend_on_how_many_are_drawn(prior):
    few, many = (sample_latents(prior, count, 7, seed=1) for count in (3, 1000))
    np.testing.assert_array_equal(few, many[:3])


def test_a_seed_means_these_vectors_for_ever():
    """Else the same command would draw other pictures after an update."""
    z = sample_latents("normal", 1, 3, seed=0)
    np.testing.assert_allclose(z, [[-2.0339897, 0.1136024, 0.6784329]], atol=1e-6)


def test_an_unknown_prior_lists_the_valid_ones():
    with pytest.raises(UserError, match="no noise prior 'gauss'; choose one of: normal, uniform"):
        sample_latents("gauss", 1, 1, seed=0)


def test_every_prior_that_is_described_can_be_drawn():
    assert set(priors._DRAW) == set(PRIORS)
