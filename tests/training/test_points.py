"""A run on points in the plane: the same trainer, with frames and metrics of its own."""

import io

import numpy as np
import pytest

from ganlib import presets
from ganlib.catalog.points import PAIRS
from ganlib.config import TrainConfig
from ganlib.data import points
from ganlib.explore.sampler import Discriminator, Sampler
from ganlib.metrics import mixture
from ganlib.metrics.doctor.rules import swings
from ganlib.runs import archive, frames, importer, store
from ganlib.runs.evaluation import Evaluation
from ganlib.training.callbacks import frames as callback
from ganlib.training.start_or_resume import train

STEPS = 400


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    config = presets.get("ring-quick").config.changed(max_steps=STEPS, width=16, depth=2)
    run = store.create(config, {"preset": "ring-quick"}, "ring", tmp_path_factory.mktemp("runs"))
    with pytest.MonkeyPatch.context() as patch, run.held():
        patch.setattr(callback, "_SHARE", 1.0)  # on a machine that halts for a moment, frames would be left out
        train(run)
    return run


def test_frames_are_dense_at_first_and_hold_both_ends(run):
    found = frames.steps(run.path)
    assert (found[0], found[-1]) == (0, STEPS)
    assert 5 <= len(found) <= frames.MOST
    assert len(frames.read(run.path, found)) == len(found)
    assert np.median(np.diff([step for step in found if step <= 100])) <= 10


def test_the_last_frame_is_what_the_weights_draw(run):
    last = frames.read(run.path, [STEPS])[0]
    sampler = Sampler(run)
    drawn = sampler.images(sampler.latents(frames.POINTS, run.config.seed))
    assert (drawn.dtype, drawn.shape) == (np.float32, (frames.POINTS, 2))
    np.testing.assert_allclose(last.points, drawn, atol=2e-3)
    scores = Discriminator(run).scores(frames.places(frames.CELLS)).reshape(frames.CELLS, frames.CELLS)
    np.testing.assert_allclose(last.logits, scores, atol=2e-2)


def test_it_can_be_evaluated_and_exported(run, tmp_path):
    from ganlib.explore import evaluate_run

    found = Evaluation.from_json(evaluate_run.evaluate_run(run, 500))
    assert found.values["modes_covered"] <= 8
    again = importer.import_run(io.BytesIO(archive.zip_bytes(run)), "again", tmp_path)
    assert frames.steps(again.path) == frames.steps(run.path)


def test_a_resumed_training_forgets_the_frames_after_its_checkpoint(run, tmp_path):
    from ganlib.models.gan import GAN
    from ganlib.training.callbacks.frames import FramesCallback
    from ganlib.training.trainer import Trainer

    other = store.create(run.config, {}, "other", tmp_path)
    gan = GAN(run.config)
    frame = frames.read(run.path, [STEPS])[0]
    frames.write(other.path, frame)
    trainer = Trainer(gan, np.zeros((1000, 2), np.float32))
    FramesCallback(other, gan).on_start(trainer)
    assert frames.steps(other.path) == [0]


def taught(preset, folder, **changes):
    """Train a lesson to its end; return its frames and its modes that have a good sample."""
    config = presets.get(preset).config
    run = store.create(TrainConfig.from_dict({**config.to_dict(), **changes}), {"preset": preset}, None, folder)
    with run.held():
        train(run)
    seen = frames.read(run.path, frames.steps(run.path))
    mode, good = mixture.nearest(Sampler(run).generate(2500, seed=0), points.modes(config.dataset))
    return seen, len(set(mode[good].tolist()))


@pytest.mark.slow
def test_minimaxs_push_vanishes_where_the_non_saturating_loss_goes_on_pushing(tmp_path):
    def push(frame):
        return float(np.median(np.linalg.norm(frame.pushes.astype(float), axis=1)))

    seen, _ = taught("ring-vanishing", tmp_path)
    assert push(seen[-1]) < max(map(push, seen)) / 100
    other, _ = taught("ring-vanishing", tmp_path, loss=PAIRS["ring-vanishing"])
    assert push(other[-1]) > 100 * push(seen[-1])


@pytest.mark.slow
def test_all_points_swing_between_two_clouds(tmp_path):
    seen, _ = taught("two-oscillation", tmp_path)
    across = np.array([frame.points[:, 0].astype(float).mean() for frame in seen])
    assert swings(across, 1.0) >= 4


@pytest.mark.slow
def test_r1_keeps_modes_that_the_same_rates_lose_without_it(tmp_path):
    rates = {"g_learning_rate": 3e-3, "d_learning_rate": 3e-3}
    assert taught("ring-collapse", tmp_path, **rates)[1] < 8
    assert taught("ring-collapse", tmp_path, **rates, r1_gamma=0.1)[1] == 8


@pytest.mark.slow
def test_small_weights_take_long_to_part_the_points(tmp_path):
    seen, _ = taught("ring-quick", tmp_path, initializer="normal", max_steps=1500)
    assert np.ptp(seen[0].points.astype(float), axis=0).max() < 0.01
    _, modes = taught("ring-quick", tmp_path, max_steps=1500)
    mode, good = mixture.nearest(seen[-1].points.astype(float), points.modes("ring"))
    assert len(set(mode[good].tolist())) <= 2 < modes == 8


@pytest.mark.slow
def test_a_wasserstein_critic_finds_modes_that_the_usual_loss_loses(tmp_path):
    assert taught("ring-wasserstein", tmp_path)[1] == 8
    assert taught("ring-wasserstein", tmp_path, loss=PAIRS["ring-wasserstein"])[1] < 8
