import numpy as np
import pytest

from ganlib.catalog.initializers import PRIORS
from ganlib.explore import inversion, priors
from ganlib.models.priors import sample_latents
from ganlib.utils.errors import UserError

PRIOR = pytest.mark.parametrize("prior", PRIORS)


@PRIOR
@pytest.mark.parametrize("latent_dim", [1, 2, 100])
def test_draws_of_the_prior_stay_as_they_are(prior, latent_dim):
    z = sample_latents(prior, 500, latent_dim, seed=0)
    np.testing.assert_array_equal(priors.within(prior, z), z)


@PRIOR
def test_what_was_brought_back_stays(prior):
    once = priors.within(prior, 5 * sample_latents(prior, 50, 8, seed=0))
    np.testing.assert_allclose(priors.within(prior, once), once, rtol=1e-6)


@PRIOR
def test_no_draw_is_nearer_than_the_one_brought_back_to(prior):
    far = 5 * sample_latents(prior, 1, 3, seed=0)
    others = priors.within(prior, 2 * sample_latents(prior, 5000, 3, seed=1))
    gap = np.linalg.norm(far - priors.within(prior, far))
    assert gap > 0
    assert gap <= np.linalg.norm(far - others, axis=1).min()


def test_under_the_uniform_prior_entries_stop_at_the_bounds():
    np.testing.assert_array_equal(priors.within("uniform", np.array([-3, -1, 0.5, 1.2])), [-1, -1, 0.5, 1])


def test_under_the_normal_prior_a_vector_that_is_too_long_keeps_its_direction():
    long = 9 * sample_latents("normal", 20, 5, seed=0)
    short = priors.within("normal", long)
    before, after = (np.linalg.norm(z, axis=1, keepdims=True) for z in (long, short))
    np.testing.assert_allclose(after, np.minimum(before, priors.longest(5)), rtol=1e-6)
    np.testing.assert_allclose(short / after, long / before, atol=1e-6)


def test_one_vector_in_ten_thousand_is_longer_than_the_longest():
    """In two dimensions the share beyond r is exp(-r^2 / 2)."""
    assert np.exp(-(priors.longest(2) ** 2) / 2) == pytest.approx(1e-4)
    norms = np.linalg.norm(np.random.default_rng(0).standard_normal((200_000, 10)), axis=1)
    assert np.mean(norms > priors.longest(10)) == pytest.approx(1e-4, abs=1e-4)


@PRIOR
def test_quantiles_divide_the_draws(prior):
    shares = np.array([0.05, 0.25, 0.5, 0.9])
    draws = sample_latents(prior, 1, 100_000, seed=0)
    np.testing.assert_allclose((draws[0] < priors.quantile(prior, shares)[:, None]).mean(axis=1), shares, atol=0.005)


@PRIOR
def test_normal_numbers_become_draws(prior):
    drawn = np.sort(priors.from_normal(prior, np.random.default_rng(0).standard_normal(100_000)))
    shares = (np.arange(100_000) + 0.5) / 100_000
    middle = slice(100, -100)
    np.testing.assert_allclose(drawn[middle], priors.quantile(prior, shares)[middle], atol=0.1)
    assert drawn.dtype == np.float32


def test_normal_numbers_are_draws_of_the_normal_prior_already():
    values = np.linspace(-5, 5, 11)
    np.testing.assert_allclose(priors.from_normal("normal", values), values, atol=1e-6)


@PRIOR
def test_the_deviation_is_that_of_the_draws_along_any_direction(prior):
    direction = np.array([0.6, 0.8], np.float32)
    assert (sample_latents(prior, 100_000, 2, seed=0) @ direction).std() == pytest.approx(
        priors.deviation(prior), rel=0.01
    )


def test_an_unknown_prior_lists_the_valid_ones():
    with pytest.raises(UserError, match="no noise prior 'gauss'; choose one of: normal, uniform"):
        priors.within("gauss", np.zeros(2))


def test_every_prior_has_a_shape():
    assert set(priors.SHAPES) == set(inversion._CONSTRAINTS) == set(PRIORS)
