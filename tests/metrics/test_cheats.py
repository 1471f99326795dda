"""Generators that cheat: which metrics each deceives, and which see through it."""

import numpy as np
import pytest

from ganlib.catalog.cheats import CHEATS, NOISE, REAL
from ganlib.metrics import bootstrap, cheats, compute
from ganlib.metrics.cheats import Contest, Verdict
from ganlib.utils.errors import UserError
from ganlib.utils.intervals import Measured

COUNT = 300


@pytest.fixture(scope="module")
def contest() -> Contest:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bootstrap, "REPLICATES", 100)
        return cheats.compare("digits", COUNT)


def test_every_cheat_is_measured_by_every_metric_and_can_be_looked_at(contest):
    assert contest.size == COUNT
    assert list(contest.measured) == list(contest.images) == list(CHEATS)
    assert len({tuple(row) for row in contest.measured.values()}) == 1
    assert {images.shape for images in contest.images.values()} == {(cheats.SHOWN, 8, 8, 1)}
    assert contest.catching(REAL) == []


DECEIVES = {
    "one-picture": ({"precision", "recognised"}, {"recall", "coverage", "duplicates", "frechet_distance"}),
    "one-per-class": ({"score", "recognised"}, {"recall", "coverage", "duplicates", "copies"}),
    "training-set": ({"frechet_distance", "precision", "recall", "coverage", "score"}, {"copies"}),
    "half-the-classes": ({"precision", "recognised"}, {"recall", "coverage", "class_distance", "score"}),
    "blurred": ({"copies"}, {"precision", "recall", "frechet_distance", "sliced_wasserstein"}),
    NOISE: ({"copies"}, {"precision", "recall", "frechet_distance", "score"}),
}


@pytest.mark.parametrize("cheat", DECEIVES)
def test_each_cheat_deceives_some_metrics_and_is_caught_by_others(contest, cheat):
    deceived, catching = DECEIVES[cheat]
    assert deceived - set(contest.deceived(cheat)) == set()
    assert catching - set(contest.catching(cheat)) == set()


def test_only_copies_sees_through_the_training_set(contest):
    assert contest.catching("training-set") == ["copies"]


def test_ten_pictures_get_a_better_score_than_real_images(contest):
    assert contest.verdict("one-per-class", "score") == Verdict.BETTER


@pytest.mark.parametrize(
    ("metric", "values", "verdict"),
    [
        ("recall", (0.5, 0.9), Verdict.CAUGHT),
        ("recall", (0.95, 0.9), Verdict.AS_REAL),
        ("score", (9.9, 9.0), Verdict.BETTER),
        ("copies", (0.0, 0.2), Verdict.BETTER),
        ("copies", (0.4, 0.2), Verdict.CAUGHT),
    ],
)
def test_a_verdict_takes_chance_and_the_better_side_into_account(metric, values, verdict):
    one, real = (Measured(value, value - 0.05, value + 0.05) for value in values)
    found = Contest(1, {"one-picture": {metric: one}, REAL: {metric: real}}, {})
    assert found.verdict("one-picture", metric) == verdict


def test_what_was_computed_once_is_kept_on_disk(contest, monkeypatch):
    monkeypatch.setattr(compute, "evaluate", lambda *arguments, **options: pytest.fail("computed again"))
    again = cheats.compare("digits", COUNT)
    assert again.measured == contest.measured
    assert all((again.images[name] == contest.images[name]).all() for name in CHEATS)


def test_blurring_spreads_a_dot_and_leaves_an_even_image():
    dot = np.zeros((1, 8, 8, 1), np.uint8)
    dot[0, 4, 4] = 160
    found = cheats.blurred(dot)[0, 3:6, 3:6, 0]
    assert found.tolist() == [[10, 20, 10], [20, 40, 20], [10, 20, 10]]
    even = np.full((2, 28, 28, 3), 77, np.uint8)
    assert (cheats.blurred(even) == even).all()


@pytest.mark.slow
def test_too_few_images_for_half_of_the_classes_are_told():
    with pytest.raises(UserError, match="compare with fewer"):
        cheats.compare("digits", 890)


def test_points_have_no_cheats():
    with pytest.raises(UserError):
        cheats.compare("ring", COUNT)
