"""Points in the plane: drawn from what their density says, the same everywhere."""

import numpy as np
import pytest

from ganlib import load_data
from ganlib.catalog import drawing
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
    found = points.get(name)
    one, other = load_data(name).points[:2000], load_data(name, "test").points[:2000]
    radius = found.deviation / 2 if isinstance(found, points.Mixture) else EXTENT / drawing.SIDE / 3
    near = (np.linalg.norm(one[:, None] - other, axis=2) < radius).mean() / (np.pi * radius**2)
    assert found.density(one).mean() == pytest.approx(near, rel=0.15)


def test_the_density_at_a_mode_of_the_ring_is_a_gaussians_and_nothing_between_modes():
    ring = points.get("ring")
    assert ring.density(np.array([[1.0, 0.0]]))[0] == pytest.approx(1 / (8 * 2 * np.pi * 0.01**2))
    assert ring.density(np.array([[0.0, 0.0]]))[0] == 0


CORNERS = [0] * drawing.SIDE**2
CORNERS[0], CORNERS[-1] = 1, 3  # top left, and three times as dense bottom right


def test_a_drawing_is_drawn_from_by_its_name_as_dense_as_its_levels():
    name = drawing.make_name(CORNERS)
    some, other = load_data(name).points, load_data(name, "test").points
    assert (some.shape, other.shape) == ((TRAIN, 2), (TEST, 2))
    side, is_right = 2 * EXTENT / drawing.SIDE, some[:, 0] > 0
    assert is_right.mean() == pytest.approx(3 / 4, abs=0.01)
    assert some[is_right].min(axis=0) == pytest.approx([EXTENT - side, -EXTENT], abs=1e-3)
    assert some[~is_right].max(axis=0) == pytest.approx([side - EXTENT, EXTENT], abs=1e-3)
    at = np.array([[EXTENT - side / 2, side / 2 - EXTENT], [side / 2 - EXTENT, EXTENT - side / 2], [0, 0], [9, 9]])
    np.testing.assert_allclose(points.get(name).density(at), np.array([0.75, 0.25, 0, 0]) / side**2)


def test_modes_are_named_by_angle_or_by_row_and_column():
    assert points.mode_names("ring") == ["0°", "45°", "90°", "135°", "180°", "225°", "270°", "315°"]
    grid = dict(zip(points.mode_names("grid"), points.modes("grid").centres.tolist(), strict=True))
    assert grid["row 1, column 1"] == [-1, 1]
    assert grid["row 5, column 4"] == [0.5, -1]
    assert points.mode_names("two-gaussians") == ["180°", "0°"]
    assert points.mode_names("circle") == points.mode_names("drawn") == []


def test_images_are_no_points():
    with pytest.raises(UserError, match="take its `images`"):
        _ = load_data("digits").points
