"""The source projects' systems train on their real images and leave what the projects show."""

import numpy as np
import pytest

from ganlib import data, presets
from ganlib.runs import store
from ganlib.runs.status import FINISHED
from ganlib.training.start_or_resume import train
from ganlib.utils import images

NINE = [
    name for name in presets.PRESETS
    if presets.get(name).config.generator in ("dcgan", "dcgan-3x3", "dcgan-2x2", "infogan")
]  # fmt: skip
FOUR = ("mnist-dcgan", "svhn-dcgan-advanced", "svhn-wgan-gp", "fashion-wgan")
"""Every data set, loss and generator of theirs; that each of the nine builds is a quick test of the presets."""


def test_there_are_nine():
    assert len(NINE) == 9
    assert set(FOUR) < set(NINE)
    for field in ("dataset", "loss", "generator"):
        assert {getattr(presets.get(name).config, field) for name in FOUR} == {
            getattr(presets.get(name).config, field) for name in NINE
        }


@pytest.mark.slow
@pytest.mark.parametrize("name", FOUR)
def test_preset_trains_on_real_images(name, real_data, tmp_path):
    config = presets.get(name).config
    split = "train" if data.where(config.dataset, "train") else "test"
    run = store.create(config.changed(split=split, max_steps=3, sample_every=2), {"preset": name}, folder=tmp_path)
    with run.held():
        assert train(run).state == FINISHED
    columns = run.metrics()
    assert list(columns["step"]) == [3]
    for key in ("g_loss", "d_loss", "d_real", "d_fake", "g_grad_norm", "d_grad_norm"):
        assert np.isfinite(columns[key]).all()
    assert ("penalty" in columns) == (config.loss == "wgan_gp")
    assert ("clip_share" in columns) == (config.loss == "wgan")
    assert [sample.step for sample in run.samples()] == [0, 2, 3]
    height, width, channels = config.image_shape
    assert images.read_png(run.samples()[-1].path).shape == (8 * height + 7, 8 * width + 7, channels)
    for file in (
        "config.json", "status.json", "events.jsonl", "samples/training.gif", "checkpoint/latest.npz", "control",
        "generator.weights.h5", "discriminator.weights.h5", "snapshots/step_00000000/generator.weights.h5", "lock",
    ):  # fmt: skip
        assert (run.path / file).exists(), file
