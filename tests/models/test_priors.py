import numpy as np
import pytest

from ganlib.catalog.initializers import PRIORS
from ganlib.models import priors
from ganlib.utils.errors import UserError

PRIOR = pytest.mark.parametrize("prior", PRIORS)


@PRIOR
def test_shape_and_type(prior):
    z = priors.get(prior).sample(count=5, latent_dim=3, seed=0)
    assert z.shape == (5, 3)
    assert z.dtype == np.float32


def test_the_normal_prior_is_a_standard_normal_distribution():
    z = priors.get("normal").sample(20_000, 4, seed=0)
    np.testing.assert_allclose(z.mean(axis=0), 0, atol=0.03)
    np.testing.assert_allclose(np.cov(z.T), np.eye(4), atol=0.04)
    np.testing.assert_allclose(np.quantile(z, [0.0228, 0.1587, 0.8413, 0.9772]), [-2, -1, 1, 2], atol=0.03)


def test_the_uniform_prior_fills_minus_one_to_one_evenly():
    z = priors.get("uniform").sample(20_000, 4, seed=0)
    assert -1 <= z.min() < -0.999
    assert 0.999 < z.max() <= 1
    np.testing.assert_allclose(np.quantile(z, [0.25, 0.5, 0.75]), [-0.5, 0, 0.5], atol=0.02)
    np.testing.assert_allclose(np.cov(z.T), np.eye(4) / 3, atol=0.02)


@PRIOR
def test_the_same_seed_gives_the_same_vectors(prior):
    np.testing.assert_array_equal(priors.get(prior).sample(8, 3, seed=4), priors.get(prior).sample(8, 3, seed=4))


@PRIOR
def test_another_seed_gives_others(prior):
    assert not np.isin(priors.get(prior).sample(8, 3, seed=4), priors.get(prior).sample(8, 3, seed=5)).any()


@PRIOR
def test_the_first_vectors_do_not_depend_on_how_many_are_drawn(prior):
    few, many = (priors.get(prior).sample(count, 7, seed=1) for count in (3, 1000))
    np.testing.assert_array_equal(few, many[:3])


def test_a_seed_means_these_vectors_for_ever():
    """Else the same command would draw other pictures after an update."""
    z = priors.get("normal").sample(1, 3, seed=0)
    np.testing.assert_allclose(z, [[-2.0339897, 0.1136024, 0.6784329]], atol=1e-6)


def test_an_unknown_prior_lists_the_valid_ones():
    with pytest.raises(UserError, match="no noise prior 'gauss'; choose one of: normal, uniform"):
        priors.get("gauss").sample(1, 1, seed=0)


def test_every_prior_that_is_described_can_be_drawn():
    assert set(priors.PRIORS) == set(PRIORS)


# where draws lie


@PRIOR
@pytest.mark.parametrize("latent_dim", [1, 2, 100])
def test_draws_of_the_prior_stay_as_they_are(prior, latent_dim):
    z = priors.get(prior).sample(500, latent_dim, seed=0)
    np.testing.assert_array_equal(priors.get(prior).within(z), z)


@PRIOR
def test_what_was_brought_back_stays(prior):
    once = priors.get(prior).within(5 * priors.get(prior).sample(50, 8, seed=0))
    np.testing.assert_allclose(priors.get(prior).within(once), once, rtol=1e-6)


@PRIOR
def test_no_draw_is_nearer_than_the_one_brought_back_to(prior):
    far = 5 * priors.get(prior).sample(1, 3, seed=0)
    others = priors.get(prior).within(2 * priors.get(prior).sample(5000, 3, seed=1))
    gap = np.linalg.norm(far - priors.get(prior).within(far))
    assert gap > 0
    assert gap <= np.linalg.norm(far - others, axis=1).min()


def test_under_the_uniform_prior_entries_stop_at_the_bounds():
    np.testing.assert_array_equal(priors.get("uniform").within(np.array([-3, -1, 0.5, 1.2])), [-1, -1, 0.5, 1])


def test_under_the_normal_prior_a_vector_that_is_too_long_keeps_its_direction():
    long = 9 * priors.get("normal").sample(20, 5, seed=0)
    short = priors.get("normal").within(long)
    before, after = (np.linalg.norm(z, axis=1, keepdims=True) for z in (long, short))
    np.testing.assert_allclose(after, np.minimum(before, priors.Normal.longest(5)), rtol=1e-6)
    np.testing.assert_allclose(short / after, long / before, atol=1e-6)


def test_one_vector_in_ten_thousand_is_longer_than_the_longest():
    """In two dimensions the share beyond r is exp(-r^2 / 2)."""
    assert np.exp(-(priors.Normal.longest(2) ** 2) / 2) == pytest.approx(1e-4)
    norms = np.linalg.norm(np.random.default_rng(0).standard_normal((200_000, 10)), axis=1)
    assert np.mean(norms > priors.Normal.longest(10)) == pytest.approx(1e-4, abs=1e-4)


@PRIOR
def test_quantiles_divide_the_draws(prior):
    shares = np.array([0.05, 0.25, 0.5, 0.9])
    draws = priors.get(prior).sample(1, 100_000, seed=0)
    np.testing.assert_allclose(
        (draws[0] < priors.get(prior).quantile(shares)[:, None]).mean(axis=1), shares, atol=0.005
    )


@PRIOR
def test_normal_numbers_become_draws(prior):
    drawn = np.sort(priors.get(prior).from_normal(np.random.default_rng(0).standard_normal(100_000)))
    shares = (np.arange(100_000) + 0.5) / 100_000
    middle = slice(100, -100)
    np.testing.assert_allclose(drawn[middle], priors.get(prior).quantile(shares)[middle], atol=0.1)
    assert drawn.dtype == np.float32


def test_normal_numbers_are_draws_of_the_normal_prior_already():
    values = np.linspace(-5, 5, 11)
    np.testing.assert_allclose(priors.get("normal").from_normal(values), values, atol=1e-6)


@PRIOR
def test_the_deviation_is_that_of_the_draws_along_any_direction(prior):
    direction = np.array([0.6, 0.8], np.float32)
    assert (priors.get(prior).sample(100_000, 2, seed=0) @ direction).std() == pytest.approx(
        priors.get(prior).deviation, rel=0.01
    )
