import numpy as np
import pytest

from ganlib.data.images import ImageSet, scale, some, to_grey, unscale

EVERY_BYTE = np.arange(256, dtype=np.uint8).reshape(4, 8, 8, 1)
RANGES = [(-1.0, 1.0), (0.0, 1.0)]


@pytest.mark.parametrize("value_range", RANGES)
def test_scale_reaches_both_ends_exactly(value_range):
    scaled = scale(EVERY_BYTE, value_range)
    assert scaled.dtype == np.float32
    assert (scaled.min(), scaled.max()) == value_range


@pytest.mark.parametrize("value_range", RANGES)
def test_unscale_undoes_scale(value_range):
    np.testing.assert_array_equal(unscale(scale(EVERY_BYTE, value_range), value_range), EVERY_BYTE)


def test_unscale_rounds_and_clips():
    values = np.array([-7.0, 0.0, 0.4 / 255, 0.6 / 255, 1.0, np.inf, -np.inf])
    np.testing.assert_array_equal(unscale(values, (0, 1)), [0, 0, 0, 1, 255, 255, 0])


def test_unscale_turns_nan_black():
    np.testing.assert_array_equal(unscale([np.nan, 1.0], (-1, 1)), [0, 255])


def test_grey_is_the_weighted_sum_rounded():
    pixels = [[255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 255], [10, 20, 30], [0, 0, 0]]
    images = np.array(pixels, np.uint8).reshape(1, 2, 3, 3)
    # 76.245, 149.685, 29.07, 255, 18.15, 0
    np.testing.assert_array_equal(to_grey(images), np.reshape([76, 150, 29, 255, 18, 0], (1, 2, 3, 1)))


def test_grey_does_not_depend_on_the_block():
    images = np.random.default_rng(0).integers(0, 256, (10, 4, 5, 3), dtype=np.uint8)
    np.testing.assert_array_equal(to_grey(images, block=3), to_grey(images))


def test_grey_images_stay_as_they_are():
    assert to_grey(EVERY_BYTE) is EVERY_BYTE


def test_image_set_knows_its_length_and_shape():
    images = ImageSet(np.zeros((5, 8, 9, 3), np.uint8), None, (), "mine", "all", "somewhere")
    assert len(images) == 5
    assert images.shape == (8, 9, 3)


def test_some_images_are_drawn_by_a_seed_each_at_most_once():
    pool = np.arange(50, dtype=np.uint8).reshape(50, 1, 1, 1)
    found = ImageSet(pool, np.arange(50) % 5, tuple("abcde"), "numbers", "train", "here")
    drawn = some(found, 20, seed=1).ravel().tolist()
    assert len(set(drawn)) == 20
    assert drawn == some(found, 20, seed=1).ravel().tolist()
    assert drawn != some(found, 20, seed=2).ravel().tolist()
    of_class = some(found, 20, seed=1, label=3).ravel().tolist()
    assert sorted(of_class) == list(range(3, 50, 5))
