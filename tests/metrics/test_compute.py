import json
import math

import numpy as np
import pytest
from scipy.linalg import sqrtm

from ganlib import data
from ganlib.catalog import classifiers
from ganlib.catalog.metrics import METRICS
from ganlib.metrics import bootstrap, compute
from ganlib.metrics.compute import baselines, evaluate
from ganlib.metrics.reference import Reference

RNG = np.random.default_rng(0)
PIXELS = {"duplicates", "copies", "sliced_wasserstein"}


@pytest.fixture(scope="module", autouse=True)
def few_replicates() -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bootstrap, "REPLICATES", 40)
        yield


@pytest.fixture(scope="module")
def digits() -> Reference:
    return Reference("digits", count=400)


@pytest.fixture(scope="module")
def others(digits) -> np.ndarray:
    """Real digits in another order: as good as samples can be."""
    return data.load("digits", "all").images[np.random.default_rng(1).permutation(1797)]


@pytest.fixture(scope="module")
def found(digits, others) -> dict:
    return evaluate(others, digits)


def repeated(reference: Reference, jitter: float = 4) -> np.ndarray:
    """The most ordinary real image, again and again, with hardly visible noise."""
    image = reference.images[reference.radii.argmin()]
    return np.clip(image + RNG.normal(0, jitter, reference.images.shape), 0, 255).astype(np.uint8)


def test_an_evaluation_holds_what_the_run_folder_promises(found):
    names = {name for name, metric in METRICS.items() if not (metric.of_points or metric.of_conditional)}
    names -= {name for name, metric in METRICS.items() if metric.of_stacked}
    names -= {"classes_missing"}  # of 400 samples nobody can say
    assert set(found) == names | {"count", "seed", "interval", "floor", "noise", "classes", "data_classes"}
    for line in ("interval", "floor", "noise"):
        assert set(found[line]) == names
    assert (found["count"], found["seed"]) == (400, 0)
    for shares in (found["classes"], found["data_classes"]):
        assert len(shares) == 10
        assert sum(shares) == pytest.approx(1)


def test_an_evaluation_is_plain_json_without_gaps(found):
    assert json.loads(json.dumps(found, allow_nan=False)) == found


def test_values_lie_within_their_intervals_and_bounds(found):
    for name, (low, high) in found["interval"].items():
        least, most = METRICS[name].bounds
        assert least <= low <= found[name] <= high <= most


def test_equal_seeds_give_equal_results_and_others_near_ones(digits, others, found):
    assert evaluate(others, digits) == found
    other = evaluate(others, digits, seed=1)
    assert {name: other[name] for name in found["floor"]} == {name: found[name] for name in found["floor"]}
    assert other["interval"] != found["interval"]
    for name, (low, high) in found["interval"].items():
        assert other["interval"][name] == pytest.approx([low, high], abs=max(high - low, 1e-9))


def test_more_samples_than_real_images_are_left_out(digits, others, found):
    assert evaluate(others[:400], digits) == found


def test_too_few_samples_are_refused(digits, others):
    with pytest.raises(ValueError, match="399 samples are fewer than the 400 real images"):
        evaluate(others[:399], digits)


def test_the_floor_is_what_real_images_get(digits, found):
    floor = evaluate(digits.real, digits)
    # To the evaluation of samples a real image that the run learned from is a copy.
    same = set(found["floor"]) - {"copies"}
    assert {name: floor[name] for name in same} == {name: found["floor"][name] for name in same}
    assert floor["copies"] > 0.5 > 0.05 > found["floor"]["copies"]


def test_the_noise_line_is_what_noise_gets(digits, found):
    noise = evaluate(digits.noise(), digits)
    assert {name: noise[name] for name in found["noise"]} == found["noise"]


def test_baselines_are_kept(digits, monkeypatch):
    expected = baselines(digits)
    monkeypatch.setattr(compute, "_look", None)
    assert baselines(digits) == expected


def test_noise_is_far_from_the_floor(found):
    floor, noise = found["floor"], found["noise"]
    assert noise["frechet_distance"] > 20 * floor["frechet_distance"]
    assert noise["sliced_wasserstein"] > 5 * floor["sliced_wasserstein"]
    for name in ("recall", "coverage"):
        assert noise[name] < 0.2 < 0.8 < floor[name]


def test_one_repeated_image_is_found_out(digits, found):
    one = evaluate(repeated(digits), digits)
    assert one["coverage"] < 0.1
    assert one["recall"] < 0.1
    assert one["duplicates"] == 1
    assert one["score"] < 1.3
    assert one["class_distance"] > 0.8
    assert one["frechet_distance"] > found["noise"]["frechet_distance"] / 4


@pytest.mark.slow
def test_some_metrics_prefer_a_collapsed_generator_to_a_varied_but_noisy_one(digits, others):
    """The lesson: recognised share, precision and density do not see that all samples are the same."""
    noisy = np.clip(others[:400] + RNG.normal(0, 70, (400, 8, 8, 1)), 0, 255).astype(np.uint8)
    collapsed, varied = evaluate(repeated(digits), digits), evaluate(noisy, digits)
    for name, metric in METRICS.items():
        if name in collapsed and metric.rewards_collapse:
            assert collapsed[name] > varied[name], name
    for name in ("recall", "coverage", "score"):
        assert collapsed[name] < varied[name], name
    for name in ("frechet_distance", "class_distance", "duplicates"):
        assert collapsed[name] > varied[name], name


def test_blank_images_can_be_judged(digits):
    blank = evaluate(np.zeros_like(digits.images), digits)
    assert all(math.isfinite(blank[name]) for name in blank["floor"])
    assert blank["duplicates"] == 1
    assert blank["copies"] == 0
    assert blank["coverage"] < 0.02


def test_data_that_no_classifier_knows_are_judged_by_pixels(monkeypatch, others):
    monkeypatch.setattr(classifiers, "CLASSIFIERS", {})
    reference = Reference("digits", count=100)
    found = evaluate(others, reference)
    assert set(found) == PIXELS | {"count", "seed", "interval", "floor", "noise"}
    assert set(found["floor"]) == PIXELS


@pytest.fixture(scope="module")
def mnist(real_data) -> Reference:
    return Reference("mnist", count=2000)


@pytest.mark.slow
def test_real_mnist_scores_at_the_floor(mnist):
    """Other real images, none of them among the training images or in the reference."""
    pool = data.load("mnist", "all").images
    seen = {image.tobytes() for image in mnist.images}
    reference = Reference("mnist", "test", count=2000)
    fresh = np.stack([image for image in pool[:60_000:25] if image.tobytes() not in seen][:2000])
    found = evaluate(fresh, reference)
    floor = found["floor"]
    for name in ("recognised", "precision", "recall", "coverage"):
        assert found[name] == pytest.approx(floor[name], abs=0.02), name
    assert found["density"] == pytest.approx(floor["density"], abs=0.08)
    assert found["score"] == pytest.approx(floor["score"], abs=0.2)
    assert found["frechet_distance"] < 3 * floor["frechet_distance"]
    assert found["sliced_wasserstein"] < 3 * floor["sliced_wasserstein"]
    assert found["class_distance"] < 0.06
    assert found["classes_missing"] == 0
    assert found["duplicates"] < 0.03
    assert found["copies"] < 0.03


@pytest.mark.slow
def test_other_real_images_to_compare_with_give_nearly_the_same_values(mnist):
    noise = np.random.default_rng(0).normal(0, 8, mnist.images.shape)  # its own: other tests draw from RNG, or not
    samples = np.clip(data.load("mnist", "test").images[:2000] + noise, 0, 255).astype(np.uint8)
    first, second = evaluate(samples, mnist), evaluate(samples, Reference("mnist", count=2000, seed=1))
    for name in ("precision", "recall", "coverage"):
        assert second[name] == pytest.approx(first[name], abs=0.04), name
    for name in ("frechet_distance", "score", "sliced_wasserstein"):
        assert second[name] == pytest.approx(first[name], rel=0.15), name


@pytest.mark.slow
def test_a_missing_class_is_found_out(mnist):
    images, labels = (getattr(data.load("mnist", "test"), name) for name in ("images", "labels"))
    found, whole = (evaluate(images[keep][:2000], mnist) for keep in (labels != 3, labels >= 0))
    assert found["classes_missing"] == 1
    assert found["classes"][3] < 0.01 < found["data_classes"][3]
    assert found["class_distance"] > whole["class_distance"] + 0.05
    assert found["frechet_distance"] > 2 * whole["frechet_distance"]
    assert found["recall"] < whole["recall"] - 0.02
    assert found["coverage"] < whole["coverage"] - 0.05


@pytest.mark.slow
def test_one_repeated_image_of_mnist_is_found_out(mnist):
    found = evaluate(repeated(mnist), mnist)
    assert found["coverage"] < 0.05
    assert found["recall"] < 0.05
    assert found["duplicates"] == 1
    assert found["classes_missing"] == 9
    assert found["frechet_distance"] > 50 * found["floor"]["frechet_distance"]
    assert (found["precision"], found["recognised"]) == (1, 1)


@pytest.mark.slow
def test_noise_is_far_from_real_mnist(mnist):
    line = baselines(mnist)
    floor, noise = line["floor"], line["noise"]
    assert noise["frechet_distance"] > 100 * floor["frechet_distance"]
    assert noise["coverage"] < 0.05 < 0.9 < floor["coverage"]
    assert 0.005 < floor["duplicates"] < 0.025
    assert 0.005 < floor["copies"] < 0.025


def known_labels(reference):
    """Return the labels of a reference's images, found by the images themselves."""
    digits = data.load("digits", "all")
    by_image = {image.tobytes(): label for image, label in zip(digits.images, digits.labels, strict=True)}
    return np.array([by_image[image.tobytes()] for image in reference.images])


def frechet_by_roots(a, b):
    """The textbook's formula, with SciPy's root of a matrix."""
    covariances = np.cov(a, rowvar=False), np.cov(b, rowvar=False)
    shift = a.mean(axis=0) - b.mean(axis=0)
    cross = sqrtm((covariances[0] + 1e-9 * np.eye(len(shift))) @ (covariances[1] + 1e-9 * np.eye(len(shift))))
    return shift @ shift + np.trace(covariances[0] + covariances[1]) - 2 * np.trace(cross).real


@pytest.mark.slow
def test_asked_classes_are_held_against_what_the_classifier_sees():
    """Real images as samples: with their own labels they get what real images get, with others' next to nothing."""
    reference = Reference("digits", count=400, asks="classes")
    digits = data.load("digits", "all")
    order = np.random.default_rng(1).permutation(1797)
    samples, labels = digits.images[order], digits.labels[order]
    seen = reference.classifier.predict(samples[:400])[1].argmax(axis=1)
    right, wrong = (evaluate(samples, reference, asked=asked) for asked in (labels, (labels + 1) % 10))
    assert right["class_accuracy"] == pytest.approx(np.mean(seen == labels[:400]))
    assert wrong["class_accuracy"] == pytest.approx(np.mean(seen == (labels[:400] + 1) % 10))
    assert right["class_accuracy"] > 0.9 > 0.1 > wrong["class_accuracy"]
    assert right["floor"]["class_accuracy"] > 0.9
    assert 0 < right["noise"]["class_accuracy"] < 0.3
    assert right["class_frechet"] < 3 * right["floor"]["class_frechet"] < wrong["class_frechet"] / 3
    features, seen_in = reference.classifier.predict(samples[:400])[0].astype(float), reference.features.astype(float)
    kinds = [labels[:400], known_labels(reference)]
    both = list(zip((features, seen_in), kinds, strict=True))
    by_hand = [frechet_by_roots(*(vectors[of == kind] for vectors, of in both)) for kind in range(10)]
    assert right["class_frechet"] == pytest.approx(np.mean(by_hand), rel=1e-3)
    low, high = right["interval"]["class_accuracy"]
    assert low <= right["class_accuracy"] <= high <= 1
    for name in ("confusion", "real_confusion"):
        assert np.shape(right[name]) == (10, 10)
        assert np.sum(right[name]) == 400
    assert np.trace(right["confusion"]) == np.sum(seen == labels[:400])
    np.testing.assert_array_equal(np.sum(right["confusion"], axis=1), np.bincount(labels[:400], minlength=10))
    assert json.loads(json.dumps(right, allow_nan=False)) == right


@pytest.mark.slow
def test_categories_are_held_against_what_the_classifier_sees_whichever_class_each_stands_for():
    reference = Reference("digits", count=400, asks="categories")
    digits = data.load("digits", "all")
    order = np.random.default_rng(1).permutation(1797)
    samples, labels = digits.images[order], digits.labels[order]
    right = evaluate(samples, reference, asked=(labels + 3) % 10)
    confusion = np.array(right["confusion"])
    assert right["purity"] == pytest.approx(sum(confusion[row, (row - 3) % 10] for row in range(10)) / 400)
    assert right["purity"] > 0.9
    assert 1.8 < right["category_information"] < np.log(10)
    blind = evaluate(samples, reference, asked=np.random.default_rng(0).integers(10, size=400))
    assert blind["purity"] < 0.3
    assert blind["category_information"] < 0.25
    for name in ("purity", "category_information"):
        assert right["floor"][name] > 0.9 > right["noise"][name]
        low, high = right["interval"][name]
        assert low <= right[name] <= high
    assert "class_accuracy" not in right | right["floor"]
