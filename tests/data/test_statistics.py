import numpy as np
import pytest

from ganlib import data
from ganlib.data import ImageSet, statistics

GENERATOR = np.random.default_rng(0)
IMAGES = GENERATOR.integers(0, 256, (50, 4, 6, 3), np.uint8)


def test_classes_are_counted_in_their_order_also_those_without_images():
    labels = np.array([2, 0, 2, 2])
    found = ImageSet(IMAGES[:4], labels, ("cat", "dog", "bird", "fish"), "pets", "train", "here")
    assert list(statistics.class_counts(found).items()) == [("cat", 1), ("dog", 0), ("bird", 3), ("fish", 0)]


def test_images_without_labels_have_no_class_counts():
    assert statistics.class_counts(ImageSet(IMAGES, None, (), "cats", "train", "here")) == {}


def test_the_mean_image_is_the_mean_of_every_pixel():
    mean = statistics.mean_image(IMAGES)
    assert mean.shape == (4, 6, 3)
    np.testing.assert_allclose(mean[3, 5, 2], sum(int(image[3, 5, 2]) for image in IMAGES) / 50)


def test_the_histogram_counts_each_level_of_each_channel(monkeypatch):
    monkeypatch.setattr(statistics, "_BLOCK", 7)
    histogram = statistics.pixel_histogram(IMAGES)
    assert histogram.shape == (3, 256)
    for channel in range(3):
        expected = [int((IMAGES[..., channel] == level).sum()) for level in range(256)]
        assert histogram[channel].tolist() == expected


def test_the_digits_are_mostly_black_on_their_edge():
    digits = data.load("digits")
    assert statistics.class_counts(digits).keys() == set("0123456789")
    assert statistics.mean_image(digits.images)[:, 0].max() < 5
    histogram = statistics.pixel_histogram(digits.images)
    assert histogram.sum() == digits.images.size
    assert histogram.argmax() == 0


@pytest.mark.parametrize("level", [0, 255])
def test_images_that_are_nearly_one_picture_are_alike(level):
    uniform = np.full((50, 4, 6, 3), level, np.uint8)
    assert statistics.share_alike(uniform) == 1
    noisy = np.clip(IMAGES[0].astype(int) + GENERATOR.integers(-4, 5, IMAGES.shape), 0, 255).astype(np.uint8)
    assert statistics.share_alike(noisy) == 1
    assert statistics.share_alike(np.concatenate([uniform[:30], IMAGES[:20]])) == 0.6


def test_images_that_differ_are_not_alike():
    assert statistics.share_alike(IMAGES) == 0
    assert statistics.share_alike(data.load("digits").images) == 0
    assert statistics.share_alike(IMAGES[:1]) == 1
