import numpy as np
import pytest

from ganlib.catalog.initializers import PRIORS
from ganlib.explore import interpolation, plane
from ganlib.explore.directions import Directions
from ganlib.models import priors

PRIOR = pytest.mark.parametrize("prior", PRIORS)


def grid(latents, side):
    return latents.reshape(side, side, -1)


@pytest.fixture
def directions():
    vectors = np.eye(4, dtype=np.float32)[:3]
    return Directions(vectors, np.array([1.0, 0.5, 0.1], np.float32), np.array([0.6, 0.3, 0.1]), "normal")


def test_directions_span_a_plane_around_the_middle(directions):
    start = np.full(4, 0.2, np.float32)
    found = grid(plane.by_directions(start, directions, across=0, up=1, side=5, reach=2.0), 5)
    np.testing.assert_allclose(found[2, 2], start)
    np.testing.assert_allclose(found[2, :, 0] - 0.2, [-2, -1, 0, 1, 2], atol=1e-6)
    np.testing.assert_allclose(found[:, 2, 1] - 0.2, [1, 0.5, 0, -0.5, -1], atol=1e-6)  # up is up
    np.testing.assert_allclose(found[..., 2:], 0.2, atol=1e-6)


def test_one_direction_can_serve_both_ways(directions):
    found = grid(plane.by_directions(np.zeros(4, np.float32), directions, across=2, up=2, side=3, reach=1.0), 3)
    np.testing.assert_allclose(found[..., 2], [[0, 0.1, 0.2], [-0.1, 0, 0.1], [-0.2, -0.1, 0]], atol=1e-7)


@PRIOR
def test_three_anchors_are_three_corners_and_paths_join_them(prior):
    a, b, c = priors.get(prior).sample(3, 32, seed=0)
    found = grid(plane.by_anchors(a, b, c, prior, side=7), 7)
    assert found.dtype == np.float32
    np.testing.assert_allclose([found[0, 0], found[0, -1], found[-1, 0]], [a, b, c], atol=1e-5)
    path, places = interpolation.PATHS[priors.get(prior).path], np.linspace(0, 1, 7)
    np.testing.assert_allclose(found[0], path(a, b, places), atol=1e-5)
    np.testing.assert_allclose(found[:, 0], path(a, c, places), atol=1e-5)
    np.testing.assert_allclose(priors.get(prior).within(found), found, rtol=1e-6)


def test_under_the_uniform_prior_the_plane_is_flat():
    a, b, c = priors.get("uniform").sample(3, 32, seed=0) / 3
    s, t = np.meshgrid(np.linspace(0, 1, 4), np.linspace(0, 1, 4))
    flat = a + s[..., None] * (b - a) + t[..., None] * (c - a)
    np.testing.assert_allclose(grid(plane.by_anchors(a, b, c, "uniform", side=4), 4), flat, atol=1e-6)


@PRIOR
def test_the_whole_plane_is_even_in_shares_of_the_prior(prior):
    found = grid(plane.whole(prior, side=10), 10)
    np.testing.assert_allclose(found[0, :, 0], priors.get(prior).quantile(np.arange(0.05, 1, 0.1)), atol=1e-6)
    np.testing.assert_array_equal(found[:, 3, 1], found[0, ::-1, 0])  # the second entry grows upwards
    np.testing.assert_allclose(found, -found[::-1, ::-1], atol=1e-6)
    draws = priors.get(prior).sample(20_000, 2, seed=0)
    nearest = np.abs(draws[:, :1] - found[0, :, 0]).argmin(axis=1)
    assert np.bincount(nearest, minlength=10).min() > 0.08 * 20_000
