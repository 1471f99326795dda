from dataclasses import replace

import keras
import numpy as np
import pytest

from ganlib import data
from ganlib.catalog import classifiers
from ganlib.catalog.classifiers import CLASSIFIERS, ClassifierInfo
from ganlib.data import shipped
from ganlib.data.download import DownloadError
from ganlib.metrics import classifier, classifier_training
from ganlib.metrics.classifier_training import Examples, accuracy, examples_for, train, vary
from ganlib.utils.errors import UserError

EXPECTED = {"digits": 0.97, "mnist": 0.99, "fashion-mnist": 0.91, "svhn-grey": 0.88, "svhn-rgb": 0.88}
MOST_PARAMETERS = 370_000


def chance():
    return np.random.default_rng(0)


def pictures(count, height=8, width=8, channels=1):
    return chance().integers(0, 256, (count, height, width, channels), np.uint8)


@pytest.fixture(scope="module")
def digits():
    return classifier.load("digits")


@pytest.fixture
def offline(monkeypatch):
    """Let no test fetch what is not at hand."""

    def refuse(*_):
        raise DownloadError("no network")

    monkeypatch.setattr("ganlib.data.loading.download", refuse)


def entry(name):
    return shipped.manifest()[shipped.CLASSIFIERS][name]


# The classifiers that ship


def test_the_expected_accuracy_is_reached_by_each():
    assert {name: entry(name)["test_accuracy"] >= bar for name, bar in EXPECTED.items()} == dict.fromkeys(
        CLASSIFIERS, True
    )


def test_digits_are_recognised_as_the_manifest_says(digits):
    assert accuracy(digits, examples_for(CLASSIFIERS["digits"])) == pytest.approx(
        entry("digits")["test_accuracy"], abs=0.004
    )


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in CLASSIFIERS if name != "digits"])
def test_real_images_are_recognised_as_the_manifest_says(real_data, offline, name):
    recipe, facts = CLASSIFIERS[name], entry(name)
    examples = examples_for(recipe)
    if (examples.trained_on, examples.tested_on) != (facts["trained_on"], facts["tested_on"]):
        pytest.skip("the images at hand are not those it was tested on")
    measured = accuracy(classifier.load(recipe.dataset, recipe.grayscale), examples)
    assert measured == pytest.approx(facts["test_accuracy"], abs=0.002)
    assert measured >= EXPECTED[name]


@pytest.mark.parametrize("name", CLASSIFIERS)
def test_the_network_is_small_and_its_features_are_few(name):
    image_shape, classes = classifier.shapes(CLASSIFIERS[name])
    network = classifier.build(image_shape, classes)
    assert network.count_params() < MOST_PARAMETERS
    assert [output.shape for output in network.outputs] == [(None, 64), (None, classes)]
    assert network.input_shape == (None, *image_shape)


def test_a_judgement_is_what_it_says(digits):
    found = digits.predict(pictures(5))
    assert found.features.shape == (5, 64)
    assert found.probabilities.shape == (5, 10)
    assert found.features.dtype == found.probabilities.dtype == np.float32
    np.testing.assert_allclose(found.probabilities.sum(axis=1), 1, rtol=1e-5)


def test_an_image_is_judged_alike_in_any_company(digits):
    images = pictures(classifier.BATCH + 3)
    whole = digits.predict(images)
    for some in (slice(0, 1), slice(7, 20), slice(classifier.BATCH - 1, None)):
        part = digits.predict(images[some])
        np.testing.assert_allclose(part.features, whole.features[some], atol=1e-4)
        np.testing.assert_allclose(part.probabilities, whole.probabilities[some], atol=1e-4)


def test_judging_teaches_nothing(digits):
    before = digits.network.get_weights()
    digits.predict(pictures(50))
    for old, new in zip(before, digits.network.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)


def test_features_of_real_images_vary_in_every_direction(digits):
    features = digits.predict(data.load("digits").images[:1000]).features
    assert np.linalg.matrix_rank(np.cov(features.T)) == 64


# Finding one


def test_grey_means_something_for_colour_images_alone():
    assert classifiers.find("mnist", True) is classifiers.find("mnist", False) is CLASSIFIERS["mnist"]
    assert classifiers.find("svhn", True) is CLASSIFIERS["svhn-grey"]
    assert classifiers.find("svhn", False) is CLASSIFIERS["svhn-rgb"]


def test_an_unknown_data_set_or_classifier_is_said():
    with pytest.raises(UserError, match="There is no data set 'cifar'; choose one of"):
        classifier.load("cifar")
    with pytest.raises(UserError, match="There is no classifier 'svhn'; choose one of: digits, mnist"):
        classifiers.get("svhn")


def test_a_data_set_without_a_classifier_is_said(monkeypatch):
    monkeypatch.setattr(classifiers, "CLASSIFIERS", {"mnist": CLASSIFIERS["mnist"]})
    assert classifiers.find("digits", False) is None
    with pytest.raises(UserError, match="There is no classifier for Digits; there are: mnist"):
        classifier.load("digits")


def test_a_flipped_bit_in_the_weights_is_refused(monkeypatch, tmp_path):
    content = bytearray(shipped.verified(shipped.CLASSIFIERS, "digits").read_bytes())
    path = shipped.add(shipped.CLASSIFIERS, "digits", "digits.weights.h5", bytes(content), {}, tmp_path)
    monkeypatch.setattr(shipped, "HOME", tmp_path)
    classifier.load("digits")
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(UserError, match=r"digits\.weights\.h5 is damaged"):
        classifier.load("digits")


# Training one


@pytest.fixture(scope="module")
def brief():
    """A recipe of one epoch, and few digits to learn from."""
    real = data.load("digits")
    images, labels = real.images[:512], real.labels[:512]
    examples = Examples(images, labels, images[:100], labels[:100], "some", "others")
    return replace(CLASSIFIERS["digits"], epochs=1), examples


def linear(image_shape, classes, seed):
    """A network that is compiled in no time."""
    image = keras.Input(image_shape)
    features = keras.layers.Flatten()(image)
    return keras.Model(image, [features, keras.layers.Dense(classes, kernel_initializer="zeros")(features)])


@pytest.mark.slow
def test_a_training_is_watched_and_its_order_follows_the_seed(brief, monkeypatch):
    monkeypatch.setattr(classifier_training, "build", linear)
    seen = []
    first, again, other = (
        train(*brief, seed, watch).network.get_weights()[0] for seed, watch in ((3, seen.append), (3, None), (4, None))
    )
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)
    assert [status.step for status in seen] == [2, 3, 4]
    assert seen[0].eta_s > 0
    assert seen[-1].eta_s == 0
    assert (seen[-1].epoch, seen[-1].total_steps) == (1.0, 4)


@pytest.mark.slow
def test_training_repeats_itself(brief):
    first, again = (train(*brief, seed=3).network.get_weights() for _ in range(2))
    for one, other in zip(first, again, strict=True):
        np.testing.assert_array_equal(one, other)


def test_first_weights_follow_the_seed():
    one, other = (classifier.build((8, 8, 1), 10, seed).get_weights()[0] for seed in (1, 2))
    assert not np.array_equal(one, other)


def test_what_is_made_is_written_down_whole(brief, monkeypatch, tmp_path):
    recipe, examples = brief
    untrained = classifier.Classifier(classifier.build((8, 8, 1), 10, seed=5))
    monkeypatch.setattr(classifier_training, "train", lambda *_: untrained)
    facts = classifier_training.make(recipe, examples, 5, tmp_path)
    written = shipped.manifest(tmp_path)[shipped.CLASSIFIERS]["digits"]
    assert {key: written[key] for key in facts} == facts
    assert (facts["trained_on"], facts["tested_on"], facts["seed"]) == ("some", "others", 5)
    assert facts["test_accuracy"] == round(accuracy(untrained, examples), 4)
    monkeypatch.setattr(shipped, "HOME", tmp_path)
    loaded = classifier.load("digits")
    for one, other in zip(loaded.predict(pictures(3)), untrained.predict(pictures(3)), strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.slow
def test_the_command_makes_a_classifier_that_passes(tmp_path, capsys):
    from ganlib.cli import main

    assert main(["classifier", "digits", "--out", str(tmp_path)]) == 0
    facts = shipped.manifest(tmp_path)[shipped.CLASSIFIERS]["digits"]
    assert facts["test_accuracy"] >= EXPECTED["digits"]
    assert shipped.verified(shipped.CLASSIFIERS, "digits", tmp_path).exists()
    out = capsys.readouterr().out
    assert "1,500 images of the train split" in out
    assert f"{facts['test_accuracy']:.1%}" in out


# What it learns from


def test_nothing_varies_where_the_recipe_says_so():
    images = pictures(4)
    np.testing.assert_allclose(vary(images, ClassifierInfo("x", "x", shift=0), chance()), images, atol=1e-3)


def test_shifts_reach_as_far_as_the_recipe_says():
    images = np.zeros((500, 9, 7, 1), np.uint8)
    images[:, 4, 3] = 200
    moved = vary(images, ClassifierInfo("x", "x", shift=2), chance())
    np.testing.assert_allclose(moved.sum(axis=(1, 2, 3)), 200, atol=1e-2)
    places = {tuple(place) for place in np.argwhere(moved[..., 0] > 100)[:, 1:].tolist()}
    assert places == {(y, x) for y in range(2, 7) for x in range(1, 6)}


def test_light_varies_within_the_range_of_bytes():
    images = pictures(200, channels=3)
    lit = vary(images, ClassifierInfo("x", "x", shift=0, contrast=0.5, brightness=0.2), chance())
    assert (lit.min(), lit.max()) == (0, 255)
    shades, original = (each.mean(axis=(1, 2, 3)) for each in (lit, images))
    assert 25 < np.abs(shades - original).max() <= 0.2 * 255 + 1
    assert lit.std(axis=(1, 2, 3)).max() > 1.1 * images.std()
    assert lit.std(axis=(1, 2, 3)).min() < 0.7 * images.std()


def test_published_splits_are_kept_apart():
    examples = examples_for(CLASSIFIERS["digits"])
    np.testing.assert_array_equal(examples.train_images, data.load("digits", "train").images)
    np.testing.assert_array_equal(examples.test_labels, data.load("digits", "test").labels)
    assert examples.trained_on == "the 1,500 images of the train split"
    assert examples.tested_on == "the 297 images of the test split"


def test_a_lone_test_split_is_divided_and_said_to_be(monkeypatch):
    images = data.ImageSet(
        np.arange(200, dtype=np.uint8).reshape(200, 1, 1, 1), np.arange(200), ("a",), "svhn", "test", ""
    )

    def fetch(name, split):
        raise UserError("not at hand")

    monkeypatch.setattr(data, "fetch", fetch)
    monkeypatch.setattr(data, "where", lambda name, split: "here" if split == "test" else None)
    monkeypatch.setattr(data, "load", lambda name, split, grayscale: images)
    examples = examples_for(CLASSIFIERS["svhn-rgb"])
    np.testing.assert_array_equal(examples.train_labels, np.arange(170))
    np.testing.assert_array_equal(examples.test_labels, np.arange(170, 200))
    for some, labels in ((examples.train_images, examples.train_labels), (examples.test_images, examples.test_labels)):
        np.testing.assert_array_equal(some[:, 0, 0, 0], labels)
    assert examples.trained_on == "the first 170 of the 200 images at hand of the test split"
    assert examples.tested_on == "the last 30 of the 200 images at hand of the test split"
    monkeypatch.setattr(data, "where", lambda name, split: None)
    with pytest.raises(UserError, match="not at hand"):
        examples_for(CLASSIFIERS["svhn-rgb"])
