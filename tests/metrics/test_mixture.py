"""Metrics of points against closed forms: the perfect sampler, the one that stays on one mode, a shift."""

import math

import numpy as np
import pytest

from ganlib.config import TrainConfig
from ganlib.data import points
from ganlib.metrics import mixture
from ganlib.metrics.evaluator import PointsEvaluator
from ganlib.utils import seeds

CONFIG = TrainConfig(dataset="ring", generator="points", discriminator="points")
RING = points.get("ring")


@pytest.fixture(scope="module")
def evaluator():
    return PointsEvaluator(CONFIG)


def draw(count=2500):
    return RING.sample(count, seeds.rng(7, "perfect"))


def test_a_perfect_sampler_finds_everything_and_is_as_near_as_real_points_are(evaluator):
    found, floor = evaluator.values(draw()), evaluator.values(evaluator.others)
    assert found["modes_covered"] == 8
    assert found["good_share"] == pytest.approx(1 - math.exp(-(mixture.GOOD**2) / 2), abs=0.01)
    assert found["reverse_kl"] < 0.01
    assert found["jensen_shannon"] == pytest.approx(floor["jensen_shannon"], abs=0.003)
    assert found["wasserstein_1"] == pytest.approx(floor["wasserstein_1"], abs=0.06)


def test_a_generator_on_one_mode(evaluator):
    mode = draw()[mixture.nearest(draw(), RING)[0] == 3]
    found = evaluator.values(mode)
    assert found["modes_covered"] == 1
    assert found["good_share"] > 0.97
    assert found["reverse_kl"] == pytest.approx(math.log(8))
    # Of shares 1/8 eight times and 1 once: half of each one's divergence from their mean.
    expected = (math.log(2) * 7 / 8 + math.log(2 / 9) / 8 + math.log(16 / 9)) / 2
    assert found["jensen_shannon"] == pytest.approx(expected, abs=0.01)


def test_points_between_modes_are_not_good(evaluator):
    found = evaluator.values(np.zeros((100, 2), np.float32))
    assert (found["modes_covered"], found["good_share"]) == (0, 0)


def test_distances_are_0_to_oneself_and_the_shift_where_one_set_is_moved():
    some = draw(400)
    assert mixture.jensen_shannon(some, some) == 0
    assert mixture.wasserstein_1(some, some) == 0
    assert mixture.wasserstein_1(some + np.float32([0.3, 0.4]), some) == pytest.approx(0.5, rel=1e-5)
    assert mixture.jensen_shannon(some, some + 5) == pytest.approx(math.log(2), abs=0.2)


def test_along_a_curve_there_are_no_modes_to_find():
    found = PointsEvaluator(CONFIG.changed(dataset="circle"), 500).values(
        points.get("circle").sample(500, seeds.rng(1, ""))
    )
    assert set(found) == {"jensen_shannon", "wasserstein_1"}


def test_an_evaluation_of_a_gan_holds_intervals_baselines_and_ds_opinion(evaluator):
    from ganlib.models.gan import GAN
    from ganlib.runs.evaluation import Evaluation

    gan = GAN(CONFIG.changed(precision="float32", latent_dim=2))
    found = Evaluation.from_json({"step": 0, **PointsEvaluator(gan.config, 500).evaluate(gan.ema, gan.discriminator)})
    assert set(found.intervals) == set(found.values) - {"wasserstein_1"}
    assert found.floor["modes_covered"] == 8
    assert (len(found.modes), sum(share > 0 for share in found.modes)) == (8, found.values["modes_covered"])
    assert sum(found.modes) == pytest.approx(found.values["good_share"], abs=1e-4)
    assert found.noise["good_share"] < 0.05
