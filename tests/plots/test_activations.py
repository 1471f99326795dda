"""What is inside a network as pictures: a layer at a glance, and the numbers of a dense one."""

import numpy as np

from ganlib import plots
from ganlib.plots.step import DOWN, UP


def test_each_layer_is_one_picture_of_the_mean_of_its_maps_on_its_own_scale():
    small = np.zeros((2, 2, 2, 1))
    small[:, 0, 0, 0], small[0, 1, 1, 0], small[1, 1, 1, 0] = 0.1, 4, -4
    pictures = plots.layer_pictures([small, -np.ones((1, 4, 4, 1)), np.zeros((3, 1, 5, 1))], side=8)
    assert pictures.shape == (3, 8, 8, 3)
    assert _colour(pictures[0, 0, 0]) == _colour(pictures[0, 3, 3]) == UP
    assert _colour(pictures[0, 7, 7]) == "#ffffff"
    assert {_colour(pixel) for pixel in pictures[1].reshape(-1, 3)} == {DOWN}
    assert (pictures[2] == 255).all()


def test_units_stand_in_rows_with_their_numbers_and_nothing_where_there_is_none():
    [squares] = plots.units_figure(np.arange(5.0), columns=3, largest=4.0).data
    np.testing.assert_array_equal(squares.z, [[0, 1, 2], [3, 4, np.nan]])
    np.testing.assert_array_equal(squares.customdata, [[0, 1, 2], [3, 4, 5]])
    assert (squares.zmin, squares.zmax) == (-4, 4)


def _colour(pixel):
    return "#" + bytes(pixel).hex()
