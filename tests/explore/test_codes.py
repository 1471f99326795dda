"""An InfoGAN from inside: its category as the class to ask for, its codes as the first numbers of z."""

import numpy as np
import pytest

from ganlib.explore import codes
from ganlib.explore.evaluate_run import evaluate_run
from ganlib.explore.sampler import Sampler
from ganlib.models import inference
from ganlib.utils.errors import UserError


@pytest.fixture(scope="module", params=["normal", "uniform"])
def sampler(request, untrained):
    return Sampler(untrained(conditioning="infogan", latent_dim=8, prior=request.param))


def by_hand(sampler, latents, labels):
    given = np.hstack([latents, np.eye(10)[labels]]).astype("float32")
    return inference.generate(sampler.generator, given, sampler.value_range)


def test_a_row_sweeps_one_thing_and_leaves_the_rest(sampler):
    z = sampler.latents(1, seed=2)[0]
    found = codes.sweeps(sampler.of_class(7), z, count=10)
    assert found.shape == (3, 10, 8, 8, 1)
    np.testing.assert_allclose(found[0].astype(int), by_hand(sampler, np.tile(z, (10, 1)), np.arange(10)), atol=1)
    ends = {"normal": 2.0, "uniform": 2 / np.sqrt(3)}[sampler.config.prior]
    for code in range(2):
        latents = np.tile(z, (10, 1))
        latents[:, code] = np.linspace(-ends, ends, 10)
        expected = by_hand(sampler, latents, np.full(10, 7)).astype(int)
        np.testing.assert_allclose(found[1 + code].astype(int), expected, atol=1)


def test_codes_are_set_in_deviations_of_their_prior(sampler):
    z = sampler.latents(3, seed=1)
    found = codes.with_codes(sampler, z, np.array([[0, 1], [-1, 0], [2, 2]]))
    np.testing.assert_array_equal(found[:, 2:], z[:, 2:])
    deviation = {"normal": 1, "uniform": 1 / np.sqrt(3)}[sampler.config.prior]
    np.testing.assert_allclose(found[:, :2], np.array([[0, 1], [-1, 0], [2, 2]]) * deviation, rtol=1e-6)


def test_a_category_that_is_not_there_is_refused_by_the_names_of_those_that_are(sampler):
    with pytest.raises(UserError, match=r"There is no class 10; choose one of: 0 \(category 0\)"):
        sampler.of_class(10)


def test_a_run_without_codes_has_none(untrained):
    sampler = Sampler(untrained(latent_dim=8))
    with pytest.raises(UserError, match="only an InfoGAN"):
        codes.sweeps(sampler, sampler.latents(1, seed=0)[0])


@pytest.mark.slow
def test_an_evaluation_says_how_pure_categories_are_against_classes(untrained):
    found = evaluate_run(untrained(conditioning="infogan", latent_dim=8), count=400)
    assert {"purity", "category_information"} <= set(found) & set(found["floor"]) & set(found["interval"])
    assert "class_accuracy" not in found
    assert np.sum(found["confusion"]) == 400
