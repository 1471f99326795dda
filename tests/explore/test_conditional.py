"""A conditional run from inside: a class by its number, all as the data have them, z-space tools in one class."""

import numpy as np
import pytest

from ganlib import data
from ganlib.explore import directions, time_machine
from ganlib.explore.classes import between
from ganlib.explore.evaluate_run import evaluate_run, inspect
from ganlib.explore.inversion import Inverter
from ganlib.explore.sampler import Discriminator, Sampler
from ganlib.models import inference
from ganlib.utils.errors import UserError


@pytest.fixture(scope="module", params=[pytest.param("concat", marks=pytest.mark.slow), "projection"])
def run(request, untrained):
    made = untrained(conditioning=request.param, latent_dim=8)
    made.write_record({**made.record, "class_shares": [0.9, 0.1, *[0] * 8]})
    return made


@pytest.fixture(scope="module")
def sampler(run):
    return Sampler(run)


def by_hand(sampler, latents, labels):
    given = np.hstack([latents, np.eye(10, dtype=np.float32)[labels]])
    return inference.generate(sampler.generator, given, sampler.value_range)


def test_one_class_is_drawn_where_one_is_asked_for(sampler):
    z = sampler.latents(5, seed=3)
    expected = by_hand(sampler, z, np.full(5, 7))
    np.testing.assert_array_equal(sampler.generate(5, seed=3, label=7), expected)
    np.testing.assert_array_equal(sampler.of_class(7).images(z), expected)
    assert (expected != sampler.generate(5, seed=3, label=2)).any()


def test_between_two_classes_g_is_told_shares_of_both(sampler):
    z = sampler.latents(2, seed=3)
    led = between(sampler, z, 7, 2, frames=5)
    assert led.shape == (10, *sampler.config.image_shape)
    for row, one in enumerate(z):
        told = np.zeros((5, 10), np.float32)
        told[:, 7], told[:, 2] = [1, 0.75, 0.5, 0.25, 0], [0, 0.25, 0.5, 0.75, 1]
        expected = inference.generate(sampler.generator, np.hstack([np.tile(one, (5, 1)), told]), sampler.value_range)
        np.testing.assert_allclose(led[5 * row : 5 * row + 5].astype(int), expected, atol=1)
    np.testing.assert_allclose(led[::5].astype(int), by_hand(sampler, z, np.full(2, 7)), atol=1)


def test_without_a_label_all_are_drawn_as_often_as_the_record_says(sampler):
    labels = sampler.labels(200, seed=1)
    np.testing.assert_allclose(np.bincount(labels, minlength=10) / 200, [0.9, 0.1, *[0] * 8], atol=0.06)
    z = sampler.latents(200, seed=1)
    np.testing.assert_array_equal(sampler.generate(200, seed=1), by_hand(sampler, z, labels))
    np.testing.assert_array_equal(sampler.generate(3, seed=1), sampler.generate(200, seed=1)[:3])


def test_a_class_that_there_is_not_is_refused_with_those_there_are(sampler, untrained):
    with pytest.raises(UserError, match=r"no class 10; choose one of: 0 \(0\), 1 \(1\)"):
        sampler.of_class(10)
    with pytest.raises(UserError, match="trained without class labels"):
        Sampler(untrained()).generate(1, label=0)


def test_d_judges_images_as_those_of_a_class(run):
    judge, images = Discriminator(run), data.load("digits").images[:6]
    as_three = judge.of_class(3).scores(images)
    np.testing.assert_array_equal(judge.scores(images, labels=np.full(6, 3)), as_three)
    assert (as_three != judge.of_class(4).scores(images)).any()
    np.testing.assert_allclose(judge.of_class(3).scores(images[:2], neighbours=images), as_three[:2], rtol=1e-4)
    with pytest.raises(UserError, match="say which they have"):
        judge.scores(images)


@pytest.mark.parametrize("method", directions.METHODS)
def test_directions_are_those_of_z_alone(sampler, method):
    found = directions.find(sampler.of_class(2), method, count=3)
    assert found.vectors.shape == (3, 8)
    np.testing.assert_allclose(found.vectors @ found.vectors.T, np.eye(3), atol=1e-5)


def test_an_image_is_looked_for_in_its_class(sampler):
    wanted = sampler.generate(1, seed=5, label=4)[0]
    found = Inverter(sampler.of_class(4), starts=2, steps=20).invert(wanted)
    np.testing.assert_array_equal(sampler.of_class(4).images(found.latent[None])[0], found.image)
    assert found.errors[-1].min() < found.errors[0].min()


def test_the_time_machine_stays_in_a_class(run, sampler):
    z = sampler.latents(2, 0)
    steps, drawn = time_machine.history(run, z, label=6)
    assert len(steps) == len(drawn) == 1
    np.testing.assert_array_equal(drawn[0], by_hand(sampler, z, [6, 6]))


@pytest.mark.slow
def test_an_evaluation_draws_labels_as_the_data_have_them_and_asks_d_by_them(run):
    line = evaluate_run(run, 60)
    assert {"d_train", "d_held_out", "d_fake"} <= line.keys()
    looked = inspect(run, 20, 30)
    labels = Sampler(run).labels(20, 0)
    np.testing.assert_array_equal(looked.images, by_hand(Sampler(run), Sampler(run).latents(20, 0), labels))
    np.testing.assert_array_equal(looked.scores, Discriminator(run).scores(looked.images, labels=labels))


@pytest.mark.slow
def test_an_acgan_draws_the_class_it_is_asked_for_and_its_d_needs_no_label(untrained):
    made = untrained(conditioning="acgan", latent_dim=8)
    sampler, judge, images = Sampler(made), Discriminator(made), data.load("digits").images[:6]
    np.testing.assert_array_equal(sampler.generate(3, label=7), by_hand(sampler, sampler.latents(3, 0), [7, 7, 7]))
    found = judge.scores(images)
    assert found.shape == (6,)
    np.testing.assert_array_equal(judge.of_class(3).scores(images, labels=np.zeros(6, int)), found)
    assert "d_fake" in evaluate_run(made, 60)
