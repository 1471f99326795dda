"""Frames of a GAN in the plane: what they hold, and the push on each point."""

import numpy as np
import pytest
from keras import ops

from ganlib import presets
from ganlib.backend import engine
from ganlib.explore.frame_maker import FrameMaker, push
from ganlib.models import losses
from ganlib.models.gan import GAN
from ganlib.plots.push import PUSH, pushes_under
from ganlib.runs import frames
from ganlib.runs.frames import CELLS, LATTICE, POINTS, PUSHED, Frame
from tests.variants import ON_LOGITS

CONFIG = presets.get("ring-quick").config.changed(width=16, depth=2)


@pytest.fixture(scope="module")
def gan():
    return GAN(CONFIG)


def numbers(tensor):
    return ops.convert_to_numpy(tensor)


@pytest.mark.parametrize("loss", ON_LOGITS)
def test_the_push_is_minus_the_slope_of_gs_loss_for_every_loss(gan, loss):
    """Against central differences of the loss in float64, computed from D's weights by NumPy alone."""
    formulas = {  # of G's loss by the logit, as in the papers
        "minimax": lambda s: -np.log1p(np.exp(s)),
        "non_saturating": lambda s: np.log1p(np.exp(-s)),
        "dragan": lambda s: np.log1p(np.exp(-s)),
        "lsgan": lambda s: (s - 1) ** 2 / 2,
        "wgan": lambda s: -s,
        "wgan_gp": lambda s: -s,
        "hinge": lambda s: -s,
    }
    weights = [np.asarray(weight, np.float64) for weight in gan.discriminator.get_weights()]

    def value(points):
        for kernel, bias in zip(weights[:-2:2], weights[1:-2:2], strict=True):
            points = np.maximum(points @ kernel + bias, 0)
        return formulas[loss]((points @ weights[-2] + weights[-1])[:, 0])

    points = np.random.default_rng(0).uniform(-1, 1, (20, 2))
    small = 1e-6 * np.eye(2)
    slopes = np.stack([(value(points + step) - value(points - step)) / 2e-6 for step in small], axis=1)
    asked = points.astype(np.float32)
    pushed = numbers(engine.compiled(lambda x: push(gan.discriminator, losses.get(loss), x))(asked))
    np.testing.assert_allclose(pushed, -slopes, rtol=1e-3, atol=1e-5)
    # All losses push along D's own slope; how hard, depends on the logit alone.
    logits = value(points) if loss in ("wgan", "wgan_gp", "hinge") else None
    steepest = numbers(engine.compiled(lambda x: engine.input_gradient(gan.discriminator, x))(asked))
    scores = numbers(gan.discriminator(asked))
    assert logits is None or np.allclose(scores[:, 0], -logits, atol=1e-5)
    np.testing.assert_allclose(pushed, PUSH[loss](scores) * steepest, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize(("latent_dim", "rows"), [(1, 1), (2, LATTICE), (3, 0)])
def test_a_frame_is_kept_as_it_was(latent_dim, rows, tmp_path):
    frame = FrameMaker(GAN(CONFIG.changed(latent_dim=latent_dim))).frame(7)
    frames.write(tmp_path, frame)
    assert frames.steps(tmp_path) == [7]
    again = frames.read(tmp_path, [7, 8])[0]
    shapes = [(POINTS, 2), (POINTS,), (CELLS, CELLS), (rows, LATTICE, 2), (PUSHED, 2), (POINTS, 2)]
    for name, shape in zip(("points", "scores", "logits", "lattice", "pushes", "slopes"), shapes, strict=True):
        assert getattr(again, name).shape == shape
        np.testing.assert_array_equal(getattr(again, name), getattr(frame, name))
    frames.drop(tmp_path, [7])
    assert frames.steps(tmp_path) == []


@pytest.mark.parametrize("content", [b"", b"no zip", Frame(1, *np.zeros((6, 2, 2))).to_bytes()])
def test_a_damaged_frame_is_left_out(content, tmp_path):
    (tmp_path / "frames").mkdir()
    (tmp_path / "frames" / "step_00000001.npz").write_bytes(content)
    assert frames.read(tmp_path, [1]) == []


@pytest.mark.parametrize("pack", [1, 2])
def test_a_frame_holds_ds_slope_from_which_the_push_of_every_loss_follows(pack):
    frame = FrameMaker(GAN(CONFIG.changed(pack=pack))).frame(0)
    found = pushes_under(frame.scores[:PUSHED], frame.slopes[:PUSHED])["non_saturating"]
    np.testing.assert_allclose(found, frame.pushes.astype(float), rtol=5e-3, atol=1e-4)


def test_a_frame_from_before_slopes_were_kept_can_be_read(tmp_path):
    frame = FrameMaker(GAN(CONFIG)).frame(7)
    frames.write(tmp_path, frame)
    (path,) = (tmp_path / "frames").iterdir()
    with np.load(path) as archive:
        kept = {name: archive[name] for name in archive.files if name != "slopes"}
    np.savez(path, **kept)
    again = frames.read(tmp_path, [7])[0]
    assert np.isnan(again.slopes).all()
    np.testing.assert_array_equal(again.pushes, frame.pushes)


def test_places_go_from_bottom_left_row_by_row():
    places = frames.places(3)
    np.testing.assert_allclose(places[0], [-1, -1])
    np.testing.assert_allclose(places[1], [0, -1])
    np.testing.assert_allclose(places[-1], [1, 1])
