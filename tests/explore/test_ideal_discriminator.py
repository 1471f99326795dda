"""The ideal discriminator where it is known: two Gaussians."""

import math

import keras
import numpy as np
import pytest

from ganlib import presets
from ganlib.catalog.points import EXTENT
from ganlib.data import points
from ganlib.data.points import Mixture
from ganlib.explore import ideal_discriminator
from ganlib.runs.frames import places
from tests.variants import slow_unless

CELLS = 30
REAL = Mixture(np.array([[0.2, 0.0]]), 0.4)
CONFIG = presets.get("ring-quick").config


def gaussian(scale, shift, latent_dim=2):
    """A generator that turns standard normal z into a Gaussian: one linear layer."""
    layer = keras.layers.Dense(2)
    generator = keras.Sequential([keras.Input((latent_dim,)), layer])
    layer.set_weights([scale * np.eye(latent_dim, 2), np.asarray(shift, np.float32)])
    return generator


@pytest.mark.parametrize("latent_dim", slow_unless((2).__eq__, [2, 5, 9]))
def test_it_is_p_over_p_plus_q_of_two_gaussians(latent_dim):
    config = CONFIG.changed(prior="normal", latent_dim=latent_dim)
    found = ideal_discriminator.masses(gaussian(0.3, (-0.1, 0.2), latent_dim), config, REAL, CELLS)
    at = places(CELLS).astype(np.float64)
    p = REAL.density(at)
    q = Mixture(np.array([[-0.1, 0.2]]), 0.3).density(at)
    expected, weight = (p / (p + q)).reshape(CELLS, CELLS), ((p + q) * (2 * EXTENT / CELLS) ** 2).reshape(CELLS, CELLS)
    told = weight > 2e-3  # where both are thin, counts are few
    assert told.sum() > 50
    np.testing.assert_allclose(found.discriminator[told], expected[told], atol=0.05)


@pytest.mark.slow
def test_the_divergence_is_0_of_oneself_and_log_2_of_strangers():
    config = CONFIG.changed(prior="normal")
    assert ideal_discriminator.masses(gaussian(0.4, (0.2, 0.0)), config, REAL, CELLS).jensen_shannon < 1e-3
    far = Mixture(np.array([[1.2, 1.2]]), 0.05)
    apart = ideal_discriminator.masses(gaussian(0.05, (-1.0, -1.0)), config, far, CELLS).jensen_shannon
    assert apart == pytest.approx(math.log(2), abs=1e-3)


@pytest.mark.parametrize("name", ["ring", "spiral", "drawn"])
def test_the_datas_share_of_each_square_is_what_points_fall_into_it(name):
    edges = np.linspace(-EXTENT, EXTENT, 13)
    drawn = points.draw(name, "train")
    counts, _, _ = np.histogram2d(drawn[:, 1], drawn[:, 0], bins=(edges, edges))
    np.testing.assert_allclose(
        points.get(name).masses(edges), counts / len(drawn), atol=4 * math.sqrt(0.1 / len(drawn))
    )


@pytest.mark.slow
def test_one_latent_dimension_fills_a_curve():
    config = CONFIG.changed(latent_dim=1, prior="uniform")
    found = ideal_discriminator.masses(gaussian(0.9, (0.0, 0.25), 1), config, points.get("line"), CELLS)
    row = round((0.25 / EXTENT + 1) / 2 * CELLS - 0.5)
    across = np.abs((np.arange(CELLS) + 0.5) / CELLS * 2 - 1) * EXTENT < 0.9
    np.testing.assert_allclose(found.fake[row][across], EXTENT / 0.9 / CELLS, rtol=0.01)
    assert found.fake.sum() == pytest.approx(1)
