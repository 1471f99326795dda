"""A conditional run as a folder: its grid, its record, its exact resume, and what a fork of it may change."""

import numpy as np
import pytest
from keras import ops

from ganlib import data
from ganlib.explore.sampler import Sampler
from ganlib.models.gan import GAN
from ganlib.training import checkpoint, fork
from ganlib.training.start_or_resume import train
from ganlib.training.trainer import Trainer
from ganlib.utils import images
from ganlib.utils.errors import UserError


@pytest.fixture(
    scope="module",
    params=[*(pytest.param(kind, marks=pytest.mark.slow) for kind in ("concat", "infogan")), "projection"],
)
def run(request, trained):
    return trained(conditioning=request.param, augment="diffaugment", max_steps=6, batch_size=8).run


def test_rows_of_the_sample_grid_are_classes_each_from_the_same_latent_vectors(run):
    grid, sampler = images.read_png(run.samples()[-1].path), Sampler(run)
    assert grid.shape[:2] == (10 * 9 - 1, 8 * 9 - 1)
    z = sampler.latents(8, run.config.seed)
    for row in range(10):
        for column, image in enumerate(sampler.of_class(row).images(z)):
            found = grid[9 * row : 9 * row + 8, 9 * column : 9 * column + 8].reshape(8, 8, -1)[..., :1]
            np.testing.assert_allclose(found.astype(int), image, atol=1)  # another batch rounds differently


def test_the_record_knows_how_often_each_class_comes_up(run):
    labels = data.load("digits").labels
    made_up = run.config.conditioning == "infogan"  # categories come up equally often, whatever the images show
    expected = np.full(10, 0.1) if made_up else np.bincount(labels) / len(labels)
    np.testing.assert_allclose(run.record["class_shares"], expected, atol=1e-5)


@pytest.mark.slow
def test_a_resumed_run_goes_on_exactly(run):
    found = data.load("digits")
    config = run.config.changed(max_steps=9)
    whole, resumed = GAN(config), GAN(config)
    Trainer(whole, found.images, labels=found.labels).fit()
    header, _ = checkpoint.load(run.path / "checkpoint", resumed.variables)
    trainer = Trainer(resumed, found.images, labels=found.labels)
    trainer.progress.step = trainer.progress.batches = header.step
    assert header.step == 6
    trainer.fit()
    for one, two in zip(resumed.variables, whole.variables, strict=True):
        np.testing.assert_array_equal(ops.convert_to_numpy(one), ops.convert_to_numpy(two))


@pytest.mark.slow
def test_a_fork_keeps_what_networks_are_told_and_goes_on(run, tmp_path):
    with pytest.raises(UserError, match="conditioning cannot change"):
        fork.fork(run, None, {"conditioning": "none"}, folder=tmp_path)
    again = fork.fork(run, None, {"max_steps": 8}, folder=tmp_path)
    with again.held():
        assert train(again).step == 8
