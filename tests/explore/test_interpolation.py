import numpy as np
import pytest

from ganlib.catalog.initializers import PRIORS
from ganlib.explore import interpolation
from ganlib.models import priors
from ganlib.utils.errors import UserError

T = np.linspace(0, 1, 11)
PRIOR = pytest.mark.parametrize("prior", PRIORS)
KIND = pytest.mark.parametrize("kind", interpolation.PATHS)


def norms(latents):
    return np.linalg.norm(latents, axis=1)


def angles(path):
    unit = path / norms(path)[:, None]
    return np.arccos(np.clip((unit[1:] * unit[:-1]).sum(axis=1), -1, 1))


@pytest.fixture
def anchors():
    return priors.get("normal").sample(3, 64, seed=0)


# Legs


@KIND
def test_a_leg_begins_and_ends_at_its_anchors(kind, anchors):
    path = interpolation.PATHS[kind](anchors[0], anchors[1], T)
    np.testing.assert_allclose(path[[0, -1]], anchors[:2], atol=1e-6)


def test_a_linear_leg_goes_in_equal_steps(anchors):
    steps = np.diff(interpolation.lerp(anchors[0], anchors[1], T), axis=0)
    np.testing.assert_allclose(steps, np.tile((anchors[1] - anchors[0]) / 10, (10, 1)), atol=1e-6)


def test_a_spherical_leg_between_vectors_of_one_norm_keeps_it(anchors):
    a, b = (8 * anchor / np.linalg.norm(anchor) for anchor in anchors[:2])
    np.testing.assert_allclose(norms(interpolation.slerp(a, b, T)), 8, rtol=1e-6)
    assert norms(interpolation.lerp(a, b, T))[5] < 6.5


def test_a_spherical_leg_turns_and_lengthens_evenly(anchors):
    path = interpolation.slerp(anchors[0], 2 * anchors[1], T)
    np.testing.assert_allclose(angles(path), angles(path)[0], rtol=1e-4)
    ends = np.linalg.norm(anchors[0]), 2 * np.linalg.norm(anchors[1])
    np.testing.assert_allclose(norms(path), np.linspace(*ends, 11), rtol=1e-6)


def test_a_spherical_leg_between_axes_is_a_quarter_circle():
    path = interpolation.slerp(np.array([1.0, 0.0]), np.array([0.0, 1.0]), T)
    np.testing.assert_allclose(path, np.stack([np.cos(np.pi / 2 * T), np.sin(np.pi / 2 * T)], axis=1), atol=1e-12)


@pytest.mark.parametrize("apart", [0.0, 1e-4, 1e-3])
def test_a_spherical_leg_between_opposite_vectors_keeps_the_norm(apart):
    for a in priors.get("normal").sample(20, 64, seed=0):
        b = -a + np.float32(apart) * priors.get("normal").sample(1, 64, seed=1)[0]
        path = interpolation.slerp(a, b, T)
        np.testing.assert_allclose(norms(path), np.linspace(np.linalg.norm(a), np.linalg.norm(b), 11), rtol=1e-5)
        np.testing.assert_allclose(angles(path), np.pi / 10, rtol=2e-3)
        np.testing.assert_allclose(path[[0, -1]], [a, b], atol=1e-5)


def test_in_one_dimension_every_leg_is_straight():
    a, b = np.array([1.5]), np.array([-0.5])
    np.testing.assert_allclose(interpolation.slerp(a, b, T), interpolation.lerp(a, b, T))


@pytest.mark.parametrize("end", [[2.0, 0.0], [0.0, 0.0]])
def test_where_there_is_no_arc_a_spherical_leg_is_straight(end):
    start = np.array([1.0, 0.0])
    for a, b in ((start, np.array(end)), (np.array(end), start)):
        np.testing.assert_allclose(interpolation.slerp(a, b, T), interpolation.lerp(a, b, T), atol=1e-6)


# Walks


@KIND
def test_a_walk_passes_through_all_anchors(kind, anchors):
    path = interpolation.through(anchors, 21, kind, loop=False)
    assert path.shape == (21, 64)
    assert path.dtype == np.float32
    np.testing.assert_allclose(path[[0, 10, 20]], anchors, atol=1e-5)


@KIND
def test_a_loop_comes_back_without_showing_its_start_twice(kind, anchors):
    path = interpolation.through(anchors, 30, kind)
    np.testing.assert_allclose(path[[0, 10, 20]], anchors, atol=1e-5)
    last_leg = interpolation.PATHS[kind](anchors[2], anchors[0], T)
    np.testing.assert_allclose(path[20:], last_leg[:-1], atol=1e-5)


def test_a_walk_needs_two_anchors_and_two_frames(anchors):
    for few in ((anchors[:1], 5), (anchors, 1)):
        with pytest.raises(ValueError, match="at least two anchors and two frames"):
            interpolation.through(*few)


def test_an_unknown_kind_of_path_lists_the_valid_ones(anchors):
    with pytest.raises(UserError, match="no kind of path 'bent'; choose one of: spherical, linear"):
        interpolation.through(anchors, 5, "bent")


def test_the_path_that_suits_a_prior_stays_within_it():
    for prior in PRIORS:
        path = interpolation.through(priors.get(prior).sample(4, 64, seed=0), 40, priors.get(prior).path)
        np.testing.assert_array_equal(priors.get(prior).within(path), path)


# Random walks


@PRIOR
def test_each_frame_of_a_random_walk_is_a_draw_of_the_prior(prior):
    frames = np.stack([interpolation.random_walk(prior, 200, 8, seed) for seed in range(100)], axis=1)
    shares = np.linspace(0.1, 0.9, 9)
    bounds = priors.get(prior).quantile(shares)
    for frame in frames:
        np.testing.assert_allclose((frame.ravel()[:, None] < bounds).mean(axis=0), shares, atol=0.015)


@PRIOR
def test_a_random_walk_keeps_the_usual_norm(prior):
    usual = priors.get(prior).deviation * np.sqrt(256)
    np.testing.assert_allclose(norms(interpolation.random_walk(prior, 256, 60, seed=3)), usual, rtol=0.2)


@PRIOR
def test_a_random_walk_is_smooth_and_closed(prior):
    def steps(frames):
        path = interpolation.random_walk(prior, 64, frames, seed=0)
        return norms(np.roll(path, -1, axis=0) - path)  # the last step leads to the first frame

    assert steps(120).max() < 2 * steps(120).min()
    assert steps(240).max() == pytest.approx(steps(120).max() / 2, rel=0.05)


def test_a_random_walk_is_that_of_its_seed_with_more_frames_too():
    few, many = (interpolation.random_walk("normal", 5, frames, seed=7) for frames in (20, 60))
    np.testing.assert_allclose(few, many[::3], atol=1e-6)
    assert np.abs(few - interpolation.random_walk("normal", 5, 20, seed=8)).max() > 0.5


def test_more_waves_go_further_on_a_round():
    slow, fast = (
        norms(np.diff(interpolation.random_walk("normal", 64, 100, 0, waves), axis=0)).sum() for waves in (1, 6)
    )
    assert fast > 2 * slow
