"""A sandbox does the steps of a training in memory: the same moves end the same, and the run stays as it was."""

import numpy as np
import pytest

from ganlib import data
from ganlib.catalog import networks
from ganlib.explore.sandbox import Sandbox
from ganlib.plots.push import PUSH
from ganlib.runs.status import FINISHED, Status
from ganlib.utils import files
from ganlib.utils.errors import UserError
from tests.variants import ON_LOGITS

POINTS = {"preset": "ring-quick", "width": 8, "depth": 1, "batch_size": 16, "instance_noise": 0.0}


@pytest.fixture(scope="module")
def run(untrained):
    return untrained(**POINTS)


@pytest.fixture(scope="module")
def sandbox(run):
    return Sandbox(run)


def test_a_step_that_is_done_is_the_one_that_was_taken_apart(sandbox):
    first, second = sandbox.at(same_batch=True), sandbox.at("b", same_batch=True)
    np.testing.assert_allclose(second.fake, first.fake_after, atol=1e-6)
    np.testing.assert_allclose(second.real_logits, first.real_logits_after, atol=1e-6)


def test_looking_changes_nothing_and_moves_done_anew_end_the_same(sandbox, run):
    before = {path: path.read_bytes() for path in run.path.rglob("*") if path.is_file()}
    there = sandbox.at("dgt", seed=3)
    np.testing.assert_array_equal(sandbox.at("dgt", seed=3).fake_after, there.fake_after)
    sandbox.at("g", seed=3)
    np.testing.assert_array_equal(sandbox.at("dgt", seed=3).fake_after, there.fake_after)
    assert {path: path.read_bytes() for path in run.path.rglob("*") if path.is_file()} == before


def test_only_one_network_learns_when_only_it_shall(sandbox):
    start, d, g = (sandbox.at(moves, same_batch=True) for moves in ("", "d", "g"))
    np.testing.assert_array_equal(d.fake, start.fake)
    assert np.abs(d.fake_logits - start.fake_logits).max() > 0
    assert np.abs(g.fake - start.fake).max() > 0
    np.testing.assert_allclose(g.real_logits, start.real_logits, atol=1e-6)


@pytest.mark.slow
def test_ten_steps_are_ten_steps_with_a_batch_each(sandbox):
    ten, one_by_one = sandbox.at("t", seed=1), sandbox.at("b" * 10, seed=1)
    np.testing.assert_array_equal(ten.real, one_by_one.real)
    np.testing.assert_array_equal(ten.fake_after, one_by_one.fake_after)
    assert np.abs(sandbox.at("b", seed=1).real - sandbox.at("", seed=1).real).max() > 0


def test_every_loss_pushes_along_ds_slope_as_hard_as_its_own_slope(sandbox):
    seen = sandbox.at("d")
    assert seen.pushes_under.keys() == set(ON_LOGITS)
    slope = seen.pushes_under["wgan"]
    for name, pushes in seen.pushes_under.items():
        strength = PUSH[name](_logits_of_the_new_d(seen))[:, None]
        np.testing.assert_allclose(pushes, strength * slope, rtol=1e-3, atol=1e-6, err_msg=name)
    np.testing.assert_array_equal(seen.pushes, seen.pushes_under["non_saturating"])


def _logits_of_the_new_d(seen):
    return seen.fake_logits_after  # which D answers without batch normalisation or noise


def test_a_d_that_judges_several_samples_together_tells_each_what_it_says_of_its_pack(untrained):
    seen = Sandbox(untrained(**POINTS, pack=2)).at()
    for values in (seen.real_logits, seen.fake_logits_after, seen.g_losses):
        np.testing.assert_array_equal(values[::2], values[1::2])
        assert len(set(values[::2])) == POINTS["batch_size"] // 2
    assert np.abs(seen.pushes[::2] - seen.pushes[1::2]).max() > 0


@pytest.mark.parametrize("conditioning", ["projection", pytest.param("infogan", marks=pytest.mark.slow)])
def test_labels_stand_beside_z_and_belong_to_the_real_images(untrained, conditioning):
    run = untrained(conditioning=conditioning, batch_size=16)
    seen = Sandbox(run).at("b", seed=1)
    assert seen.latents.shape == (16, run.config.latent_dim + 10)
    np.testing.assert_array_equal(seen.latents[:, -10:], np.eye(10)[seen.labels])
    found = data.load("digits")
    known = {image.tobytes(): label for image, label in zip(found.images, found.labels, strict=True)}
    value_range = networks.get_generator(run.config.generator).output_range
    labels = [known[image.tobytes()] for image in data.unscale(seen.real, value_range)]
    assert (labels == seen.labels.tolist()) == (conditioning == "projection")


@pytest.mark.slow
def test_a_began_goes_on_with_the_k_that_the_run_noted(untrained):
    run = untrained(loss="began", batch_size=16)
    lines = [{"step": step, "g_loss": 0.1, "k": k} for step, k in ((10, 0.2), (20, 0.4))]
    files.append_lines(run.path / "metrics.jsonl", lines)
    run.write_status(Status(FINISHED, step=15))
    assert float(Sandbox(run).gan.balance.k.value) == pytest.approx(0.3)
    assert Sandbox(run).at().pushes_under == {}


def test_a_run_without_discriminator_says_so(untrained):
    alone = untrained(**POINTS)
    (alone.path / "discriminator.weights.h5").unlink()
    with pytest.raises(UserError, match="came without its discriminator"):
        Sandbox(alone)
