"""Points in the plane: drawn from what their density says, the same everywhere."""

import numpy as np
import pytest

from ganlib import load_data
from ganlib.catalog.points import EXTENT, POINTS, TEST, TRAIN
from ganlib.data import points
from ganlib.utils.errors import UserError


@pytest.mark.parametrize("name", POINTS)
def test_a_data_set_of_points_lies_in_the_plane_and_its_splits_differ(name):
    train, test = load_data(name).points, load_data(name, "test").points
    assert (train.dtype, train.shape, test.shape) == (np.float32, (TRAIN, 2), (TEST, 2))
    assert np.mean(np.abs(train) < EXTENT) > 0.999
    assert not np.array_equal(train[:TEST], test)
    np.testing.assert_array_equal(train, load_data(name).points)


@pytest.mark.parametrize("name", POINTS)
def test_the_density_is_that_of_the_points(name):
    """Its mean over the points is the integral of its square, here estimated from a second draw by counting."""
    mixture = points.get(name)
    one, other = load_data(name).points[:2000], load_data(name, "test").points[:2000]
    radius = mixture.deviation / 2
    near = (np.linalg.norm(one[:, None] - other, axis=2) < radius).mean() / (np.pi * radius**2)
    assert mixture.density(one).mean() == pytest.approx(near, rel=0.15)


def test_the_density_at_a_mode_of_the_ring_is_a_gaussians_and_nothing_between_modes():
    ring = points.get("ring")
    assert ring.density(np.array([[1.0, 0.0]]))[0] == pytest.approx(1 / (8 * 2 * np.pi * 0.01**2))
    assert ring.density(np.array([[0.0, 0.0]]))[0] == 0


def test_images_are_no_points():
    with pytest.raises(UserError, match="take its `images`"):
        _ = load_data("digits").points
