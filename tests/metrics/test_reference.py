import numpy as np
import pytest

from ganlib import data
from ganlib.catalog import classifiers
from ganlib.metrics import reference as module
from ganlib.metrics.classifier import Classifier
from ganlib.metrics.reference import Reference
from ganlib.utils.errors import UserError
from tests.variants import slow_unless


def rows(images: np.ndarray) -> set[bytes]:
    return {image.tobytes() for image in images}


@pytest.fixture(scope="module")
def digits() -> Reference:
    return Reference("digits", count=300)


def test_both_crowds_are_real_and_have_no_image_in_common(digits):
    everything = data.load("digits", "all").images
    assert len(digits.images) == len(digits.real) == digits.count == 300
    assert rows(digits.images) | rows(digits.real) <= rows(everything)
    repeated = len(everything) - len(rows(everything))
    assert len(rows(digits.images) & rows(digits.real)) <= repeated


def test_crowds_are_drawn_from_both_splits_by_the_seed(digits):
    test = rows(data.load("digits", "test").images)
    assert 20 < len(rows(digits.images) & test) < 80
    same, other = Reference("digits", count=300), Reference("digits", count=300, seed=1)
    np.testing.assert_array_equal(same.images, digits.images)
    assert not np.array_equal(other.images, digits.images)
    assert same.key == digits.key != other.key


@pytest.mark.parametrize("split", slow_unless("all".__eq__, ["train", "test", "all"]))
def test_own_is_the_place_among_the_training_images(split):
    reference = Reference("digits", split, count=100)
    training = data.load("digits", split).images
    np.testing.assert_array_equal(reference.training.images, training)
    known = reference.own >= 0
    np.testing.assert_array_equal(training[reference.own[known]], reference.real[known])
    assert not rows(reference.real[~known]) & rows(training)
    assert 0 < known.sum() <= 100


def test_the_count_is_at_most_half_of_what_is_at_hand():
    assert Reference("digits", count=5000).count == 1797 // 2


def test_too_few_to_say_anything_are_refused_with_one_sentence():
    with pytest.raises(UserError, match="An evaluation needs at least 20 samples, and twice as many real images"):
        Reference("digits", count=19)


def test_thresholds_let_one_in_a_hundred_real_images_pass(digits):
    from ganlib.metrics.near_duplicates import nearest_neighbour

    assert (nearest_neighbour(digits.images) <= digits.twin_distance).mean() == pytest.approx(0.01, abs=0.005)
    assert 0 < digits.copy_closeness < 1


def test_what_was_seen_once_is_read_from_the_cache(digits, monkeypatch):
    monkeypatch.setattr(Classifier, "predict", None)
    again = Reference("digits", count=300)
    np.testing.assert_array_equal(again.features, digits.features)
    np.testing.assert_array_equal(again.shares, digits.shares)
    assert again.copy_closeness == digits.copy_closeness


def test_all_that_numbers_depend_on_is_in_the_key(monkeypatch):
    def key(split: str = "train", count: int = 50) -> str:
        return str(Reference("digits", split, count=count, finds_copies=False).key)

    keys = [key(), key("test"), key(count=49)]
    network = Reference("digits", count=50, finds_copies=False).classifier.network
    monkeypatch.setattr(module.classifier, "load", lambda *_: Classifier(network))
    monkeypatch.setattr(module.shipped, "manifest", lambda: {"classifiers": {"digits": {"sha256": "another"}}})
    keys.append(key())
    monkeypatch.setattr(module, "VERSION", 0)
    keys.append(key())
    assert len(set(keys)) == 5


def test_data_that_no_classifier_knows_are_compared_by_pixels(monkeypatch):
    monkeypatch.setattr(classifiers, "CLASSIFIERS", {})
    reference = Reference("digits", count=100)
    assert reference.classifier is None
    assert reference.twin_distance > 0


def test_noise_is_repeatable_and_even(digits):
    np.testing.assert_array_equal(digits.noise(), digits.noise())
    assert digits.noise().shape == digits.images.shape
    assert digits.noise().mean() == pytest.approx(127.5, abs=2)
    assert (digits.noise().min(), digits.noise().max()) == (0, 255)


@pytest.mark.slow
def test_mnist_is_shuffled_although_its_test_set_is_not(real_data):
    """The first half of MNIST's test set was written by other people than the second, and is tidier."""
    reference = Reference("mnist", count=1000)
    assert len(reference.training.images) == 60_000
    assert 0.75 < (reference.own >= 0).mean() < 0.95
