"""The name of a drawing is the drawing: written and read back, and refused where it is none."""

import pytest

from ganlib.catalog import datasets, drawing
from ganlib.config import TrainConfig
from ganlib.utils.errors import UserError

LEVELS = [(7 * place) % drawing.LEVELS for place in range(drawing.SIDE**2)]
NAME = drawing.make_name(LEVELS)


def test_a_name_holds_the_whole_drawing():
    assert drawing.read_name(NAME) == tuple(LEVELS)
    assert drawing.make_name(drawing.read_name(NAME)) == NAME
    assert drawing.read_name(drawing.EMPTY) == (0,) * drawing.SIDE**2
    assert drawing.is_empty(drawing.make_name([0] * drawing.SIDE**2))


@pytest.mark.parametrize("name", ["drawn", "ring", NAME[:-1], NAME + "A", NAME[:-1] + "!", NAME.upper()])
def test_what_is_no_drawing_has_no_levels(name):
    assert drawing.read_name(name) is None


@pytest.mark.parametrize("levels", [LEVELS[1:], [4, *LEVELS[1:]], [-1, *LEVELS[1:]]])
def test_what_cannot_be_drawn_has_no_name(levels):
    with pytest.raises(ValueError, match="576 levels from 0 to 3"):
        drawing.make_name(levels)


def test_a_run_can_be_trained_on_it_and_two_drawings_have_two_titles():
    config = TrainConfig(dataset=NAME, generator="points", discriminator="points")
    assert config.is_plane
    other = drawing.make_name([3, *LEVELS[1:]])
    assert datasets.get(NAME).title != datasets.get(other).title
    assert NAME not in list(datasets.DATASETS)


def test_an_empty_one_is_no_data_set():
    with pytest.raises(UserError, match="There is no dataset 'drawn-AAA"):
        TrainConfig(dataset=drawing.EMPTY)
