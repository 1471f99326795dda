"""DiffAugment against the same changes made with NumPy, an image at a time, and its place in a training step."""

import keras
import numpy as np
import pytest
from keras import ops

from ganlib.backend import engine
from ganlib.models import augmentation
from ganlib.models.augmentation import CHANCES, changed, diffaugment
from ganlib.models.gan import GAN
from tests.models.test_gan import calls_of, play, real_batches, tiny, values

NEUTRAL = {"brightness": 0.5, "saturation": 0.5, "contrast": 0.5, "down": 0.5, "right": 0.5}


def images_of(count, side, channels, seed=0):
    return np.random.default_rng(seed).uniform(-1, 1, (count, side, side, channels)).astype(np.float32)


def by_hand(image, chances, low, high):
    """Do with one image what the paper's code does, with slices in place of tensors."""
    chance = dict(zip(CHANCES, chances, strict=True))
    middle, side = (low + high) / 2, len(image)
    image = image.astype(np.float64) + (chance["brightness"] - 0.5) * (high - low) / 2
    grey = image.mean(axis=2, keepdims=True)
    image = (image - grey) * (2 * chance["saturation"]) + grey
    image = (image - image.mean()) * (chance["contrast"] + 0.5) + image.mean()
    most = round(side / 8)
    border = np.pad(image, ((most, most), (most, most), (0, 0)), constant_values=middle)
    down, right = (int(chance[name] * (2 * most + 1)) - most for name in ("down", "right"))
    image = border[most - down : most - down + side, most - right : most - right + side].copy()
    top, left = (int(chance[name] * (side + 1)) - side // 4 for name in ("cut_down", "cut_right"))
    image[max(top, 0) : top + side // 2, max(left, 0) : left + side // 2] = middle
    return image


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize(("low", "high"), [(-1, 1), (0, 1)])
@pytest.mark.parametrize("side", [8, 28, 32])
def test_images_are_changed_as_by_numpy_with_the_same_numbers(side, low, high, channels):
    images = (images_of(40, side, channels) + 1) / 2 * (high - low) + low
    chances = np.random.default_rng(1).uniform(size=(40, len(CHANCES))).astype(np.float32)
    found = ops.convert_to_numpy(changed(ops.convert_to_tensor(images), (low, high), ops.convert_to_tensor(chances)))
    expected = [by_hand(image, numbers, low, high) for image, numbers in zip(images, chances, strict=True)]
    np.testing.assert_allclose(found, expected, atol=1e-5)


def test_saturation_changes_nothing_in_greyscale_and_much_in_colour():
    def apart(channels):
        images = ops.convert_to_tensor(images_of(2, 8, channels))
        some, others = (
            changed(images, (-1, 1), ops.convert_to_tensor(np.float32([[*chances.values(), 0.9, 0.9]] * 2)))
            for chances in (NEUTRAL, {**NEUTRAL, "saturation": 0.9})
        )
        return np.abs(ops.convert_to_numpy(some - others)).max()

    assert apart(1) < 1e-6
    assert apart(3) > 0.1


def test_each_image_has_numbers_of_its_own_and_each_call_new_ones():
    one = np.repeat(images_of(1, 8, 1), 16, axis=0)
    seed = keras.random.SeedGenerator(3)
    seen = [ops.convert_to_numpy(diffaugment(ops.convert_to_tensor(one), (-1, 1), seed)) for _ in range(2)]
    assert len(np.unique(np.concatenate(seen).reshape(32, -1), axis=0)) == 32


def test_the_gradient_reaches_the_pixels_that_are_left_and_no_others():
    images = images_of(6, 8, 3)
    chances = np.random.default_rng(2).uniform(size=(6, len(CHANCES))).astype(np.float32)
    chances[:, 2] = 0.5  # of contrast, which couples all pixels by their mean
    found = engine.input_gradient(
        lambda x: ops.sum(changed(x, (-1, 1), ops.convert_to_tensor(chances)), axis=(1, 2, 3)),
        ops.convert_to_tensor(images),
    )
    for image, numbers, gradient in zip(images, chances, ops.convert_to_numpy(found), strict=True):
        bumped = []
        for row, column in np.ndindex(8, 8):
            more = image.copy()
            more[row, column] += 0.5
            bumped.append((by_hand(more, numbers, -1, 1) - by_hand(image, numbers, -1, 1)).sum() / 0.5)
        np.testing.assert_allclose(gradient.sum(axis=2).ravel(), bumped, atol=1e-4)
        assert 0 < np.count_nonzero(np.abs(gradient).max(axis=2)) < 64


# In a step


@pytest.mark.parametrize("update", ["alternating", "simultaneous"])
def test_d_sees_no_image_as_it_is_neither_in_its_step_nor_in_gs(update):
    played = play(tiny(dataset="svhn", batch_size=4, augment="diffaugment", update=update))
    shown = calls_of(played, "discriminator")
    assert len(shown) == (3 if update == "alternating" else 2)
    for call in shown:
        cut = (call.inputs == 0).all(axis=3).sum(axis=(1, 2))
        assert (cut >= 64).all(), "a quarter of the square at least"
        assert len(np.unique(cut)) > 1
    assert np.abs(shown[0].inputs - played.real[0][0]).max() > 0.5
    assert played.report["g_grad_norm"] > 0


def test_without_augmentation_no_number_is_drawn_and_images_stay():
    gan = GAN(tiny())
    before, images = values([gan.random.state]), ops.convert_to_tensor(real_batches(gan.config)[0])
    assert gan.shown_to_d(images) is images
    np.testing.assert_array_equal(values([gan.random.state]), before)


def test_every_augmentation_is_explained():
    from ganlib.catalog.training import AUGMENTATIONS

    assert list(augmentation.AUGMENTATIONS) == list(AUGMENTATIONS)
