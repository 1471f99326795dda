from itertools import permutations

import numpy as np
import pytest
from scipy.stats import entropy

from ganlib.metrics import classes

RNG = np.random.default_rng(0)


def test_score_is_the_mean_divergence_from_the_mix():
    probabilities = RNG.dirichlet(np.ones(5), 200)
    mix = probabilities.mean(axis=0)
    divergences = [entropy(row, mix) for row in probabilities]
    assert classes.score(probabilities) == pytest.approx(np.exp(np.mean(divergences)))


def test_score_is_the_number_of_classes_for_sure_and_even_opinions():
    assert classes.score(np.tile(np.eye(10, dtype=np.float32), (7, 1))) == pytest.approx(10)


def test_score_is_one_if_all_samples_look_the_same_to_the_classifier():
    assert classes.score(np.tile(RNG.dirichlet(np.ones(4)), (50, 1))) == pytest.approx(1)
    assert classes.score(np.tile(np.eye(4)[:1], (50, 1))) == 1


def test_recognised_means_more_than_nine_tenths_sure():
    probabilities = np.array([[0.05, 0.95], [0.91, 0.09], [0.9, 0.1], [0.5, 0.5]])
    np.testing.assert_array_equal(classes.recognised(probabilities), [True, True, False, False])


def test_shares_count_the_likeliest_class():
    probabilities = np.array([[0.6, 0.4, 0], [0.5, 0.2, 0.3], [0, 0, 1], [0.9, 0.1, 0]])
    np.testing.assert_allclose(classes.shares(probabilities), [0.75, 0, 0.25])


@pytest.mark.parametrize("measure", [classes.score, classes.shares])
def test_counting_an_image_twice_is_having_it_twice(measure):
    probabilities, times = RNG.dirichlet(np.ones(4), 30), RNG.integers(0, 3, 30)
    np.testing.assert_allclose(measure(probabilities, times), measure(np.repeat(probabilities, times, axis=0)))


def test_class_distance_is_the_share_that_would_have_to_change():
    even = np.full(4, 0.25)
    assert classes.class_distance(even, even) == 0
    assert classes.class_distance(np.array([0.5, 0.5, 0, 0]), even) == 0.5
    assert classes.class_distance(np.array([1.0, 0, 0, 0]), np.array([0, 0, 0, 1.0])) == 1


def test_a_class_is_missing_below_one_percent():
    assert classes.classes_missing(np.array([0.5, 0.4801, 0.01, 0.0099, 0.0])) == 2


def test_a_confusion_counts_pairs_of_asked_and_seen_classes():
    rng = np.random.default_rng(0)
    probabilities, wanted = rng.dirichlet(np.ones(4), 500), rng.integers(0, 4, 500)
    found = classes.confusion(probabilities, wanted)
    for row in range(4):
        for column in range(4):
            pairs = [a == row and p.argmax() == column for a, p in zip(wanted, probabilities, strict=True)]
            assert found[row, column] == sum(pairs)
    assert classes.is_asked(probabilities, wanted).mean() == np.trace(found) / 500


def test_purity_and_information_of_categories():
    sure = np.array([[0, 90, 0], [0, 0, 90], [90, 0, 0]])
    assert classes.purity(sure) == 1
    np.testing.assert_array_equal(classes.best_matching(sure), [1, 2, 0])
    assert classes.mutual_information(sure) == pytest.approx(np.log(3))
    # Two categories that are of one class: it stands for one of them alone.
    double = np.array([[30, 0, 0], [20, 10, 0], [0, 5, 25]])
    best = max(sum(double[row, place] for row, place in enumerate(order)) for order in permutations(range(3)))
    assert classes.purity(double) == best / 90
    shares = double / double.sum()
    by_hand = sum(
        share * np.log(share / (shares[row].sum() * shares[:, column].sum()))
        for (row, column), share in np.ndenumerate(shares)
        if share
    )
    assert classes.mutual_information(double) == pytest.approx(by_hand)
    assert classes.mutual_information(np.full((3, 3), 7)) == 0
